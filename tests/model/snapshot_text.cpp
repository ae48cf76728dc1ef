// tests/model/snapshot_text.cpp
// Reading a whole snapshot: records, both directions, label bitmaps, indexes, counts, and what lies around.

#include "snapshot_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/graph/hub.h"
#include "engine/graph/segment.h"
#include "engine/txn/bitmap_values.h"
#include "naive_graph.h"

namespace xinpu::engine::model {
namespace {

constexpr std::uint32_t kBeyond = 40;  ///< ids behind the last one that are asked too

class Reader {
public:
    explicit Reader(const Snapshot& snapshot) : snapshot_(snapshot), catalog_(snapshot.catalog()) {}

    std::string text() {
        out_ = line::count("nodes", snapshot_.counts().nodes) +
               line::count("relationships", snapshot_.counts().relationships);
        nodes();
        relationships();
        labels();
        for (const auto& [type, count] : countsOf(snapshot_.counts().by_type, catalog_.types())) {
            out_ += line::count("type " + type, count);
        }
        adjacency();
        std::map<std::string, const IndexDefinition*> by_name;
        for (const IndexDefinition& index : catalog_.indexes()) {
            by_name[index.name] = &index;
        }
        for (const auto& [name, index] : by_name) {
            out_ += "index " + name + "\n";
            this->index(*index);
        }
        strayBigRecords(Table::BigNodes, nodeRecords());
        strayBigRecords(Table::BigRelationships, relationshipRecords());
        strayHubs();
        strayIndexes();
        segments();
        return std::move(out_);
    }

private:
    static std::map<std::string, std::uint64_t> countsOf(const std::map<std::uint32_t, std::uint64_t>& counts,
                                                         const NameTable& names) {
        std::map<std::string, std::uint64_t> named;
        for (const auto& [id, count] : counts) {
            if (count != 0) {
                named[std::string(names.name(id))] = count;
            }
        }
        return named;
    }

    NamedProperties named(const Properties& properties) const {
        NamedProperties list;
        for (const auto& [key, value] : properties) {
            list[std::string(catalog_.keys().name(key.value))] = value;
        }
        return list;
    }

    void nodes() {
        snapshot_.eachNode([this](NodeId id, const NodeRecord& record) {
            std::set<std::string> labels;
            for (const LabelId label : record.labels) {
                labels.insert(std::string(catalog_.labels().name(label.value)));
            }
            out_ += line::node(id.value, labels, named(record.properties));
            last_node_ = std::max(last_node_, id.value);
            node_ids_.push_back(id.value);
            const auto again = snapshot_.node(id);
            if (!again || !sameRecord(*again, record) || !snapshot_.exists(id)) {
                out_ += "stray: the node is not found by its id\n";
            }
        });
        std::size_t at = 0;
        for (std::uint32_t id = 0; id < last_node_ + kBeyond; ++id) {
            const bool there = at < node_ids_.size() && node_ids_[at] == id;
            at += there ? 1U : 0U;
            if (snapshot_.exists(NodeId{id}) != there) {
                out_ += fmt::format("stray: node {} exists\n", id);
            }
        }
    }

    void relationships() {
        snapshot_.eachRelationship([this](RelId id, const RelRecord& record) {
            out_ += line::relationship(id.value,
                                       {std::string(catalog_.types().name(record.type.value)),
                                        record.start.value, record.end.value, named(record.properties)});
            const auto again = snapshot_.relationship(id);
            if (!again || !sameRecord(*again, record)) {
                out_ += "stray: the relationship is not found by its id\n";
            }
        });
    }

    static std::set<std::uint32_t> idsOf(const NodeSet& set) {
        std::set<std::uint32_t> ids;
        set.forEach([&ids](NodeId id) { ids.insert(id.value); });
        return ids;
    }

    void labels() {
        const auto counts = countsOf(snapshot_.counts().by_label, catalog_.labels());
        std::map<std::string, std::set<std::uint32_t>> sets;
        for (std::uint32_t label = 0; label < catalog_.labels().size(); ++label) {
            sets[std::string(catalog_.labels().name(label))] = idsOf(snapshot_.labelled(LabelId{label}));
        }
        for (const auto& [label, ids] : sets) {
            if (const auto count = counts.find(label); count != counts.end()) {
                out_ += line::count("label " + label, count->second);
            }
            if (!ids.empty()) {
                out_ += line::ids("labelled " + label, ids);
            }
        }
    }

    using Entries = std::map<std::uint32_t, std::pair<std::uint32_t, std::vector<std::int32_t>>>;

    Entries entries(TypeId type, NodeId node, Direction direction, Direction asked) {
        Entries list;
        const AdjacencyView view = snapshot_.adjacency(type);
        std::uint32_t slots = (view.layout().stride(direction) - 8) / 4;
        std::uint32_t count = 0;
        view.forEachBlock(node, asked, [&](const EntryBlock& block, Direction seen) {
            if (seen != direction) {
                return;
            }
            for (std::uint32_t i = 0; i < block.count; ++i, ++count) {
                auto& entry = list[block.relationship(i).value];
                entry.first = block.node(i).value;
                for (std::uint32_t k = 0; k < slots; ++k) {
                    entry.second.push_back(block.slot(i, k));
                }
            }
        });
        if (count != list.size()) {
            out_ += fmt::format("stray: an entry of node {} stands twice\n", node.value);
        }
        return list;
    }

    void adjacency() {
        std::map<std::string, TypeId> types;
        for (std::uint32_t type = 0; type < catalog_.types().size(); ++type) {
            types[std::string(catalog_.types().name(type))] = TypeId{type};
        }
        for (const auto& [name, type] : types) {
            for (std::uint32_t id = 0; id < last_node_ + kBeyond; ++id) {
                const NodeId node{id};
                if (snapshot_.adjacency(type).degree(node, Direction::Both) == 0) {
                    continue;  // most ids: blocks of ids have long gaps between them
                }
                for (const Direction direction : {Direction::Out, Direction::In}) {
                    const Entries list = entries(type, node, direction, Direction::Both);
                    if (!list.empty()) {
                        out_ += line::entries(name, id, direction, list);
                        if (entries(type, node, direction, direction) != list ||
                            snapshot_.adjacency(type).degree(node, direction) != list.size()) {
                            out_ += "stray: one direction alone reads differently\n";
                        }
                    }
                }
            }
        }
    }

    void index(const IndexDefinition& index) {
        if (index.kind == IndexKind::Unique || index.kind == IndexKind::Range) {
            std::map<std::string, std::set<std::uint32_t>> by_key;
            KeyScan scan(TableReader(snapshot_.txn(), Table::Keys), index.id, {}, ScanOrder::Ascending);
            while (const auto entry = scan.next()) {
                by_key[std::string(entry->key)].insert(entry->id);
            }
            for (const auto& [key, ids] : by_key) {
                out_ += line::ids(index.name + " " + keyText(key), ids);
                const std::optional<NodeRecord> record = snapshot_.node(NodeId{*ids.begin()});
                std::vector<Value> values;
                for (const KeyId one : index.keys) {
                    values.push_back(record ? propertyOf(record->properties, one) : Value::null());
                }
                if (snapshot_.find(index, values) != NodeId{*ids.begin()}) {
                    out_ += "stray: a key is not found\n";
                }
            }
            if (KeyIndex(TableReader(snapshot_.txn(), Table::Keys), index.id).firstFault()) {
                out_ += "stray: the key index is at fault\n";
            }
        } else if (index.kind == IndexKind::Bitmap || index.kind == IndexKind::DateBitmap) {
            std::set<std::string> values;
            const BitmapIndex bitmaps(snapshot_.txn(), bitmapFamily(index.id));
            bitmaps.eachContainer(
                [&values](std::uint32_t, std::string_view value, Bytes) { values.emplace(value); });
            for (const std::string& value : values) {
                out_ += line::ids(index.name + " " + keyText(value), idsOf(bitmaps.load(value)));
            }
            if (index.kind == IndexKind::DateBitmap) {
                for (const auto& [from, to] : dateSpans()) {
                    out_ += line::ids(fmt::format("{} {}..{}", index.name, from.days, to.days),
                                      idsOf(snapshot_.withDate(index, from, to)));
                }
            }
        } else if (index.kind == IndexKind::Column) {
            const ColumnView column = snapshot_.column(index);
            for (std::uint32_t id = 0; id < last_node_ + kBeyond; ++id) {
                if (const std::int32_t slot = column.slot(NodeId{id}); slot != kSlotAbsent) {
                    out_ += fmt::format("{} {} {}\n", index.name, id, slot);
                }
            }
        }
    }

    /// Parts whose row does not say that it lies in parts.
    void strayBigRecords(Table table, const ChunkSpace& space) {
        TableCursor cursor(snapshot_.txn(), table);
        for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
            const std::uint32_t id = keyU32(entry->key, 0);
            const ChunkView::Group group = findGroup(snapshot_.txn(), space, rowGroupOf(id));
            if (group.data == nullptr || !RowGroup::from(group).big[id % kRowGroupIds]) {
                out_ += fmt::format("stray: parts of record {}\n", id);
            }
        }
    }

    /// Hub blocks of nodes whose group does not say that it has some.
    void strayHubs() {
        TableCursor cursor(snapshot_.txn(), Table::Hubs);
        for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
            const std::uint32_t type = keyU32(entry->key, 0);
            const bool out = entry->key[4] == std::byte{0};
            const std::uint32_t node = keyU32(entry->key, 5);
            const ChunkView::Group group = findGroup(snapshot_.txn(), adjacencyOf(type), groupOf(node));
            const AdjacencyLayout& layout = catalog_.adjacency(TypeId{type});
            const LooseGroup loose =
                LooseGroup::from(group, layout.stride(Direction::Out), layout.stride(Direction::In));
            if (!loose.hub[out ? 0 : 1][node % kGroupIds]) {
                out_ += fmt::format("stray: hub block of node {}\n", node);
            }
        }
    }

    /// Entries of indexes that are not declared.
    void strayIndexes() {
        const auto known = [this](std::uint32_t id, std::initializer_list<IndexKind> kinds) {
            const IndexDefinition* index = catalog_.index(IndexId{id});
            return index != nullptr && std::find(kinds.begin(), kinds.end(), index->kind) != kinds.end();
        };
        TableCursor keys(snapshot_.txn(), Table::Keys);
        for (auto entry = keys.seek({}); entry; entry = keys.next()) {
            if (!known(keyU16(entry->key, 0), {IndexKind::Unique, IndexKind::Range})) {
                out_ += "stray: key block of no index\n";
            }
        }
        TableCursor bitmaps(snapshot_.txn(), Table::Bitmaps);
        for (auto entry = bitmaps.seek({}); entry; entry = bitmaps.next()) {
            const std::uint16_t family = keyU16(entry->key, 0);
            if (family != labelFamily() && !known(family - 1U, {IndexKind::Bitmap, IndexKind::DateBitmap})) {
                out_ += "stray: bitmap of no index\n";
            }
        }
        TableCursor columns(snapshot_.txn(), Table::Columns);
        for (auto entry = columns.seek({}); entry; entry = columns.next()) {
            if (!known(keyU32(entry->key, 0), {IndexKind::Column})) {
                out_ += "stray: column of no index\n";
            }
        }
    }

    void segments() {
        const FileState& file = snapshot_.state().file;
        std::uint64_t changes = 0;
        eachSegment(snapshot_.txn(), 0, [&](const Segment& segment) {
            changes += segment.changes.size();
            if (segment.sequence <= file.merged_up_to || segment.sequence > file.last_entry) {
                out_ += fmt::format("stray: segment {}\n", segment.sequence);
            }
        });
        if (changes != file.unmerged) {
            out_ += fmt::format("stray: {} changes unmerged, the state says {}\n", changes, file.unmerged);
        }
    }

    const Snapshot& snapshot_;
    const Catalog& catalog_;
    std::string out_;
    std::vector<std::uint32_t> node_ids_;
    std::uint32_t last_node_ = 0;
};

}  // namespace

std::string snapshotText(const Snapshot& snapshot) {
    return Reader(snapshot).text();
}

}  // namespace xinpu::engine::model
