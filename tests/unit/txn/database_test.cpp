// tests/unit/txn/database_test.cpp
// A database from end to end: written, read through every index, changed, merged, reopened.

#include "engine/txn/database.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "database_folder.h"
#include "engine/value/codec.h"
#include "engine/value/literal.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using Neighbours = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // (relationship, node), ascending

Neighbours neighbours(const Snapshot& snapshot, TypeId type, NodeId node, Direction direction) {
    Neighbours found;
    snapshot.adjacency(type).forEachBlock(node, direction, [&](const EntryBlock& block, Direction) {
        for (std::uint32_t i = 0; i < block.count; ++i) {
            found.emplace_back(block.relationship(i).value, block.node(i).value);
        }
    });
    std::sort(found.begin(), found.end());
    EXPECT_EQ(snapshot.adjacency(type).degree(node, direction), found.size());
    return found;
}

std::vector<std::uint32_t> ids(const NodeSet& set) {
    std::vector<std::uint32_t> list;
    set.forEach([&list](NodeId id) { list.push_back(id.value); });
    return list;
}

/// A value of every kind that can be stored.
std::vector<std::pair<std::string_view, Value>> everyKind() {
    static constexpr std::byte kBytes[] = {std::byte{0}, std::byte{255}};
    return {{"truth", Value::of(true)},
            {"whole", Value::of(std::int64_t{-5})},
            {"real", Value::of(2.5)},
            {"exact", Value::of(*Decimal::fromParts(1250, 2))},
            {"text", Value::of("ключ 钥匙")},
            {"bytes", Value::ofBytes(kBytes)},
            {"day", Value::of(Date{20'000})},
            {"clock", Value::of(LocalTime{3'600'000'000'000})},
            {"offset_clock", Value::of(Time{7'200'000'000'000, 3'600})},
            {"moment", Value::of(LocalDateTime{1'700'000'000, 17})},
            {"zoned", Value::of(ZonedDateTime{1'700'000'000, 17, 3'600, {}})},
            {"span", Value::of(Duration{1, 2, 3, 4})},
            {"list", Value::of(std::vector<Value>{Value::of(std::int64_t{1}), Value::of("a")})}};
}

std::string bytesOf(const Value& value) {
    std::string out;
    encodeValue(value, out);
    return out;
}

TEST(Database, KeepsEveryKindOfValue) {
    DatabaseFolder folder;
    NodeId node;
    RelId relationship;
    folder->write({}, [&](WriteTxn& txn) {
        NodeRecord record{{txn.label("A"), txn.label("B")}, propertiesOf(txn, everyKind())};
        node = txn.createNode(record);
        relationship = txn.createRelationship({txn.type("T"), node, node, record.properties});
        EXPECT_TRUE(sameRecord(*txn.node(node), record));
    });
    for (int round = 0; round < 2; ++round) {
        const auto snapshot = folder->snapshot();
        const auto record = snapshot->node(node);
        const auto rel = snapshot->relationship(relationship);
        ASSERT_TRUE(record && rel);
        EXPECT_EQ(record->labels.size(), 2U);
        EXPECT_EQ(record->properties.size(), everyKind().size());
        EXPECT_EQ(rel->start, node);
        for (const auto& [name, value] : everyKind()) {
            const KeyId key = *snapshot->catalog().key(name);
            EXPECT_EQ(bytesOf(propertyOf(record->properties, key)), bytesOf(value)) << name;
            EXPECT_EQ(bytesOf(propertyOf(rel->properties, key)), bytesOf(value)) << name;
            EXPECT_EQ(bytesOf(snapshot->property(node, key)), bytesOf(value)) << name;
            EXPECT_EQ(bytesOf(snapshot->property(relationship, key)), bytesOf(value)) << name;
        }
        EXPECT_EQ(snapshot->counts().nodes, 1U);
        EXPECT_EQ(snapshot->counts().relationships, 1U);
        folder.reopen();
    }
}

TEST(Database, AnswersThroughEveryIndexAcrossChangesMergesAndReopening) {
    DatabaseFolder folder;
    folder->tune({.merge_at = 4, .merge_chunks_per_commit = 1});
    LabelId person;
    TypeId owns;
    KeyId name, day, score, share;
    std::map<std::string, IndexId> index;
    folder->write({.kind = EntryKind::Schema}, [&](WriteTxn& txn) {
        person = txn.label("Person");
        owns = txn.type("OWNS");
        name = txn.key("name"), day = txn.key("day"), score = txn.key("score"), share = txn.key("share");
        const auto declare = [&](const char* what, IndexDefinition definition) {
            definition.name = what;
            index[what] = txn.declare(definition);
        };
        declare("unique", {.kind = IndexKind::Unique, .label = person, .keys = {name}});
        declare("range", {.kind = IndexKind::Range, .label = person, .keys = {score}});
        declare("bitmap", {.kind = IndexKind::Bitmap, .label = person, .keys = {score}});
        declare("dates", {.kind = IndexKind::DateBitmap, .label = person, .keys = {day}});
        declare("column", {.kind = IndexKind::Column,
                           .label = person,
                           .keys = {day},
                           .codecs = {{SlotCodec::Kind::Date, 0}}});
        declare("shares", {.kind = IndexKind::Adjacency,
                           .type = owns,
                           .keys = {share},
                           .codecs = {{SlotCodec::Kind::Decimal, 2}}});
        declare("days", {.kind = IndexKind::Adjacency,
                         .label = person,
                         .type = owns,
                         .keys = {day},
                         .codecs = {{SlotCodec::Kind::Date, 0}},
                         .of_neighbour = true,
                         .direction = Direction::In});
    });
    std::vector<NodeId> nodes;
    std::vector<RelId> rels;
    folder->write({}, [&](WriteTxn& txn) {
        for (std::int64_t i = 0; i < 40; ++i) {
            nodes.push_back(txn.createNode({{person},
                                            {{name, Value::of("p" + std::to_string(i))},
                                             {day, Value::of(Date{20'000 + i})},
                                             {score, Value::of(i % 3)}}}));
        }
        for (std::size_t i = 1; i < 40; ++i) {
            rels.push_back(txn.createRelationship(
                {owns, nodes[0], nodes[i], {{share, Value::of(*Decimal::fromParts(int(i), 2))}}}));
        }
    });
    folder->write({}, [&](WriteTxn& txn) {
        NodeRecord record = *txn.node(nodes[0]);
        setProperty(record.properties, day, Value::of(Date{30'000}));
        setProperty(record.properties, score, Value::of(std::int64_t{7}));
        txn.setNode(nodes[0], record);
        txn.setRelationship(rels[0], {{share, Value::of(*Decimal::fromParts(9'999, 2))}});
        txn.deleteRelationship(rels[1]);
        txn.deleteNode(nodes[2]);
    });
    for (int round = 0; round < 3; ++round) {
        const auto snapshot = folder->snapshot();
        const auto& catalog = snapshot->catalog();
        const auto definition = [&](const char* what) -> const IndexDefinition& {
            return *catalog.index(index.at(what));
        };
        const std::vector<Value> wanted{Value::of("p7")};
        EXPECT_EQ(snapshot->find(definition("unique"), wanted), nodes[7]);
        const std::vector<Value> gone{Value::of("p2")};
        EXPECT_EQ(snapshot->find(definition("unique"), gone), std::nullopt);
        EXPECT_EQ(snapshot->labelled(person).count(), 39U);
        EXPECT_EQ(ids(snapshot->withValue(definition("bitmap"), Value::of(std::int64_t{7}))),
                  (std::vector{nodes[0].value}));
        EXPECT_EQ(snapshot->withValue(definition("bitmap"), Value::of(std::int64_t{2})).count(), 12U);
        EXPECT_EQ(snapshot->withDate(definition("dates"), Date{20'000}, Date{20'009}).count(), 8U);
        EXPECT_EQ(snapshot->column(definition("column")).slot(nodes[0]), 30'000);
        EXPECT_EQ(snapshot->column(definition("column")).slot(nodes[5]), 20'005);
        EXPECT_EQ(snapshot->column(definition("column")).slot(nodes[2]), kSlotAbsent);
        EXPECT_EQ(neighbours(*snapshot, owns, nodes[0], Direction::Out).size(), 38U);
        EXPECT_TRUE(neighbours(*snapshot, owns, nodes[0], Direction::In).empty());
        EXPECT_EQ(neighbours(*snapshot, owns, nodes[1], Direction::In),
                  (Neighbours{{rels[0].value, nodes[0].value}}));
        snapshot->adjacency(owns).forEachBlock(nodes[1], Direction::In,
                                               [&](const EntryBlock& block, Direction) {
                                                   EXPECT_EQ(block.slot(0, 0), 9'999);
                                                   EXPECT_EQ(block.slot(0, 1), 30'000);  // of the neighbour
                                               });
        EXPECT_TRUE(neighbours(*snapshot, owns, nodes[2], Direction::In).empty());
        EXPECT_FALSE(snapshot->exists(nodes[2]));
        EXPECT_FALSE(snapshot->exists(rels[1]));
        if (round == 0) {
            folder->mergeAll();
            EXPECT_EQ(folder->snapshot()->state().file.unmerged, 0U);
        } else {
            folder.reopen();
        }
    }
    EXPECT_TRUE(verifyJournal(folder->snapshot()->txn(), 1, folder->snapshot()->sequence(),
                              folder->header().database_id, 10)
                    .empty());
}

TEST(Database, KeepsNothingOfAFailedTransaction) {
    DatabaseFolder folder;
    IndexId unique;
    folder->write({}, [&](WriteTxn& txn) {
        unique = txn.declare(
            {.name = "u", .kind = IndexKind::Unique, .label = txn.label("P"), .keys = {txn.key("k")}});
        txn.createNode({{txn.label("P")}, propertiesOf(txn, {{"k", Value::of(std::int64_t{1})}})});
    });
    const auto before = folder->snapshot();
    const auto twice = [&](WriteTxn& txn) {
        txn.createNode(
            {{txn.label("P")}, propertiesOf(txn, {{"k", Value::of(1.0)}, {"new", Value::of(true)}})});
    };
    try {
        folder->write({}, twice);
        FAIL() << "the key is taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Constraint);
        EXPECT_NE(std::string_view(error.what()).find("`k` = 1"), std::string_view::npos) << error.what();
    }
    EXPECT_THROW(folder->write({},
                               [&](WriteTxn& txn) {
                                   txn.createNode({{txn.label("Other")}, {}});
                                   throw std::runtime_error("stop");
                               }),
                 std::runtime_error);
    const auto after = folder->snapshot();
    EXPECT_EQ(after->sequence(), before->sequence());
    EXPECT_EQ(after->counts().nodes, 1U);
    EXPECT_FALSE(after->catalog().label("Other"));
    EXPECT_FALSE(after->catalog().key("new"));
}

TEST(Database, IsLockedAgainstASecondWriterAndOpenForReaders) {
    DatabaseFolder folder;
    try {
        Database::open(folder.path(), {});
        FAIL() << "locked";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Locked);
    }
    const auto reader = Database::open(folder.path(), {.read_only = true});
    folder->write({}, [](WriteTxn& txn) { txn.createNode({{txn.label("A")}, {}}); });
    EXPECT_EQ(reader->snapshot()->counts().nodes, 1U);
    EXPECT_THROW(reader->write({}, [](WriteTxn&) {}), Error);
}

}  // namespace
}  // namespace xinpu::engine
