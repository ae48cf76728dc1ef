// loaders/bulk_records.cpp
// What a commit derives from a record, for the bulk path.

#include "loaders/bulk_records.h"

#include <algorithm>

#include "engine/txn/bitmap_values.h"
#include "engine/txn/snapshot.h"

namespace xinpu::loaders {
namespace {

bool hasLabel(const engine::NodeRecord& record, engine::LabelId label) {
    return std::binary_search(record.labels.begin(), record.labels.end(), label);
}

bool same(const engine::CoveredSlot& a, const engine::CoveredSlot& b) {
    return a.key == b.key && a.codec == b.codec && a.label == b.label;
}

}  // namespace

BulkRecords::BulkRecords(engine::BulkGraph& graph) : graph_(graph) {
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
    row_.clear();
    engine::encodeRecord(record, graph_.catalog(), row_);
    const engine::NodeId id =
        graph_.addNode(graph_.catalog().catalog().primaryLabel(record.labels), record.labels, row_);
    for (const engine::IndexDefinition& index : graph_.catalog().catalog().indexes()) {
        if (index.label.valid() && hasLabel(record, index.label)) {
            indexNode(index, record, id);
        }
    }
    for (NeighbourSlots& each : neighbours_) {
        if (hasLabel(record, each.slot.label)) {
            each.by_node.emplace(
                id.value,
                engine::slotOf(engine::propertyOf(record.properties, each.slot.key), each.slot.codec));
        }
    }
    return id;
}

void BulkRecords::indexNode(const engine::IndexDefinition& index, const engine::NodeRecord& record,
                            engine::NodeId id) {
    switch (index.kind) {
    case engine::IndexKind::Unique:
    case engine::IndexKind::Range:
        if (const auto key = engine::indexKey(index, record.properties)) {
            graph_.addKey(index.id, *key, id);
        }
        break;
    case engine::IndexKind::Bitmap:
    case engine::IndexKind::DateBitmap:
        for (const std::string& value : engine::bitmapValues(index, record.properties)) {
            graph_.addBitmap(index.id, value, id);
        }
        break;
    case engine::IndexKind::Column:
        if (const std::int32_t slot =
                engine::slotOf(engine::propertyOf(record.properties, index.keys[0]), index.codecs[0]);
            slot != engine::kSlotAbsent) {
            graph_.addSlot(index.id, id, slot);
        }
        break;
    case engine::IndexKind::Adjacency:
    case engine::IndexKind::Rule:
        break;
    }
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
    engine::encodeRecord(record, graph_.catalog(), row_);
    graph_.addRelationship(record.type, record.start, record.end, row_, slots(engine::Direction::Out, record),
                           slots(engine::Direction::In, record));
}

}  // namespace xinpu::loaders
