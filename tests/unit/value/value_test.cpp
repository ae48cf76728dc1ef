// tests/unit/value/value_test.cpp
// The value itself: what goes in comes out, copies share, moves leave null, maps sort, nesting ends.

#include "engine/value/value.h"

#include <gtest/gtest.h>

#include <thread>

#include "samples.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using test::dec;

TEST(Value, GivesBackWhatItWasMadeOf) {
    EXPECT_TRUE(Value().isNull());
    EXPECT_TRUE(Value::null().isNull());
    EXPECT_TRUE(Value::of(true).boolean());
    EXPECT_FALSE(Value::of(false).boolean());
    EXPECT_EQ(Value::of(std::int64_t{-5}).integer(), -5);
    EXPECT_EQ(Value::of(5U).integer(), 5);
    EXPECT_EQ(Value::of(2.5).floating(), 2.5);
    EXPECT_EQ(Value::of(dec("5000.00")).decimal().toString(), "5000.00");
    EXPECT_EQ(Value::of("text").string(), "text");
    EXPECT_EQ(Value::of(std::string(100'000, 'x')).string().size(), 100'000U);
    EXPECT_EQ(Value::of("").string(), "");
    EXPECT_EQ(Value::ofBytes(std::as_bytes(std::span("ab\0", 3))).bytes().size(), 3U);
    EXPECT_EQ(Value::of(Date{-3}).date(), Date{-3});
    EXPECT_EQ(Value::of(LocalTime{7}).localTime(), LocalTime{7});
    EXPECT_EQ(Value::of(Time{7, -3'600}).time(), (Time{7, -3'600}));
    EXPECT_EQ(Value::of(LocalDateTime{-7, 9}).localDateTime(), (LocalDateTime{-7, 9}));
    EXPECT_EQ(Value::of(ZonedDateTime{1, 2, 3, "UTC"}).zonedDateTime(), (ZonedDateTime{1, 2, 3, "UTC"}));
    EXPECT_EQ(Value::of(Duration{1, 2, 3, 4}).duration(), (Duration{1, 2, 3, 4}));
    EXPECT_EQ(Value::of(NodeId{7}).node(), NodeId{7});
    EXPECT_EQ(Value::of(RelId{4'000'000'000}).relationship(), RelId{4'000'000'000});
    const Path path{NodeId{1}, {{RelId{2}, NodeId{3}, Direction::In}}};
    EXPECT_EQ(Value::of(path).path(), path);
}

TEST(Value, KeepsDecimalsOfAnyLength) {
    const char* const texts[] = {"0",
                                 "9223372036854775807",
                                 "9223372036854775808",
                                 "-9223372036854775808.5",
                                 "-99999999999999999999999999999999999999",
                                 "0.00000000000000000000000000000000000001"};
    for (const char* text : texts) {
        EXPECT_EQ(Value::of(dec(text)).decimal().toString(), text);
    }
}

TEST(Value, CopiesShareAndMovesLeaveNull) {
    Value first = Value::of("shared text");
    const Value second = first;
    EXPECT_EQ(first.string().data(), second.string().data());
    Value third = std::move(first);
    EXPECT_TRUE(first.isNull());  // NOLINT(bugprone-use-after-move): a moved-from value is null
    EXPECT_EQ(third.string().data(), second.string().data());
    third = third;  // NOLINT: also to itself
    EXPECT_EQ(third.string(), "shared text");
    third = Value::of(1);
    EXPECT_EQ(second.string(), "shared text");
    third.swap(first);
    EXPECT_EQ(first.integer(), 1);
    EXPECT_TRUE(third.isNull());
}

TEST(Value, TruthIsOnlyTrue) {
    EXPECT_TRUE(Value::of(true).isTrue());
    for (const Value& value : {Value::of(false), Value::null(), Value::of(1), Value::of("true")}) {
        EXPECT_FALSE(value.isTrue());
    }
    for (const Value& value : {Value::of(1), Value::of(1.0), Value::of(dec("1"))}) {
        EXPECT_TRUE(value.isNumber());
    }
    EXPECT_FALSE(Value::of("1").isNumber());
}

TEST(Value, MapsAreSortedAndKeepTheLastOfAKey) {
    const Value map = Value::of(std::vector<MapEntry>{{"b", Value::of(1)},
                                                      {"a", Value::of(2)},
                                                      {"b", Value::of(3)},
                                                      {"", Value::of(4)},
                                                      {"a", Value::of(5)}});
    ASSERT_EQ(map.map().size(), 3U);
    EXPECT_EQ(map.map()[0].key, "");
    EXPECT_EQ(map.find("a")->integer(), 5);
    EXPECT_EQ(map.find("b")->integer(), 3);
    EXPECT_EQ(map.find("c"), nullptr);
    EXPECT_EQ(map.find("A"), nullptr);
}

TEST(Value, NestingHasALimit) {
    Value value = Value::of(1);
    for (unsigned depth = 1; depth <= kNestingMax; ++depth) {
        value = depth % 2 == 0 ? Value::of(std::vector<Value>{Value::of(0), value})
                               : Value::of(std::vector<MapEntry>{{"k", value}});
        ASSERT_EQ(value.nesting(), depth);
    }
    try {
        Value::of(std::vector<Value>{value});
        FAIL() << "made too deep a list";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Limit);
        EXPECT_EQ(error.detail(), "NESTING_LIMIT");
    }
    EXPECT_THROW(Value::of(std::vector<MapEntry>{{"k", value}}), Error);
}

TEST(Value, CountsItsMemory) {
    EXPECT_EQ(Value::of(1).heapBytes(), 0U);
    EXPECT_EQ(Value::of(dec("1.5")).heapBytes(), 0U);
    EXPECT_GE(Value::of(std::string(1'000, 'x')).heapBytes(), 1'000U);
    const Value list = Value::of(std::vector<Value>(10, Value::of(std::string(1'000, 'x'))));
    EXPECT_GE(list.heapBytes(), 10'000U);
    std::mt19937_64 random(1);
    for (int i = 0; i < 1'000; ++i) {
        const Value value = test::randomValue(random, {});
        const bool alwaysInside = value.isNull() || value.kind() == Kind::Date || value.kind() == Kind::Float;
        EXPECT_TRUE(!alwaysInside || value.heapBytes() == 0);
    }
}

// For the thread sanitizer: copies are made and dropped by many threads at once.
TEST(Value, CopiesAreSafeToDropAnywhere) {
    const Value shared = Value::of(std::vector<Value>{Value::of("one"), Value::of(Duration{1, 2, 3, 4})});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([copy = shared] {
            for (int i = 0; i < 10'000; ++i) {
                const Value mine = copy;
                const Value element = mine.list()[0];
                ASSERT_EQ(element.string(), "one");
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(shared.list().size(), 2U);
}

TEST(Value, KindsHaveNames) {
    EXPECT_EQ(kindName(Kind::Null), "NULL");
    EXPECT_EQ(kindName(Kind::ZonedDateTime), "ZONED DATETIME");
    EXPECT_EQ(kindName(Kind::Path), "PATH");
}

}  // namespace
}  // namespace xinpu::engine
