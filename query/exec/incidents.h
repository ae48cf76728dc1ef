// query/exec/incidents.h
#pragma once
// Relationships of a node as expansions meet them, already asked what their adjacency entries can tell.

#include <vector>

#include "query/exec/covered.h"
#include "query/exec/names.h"

namespace xinpu::query {

/// A relationship that may be followed. `ask` are the filters that its entry could not answer.
struct Candidate {
    engine::RelId relationship;
    engine::NodeId neighbour;
    const std::vector<const Expr*>* ask = nullptr;
};

/// Reads the relationships of nodes along one operator's types and direction.
class Incidents {
public:
    Incidents(const PlanNode& node, const std::vector<const Expr*>& filters, engine::Direction direction,
              ExecContext& context)
        : context_(context), direction_(direction), filters_(filters), types_(node.types),
          covered_(node, filters, context) {}

    /// To be called for each row before its nodes are read. False: no relationship has one of the types.
    bool begin(Row row);
    /// Appends those of a node that may pass; a loop is met once.
    void read(engine::NodeId node, std::vector<Candidate>& found);
    /// Hints that nodes will be read soon: far ahead, then near.
    void prefetchFar(engine::NodeId node) const noexcept {
        if (view_) {
            view_->prefetchSlot(node);
        }
    }
    void prefetchNear(engine::NodeId node) const noexcept {
        if (view_) {
            view_->prefetchEntries(node);
        }
    }
    /// Whether reads go to adjacency entries.
    bool pristine() const noexcept { return pristine_; }
    const TypeFilter& types() const noexcept { return types_; }

    /// Whether the filters that are left are true, with the relationship in `each`.
    bool passes(const Candidate& one, Slot each, Row row) const;

private:
    void readType(const engine::AdjacencyView& view, engine::TypeId type, engine::NodeId node,
                  std::vector<Candidate>& found);

    ExecContext& context_;
    engine::Direction direction_;
    const std::vector<const Expr*>& filters_;
    TypeFilter types_;
    CoveredTests covered_;
    std::optional<engine::AdjacencyView> view_;  ///< of the only type
    bool pristine_ = false;
    std::vector<Incident> scratch_;
};

}  // namespace xinpu::query
