// tests/unit/cli/value_cell_test.cpp
// Values of the language as cells of a result.
#include "cli/value_cell.h"

#include <limits>

#include <gtest/gtest.h>

namespace xinpu::cli {
namespace {

using engine::MapEntry;
using engine::Value;
using Kind = Cell::Kind;

std::span<const std::byte> bytesOf(const char* text, std::size_t length) {
    return {reinterpret_cast<const std::byte*>(text), length};
}

struct Shown {
    const char* name;
    Value value;
    Kind kind;
    const char* text;
};
const Shown kShown[] = {
    {"null", Value::null(), Kind::Null, ""},
    {"true", Value::of(true), Kind::Json, "true"},
    {"integer", Value::of(std::int64_t{-7}), Kind::Number, "-7"},
    {"largest_integer", Value::of(std::numeric_limits<std::int64_t>::max()), Kind::Number,
     "9223372036854775807"},
    {"float", Value::of(0.1), Kind::Number, "0.1"},
    {"whole_float_stays_a_float", Value::of(3.0), Kind::Number, "3.0"},
    {"nan", Value::of(std::numeric_limits<double>::quiet_NaN()), Kind::Text, "NaN"},
    {"infinity", Value::of(-std::numeric_limits<double>::infinity()), Kind::Text, "-Infinity"},
    {"money_keeps_its_places", Value::of(*engine::Decimal::parse("5000.00")), Kind::Decimal, "5000.00"},
    {"string", Value::of("东莞"), Kind::Text, "东莞"},
    {"bytes", Value::ofBytes(bytesOf("\x00\xff\x10\x20", 4)), Kind::Text, "AP8QIA=="},
    {"no_bytes", Value::ofBytes({}), Kind::Text, ""},
    {"date", Value::of(*engine::parseIsoDate("2026-11-24")), Kind::Text, "2026-11-24"},
    {"duration", Value::of(engine::Duration{1, 2, 3, 0}), Kind::Text, "P1M2DT3S"},
    {"node", Value::of(engine::NodeId{12}), Kind::Text, "n:12"},
    {"relationship", Value::of(engine::RelId{5}), Kind::Text, "r:5"},
    {"path", Value::of(engine::Path{engine::NodeId{1}, {{engine::RelId{5}, engine::NodeId{2}, {}}}}),
     Kind::Text, "n:1 r:5 n:2"},
    {"list",
     Value::of(std::vector{Value::of("a\"b"), Value::null(), Value::of(*engine::Decimal::parse("1.50"))}),
     Kind::Json, R"(["a\"b",null,"1.50"])"},
    {"map_in_a_list",
     Value::of(
         std::vector{Value::of(std::vector{MapEntry{"k", Value::of(std::int64_t{1})},
                                           MapEntry{"d", Value::of(*engine::parseIsoDate("2026-01-02"))}})}),
     Kind::Json, R"([{"d":"2026-01-02","k":1}])"},
    {"nan_in_a_list_is_valid_json",
     Value::of(std::vector{Value::of(std::numeric_limits<double>::quiet_NaN())}), Kind::Json, R"(["NaN"])"},
};

class ValueCell : public testing::TestWithParam<Shown> {};

TEST_P(ValueCell, IsShown) {
    const Cell cell = cellOf(GetParam().value);
    EXPECT_EQ(cell.kind, GetParam().kind);
    EXPECT_EQ(cell.text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Cli, ValueCell, testing::ValuesIn(kShown),
                         [](const auto& row) { return row.param.name; });

TEST(ValueCell, DeepestNestingIsWritten) {
    Value value = Value::of(std::vector<Value>{});
    while (value.nesting() < engine::kNestingMax) {
        value = Value::of(std::vector{value});
    }
    EXPECT_EQ(jsonOf(value), std::string(engine::kNestingMax, '[') + std::string(engine::kNestingMax, ']'));
}

}  // namespace
}  // namespace xinpu::cli
