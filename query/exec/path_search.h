// query/exec/path_search.h
#pragma once
// Searches for shortest trails between two nodes.

#include <optional>
#include <vector>

#include "query/exec/incidents.h"
#include "query/exec/operator.h"

namespace xinpu::query {

/// A trail as the relationships in order; the nodes follow from them.
using Trail = std::vector<engine::RelId>;

/// Between two different nodes, breadth first from both ends: one shortest trail.
class TwoSidedSearch {
public:
    TwoSidedSearch(const PlanNode& node, ExecContext& context);
    /// Nothing if they are not connected within `max` relationships.
    std::optional<Trail> find(engine::NodeId from, engine::NodeId to, std::uint64_t max, Row row);

private:
    struct Reached {
        engine::NodeId before;
        engine::RelId relationship;
    };
    struct Side;
    std::optional<engine::NodeId> advance(Side& side, const Side& other, Row row);
    Trail joined(const Side& forward, const Side& backward, engine::NodeId meeting) const;

    const PlanNode& node_;
    ExecContext& context_;
    Incidents forward_;
    Incidents backward_;
    std::vector<Candidate> candidates_;
};

/// All shortest trails between two different nodes: levels from the start, then back along all that led
/// there.
class AllShortestSearch {
public:
    AllShortestSearch(const PlanNode& node, ExecContext& context)
        : node_(node), context_(context), incidents_(node, node.step_filters, node.direction, context) {}
    std::vector<Trail> find(engine::NodeId from, engine::NodeId to, std::uint64_t max, Row row);

private:
    const PlanNode& node_;
    ExecContext& context_;
    Incidents incidents_;
};

/// Trails by ascending length, whatever the ends and conditions. Keeps every partial trail: the budget bounds
/// it.
class TrailEnumeration {
public:
    TrailEnumeration(const PlanNode& node, ExecContext& context);
    void begin(engine::NodeId from, engine::NodeId to, Row row);
    /// The next trail from `from` to `to` of at least `min` relationships, or nothing.
    std::optional<Trail> next(Row row);

private:
    struct Partial {
        engine::NodeId node;
        engine::RelId relationship;
        std::size_t before;  ///< place of the partial trail that this one prolongs
        std::uint64_t length;
    };
    bool allowed(const Candidate& one, std::size_t place, Row row) const;
    Trail trailAt(std::size_t place) const;
    void prolong(std::size_t place, Row row);

    const PlanNode& node_;
    ExecContext& context_;
    Incidents incidents_;
    std::vector<Partial> partials_;
    std::vector<Candidate> candidates_;
    std::size_t place_ = 0;
    engine::NodeId to_;
    bool typed_ = false;
    HeldMemory held_;
};

}  // namespace xinpu::query
