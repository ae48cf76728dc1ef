// query/semantics/equality.h
#pragma once
// Whether two bound expressions are the same expression, by slots rather than by names.

#include "query/syntax/ast.h"

namespace xinpu::query::semantics {

/// A variable is the same if its slot is; variables of comprehensions if they stand in the same place.
bool sameBound(const Expr& a, const Expr& b);

}  // namespace xinpu::query::semantics
