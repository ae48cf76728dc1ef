// tests/differential/query/naive_graph.h
#pragma once
// A small property graph of plain vectors and maps: no index, no order, nothing clever.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/value/value.h"
#include "notation.h"

namespace xinpu::naive {

using Properties = std::map<std::string, engine::Value>;  ///< no nulls

struct Node {
    bool there = true;
    std::set<std::string> labels{};
    Properties properties{};
};
struct Relationship {
    bool there = true;
    std::string type{};
    std::size_t start = 0;
    std::size_t end = 0;
    Properties properties{};
};

/// Ids are places in the vectors and are never used again.
struct Graph : logic::Entities {
    std::vector<Node> nodes{};
    std::vector<Relationship> relationships{};

    logic::Entity node(engine::NodeId id) const override;
    logic::Entity relationship(engine::RelId id) const override;

    /// What is there, as canonical texts in no particular order: nodes, and relationships with both ends.
    std::vector<std::string> content() const;
};

inline engine::NodeId nodeId(std::size_t place) {
    return engine::NodeId{static_cast<std::uint32_t>(place)};
}
inline engine::RelId relationshipId(std::size_t place) {
    return engine::RelId{static_cast<std::uint32_t>(place)};
}

}  // namespace xinpu::naive
