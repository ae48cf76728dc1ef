// query/plan/access.h
#pragma once
// How to reach the nodes of a variable that has no value yet: by index, by label, or all.

#include <optional>
#include <vector>

#include "query/plan/match_graph.h"

namespace xinpu::query {

struct Access {
    Op op = Op::NodeScan;
    double rows = 0;  ///< for one row of input, before predicates that the access does not serve
    engine::IndexId index{};
    std::vector<const Expr*> values{};
    std::optional<Bound> low{};
    std::optional<Bound> high{};
    const Expr* list = nullptr;
    bool numeric = false;
};

/// The cheapest way, given which slots of the match have values. Predicates that it serves are asked again
/// all the same: an index may give more than equals (numbers of different types, keys cut at their greatest
/// length).
Access findAccess(const PlanScope& scope, const GraphNode& node, const MatchGraph& graph,
                  const SlotSet& bound);

}  // namespace xinpu::query
