// query/plan/match_planner.h
#pragma once
// One MATCH (or MERGE, or pattern in an expression): its patterns as a graph, solved node by node.

#include <memory>
#include <string>
#include <vector>

#include "query/plan/estimates.h"
#include "query/plan/expr_walk.h"
#include "query/plan/plan.h"
#include "query/plan/planner.h"

namespace xinpu::query {

/// What the whole statement shares while it is planned.
struct PlanScope {
    Plan& plan;
    const PlannerInput& input;
    Estimates estimates;
    SlotSet used;  ///< slots that some expression reads as a variable

    std::unique_ptr<PlanNode> make(Op op);
    Expr& keep(ExprPtr expr);
    Slot newSlot() { return plan.width++; }
    std::int32_t addSubplan(std::unique_ptr<PlanNode> root);
};

/// What of a match is to be planned, and how its answer is used.
struct MatchRequest {
    std::vector<PathPattern>* patterns = nullptr;
    ExprPtr* where = nullptr;  ///< may point at a null pointer
    bool different_relationships = true;
    bool distinct_consumer = false;  ///< it does not count how often a row comes
};

/// Adds the operators that solve `request` on top of `input`. Slots that the patterns introduce go to
/// `introduced`.
std::unique_ptr<PlanNode> planMatch(PlanScope& scope, const MatchRequest& request,
                                    std::unique_ptr<PlanNode> input, SlotSet& introduced);

}  // namespace xinpu::query
