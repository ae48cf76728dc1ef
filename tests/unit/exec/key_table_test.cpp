// tests/unit/exec/key_table_test.cpp
// KeyTable against std::map over random keys.

#include "query/exec/key_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace xinpu::query {
namespace {

using engine::Value;

TEST(KeyTable, NumbersKeysAsAMapDoes) {
    std::mt19937 random(20261125);
    KeyTable table(2);
    std::map<std::pair<int, int>, std::uint32_t> twin;
    for (int i = 0; i < 20'000; ++i) {
        const std::pair<int, int> key{static_cast<int>(random() % 97), static_cast<int>(random() % 89)};
        const Value values[] = {Value::of(key.first), Value::of(std::to_string(key.second))};
        const auto [number, fresh] = table.add(values);
        const auto [place, added] = twin.emplace(key, static_cast<std::uint32_t>(twin.size()));
        ASSERT_EQ(fresh, added);
        ASSERT_EQ(number, place->second);
    }
    EXPECT_EQ(table.size(), twin.size());
}

TEST(KeyTable, KeysThatAreEquivalentAreOne) {
    KeyTable table(1);
    const Value one = Value::of(1);
    const Value float_one = Value::of(1.0);
    const Value null;
    const Value list = Value::of(std::vector<Value>{Value::null()});
    EXPECT_EQ(table.add(&one), std::pair(0U, true));
    EXPECT_EQ(table.add(&float_one), std::pair(0U, false));
    EXPECT_EQ(table.add(&null), std::pair(1U, true));
    EXPECT_EQ(table.add(&null), std::pair(1U, false));
    EXPECT_EQ(table.add(&list), std::pair(2U, true));
    EXPECT_EQ(table.number(&list), 2U);
    table.clear();
    EXPECT_FALSE(table.number(&list).has_value());
}

}  // namespace
}  // namespace xinpu::query
