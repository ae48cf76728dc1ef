// tests/unit/value/ordered_key_test.cpp
// Ordered keys: memcmp agrees with orderValues, alone and in rows; the exact bytes of each kind.

#include "engine/value/ordered_key.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "engine/value/literal.h"
#include "engine/value/order.h"
#include "samples.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using test::dec;

std::string keyOf(const Value& value) {
    std::string key;
    encodeOrderedKey(value, key);
    return key;
}

bool indexable(const Value& value) {
    switch (value.kind()) {
    case Kind::Map:
    case Kind::Node:
    case Kind::Relationship:
    case Kind::Path:
        return false;
    default:
        return true;
    }
}

struct Keyed {
    Value value;
    std::string key;
};

std::vector<Keyed> sampleKeys() {
    std::vector<Keyed> out;
    for (const auto& group : test::sortedGroups()) {
        for (const Value& value : group) {
            if (indexable(value)) {
                out.push_back({value, keyOf(value)});
            }
        }
    }
    return out;
}

std::vector<Keyed> randomKeys(std::uint64_t seed, int count) {
    std::mt19937_64 random(seed);
    std::vector<Keyed> out;
    for (int i = 0; i < count; ++i) {
        const Value value = test::randomValue(random, {.indexedOnly = true});
        out.push_back({value, keyOf(value)});
    }
    return out;
}

void expectAgreement(const std::vector<Keyed>& keys) {
    for (const Keyed& a : keys) {
        for (const Keyed& b : keys) {
            const auto byValue = orderValues(a.value, b.value);
            const auto byBytes = a.key.compare(b.key) <=> 0;
            ASSERT_EQ(byBytes, byValue) << toCypherText(a.value) << " [" << test::hex(a.key) << "] and "
                                        << toCypherText(b.value) << " [" << test::hex(b.key) << ']';
            const bool isPrefix = byValue != 0 && b.key.starts_with(a.key);
            ASSERT_FALSE(isPrefix) << toCypherText(a.value) << " is a prefix of " << toCypherText(b.value);
        }
    }
}

TEST(OrderedKey, AgreesWithTheSortedList) {
    expectAgreement(sampleKeys());
}

TEST(OrderedKey, AgreesWithTheOrderOfRandomValues) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        SCOPED_TRACE(seed);
        expectAgreement(randomKeys(seed, 900));
    }
}

TEST(OrderedKey, NumbersOfThreeKindsMeet) {
    std::vector<Keyed> keys;
    std::mt19937_64 random(5);
    for (int i = 0; i < 400; ++i) {
        const auto cents = static_cast<std::int64_t>(random() % 2'001) - 1'000;
        const Value near[] = {Value::of(cents), Value::of(static_cast<double>(cents) / 100),
                              Value::of(*Decimal::fromParts(cents, 2)),
                              Value::of(*Decimal::fromParts(cents * 10 + 1, 3))};
        const Value& value = near[i % 4];
        keys.push_back({value, keyOf(value)});
    }
    expectAgreement(keys);
}

TEST(OrderedKey, RowsOrderAsTuples) {
    const auto keys = sampleKeys();
    std::mt19937_64 random(6);
    const auto pick = [&]() -> const Keyed& { return keys[random() % keys.size()]; };
    for (int round = 0; round < 200'000; ++round) {
        const Keyed& a1 = pick();
        const Keyed& b1 = round % 2 == 0 ? a1 : pick();
        const Keyed& a2 = pick();
        const Keyed& b2 = pick();
        auto expected = orderValues(a1.value, b1.value);
        expected = expected == 0 ? orderValues(a2.value, b2.value) : expected;
        ASSERT_EQ((a1.key + a2.key).compare(b1.key + b2.key) <=> 0, expected)
            << toCypherText(a1.value) << ", " << toCypherText(a2.value) << " and " << toCypherText(b1.value)
            << ", " << toCypherText(b2.value);
    }
}

// docs/format/value.md shows them; indexes of older versions must go on saying the same.
TEST(OrderedKey, BytesAreAsWrittenInTheFormat) {
    struct Case {
        Value value;
        const char* bytes;
    };
    const Case cases[] = {
        {Value::of(std::vector<Value>{Value::of(true), Value::null()}), "08 51 60 00"},
        {Value::of(ZonedDateTime{1, 2, 28'800, "UTC"}), "10 81 01 81 02 82 70 80 55 54 43 00 00"},
        {Value::of(ZonedDateTime{0, 0, -3'600, ""}), "10 80 80 7D F1 F0 00 00"},
        {Value::of(LocalDateTime{-1, 5}), "18 7F 81 05"},
        {Value::of(Date{20'781}), "20 82 51 2D"},
        {Value::of(Date{0}), "20 80"},
        {Value::of(Date{-1}), "20 7F"},
        {Value::of(Date{-2}), "20 7E FE"},
        {Value::of(Date{-257}), "20 7D FE FF"},
        {Value::of(Time{0, 3'600}), "28 79 FC B9 CF 47 60 00 82 0E 10"},
        {Value::of(LocalTime{1}), "30 81 01"},
        {Value::of(Duration{0, 1, 1, 5}),
         "38 80 00 00 00 00 00 00 00 00 00 00 00 00 01 51 81 81 05 80 81 01"},
        {Value::ofBytes(std::as_bytes(std::span("\x01\0", 2))), "40 01 00 FF 00 00"},
        {Value::of("ab"), "48 61 62 00 00"},
        {Value::of(std::string("a\0", 2)), "48 61 00 FF 00 00"},
        {Value::of(false), "50"},
        {Value::of(true), "51"},
        {Value::of(-1), "58 C0 0F FF FF FF FF FF FF FF"},
        {Value::of(0), "59 00 00 00 00 00 00 00 00 00"},
        {Value::of(1), "59 3F F0 00 00 00 00 00 00 00"},
        {Value::of(dec("1.00")), "59 3F F0 00 00 00 00 00 00 00"},
        {Value::of(dec("33.3333")), "59 40 40 AA A9 93 0B E0 DE 42 22 22 22 00"},
        {Value::of(dec("-33.3333")), "58 BF BF 55 56 6C F4 1F 21 BD DD DD DD FF"},
        {Value::of(std::int64_t{9007199254740993}),
         "59 43 40 00 00 00 00 00 00 50 5B 08 14 5D 37 4B 0A 5E 00"},
        {Value::of(std::numeric_limits<double>::quiet_NaN()), "5A"},
        {Value::null(), "60"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(test::hex(keyOf(c.value)), c.bytes) << toCypherText(c.value);
        EXPECT_TRUE(test::formatShows(c.bytes)) << c.bytes;
    }
}

TEST(OrderedKey, MapsAndGraphElementsAreRefused) {
    const Value refused[] = {
        Value::of(std::vector<MapEntry>{}),
        Value::of(NodeId{1}),
        Value::of(RelId{1}),
        Value::of(Path{NodeId{1}, {}}),
        Value::of(std::vector<Value>{Value::of(std::vector<MapEntry>{})}),
    };
    for (const Value& value : refused) {
        try {
            keyOf(value);
            ADD_FAILURE() << toCypherText(value);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Type);
            EXPECT_EQ(error.detail(), "InvalidPropertyType");
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
