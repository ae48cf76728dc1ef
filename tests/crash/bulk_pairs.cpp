// tests/crash/bulk_pairs.cpp
// Rows of pairs, with what the indexes need of them.

#include "bulk_pairs.h"

#include "engine/bulk/bulk_graph.h"
#include "engine/txn/bitmap_values.h"
#include "pairs.h"

namespace xinpu::engine {
namespace {

constexpr std::uint64_t kPairsPerWord = 2'000;
constexpr std::size_t kSortBytes = std::size_t{1} << 20;  ///< little, so that sorting goes to temporary files

/// The declared indexes, by name.
struct Declared {
    const IndexDefinition& key;
    const IndexDefinition& side;
    const IndexDefinition& number;
};

NodeId addHalf(BulkGraph& graph, const Declared& declared, const std::string& key, const char* side,
               std::int64_t number) {
    const LabelId half = declared.key.label;
    NodeRecord record{{half}, {}};
    setProperty(record.properties, declared.key.keys[0], Value::of(key + "/" + side));
    setProperty(record.properties, declared.side.keys[0], Value::of(side));
    setProperty(record.properties, declared.number.keys[0], Value::of(number));
    std::string row;
    encodeRecord(record, graph.catalog(), row);
    const NodeId node = graph.addNode(half, record.labels, row);
    graph.addKey(declared.key.id, *indexKey(declared.key, record.properties), node);
    for (const std::string& value : bitmapValues(declared.side, record.properties)) {
        graph.addBitmap(declared.side.id, value, node);
    }
    graph.addSlot(declared.number.id, node, static_cast<std::int32_t>(number));
    return node;
}

}  // namespace

void makeEmptyPairDatabase(const std::filesystem::path& folder) {
    makePairDatabase(folder);
    Database::open(folder, {})->write({.statement = {}}, [](WriteTxn& txn) {
        for (const NodeId hub : txn.labelled(txn.label("Hub"))) {
            txn.deleteNode(hub);
        }
    });
}

void bulkPairs(const std::filesystem::path& folder, std::uint64_t pairs,
               const std::function<void(const std::string& step)>& say) {
    BulkGraph graph(folder, {.memory_bytes = kSortBytes});
    const Catalog catalog = graph.catalog().catalog();  // as declared; loading adds shapes only
    const Declared declared{*catalog.index(std::string_view("pair_key")),
                            *catalog.index(std::string_view("pair_side")),
                            *catalog.index(std::string_view("pair_number"))};
    std::string row;
    const NodeRecord hub_record{{*catalog.label("Hub")}, {}};
    encodeRecord(hub_record, graph.catalog(), row);
    const NodeId hub = graph.addNode(hub_record.labels[0], hub_record.labels, row);
    std::vector<std::pair<NodeId, NodeId>> made;
    for (std::uint64_t i = 0; i < pairs; ++i) {
        const std::string key = "bulk-" + std::to_string(i);
        const NodeId a = addHalf(graph, declared, key, "a", static_cast<std::int64_t>(i));
        made.emplace_back(a, addHalf(graph, declared, key, "b", static_cast<std::int64_t>(i + 1)));
        if (i % kPairsPerWord == 0) {
            say("nodes");
        }
    }
    graph.endNodes();
    for (std::uint64_t i = 0; i < pairs; ++i) {
        const auto number = static_cast<std::int32_t>(i);
        RelRecord between{*catalog.type("BETWEEN"), made[i].first, made[i].second, {}};
        setProperty(between.properties, declared.number.keys[0], Value::of(std::int64_t{number}));
        row.clear();
        encodeRecord(between, graph.catalog(), row);
        const std::int32_t slots[] = {number};
        graph.addRelationship(between.type, between.start, between.end, row, slots, slots);
        const RelRecord held{*catalog.type("HELD_BY"), made[i].first, hub, {}};
        row.clear();
        encodeRecord(held, graph.catalog(), row);
        graph.addRelationship(held.type, held.start, held.end, row, {}, {});
        if (i % kPairsPerWord == 0) {
            say("relationships");
        }
    }
    say("finish");
    EntryDraft draft;
    draft.kind = EntryKind::Load;
    draft.principal = "test";
    graph.finish(draft, {});
    say("done");
}

}  // namespace xinpu::engine
