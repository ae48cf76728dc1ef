// query/plan/planner.h
#pragma once
// Bound statement to plan: order of expansions, access by index, eager barriers, and rewrites that keep the
// answer.

#include <memory>

#include "engine/catalog/catalog_store.h"
#include "engine/catalog/personal_class.h"
#include "query/plan/plan.h"

namespace xinpu::query {

/// What the planner knows of the graph. Borrowed for the call.
struct PlannerInput {
    const engine::Catalog& catalog;
    const engine::Counts& counts;
    const engine::PersonalClass* masked = nullptr;  ///< the run masks it: no index may tell
    bool optimize = true;  ///< false: patterns in the order written, no rewrites; the answer is the same
};

/// Never reads the graph. The statement is bound and not a schema command.
/// @throws Error(Semantic, FeatureNotSupported) for a form that no operator serves
std::shared_ptr<const Plan> makePlan(std::unique_ptr<Statement> statement, const PlannerInput& input);

}  // namespace xinpu::query
