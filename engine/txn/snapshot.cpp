// engine/txn/snapshot.cpp
// Loading and advancing the state in memory, and reading through it.

#include "engine/txn/snapshot.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/txn/bitmap_values.h"
#include "engine/value/ordered_key.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

[[noreturn]] void damagedRecord(const char* what, std::uint32_t id) {
    throw Error(ErrorCode::Corrupt,
                fmt::format("The record of {}:{} does not decode. Run `xinpu check`.", what, id));
}

/// Every id in use by ascending number, with its row; stops when `visit` returns false.
template <typename Visit>
void eachRow(const Snapshot& snapshot, const ChunkSpace& space, const RecordView& view, Visit&& visit) {
    TableCursor cursor(snapshot.txn(), space.table);
    std::string holder;
    for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
        const auto chunk = ChunkView::parse(entry->value, space.kind);
        if (!chunk) {
            throw Error(ErrorCode::Corrupt, "A record chunk has a broken layout. Run `xinpu check`.");
        }
        for (std::uint32_t group = chunk->firstGroup(); group <= chunk->lastGroup(); ++group) {
            if (chunk->group(group).data == nullptr) {
                continue;
            }
            for (std::uint32_t k = 0; k < kRowGroupIds; ++k) {
                const std::uint32_t id = group * kRowGroupIds + k;
                const Bytes row = view.row(id, holder);
                if (!row.empty() && !visit(id, row)) {
                    return;
                }
            }
        }
    }
}

template <typename Id, typename Record>
void eachRecord(const Snapshot& snapshot, const ChunkSpace& space, const RecordView& view,
                const std::function<void(Id, const Record&)>& visit) {
    eachRow(snapshot, space, view, [&](std::uint32_t id, Bytes row) {
        Record record;
        if (!decodeRecord(row, snapshot.catalog(), record)) {
            damagedRecord(space.table == Table::Nodes ? "n" : "r", id);
        }
        visit(Id{id}, record);
        return true;
    });
}

bool isColumn(const IndexDefinition& index) {
    return index.kind == IndexKind::Column;
}

}  // namespace

std::optional<std::string> indexKey(const IndexDefinition& index, const Properties& properties) {
    std::string key;
    for (const KeyId id : index.keys) {
        const Value value = propertyOf(properties, id);
        if (value.isNull()) {
            return std::nullopt;
        }
        encodeOrderedKey(value, key);
    }
    return key;
}

std::uint16_t labelFamily() noexcept {
    return 0;
}
std::uint16_t bitmapFamily(IndexId index) noexcept {
    return static_cast<std::uint16_t>(index.value + 1);  // 0 is that of the labels
}

std::shared_ptr<GraphState> GraphState::load(const StoreTxn& txn) {
    auto state = std::make_shared<GraphState>();
    state->file = loadState(txn);
    state->catalog = loadCatalog(txn);
    state->counts = std::make_shared<const Counts>(loadCounts(txn));
    state->nodes = std::make_shared<SlotTree>();
    state->relationships = std::make_shared<SlotTree>();
    state->overlay = std::make_shared<Overlay>(state->file.merged_up_to);
    state->fitTypesAndColumns(Catalog());
    eachSegment(txn, state->file.merged_up_to,
                [&state](const Segment& segment) { state->overlay->apply(segment); });
    return state;
}

void GraphState::fitTypesAndColumns(const Catalog& before) {
    types.resize(catalog->types().size());
    for (std::uint32_t t = 0; t < types.size(); ++t) {
        const AdjacencyLayout& layout = catalog->adjacency(TypeId{t});
        const bool same_layout = types[t] != nullptr &&
                                 layout.slots[0].size() == types[t]->layout.slots[0].size() &&
                                 layout.slots[1].size() == types[t]->layout.slots[1].size();
        if (!same_layout) {
            types[t] = std::make_shared<const TypeAdjacency>(
                TypeAdjacency{TypeId{t}, layout, std::make_shared<SlotTree>(), std::make_shared<HubCache>()});
        }
    }
    for (const IndexDefinition& index : catalog->indexes()) {
        if (!isColumn(index)) {
            continue;
        }
        if (index.id.value >= columns.size()) {
            columns.resize(index.id.value + 1);
        }
        if (columns[index.id.value] == nullptr || before.index(index.id) == nullptr) {
            columns[index.id.value] = std::make_shared<SlotTree>();
        }
    }
}

void GraphState::takeIn(const Segment& segment) {
    for (const TouchedChunks& touched : segment.touched) {
        switch (touched.space.table) {
        case Table::Nodes:
            nodes = nodes->copyWithout(touched.ranges);
            break;
        case Table::Relationships:
            relationships = relationships->copyWithout(touched.ranges);
            break;
        case Table::Adjacency: {
            const std::uint32_t type = keyU32(asBytes(touched.space.prefix), 0);
            if (type < types.size()) {
                TypeAdjacency changed = *types[type];
                changed.groups = changed.groups->copyWithout(touched.ranges);
                types[type] = std::make_shared<const TypeAdjacency>(std::move(changed));
            }
            break;
        }
        case Table::Columns: {
            const std::uint32_t column = keyU32(asBytes(touched.space.prefix), 0);
            if (column < columns.size() && columns[column] != nullptr) {
                columns[column] = columns[column]->copyWithout(touched.ranges);
            }
            break;
        }
        default:
            break;
        }
    }
    for (const TypeId type : segment.touched_hubs) {
        if (type.value < types.size()) {
            TypeAdjacency changed = *types[type.value];
            changed.hubs = std::make_shared<HubCache>();
            types[type.value] = std::make_shared<const TypeAdjacency>(std::move(changed));
        }
    }
    overlay->apply(segment);
}

std::shared_ptr<GraphState> GraphState::advance(const StoreTxn& txn) const {
    const FileState now = loadState(txn);
    if (now.merged_up_to > file.last_entry) {
        return load(txn);  // segments that this state never saw are gone: start anew
    }
    auto next = std::make_shared<GraphState>(*this);
    next->file = now;
    if (now.catalog_entry != file.catalog_entry) {
        next->catalog = loadCatalog(txn);
        next->fitTypesAndColumns(*catalog);
    }
    next->counts = std::make_shared<const Counts>(loadCounts(txn));
    if (now.merged_up_to != file.merged_up_to) {
        next->overlay = std::make_shared<Overlay>(now.merged_up_to);
        eachSegment(txn, now.merged_up_to, [&next, this](const Segment& segment) {
            if (segment.sequence <= file.last_entry) {
                next->overlay->apply(segment);
            }
        });
    }
    eachSegment(txn, file.last_entry, [&next](const Segment& segment) { next->takeIn(segment); });
    return next;
}

std::shared_ptr<GraphState> GraphState::after(const FileState& new_file,
                                              std::shared_ptr<const Catalog> new_catalog,
                                              std::shared_ptr<const Counts> new_counts,
                                              const Segment& segment, const StoreTxn& txn) const {
    auto next = std::make_shared<GraphState>(*this);
    next->file = new_file;
    next->counts = std::move(new_counts);
    if (new_catalog != catalog) {
        next->catalog = std::move(new_catalog);
        next->fitTypesAndColumns(*catalog);
    }
    if (new_file.merged_up_to != file.merged_up_to) {
        // Older snapshots keep the old overlay; the new one has only what the merge left.
        next->overlay = std::make_shared<Overlay>(new_file.merged_up_to);
        eachSegment(txn, new_file.merged_up_to, [&next, &segment](const Segment& left) {
            if (left.sequence < segment.sequence) {
                next->overlay->apply(left);
            }
        });
    }
    next->takeIn(segment);
    return next;
}

std::optional<NodeRecord> Snapshot::node(NodeId id) const {
    std::string holder;
    const Bytes row = nodes().row(id.value, holder);
    if (row.empty()) {
        return std::nullopt;
    }
    NodeRecord record;
    if (!decodeRecord(row, catalog(), record)) {
        damagedRecord("n", id.value);
    }
    return record;
}

std::optional<RelRecord> Snapshot::relationship(RelId id) const {
    std::string holder;
    const Bytes row = relationships().row(id.value, holder);
    if (row.empty()) {
        return std::nullopt;
    }
    RelRecord record;
    if (!decodeRecord(row, catalog(), record)) {
        damagedRecord("r", id.value);
    }
    return record;
}

bool Snapshot::exists(NodeId id) const {
    std::string holder;
    return !nodes().row(id.value, holder).empty();
}
bool Snapshot::exists(RelId id) const {
    std::string holder;
    return !relationships().row(id.value, holder).empty();
}

Value Snapshot::property(NodeId id, KeyId key) const {
    std::string holder;
    const Bytes row = nodes().row(id.value, holder);
    return row.empty() ? Value::null() : RowReader::ofNode(row, catalog()).property(key);
}
Value Snapshot::property(RelId id, KeyId key) const {
    std::string holder;
    const Bytes row = relationships().row(id.value, holder);
    return row.empty() ? Value::null() : RowReader::ofRelationship(row, catalog()).property(key);
}

AdjacencyView Snapshot::adjacency(TypeId type) const {
    static const TypeAdjacency kNone{
        TypeId{}, {}, std::make_shared<SlotTree>(), std::make_shared<HubCache>()};
    const TypeAdjacency& adjacency = type.value < state_->types.size() ? *state_->types[type.value] : kNone;
    return {txn_, adjacency, *state_->overlay, sequence(), page_bytes_};
}

std::optional<NodeId> Snapshot::find(const IndexDefinition& index, std::span<const Value> values) const {
    std::string key;
    for (const Value& value : values) {
        if (value.isNull()) {
            return std::nullopt;
        }
        encodeOrderedKey(value, key);
    }
    const auto hit = KeyIndex(TableReader(txn_, Table::Keys), index.id).find(key);
    return hit ? std::optional(NodeId{hit->id}) : std::nullopt;
}

NodeSet Snapshot::labelled(LabelId label) const {
    return BitmapIndex(txn_, labelFamily()).load(labelBitmapValue(label));
}
NodeSet Snapshot::withValue(const IndexDefinition& index, const Value& value) const {
    return BitmapIndex(txn_, bitmapFamily(index.id)).load(bitmapValue(value));
}
NodeSet Snapshot::withDate(const IndexDefinition& index, Date from, Date to) const {
    return DateBitmaps(txn_, bitmapFamily(index.id)).load(from, to);
}

ColumnView Snapshot::column(const IndexDefinition& index) const {
    return {txn_, index.id.value, *state_->columns[index.id.value]};
}

void Snapshot::eachNode(const std::function<void(NodeId, const NodeRecord&)>& visit) const {
    eachRecord<NodeId, NodeRecord>(*this, nodeRecords(), nodes(), visit);
}
void Snapshot::eachNodeId(const std::function<bool(NodeId)>& visit) const {
    eachRow(*this, nodeRecords(), nodes(), [&visit](std::uint32_t id, Bytes) { return visit(NodeId{id}); });
}
void Snapshot::eachRelationship(const std::function<void(RelId, const RelRecord&)>& visit) const {
    eachRecord<RelId, RelRecord>(*this, relationshipRecords(), relationships(), visit);
}

}  // namespace xinpu::engine
