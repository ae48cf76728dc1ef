// engine/txn/commit_indexes.cpp
// Index maintenance: from records before and after to changes of keys, bitmaps and columns.

#include "engine/txn/commit_indexes.h"

#include <algorithm>
#include <map>

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

/// The bits of one family that a commit changes, as they are applied: by slice, then value, then id.
class FamilyChanges {
public:
    explicit FamilyChanges(BitmapFamily family) : family_(family) {}

    /// A node had `before` and has `after`, neither with doubles; few of each. Nodes by ascending id.
    void differ(const std::vector<std::string>& before, const std::vector<std::string>& after,
                std::uint32_t id) {
        if (slices_.empty() || slices_.back().slice != id / kSliceIds) {
            slices_.push_back({id / kSliceIds, {}});
        }
        for (const std::string& value : before) {
            if (std::find(after.begin(), after.end(), value) == after.end()) {
                slices_.back().by_value[value].push_back({id, false});
            }
        }
        for (const std::string& value : after) {
            if (std::find(before.begin(), before.end(), value) == before.end()) {
                slices_.back().by_value[value].push_back({id, true});
            }
        }
    }
    void moveTo(std::vector<BitmapChange>& out) const {
        for (const Slice& slice : slices_) {
            for (const auto& [value, bits] : slice.by_value) {
                for (const Bit& bit : bits) {
                    out.push_back({family_, value, bit.id, bit.set});
                }
            }
        }
    }

private:
    struct Bit {
        std::uint32_t id;
        bool set;
    };
    struct Slice {
        std::uint32_t slice;
        std::map<std::string, std::vector<Bit>> by_value;
    };
    BitmapFamily family_;
    std::vector<Slice> slices_;
};

std::vector<std::string> labelValues(const std::optional<NodeRecord>& record) {
    std::vector<std::string> values;
    if (record) {
        for (const LabelId label : record->labels) {
            values.push_back(labelBitmapValue(label));
        }
    }
    return values;
}

std::vector<std::string> indexValues(const IndexDefinition& index, const std::optional<NodeRecord>& record) {
    return record && hasLabel(*record, index.label) ? bitmapValues(index, record->properties)
                                                    : std::vector<std::string>{};
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
    // By ascending id within each index, so that what is applied is in order already.
    std::vector<std::uint32_t> ids;
    for (const auto& [id, change] : changes.nodes) {
        if (change.before || change.after) {
            ids.push_back(id);
        }
    }
    std::sort(ids.begin(), ids.end());
    std::vector<const RecordChange<NodeRecord>*> nodes;
    for (const std::uint32_t id : ids) {
        nodes.push_back(&changes.nodes.at(id));
    }
    std::vector<BitmapChange> bitmaps;
    FamilyChanges labels(labelFamily());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        labels.differ(labelValues(nodes[i]->before), labelValues(nodes[i]->after), ids[i]);
    }
    labels.moveTo(bitmaps);
    std::map<std::uint32_t, std::vector<SlotChange>> columns;
    for (const IndexDefinition& index : catalog.indexes()) {
        const bool bitmap = index.kind == IndexKind::Bitmap || index.kind == IndexKind::DateBitmap;
        if (!bitmap && index.kind != IndexKind::Column) {
            continue;
        }
        // An index that is declared in this commit has nothing of the node yet, whatever it was before.
        const bool declared_here = isDeclaredHere(builder, index.id);
        FamilyChanges family(bitmapFamily(index.id));
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const std::optional<NodeRecord>& before = declared_here ? kNoNode : nodes[i]->before;
            const std::optional<NodeRecord>& after = nodes[i]->after;
            if (bitmap) {
                family.differ(indexValues(index, before), indexValues(index, after), ids[i]);
            } else if (const std::int32_t slot = columnSlot(index, after);
                       slot != columnSlot(index, before)) {
                columns[index.id.value].push_back({NodeId{ids[i]}, slot});
            }
        }
        family.moveTo(bitmaps);
    }
    applyBitmapChanges(txn, bitmaps);
    for (auto& [column, list] : columns) {
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
        FamilyChanges family(bitmapFamily(index->id));
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
                family.differ({}, indexValues(*index, record), id.value);
            }
        });
        std::vector<BitmapChange> bitmaps;
        family.moveTo(bitmaps);
        applyBitmapChanges(txn, bitmaps);
        if (!slots.empty()) {
            segment.touched.push_back(
                {columnOf(index->id.value), changeColumn(txn, index->id.value, slots, limits)});
        }
    }
}

}  // namespace xinpu::engine
