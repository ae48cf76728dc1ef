// tests/unit/value/order_test.cpp
// The four comparisons of openCypher: order, equality, comparability, equivalence, and the hash that goes
// with it.

#include "engine/value/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "engine/value/literal.h"
#include "samples.h"

namespace xinpu::engine {
namespace {

using test::dec;

const Value kNull = Value::null();
const Value kNan = Value::of(std::numeric_limits<double>::quiet_NaN());

Value whole(std::int64_t number) {
    return Value::of(number);
}
Value text(const char* characters) {
    return Value::of(characters);
}
Value list(std::vector<Value> elements) {
    return Value::of(std::move(elements));
}
Value map(std::vector<MapEntry> entries) {
    return Value::of(std::move(entries));
}

TEST(Order, TheSortedListIsInOrder) {
    const auto groups = test::sortedGroups();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (std::size_t j = 0; j < groups.size(); ++j) {
            for (const Value& a : groups[i]) {
                for (const Value& b : groups[j]) {
                    ASSERT_EQ(orderValues(a, b), i <=> j) << toCypherText(a) << " and " << toCypherText(b);
                    ASSERT_EQ(equivalentValues(a, b), i == j)
                        << toCypherText(a) << " and " << toCypherText(b);
                }
            }
        }
    }
}

TEST(Order, EquivalentValuesHashAlike) {
    for (const auto& group : test::sortedGroups()) {
        for (const Value& value : group) {
            EXPECT_EQ(hashValue(value), hashValue(group.front())) << toCypherText(value);
        }
    }
}

TEST(Order, HashesSpread) {
    std::unordered_set<std::size_t> seen;
    std::size_t values = 0;
    for (const auto& group : test::sortedGroups()) {
        seen.insert(hashValue(group.front()));
        ++values;
    }
    EXPECT_EQ(seen.size(), values);
    for (std::int64_t number = 0; number < 100'000; ++number) {
        seen.insert(hashValue(whole(number)) % 65'536);
    }
    EXPECT_GT(seen.size(), 45'000U);  // 65,536 (1 - e^-1.5) are expected of a random function
}

// Order is total and agrees with equality, comparability and hash, on values that are often close.
TEST(Order, RandomValuesKeepTheLaws) {
    constexpr std::uint64_t kSeed = 20261124;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    std::vector<Value> values;
    for (int i = 0; i < 600; ++i) {
        values.push_back(test::randomValue(random, {}));
    }
    std::stable_sort(values.begin(), values.end(), ValueBefore{});
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = i; j < values.size(); ++j) {
            const Value& a = values[i];
            const Value& b = values[j];
            const auto order = orderValues(a, b);
            ASSERT_TRUE(order <= 0) << toCypherText(a) << " and " << toCypherText(b);
            ASSERT_EQ(orderValues(b, a), 0 <=> order) << toCypherText(a) << " and " << toCypherText(b);
            ASSERT_EQ(equivalentValues(a, b), order == 0);
            if (order == 0) {
                ASSERT_EQ(hashValue(a), hashValue(b)) << toCypherText(a) << " and " << toCypherText(b);
            }
            ASSERT_EQ(equalValues(a, b), equalValues(b, a));
            if (equalValues(a, b) == true) {
                ASSERT_EQ(order, std::strong_ordering::equal)
                    << toCypherText(a) << " and " << toCypherText(b);
            }
            const auto comparison = compareValues(a, b);
            if (comparison && *comparison != std::partial_ordering::unordered && a.kind() != Kind::List) {
                ASSERT_EQ(*comparison, std::partial_ordering(order))
                    << toCypherText(a) << " and " << toCypherText(b);
            }
        }
    }
}

TEST(Equality, AnswersTrueFalseOrNull) {
    struct Case {
        Value a;
        Value b;
        std::optional<bool> equal;
    };
    const std::optional<bool> kUnknown;
    // The first rows are openCypher's test kit, Comparison1.
    const Case cases[] = {
        {list({whole(1), whole(2)}), list({whole(1)}), false},
        {list({kNull}), list({whole(1)}), kUnknown},
        {list({text("a")}), list({whole(1)}), false},
        {list({list({whole(1)})}), list({list({whole(1)}), list({kNull})}), false},
        {list({list({whole(1)}), list({whole(2)})}), list({list({whole(1)}), list({kNull})}), kUnknown},
        {list({list({whole(1)}), list({whole(2), whole(3)})}), list({list({whole(1)}), list({kNull})}),
         false},
        {map({}), map({}), true},
        {map({{"k", Value::of(true)}}), map({{"k", Value::of(true)}}), true},
        {map({{"k", whole(1)}}), map({{"k", Value::of(1.0)}}), true},
        {map({{"k", text("a")}, {"l", whole(2)}}), map({{"l", whole(2)}, {"k", text("a")}}), true},
        {map({}), map({{"k", kNull}}), false},
        {map({{"k", whole(1)}}), map({{"k", whole(1)}, {"l", kNull}}), false},
        {map({{"k", kNull}}), map({{"k", kNull}}), kUnknown},
        {map({{"k", whole(1)}}), map({{"k", kNull}}), kUnknown},
        {map({{"k", whole(1)}}), map({{"l", whole(1)}}), false},
        {map({{"k", whole(1)}, {"l", kNull}}), map({{"k", whole(2)}, {"l", kNull}}), false},
        {kNan, whole(1), false},
        {kNan, Value::of(1.0), false},
        {kNan, kNan, false},
        {kNan, text("a"), false},
        {list({kNan}), list({kNan}), false},
        {Value::of(1.0), whole(1), true},
        {Value::of(dec("1.00")), whole(1), true},
        {Value::of(dec("0.1")), Value::of(0.1), false},
        {text("1.0"), Value::of(1.0), false},
        {text("1"), whole(1), false},
        {whole(4611686018427387905), whole(4611686018427387900), false},
        {whole(9007199254740993), Value::of(9007199254740992.0), false},
        {kNull, kNull, kUnknown},
        {kNull, whole(1), kUnknown},
        {list({kNull}), list({kNull}), kUnknown},
        {list({whole(1), kNull}), list({whole(2), kNull}), false},
        {list({}), list({}), true},
        {list({}), map({}), false},
        {Value::of(Duration{0, 0, 60, 0}), Value::of(Duration{0, 0, 60, 0}), true},
        {Value::of(Duration{0, 1, 0, 0}), Value::of(Duration{0, 0, 86'400, 0}), false},
        {Value::of(Time{0, 0}), Value::of(Time{3'600 * kNanosPerSecond, 3'600}), false},
        {Value::of(Date{0}), Value::of(LocalDateTime{0, 0}), false},
        {Value::of(NodeId{1}), Value::of(NodeId{1}), true},
        {Value::of(NodeId{1}), Value::of(RelId{1}), false},
        {Value::of(true), whole(1), false},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(equalValues(c.a, c.b), c.equal) << toCypherText(c.a) << " = " << toCypherText(c.b);
        EXPECT_EQ(equalValues(c.b, c.a), c.equal) << toCypherText(c.b) << " = " << toCypherText(c.a);
    }
}

TEST(Comparability, AnswersAnOrderFalseOrNull) {
    using Answer = std::optional<std::partial_ordering>;
    struct Case {
        Value a;
        Value b;
        Answer order;
    };
    const Answer kLess = std::partial_ordering::less;
    const Answer kSame = std::partial_ordering::equivalent;
    const Answer kMore = std::partial_ordering::greater;
    const Answer kNever = std::partial_ordering::unordered;
    const Answer kUnknown = std::nullopt;
    const Case cases[] = {
        {whole(1), Value::of(3.14), kLess},
        {whole(1), Value::of(1.0), kSame},
        {Value::of(dec("0.1")), Value::of(0.1), kLess},
        {text("a"), text("b"), kLess},
        {text(""), text("a"), kLess},
        {Value::of(false), Value::of(true), kLess},
        {whole(1), text("1"), kUnknown},
        {whole(1), Value::of(true), kUnknown},
        {kNull, whole(1), kUnknown},
        {kNull, kNull, kUnknown},
        {kNan, whole(1), kNever},
        {kNan, kNan, kNever},
        {kNan, Value::of(dec("1")), kNever},
        {kNan, text("a"), kUnknown},
        {list({whole(1), whole(0)}), list({whole(1)}), kMore},
        {list({whole(1), kNull}), list({whole(1)}), kMore},
        {list({whole(1), whole(2)}), list({whole(1), kNull}), kUnknown},
        {list({whole(1), text("a")}), list({whole(1), kNull}), kUnknown},
        {list({whole(1), whole(2)}), list({whole(3), kNull}), kLess},
        {list({whole(1)}), list({text("a")}), kUnknown},
        {list({}), list({whole(1)}), kLess},
        {list({kNan}), list({whole(1)}), kNever},
        {map({}), map({}), kUnknown},
        {Value::of(Duration{}), Value::of(Duration{}), kUnknown},
        {Value::of(Date{1}), Value::of(Date{2}), kLess},
        {Value::of(Date{1}), Value::of(LocalDateTime{1, 0}), kUnknown},
        {Value::of(NodeId{1}), Value::of(NodeId{2}), kUnknown},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(compareValues(c.a, c.b), c.order) << toCypherText(c.a) << " < " << toCypherText(c.b);
        const Answer turned = c.order ? Answer(0 <=> *c.order) : c.order;
        EXPECT_EQ(compareValues(c.b, c.a), turned) << toCypherText(c.b) << " < " << toCypherText(c.a);
    }
}

TEST(Equivalence, GroupsNullsAndNans) {
    const std::unordered_set<Value, ValueHash, ValueEquivalent> groups = {kNull,
                                                                          kNull,
                                                                          kNan,
                                                                          kNan,
                                                                          whole(1),
                                                                          Value::of(1.0),
                                                                          Value::of(dec("1.0")),
                                                                          Value::of(0.0),
                                                                          Value::of(-0.0),
                                                                          list({kNull}),
                                                                          list({kNull}),
                                                                          list({whole(1)}),
                                                                          list({Value::of(1.0)})};
    EXPECT_EQ(groups.size(), 6U);
}

}  // namespace
}  // namespace xinpu::engine
