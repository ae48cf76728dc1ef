// query/plan/expr_facts.h
#pragma once
// What an expression depends on.

#include <vector>

#include "query/syntax/ast.h"

namespace xinpu::query {

struct ExprFacts {
    bool repeatable = true;     ///< the same row gives the same value: no rand() and the like, no subplan
    std::vector<Slot> slots{};  ///< variables that it reads, each once
};
ExprFacts factsOf(const Expr& expr);

}  // namespace xinpu::query
