// engine/check/segments.h
#pragma once
// The adjacency changes that wait to be merged, as a reader would join them. Private to this room.

#include <functional>
#include <vector>

#include "engine/check/checker.h"
#include "engine/graph/segment.h"

namespace xinpu::engine {

class PendingChanges {
public:
    /// Reads and checks all segments.
    explicit PendingChanges(Checker& check);

    /// What segments newer than `merged` do with a relationship that the base has at `node`.
    enum class Found { Nothing, Overrides, InsertsAgain };
    Found changes(TypeId type, NodeId node, Direction direction, std::uint32_t relationship,
                  std::uint64_t merged) const;
    /// Notes up to where a group's chunk is merged; groups that no chunk holds are merged up to nothing.
    void mergedUpTo(TypeId type, std::uint32_t group, std::uint64_t merged);
    /// Calls `visit` for every entry that readers see because of segments.
    void eachLeft(const std::function<void(const EdgeChange&)>& visit) const;

private:
    struct Change {
        EdgeChange edge;
        std::uint64_t sequence = 0;
        std::uint64_t merged = 0;
    };
    void readSegments(Checker& check);
    std::vector<Change> changes_;  ///< by type, node, direction, relationship, age
};

}  // namespace xinpu::engine
