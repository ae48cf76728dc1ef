// tests/differential/query/naive_graph.cpp
// Reading the naive graph, and all of it as text.

#include "naive_graph.h"

namespace xinpu::naive {

using engine::Value;

logic::Entity Graph::node(engine::NodeId id) const {
    logic::Entity entity;
    if (const Node& node = nodes.at(id.value); node.there) {
        entity.labels.assign(node.labels.begin(), node.labels.end());
        entity.properties.assign(node.properties.begin(), node.properties.end());
    }
    return entity;
}

logic::Entity Graph::relationship(engine::RelId id) const {
    const Relationship& relationship = relationships.at(id.value);
    logic::Entity entity;
    entity.labels.push_back(relationship.type);
    if (relationship.there) {
        entity.properties.assign(relationship.properties.begin(), relationship.properties.end());
    }
    return entity;
}

std::vector<std::string> Graph::content() const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].there) {
            lines.push_back(logic::canonical(Value::of(nodeId(i)), *this));
        }
    }
    for (std::size_t i = 0; i < relationships.size(); ++i) {
        if (relationships[i].there) {
            lines.push_back(logic::canonical(Value::of(nodeId(relationships[i].start)), *this) + " " +
                            logic::canonical(Value::of(relationshipId(i)), *this) + " " +
                            logic::canonical(Value::of(nodeId(relationships[i].end)), *this));
        }
    }
    return lines;
}

}  // namespace xinpu::naive
