// loaders/bulk_records.cpp
// Nodes with what their neighbours will cover, relationships with what they cover.

#include "loaders/bulk_records.h"

#include <algorithm>

#include "engine/graph/record.h"

namespace xinpu::loaders {
namespace {

bool hasLabel(const engine::NodeRecord& record, engine::LabelId label) {
    return std::binary_search(record.labels.begin(), record.labels.end(), label);
}

bool same(const engine::CoveredSlot& a, const engine::CoveredSlot& b) {
    return a.key == b.key && a.codec == b.codec && a.label == b.label;
}

}  // namespace

BulkRecords::BulkRecords(engine::BulkGraph& graph) : graph_(graph), encoder_(graph) {
    const engine::Catalog& catalog = graph_.catalog().catalog();
    for (std::uint32_t type = 0; type < catalog.types().size(); ++type) {
        for (const auto& side : catalog.adjacency(engine::TypeId{type}).slots) {
            for (const engine::CoveredSlot& slot : side) {
                const bool known =
                    std::any_of(neighbours_.begin(), neighbours_.end(),
                                [&](const NeighbourSlots& each) { return same(each.slot, slot); });
                if (slot.of_neighbour && !known) {
                    neighbours_.push_back({slot, {}});
                }
            }
        }
    }
}

engine::NodeId BulkRecords::node(const engine::NodeRecord& record) {
    nodes_.clear();
    encoder_.encode(graph_.catalog().catalog().primaryLabel(record.labels), record, nodes_);
    const engine::NodeId id = encoder_.add(nodes_, 0);
    for (NeighbourSlots& each : neighbours_) {
        if (hasLabel(record, each.slot.label)) {
            each.by_node.emplace(
                id.value,
                engine::slotOf(engine::propertyOf(record.properties, each.slot.key), each.slot.codec));
        }
    }
    return id;
}

std::int32_t BulkRecords::neighbourSlot(const engine::CoveredSlot& slot, engine::NodeId neighbour) const {
    for (const NeighbourSlots& each : neighbours_) {
        if (same(each.slot, slot)) {
            const auto found = each.by_node.find(neighbour.value);
            return found == each.by_node.end() ? engine::kSlotSeeRecord : found->second;
        }
    }
    return engine::kSlotSeeRecord;
}

std::vector<std::int32_t> BulkRecords::slots(engine::Direction direction,
                                             const engine::RelRecord& record) const {
    std::vector<std::int32_t> list;
    for (const engine::CoveredSlot& slot :
         graph_.catalog().catalog().adjacency(record.type).slots[static_cast<std::size_t>(direction)]) {
        list.push_back(
            slot.of_neighbour
                ? neighbourSlot(slot, direction == engine::Direction::Out ? record.end : record.start)
                : engine::slotOf(engine::propertyOf(record.properties, slot.key), slot.codec));
    }
    return list;
}

void BulkRecords::relationship(const engine::RelRecord& record) {
    row_.clear();
    encoder_.encode(record, row_);
    graph_.addRelationship(record.type, record.start, record.end, row_, slots(engine::Direction::Out, record),
                           slots(engine::Direction::In, record));
}

}  // namespace xinpu::loaders
