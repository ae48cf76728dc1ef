// tests/crash/pairs.cpp
// Pairs: writing, removing, reading back.

#include "pairs.h"

#include <map>

#include "engine/graph/record.h"

namespace xinpu::engine {
namespace {

IndexDefinition indexOf(const char* name, IndexKind kind, LabelId label, KeyId key) {
    IndexDefinition index;
    index.name = name;
    index.kind = kind;
    index.label = label;
    index.keys = {key};
    return index;
}

std::optional<NodeId> findKey(const WriteTxn& txn, const std::string& key) {
    const Value value = Value::of(key);
    return txn.find(*txn.catalog().index(std::string_view("pair_key")), {&value, 1});
}

}  // namespace

void makePairDatabase(const std::filesystem::path& folder) {
    Database::create(folder);
    const auto database = Database::open(folder, {});
    database->write({.statement = {}}, [](WriteTxn& txn) {
        const LabelId half = txn.label("Half");
        IndexDefinition unique = indexOf("pair_key", IndexKind::Unique, half, txn.key("key"));
        unique.rules = kRuleExists;
        txn.declare(unique);
        txn.declare(indexOf("pair_side", IndexKind::Bitmap, half, txn.key("side")));
        IndexDefinition column = indexOf("pair_number", IndexKind::Column, half, txn.key("number"));
        column.codecs = {{SlotCodec::Kind::Integer, 0}};
        txn.declare(column);
        IndexDefinition covered = indexOf("between", IndexKind::Adjacency, {}, txn.key("number"));
        covered.type = txn.type("BETWEEN");
        covered.codecs = {{SlotCodec::Kind::Integer, 0}};
        txn.declare(covered);
        txn.createNode({{txn.label("Hub")}, {}});
        txn.type("HELD_BY");
        txn.key("text");
    });
}

void writePair(Database& database, const std::string& key, std::size_t weight) {
    database.write({.statement = "pair"}, [&](WriteTxn& txn) {
        const LabelId half = txn.label("Half");
        const auto node = [&](const char* side, std::int64_t number) {
            Properties properties;
            setProperty(properties, txn.key("key"), Value::of(key + "/" + side));
            setProperty(properties, txn.key("side"), Value::of(side));
            setProperty(properties, txn.key("number"), Value::of(number));
            if (weight > 0) {
                setProperty(properties, txn.key("text"), Value::of(std::string(weight, 'w')));
            }
            return txn.createNode({{half}, std::move(properties)});
        };
        const auto number = static_cast<std::int64_t>(std::hash<std::string>{}(key) % 1'000'000);
        const NodeId a = node("a", number);
        const NodeId b = node("b", number + 1);
        Properties properties;
        setProperty(properties, txn.key("number"), Value::of(number));
        txn.createRelationship({txn.type("BETWEEN"), a, b, std::move(properties)});
        const std::vector<NodeId> hubs = txn.labelled(txn.label("Hub"));
        txn.createRelationship({txn.type("HELD_BY"), a, hubs.front(), {}});
    });
}

bool erasePair(Database& database, const std::string& key) {
    bool there = false;
    database.write({.statement = "erase"}, [&](WriteTxn& txn) {
        there = false;
        for (const char* side : {"/a", "/b"}) {
            if (const auto node = findKey(txn, key + side)) {
                there = true;
                for (const IncidentRelationship& rel :
                     txn.relationshipsOf(*node, std::nullopt, Direction::Both)) {
                    if (txn.exists(rel.relationship)) {
                        txn.deleteRelationship(rel.relationship);
                    }
                }
                txn.deleteNode(*node);
            }
        }
    });
    return there;
}

std::set<std::string> pairsOf(const Snapshot& snapshot, std::string* faults) {
    const Catalog& catalog = snapshot.catalog();
    const KeyId key_id = *catalog.key("key");
    const IndexDefinition& unique = *catalog.index(std::string_view("pair_key"));
    const AdjacencyView between = snapshot.adjacency(*catalog.type("BETWEEN"));
    const AdjacencyView held = snapshot.adjacency(*catalog.type("HELD_BY"));
    std::set<std::string> keys;
    std::uint64_t halves = 0;
    snapshot.labelled(*catalog.label("Half")).forEach([&](NodeId id) {
        ++halves;
        const Value own = snapshot.property(id, key_id);
        if (own.isNull() || snapshot.find(unique, {&own, 1}) != id) {
            *faults += "n:" + std::to_string(id.value) + " is not found by its key\n";
            return;
        }
        const std::string text(own.string());
        const bool first = text.ends_with("/a");
        const std::string other = text.substr(0, text.size() - 1) + (first ? "b" : "a");
        std::string seen;
        between.forEachBlock(id, Direction::Both, [&](const EntryBlock& block, Direction direction) {
            for (std::uint32_t i = 0; i < block.count; ++i) {
                const Value neighbour = snapshot.property(block.node(i), key_id);
                seen +=
                    (direction == Direction::Out) == first && !neighbour.isNull() ? neighbour.string() : "?";
            }
        });
        if (seen != other || held.degree(id, Direction::Out) != (first ? 1U : 0U)) {
            *faults += text + " is half a pair: beside it stands '" + seen + "'\n";
        }
        if (first) {
            keys.insert(text.substr(0, text.size() - 2));
        }
    });
    if (halves != 2 * keys.size() || snapshot.counts().nodes != halves + 1 ||
        snapshot.counts().relationships != 2 * keys.size()) {
        *faults += "counts do not fit: " + std::to_string(halves) + " halves of " +
                   std::to_string(keys.size()) + " pairs\n";
    }
    return keys;
}

}  // namespace xinpu::engine
