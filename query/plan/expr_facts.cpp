// query/plan/expr_facts.cpp
// One walk over the tree.

#include "query/plan/expr_facts.h"

#include "query/functions/registry.h"
#include "query/plan/expr_walk.h"

namespace xinpu::query {

ExprFacts factsOf(const Expr& expr) {
    ExprFacts facts;
    ExprVisitor visitor;
    visitor.expr = [&](Expr& one) {
        const bool moody =
            one.kind == ExprKind::Function && (one.function == nullptr || !one.function->deterministic);
        facts.repeatable = facts.repeatable && !moody && one.number < 0;
    };
    walk(const_cast<Expr&>(expr), visitor);  // the visitor changes nothing
    facts.slots = slotsOf(expr).slots();
    return facts;
}

}  // namespace xinpu::query
