// engine/txn/commit_indexes.cpp
// Index maintenance: from records before and after to changes of keys, bitmaps and columns.

#include "engine/txn/commit_indexes.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/txn/bitmap_values.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

const std::optional<NodeRecord> kNoNode;

bool hasLabel(const NodeRecord& record, LabelId label) {
    return std::binary_search(record.labels.begin(), record.labels.end(), label);
}

/// Indexes that existed before this commit; new ones are built whole.
bool isDeclaredHere(const CatalogBuilder& catalog, IndexId id) {
    return std::any_of(catalog.items().begin(), catalog.items().end(), [id](const CatalogItem& item) {
        return item.kind == CatalogItem::Kind::Index && item.id == id.value;
    });
}

void storeKeys(StoreTxn& txn, const ChangeSet& changes) {
    std::map<std::uint32_t, std::vector<KeyChange>> by_index;
    for (const auto& [key, holders] : changes.keys) {
        for (const std::uint32_t id : holders.removed) {
            by_index[key.index.value].push_back({key.key, id, false});
        }
        for (const std::uint32_t id : holders.added) {
            by_index[key.index.value].push_back({key.key, id, true});
        }
    }
    TableWriter table(txn, Table::Keys);
    for (auto& [index, list] : by_index) {
        applyKeyChanges(table, IndexId{index}, list);
    }
}

void addBitmapDifferences(const std::set<std::string>& before, const std::set<std::string>& after,
                          BitmapFamily family, std::uint32_t id, std::vector<BitmapChange>& out) {
    for (const std::string& value : before) {
        if (!after.contains(value)) {
            out.push_back({family, value, id, false});
        }
    }
    for (const std::string& value : after) {
        if (!before.contains(value)) {
            out.push_back({family, value, id, true});
        }
    }
}

std::set<std::string> labelValues(const std::optional<NodeRecord>& record) {
    std::set<std::string> values;
    if (record) {
        for (const LabelId label : record->labels) {
            values.insert(labelBitmapValue(label));
        }
    }
    return values;
}

std::set<std::string> indexValues(const IndexDefinition& index, const std::optional<NodeRecord>& record) {
    if (!record || !hasLabel(*record, index.label)) {
        return {};
    }
    const std::vector<std::string> values = bitmapValues(index, record->properties);
    return {values.begin(), values.end()};
}

std::int32_t columnSlot(const IndexDefinition& index, const std::optional<NodeRecord>& record) {
    if (!record || !hasLabel(*record, index.label)) {
        return kSlotAbsent;
    }
    return slotOf(propertyOf(record->properties, index.keys.front()), index.codecs.front());
}

}  // namespace

void storeIndexes(StoreTxn& txn, const ChangeSet& changes, const CatalogBuilder& builder, ChunkLimits limits,
                  Segment& segment) {
    const Catalog& catalog = builder.catalog();
    storeKeys(txn, changes);
    std::vector<BitmapChange> bitmaps;
    std::map<std::uint32_t, std::vector<SlotChange>> columns;
    for (const auto& [id, change] : changes.nodes) {
        if (!change.before && !change.after) {
            continue;
        }
        addBitmapDifferences(labelValues(change.before), labelValues(change.after), labelFamily(), id,
                             bitmaps);
        for (const IndexDefinition& index : catalog.indexes()) {
            // An index that is declared in this commit has nothing of the node yet, whatever it was before.
            const std::optional<NodeRecord>& before =
                isDeclaredHere(builder, index.id) ? kNoNode : change.before;
            if (index.kind == IndexKind::Bitmap || index.kind == IndexKind::DateBitmap) {
                addBitmapDifferences(indexValues(index, before), indexValues(index, change.after),
                                     bitmapFamily(index.id), id, bitmaps);
            } else if (index.kind == IndexKind::Column) {
                const std::int32_t slot = columnSlot(index, change.after);
                if (slot != columnSlot(index, before)) {
                    columns[index.id.value].push_back({NodeId{id}, slot});
                }
            }
        }
    }
    applyBitmapChanges(txn, bitmaps);
    for (auto& [column, list] : columns) {
        std::sort(list.begin(), list.end(),
                  [](const SlotChange& a, const SlotChange& b) { return a.node < b.node; });
        segment.touched.push_back({columnOf(column), changeColumn(txn, column, list, limits)});
    }
}

void buildDeclared(StoreTxn& txn, const Snapshot& base, const ChangeSet& changes,
                   const CatalogBuilder& catalog, ChunkLimits limits, Segment& segment) {
    for (const CatalogItem& item : catalog.items()) {
        if (item.kind == CatalogItem::Kind::IndexDropped) {
            TableWriter keys(txn, Table::Keys);
            dropKeyIndex(keys, IndexId{item.id});
            dropBitmaps(txn, bitmapFamily(IndexId{item.id}));
            dropColumn(txn, item.id);
            continue;
        }
        const IndexDefinition* index =
            item.kind == CatalogItem::Kind::Index ? catalog.catalog().index(IndexId{item.id}) : nullptr;
        if (index == nullptr || !isDeclaredHere(catalog, index->id)) {
            continue;
        }
        if (index->kind != IndexKind::Bitmap && index->kind != IndexKind::DateBitmap &&
            index->kind != IndexKind::Column) {
            continue;  // keys came with the changes (WriteTxn::declare); rules and entries have nothing to
                       // fill
        }
        // Records that this commit changed went through storeIndexes already; the others come from the
        // snapshot.
        std::vector<BitmapChange> bitmaps;
        std::vector<SlotChange> slots;
        base.labelled(index->label).forEach([&](NodeId id) {
            if (changes.nodes.contains(id.value)) {
                return;
            }
            const std::optional<NodeRecord> record = base.node(id);
            if (!record) {
                return;
            }
            if (index->kind == IndexKind::Column) {
                if (const std::int32_t slot = columnSlot(*index, record); slot != kSlotAbsent) {
                    slots.push_back({id, slot});
                }
            } else {
                addBitmapDifferences({}, indexValues(*index, record), bitmapFamily(index->id), id.value,
                                     bitmaps);
            }
        });
        applyBitmapChanges(txn, bitmaps);
        if (!slots.empty()) {
            segment.touched.push_back(
                {columnOf(index->id.value), changeColumn(txn, index->id.value, slots, limits)});
        }
    }
}

}  // namespace xinpu::engine
