// query/plan/clause_facts.h
#pragma once
// What the planner asks of clauses and of plans: do they read, do they change, does the number of rows count?

#include <optional>
#include <string>
#include <vector>

#include "query/plan/plan.h"

namespace xinpu::query {

bool clauseUpdates(const Clause& clause);
/// Whether an operator below, or an expression in it, looks at the graph; then a change needs a barrier
/// before it.
bool readsGraph(const PlanNode& node);
bool changesGraph(const PlanNode& node);
/// Whether no two rows agree in all of `slots`, so that DISTINCT has nothing to do.
bool rowsDiffer(const PlanNode& node, const std::vector<Slot>& slots);
/// Whether the clauses from `first` on give the same answer however often a row comes. `at_end`: what holds
/// after the last one.
bool consumesDistinct(const std::vector<Clause>& clauses, std::size_t first, bool at_end);

/// `MATCH (n:L) RETURN count(n)` in all its forms.
struct CatalogueCount {
    bool relationships = false;
    std::vector<std::string> labels;  ///< at most one
    std::vector<std::string> types;   ///< at most one
    Slot slot = kNoSlot;              ///< of the aggregate call
};
std::optional<CatalogueCount> catalogueCount(const SingleQuery& part);

}  // namespace xinpu::query
