// loaders/change_batch.cpp
// Nodes first, so that relationships find the ids of new ones.

#include "loaders/change_batch.h"

#include <utility>

#include "engine/value/order.h"

namespace xinpu::loaders {

NodeRef ChangeBatch::create(engine::NodeRecord record) {
    nodes_made_.push_back(std::move(record));
    return {.id = {}, .made = nodes_made_.size() - 1};
}

void ChangeBatch::set(engine::NodeId id, engine::NodeRecord record) {
    nodes_set_.push_back({id, std::move(record)});
}

void ChangeBatch::relate(engine::TypeId type, NodeRef start, NodeRef end, engine::Properties properties) {
    relations_made_.push_back({type, start, end, std::move(properties)});
}

void ChangeBatch::set(engine::RelId id, engine::Properties properties) {
    relations_set_.push_back({id, std::move(properties)});
}

std::size_t ChangeBatch::size() const noexcept {
    return nodes_made_.size() + nodes_set_.size() + relations_made_.size() + relations_set_.size();
}

void ChangeBatch::clear() {
    nodes_made_.clear();
    nodes_set_.clear();
    relations_made_.clear();
    relations_set_.clear();
}

void ChangeBatch::apply(engine::WriteTxn& txn) const {
    std::vector<engine::NodeId> made;
    made.reserve(nodes_made_.size());
    for (const engine::NodeRecord& record : nodes_made_) {
        made.push_back(txn.createNode(record));
    }
    for (const auto& change : nodes_set_) {
        txn.setNode(change.id, change.content);
    }
    const auto idOf = [&made](const NodeRef& node) { return node.made ? made[*node.made] : node.id; };
    for (const Relation& relation : relations_made_) {
        txn.createRelationship(
            {relation.type, idOf(relation.start), idOf(relation.end), relation.properties});
    }
    for (const auto& change : relations_set_) {
        txn.setRelationship(change.id, change.content);
    }
}

bool supersede(engine::Properties& record, const engine::Properties& fresh,
               std::span<const engine::KeyId> owned) {
    bool changed = false;
    for (const engine::KeyId key : owned) {
        engine::Value value = engine::propertyOf(fresh, key);
        if (!engine::equivalentValues(engine::propertyOf(record, key), value)) {
            engine::setProperty(record, key, std::move(value));
            changed = true;
        }
    }
    return changed;
}

}  // namespace xinpu::loaders
