// query/procedures/related.h
#pragma once
// The related set: every node within some hops along relationships that weigh enough and are valid on a day.

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "query/view/graph_view.h"

namespace xinpu::query {

/// What to walk along. Keys of the catalogue; an invalid key is a property that no relationship has.
struct RelatedQuery {
    engine::NodeId start;
    engine::TypeId type;
    engine::Direction direction = engine::Direction::Both;
    std::uint32_t hops = 0;
    std::optional<engine::KeyId> weight;  ///< only relationships with weight >= `least`; null never passes
    engine::Value least;
    std::optional<engine::Date> on;  ///< only relationships with validFrom <= on < validTo, open where absent
    engine::KeyId validFrom;
    engine::KeyId validTo;
    std::size_t nodesMax = std::numeric_limits<std::size_t>::max();
};

/// Whether a property that the walk reads is masked in this view: the walk reads the snapshot and would not see
/// the mask.
bool hidesSomeOf(const GraphView& view, const RelatedQuery& query) noexcept;

/// Called every few thousand entries (well under 1 ms apart on covered slots); what it throws ends the walk.
using Poll = std::function<void()>;

/// Walks breadth first. Keeps its arrays from one walk to the next: a walk allocates nothing once the largest
/// one is behind it. Needs one bit an id of the graph, and 4 bytes a node reached.
///
/// Threads: one walker a thread. After an exception the walker may be used again.
class RelatedWalker {
public:
    /// The nodes reached, the start first, by ascending distance, each once. Valid until the next walk.
    /// A start that does not exist reaches itself.
    /// @complexity the entries of all nodes nearer than `hops`; records are read only for what is not covered
    /// @throws Error(Limit, NODE_LIMIT) more than nodesMax nodes; Error(Corrupt); what `poll` throws
    std::span<const engine::NodeId> walk(const engine::Snapshot& snapshot, const RelatedQuery& query,
                                         const Poll& poll);

    /// What the walk holds, or the last one held: for the memory budget.
    std::size_t bytes() const noexcept {
        return visited_.size() * sizeof(std::uint64_t) + size_ * sizeof(engine::NodeId);
    }
    /// Of the last walk: how many nodes lie within `hops`.
    std::size_t within(std::uint32_t hops) const noexcept;
    /// Of the last walk: the distance of the node at a position.
    std::uint32_t hopsOf(std::size_t position) const noexcept;

private:
    template <typename Test>
    void walkLevels(const engine::Snapshot& snapshot, const RelatedQuery& query, const Poll& poll,
                    const Test& test);
    template <typename Test, typename Decide>
    void take(const engine::EntryBlock& block, engine::Direction direction, const Test& test,
              const Decide& decide);
    void start(engine::NodeId node);
    void forget();
    void growVisited(std::uint32_t node);
    void growQueue(std::size_t more);

    std::vector<std::uint64_t> visited_;  // a bit an id; during a walk those of queue_[0, size_), else none
    bool marked_ = false;                 // whether visited_ has any
    std::vector<engine::NodeId> queue_;   // its size is capacity: size_ counts
    std::size_t size_ = 0;
    std::vector<std::size_t> level_ends_;
};

}  // namespace xinpu::query
