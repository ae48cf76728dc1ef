// query/syntax/printer_parts.h
#pragma once
// Shared by the files of the printer.

#include <string>

#include "query/syntax/ast.h"

namespace xinpu::query {

/// Adds the text of `expr` to `out`.
void printExpr(std::string& out, const Expr& expr);

}  // namespace xinpu::query
