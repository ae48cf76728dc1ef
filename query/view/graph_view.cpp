// query/view/graph_view.cpp
// Reads of a statement: from the snapshot where nothing changed, else through the transaction.

#include "query/view/graph_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "xinpu/assert.h"

namespace xinpu::query {

using engine::Direction;
using engine::EntryBlock;
using engine::IncidentRelationship;
using engine::NodeId;
using engine::NodeRecord;
using engine::RelId;
using engine::RelRecord;
using engine::TypeId;
using engine::Value;

namespace {

bool contains(std::span<const TypeId> types, TypeId type) noexcept {
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
}

/// What the run may see of a record; nulls are no properties.
template <typename IsPersonal>
void watchRecord(engine::Properties& properties, PersonalWatch& watch, const IsPersonal& is_personal) {
    for (auto& [key, value] : properties) {
        if (is_personal(key)) {
            value = watch.seen(std::move(value));
        }
    }
    if (watch.masks()) {
        std::erase_if(properties, [](const auto& property) { return property.second.isNull(); });
    }
}

/// Entries of the snapshot; `visit(relationship, neighbour, type, direction)`. A loop is met once.
template <typename Visit>
void eachEntry(const engine::Snapshot& snapshot, NodeId id, Direction direction,
               std::span<const TypeId> types, Visit&& visit) {
    const auto walk = [&](TypeId type) {
        snapshot.adjacency(type).forEachBlock(id, direction, [&](const EntryBlock& block, Direction seen) {
            for (std::uint32_t i = 0; i < block.count; ++i) {
                const NodeId neighbour = block.node(i);
                if (direction == Direction::Both && seen == Direction::In && neighbour == id) {
                    continue;
                }
                visit(block.relationship(i), neighbour, type, seen);
            }
        });
    };
    if (types.empty()) {
        for (std::uint32_t t = 0; t < snapshot.typeCount(); ++t) {
            walk(TypeId{t});
        }
    } else {
        for (std::size_t i = 0; i < types.size(); ++i) {
            if (std::find(types.begin(), types.begin() + static_cast<std::ptrdiff_t>(i), types[i]) ==
                types.begin() + static_cast<std::ptrdiff_t>(i)) {
                walk(types[i]);
            }
        }
    }
}

/// The same through a transaction that changed relationships of this node.
template <typename Visit>
void eachIncident(const engine::WriteTxn& txn, NodeId id, Direction direction, std::span<const TypeId> types,
                  Visit&& visit) {
    const std::optional<TypeId> only = types.size() == 1 ? std::optional(types.front()) : std::nullopt;
    for (const IncidentRelationship& one : txn.relationshipsOf(id, only, direction)) {
        const bool second_sight =
            direction == Direction::Both && one.direction == Direction::In && one.neighbour == id;
        if (!second_sight && contains(types, one.type)) {
            visit(one.relationship, one.neighbour, one.type, one.direction);
        }
    }
}

}  // namespace

void throwDeleted(NodeId id, std::optional<Position> at) {
    throw Error(ErrorCode::NotFound, fmt::format("The node n:{} was deleted in this transaction.", id.value),
                "DeletedEntityAccess", at);
}
void throwDeleted(RelId id, std::optional<Position> at) {
    throw Error(ErrorCode::NotFound,
                fmt::format("The relationship r:{} was deleted in this transaction.", id.value),
                "DeletedEntityAccess", at);
}

bool GraphView::pristine() const noexcept {
    return txn_ == nullptr || txn_->pristine();
}

std::optional<NodeRecord> GraphView::clearNode(NodeId id) const {
    return pristine() ? snapshot_->node(id) : txn_->node(id);
}
std::optional<RelRecord> GraphView::clearRelationship(RelId id) const {
    return pristine() ? snapshot_->relationship(id) : txn_->relationship(id);
}

std::optional<NodeRecord> GraphView::node(NodeId id) const {
    std::optional<NodeRecord> record = clearNode(id);
    if (record && watches()) {
        watchRecord(record->properties, *watch_, [&](engine::KeyId key) {
            return watch_->personal().isPersonal(record->labels, key);
        });
    }
    return record;
}

std::optional<RelRecord> GraphView::relationship(RelId id) const {
    std::optional<RelRecord> record = clearRelationship(id);
    if (record && watches()) {
        watchRecord(record->properties, *watch_, [&](engine::KeyId key) {
            return watch_->personal().isPersonal(record->type, key);
        });
    }
    return record;
}

bool GraphView::exists(NodeId id) const {
    return pristine() ? snapshot_->exists(id) : txn_->exists(id);
}
bool GraphView::exists(RelId id) const {
    return pristine() ? snapshot_->exists(id) : txn_->exists(id);
}

Value GraphView::property(NodeId id, engine::KeyId key) const {
    return masks_ ? maskedProperty(id, key) : clearProperty(id, key);
}

Value GraphView::property(RelId id, engine::KeyId key) const {
    return masks_ ? maskedProperty(id, key) : clearProperty(id, key);
}

Value GraphView::maskedProperty(NodeId id, engine::KeyId key) const {
    Value value = clearProperty(id, key);
    if (value.isNull() || !watch_->personal().mayHold(key)) {
        return value;
    }
    const auto see = [&](std::span<const engine::LabelId> labels) {
        return watch_->personal().isPersonal(labels, key) ? watch_->seen(std::move(value)) : std::move(value);
    };
    if (!pristine()) {
        return see(clearNode(id)->labels);
    }
    std::string holder;
    const engine::Bytes row = snapshot_->nodes().row(id.value, holder);
    return see(engine::RowReader::ofNode(row, snapshot_->catalog()).labels());
}

Value GraphView::maskedProperty(RelId id, engine::KeyId key) const {
    Value value = clearProperty(id, key);
    if (value.isNull() || !watch_->personal().mayHold(key)) {
        return value;
    }
    return watch_->personal().isPersonal(clearRelationship(id)->type, key) ? watch_->seen(std::move(value))
                                                                           : value;
}

Value GraphView::clearProperty(NodeId id, engine::KeyId key) const {
    if (txn_ != nullptr && !txn_->pristine()) {
        if (const auto* change = txn_->change(id)) {
            if (!change->after) {
                throwDeleted(id, {});
            }
            return engine::propertyOf(change->after->properties, key);
        }
    }
    return snapshot_->property(id, key);
}

Value GraphView::clearProperty(RelId id, engine::KeyId key) const {
    if (txn_ != nullptr && !txn_->pristine()) {
        if (const auto* change = txn_->change(id)) {
            if (!change->after) {
                throwDeleted(id, {});
            }
            return engine::propertyOf(change->after->properties, key);
        }
    }
    return snapshot_->property(id, key);
}

bool GraphView::hasLabel(NodeId id, engine::LabelId label) const {
    if (txn_ != nullptr && !txn_->pristine()) {
        if (const auto* change = txn_->change(id)) {
            if (!change->after) {
                throwDeleted(id, {});
            }
            const auto& labels = change->after->labels;
            return std::binary_search(labels.begin(), labels.end(), label);
        }
    }
    std::string holder;
    const engine::Bytes row = snapshot_->nodes().row(id.value, holder);
    return !row.empty() && engine::RowReader::ofNode(row, snapshot_->catalog()).hasLabel(label);
}

RelRecord GraphView::relationshipOrDeleted(RelId id) const {
    if (std::optional<RelRecord> record = relationship(id)) {
        return std::move(*record);
    }
    if (txn_ != nullptr) {
        if (std::optional<RelRecord> record = txn_->deletedRelationship(id)) {
            return std::move(*record);
        }
    }
    throwDeleted(id, {});
}

void GraphView::eachNode(const std::function<bool(NodeId)>& visit) const {
    if (pristine()) {
        snapshot_->eachNodeId(visit);
        return;
    }
    // Both lists ascend: what changed is put between what did not.
    const std::vector<NodeId> changed = txn_->changedNodes();
    auto next = changed.begin();
    bool stopped = false;
    const auto visitChanged = [&] { stopped = txn_->exists(*next) && !visit(*next); };
    snapshot_->eachNodeId([&](NodeId id) {
        for (; !stopped && next != changed.end() && *next < id; ++next) {
            visitChanged();
        }
        if (stopped) {
            return false;
        }
        if (next != changed.end() && *next == id) {
            visitChanged();
            ++next;
        } else {
            stopped = !visit(id);
        }
        return !stopped;
    });
    for (; !stopped && next != changed.end(); ++next) {
        visitChanged();
    }
}

std::vector<NodeId> GraphView::allNodes() const {
    std::vector<NodeId> ids;
    eachNode([&ids](NodeId id) {
        ids.push_back(id);
        return true;
    });
    return ids;
}

std::vector<NodeId> GraphView::labelled(engine::LabelId label) const {
    return pristine() ? snapshot_->labelled(label).toVector() : txn_->labelled(label);
}

void GraphView::expand(NodeId id, Direction direction, std::span<const TypeId> types,
                       std::vector<Incident>& out) const {
    const auto append = [&out](RelId relationship, NodeId neighbour, TypeId type, Direction seen) {
        out.push_back({relationship, neighbour, type, seen});
    };
    if (pristine() || !txn_->incidentChanged(id)) {
        eachEntry(*snapshot_, id, direction, types, append);
    } else {
        eachIncident(*txn_, id, direction, types, append);
    }
}

std::uint64_t GraphView::degree(NodeId id, Direction direction, std::span<const TypeId> types) const {
    std::uint64_t count = 0;
    const auto add = [&count](RelId, NodeId, TypeId, Direction) { ++count; };
    if (pristine() || !txn_->incidentChanged(id)) {
        if (direction != Direction::Both && types.size() == 1) {
            return snapshot_->adjacency(types.front()).degree(id, direction);
        }
        eachEntry(*snapshot_, id, direction, types, add);
    } else {
        eachIncident(*txn_, id, direction, types, add);
    }
    return count;
}

std::optional<NodeId> GraphView::find(const engine::IndexDefinition& index,
                                      std::span<const Value> values) const {
    XINPU_ASSERT(!hides(index));  // the planner of a masked run does not see it
    return pristine() ? snapshot_->find(index, values) : txn_->find(index, values);
}

}  // namespace xinpu::query
