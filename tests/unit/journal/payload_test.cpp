// tests/unit/journal/payload_test.cpp
// Journal payloads: changes come back as they were written, damaged ones are refused.

#include "engine/journal/payload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "../value/samples.h"
#include "format_page.h"

namespace xinpu::engine {
namespace {

using Kind = JournalChange::Kind;

void write(const JournalChange& change, PayloadWriter& writer) {
    const std::vector<std::string_view> labels(change.labels.begin(), change.labels.end());
    std::vector<std::pair<std::string_view, const Value*>> properties;
    for (const auto& [key, value] : change.properties) {
        properties.emplace_back(key, &value);
    }
    switch (change.kind) {
    case Kind::PutNode:
        return writer.putNode(change.id, labels, properties);
    case Kind::DeleteNode:
        return writer.deleteNode(change.id);
    case Kind::PutRelationship:
        return writer.putRelationship(change.id, change.type, change.start, change.end, properties);
    case Kind::DeleteRelationship:
        return writer.deleteRelationship(change.id);
    case Kind::Schema:
        return writer.schema(change.text);
    case Kind::File:
        return writer.file(change.text, change.digest);
    }
}

std::string encode(const std::vector<JournalChange>& changes) {
    PayloadWriter writer;
    for (const JournalChange& change : changes) {
        write(change, writer);
    }
    return writer.take();
}

void expectSame(const JournalChange& a, const JournalChange& b) {
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.labels, b.labels);
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.start, b.start);
    EXPECT_EQ(a.end, b.end);
    EXPECT_EQ(a.text, b.text);
    EXPECT_EQ(a.digest, b.digest);
    ASSERT_EQ(a.properties.size(), b.properties.size());
    for (std::size_t i = 0; i < a.properties.size(); ++i) {
        EXPECT_EQ(a.properties[i].first, b.properties[i].first);
        EXPECT_TRUE(test::identical(a.properties[i].second, b.properties[i].second));
    }
}

void expectRoundTrip(const std::vector<JournalChange>& changes) {
    const auto back = decodePayload(asBytes(encode(changes)));
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i) {
        SCOPED_TRACE(i);
        expectSame((*back)[i], changes[i]);
    }
}

JournalChange node(std::uint32_t id, std::vector<std::string> labels,
                   std::vector<std::pair<std::string, Value>> properties) {
    JournalChange change;
    change.id = id;
    change.labels = std::move(labels);
    change.properties = std::move(properties);
    return change;
}

std::vector<JournalChange> oneOfEach() {
    JournalChange relationship;
    relationship.kind = Kind::PutRelationship;
    relationship.id = 9;
    relationship.type = "INVESTS_IN";
    relationship.start = 5;
    relationship.end = std::numeric_limits<std::uint32_t>::max() - 1;
    relationship.properties = {{"share", Value::of(51)}};
    JournalChange schema;
    schema.kind = Kind::Schema;
    schema.text = "CREATE CONSTRAINT 统一社会信用代码";
    JournalChange file;
    file.kind = Kind::File;
    file.text = "companies.csv";
    file.digest = sha256("content");
    JournalChange node_gone;
    node_gone.kind = Kind::DeleteNode;
    node_gone.id = std::numeric_limits<std::uint32_t>::max() - 1;
    JournalChange relationship_gone;
    relationship_gone.kind = Kind::DeleteRelationship;
    return {node(5, {"Company", "Subject"}, {{"name", Value::of("乙")}, {"share", Value::of(1)}}),
            node(4, {}, {}),
            relationship,
            schema,
            file,
            node_gone,
            relationship_gone};
}

TEST(Payload, HasTheBytesOfItsFormatPage) {
    const std::string bytes = encode({node(5, {"A"}, {{"A", Value::of("x")}}), node(4, {"A", "B"}, {})});
    EXPECT_EQ(test::hex(bytes), "01 01 0A 01 00 01 41 01 01 41 78 01 01 02 01 00 01 42 00");
    EXPECT_TRUE(formatPageShows("journal.md", bytes));
}

TEST(Payload, GivesEveryKindOfChangeBack) {
    expectRoundTrip({});
    expectRoundTrip(oneOfEach());
}

TEST(Payload, TellsMoreNamesApartThanItKeeps) {
    std::vector<JournalChange> changes;
    for (std::uint32_t i = 0; i < 200; ++i) {
        changes.push_back(
            node(i, {"L" + std::to_string(i % 100)}, {{"k" + std::to_string(i % 70), Value::of(i)}}));
    }
    expectRoundTrip(changes);
}

TEST(Payload, GivesRandomChangesBack) {
    constexpr std::uint64_t kSeed = 20261207;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    for (int round = 0; round < 300; ++round) {
        SCOPED_TRACE(round);
        std::vector<JournalChange> changes = oneOfEach();
        for (JournalChange& change : changes) {
            if (change.kind != Kind::Schema && change.kind != Kind::File) {
                change.id = static_cast<std::uint32_t>(random() >> (random() % 64));
            }
            if (change.kind == Kind::PutNode || change.kind == Kind::PutRelationship) {
                change.properties.clear();
                for (std::size_t i = random() % 5; i > 0; --i) {
                    change.properties.emplace_back(std::string(random() % 4, 'k'),
                                                   test::randomValue(random, {.storedOnly = true}));
                }
            }
        }
        std::shuffle(changes.begin(), changes.end(), random);
        expectRoundTrip(changes);
    }
}

TEST(PayloadDamage, CutsInsideAChangeAreRefused) {
    const std::vector<JournalChange> changes = oneOfEach();
    const std::string bytes = encode(changes);
    std::vector<std::size_t> ends = {1};
    for (std::size_t count = 1; count <= changes.size(); ++count) {
        ends.push_back(
            encode({changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(count)}).size());
    }
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const std::vector<std::byte> cut(asBytes(bytes).begin(),
                                         asBytes(bytes).begin() + static_cast<std::ptrdiff_t>(length));
        const bool between = std::find(ends.begin(), ends.end(), length) != ends.end();
        EXPECT_EQ(decodePayload(cut).has_value(), between) << length;
    }
}

TEST(PayloadDamage, ChangedBytesAreHarmless) {
    const std::string bytes = encode(oneOfEach());
    std::size_t refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            std::vector<std::byte> damaged(asBytes(bytes).begin(), asBytes(bytes).end());
            damaged[at] = static_cast<std::byte>(value);
            refused += decodePayload(damaged) ? 0 : 1;
        }
    }
    EXPECT_GT(refused, bytes.size());
}

TEST(PayloadDamage, WhatCannotBeIsRefused) {
    using namespace std::string_literals;
    struct Row {
        const char* name;
        std::string bytes;
    };
    const std::string most_negative = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s;
    for (const Row& row : {Row{"empty", ""},
                           {"version", "\x02"},
                           {"kind_0", "\x01\x00"s},
                           {"kind_7", "\x01\x07"},
                           {"id_below_0", "\x01\x02\x01"},
                           {"id_far_below_0", "\x01\x02"s + most_negative},
                           {"id_above_32_bits", "\x01\x02\x80\x80\x80\x80\x20"},
                           {"name_never_given", "\x01\x01\x00\x01\x01\x00"s},
                           {"more_labels_than_bytes", "\x01\x01\x00\xff\xff\xff\xff\x0f"s},
                           {"more_properties_than_bytes", "\x01\x01\x00\x00\xff\xff\xff\xff\x0f"s}}) {
        EXPECT_FALSE(decodePayload(asBytes(row.bytes))) << row.name;
    }
}

}  // namespace
}  // namespace xinpu::engine
