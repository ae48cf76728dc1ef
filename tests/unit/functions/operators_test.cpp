// tests/unit/functions/operators_test.cpp
// Arithmetic, text, lists, access and type tests over values.

#include "query/functions/operators.h"

#include <gtest/gtest.h>

#include "expression.h"

namespace xinpu::query::test {
namespace {

struct Row {
    const char* expression;
    const char* result;
};

class Operators : public testing::TestWithParam<Row> {};
TEST_P(Operators, Give) {
    EXPECT_EQ(resultOf(GetParam().expression), GetParam().result) << GetParam().expression;
}

constexpr Row kArithmetic[] = {
    {"1 + 2", "3"},
    {"1 + 2.0", "3.0"},
    {"9223372036854775807 + 1", "ArithmeticError IntegerOverflow"},
    {"-9223372036854775808 - 1", "ArithmeticError IntegerOverflow"},
    {"9223372036854775807 * 2", "ArithmeticError IntegerOverflow"},
    {"-9223372036854775808 / -1", "ArithmeticError IntegerOverflow"},
    {"-9223372036854775808 % -1", "0"},
    {"7 / 2", "3"},
    {"-7 / 2", "-3"},
    {"-7 % 3", "-1"},
    {"1 / 0", "ArithmeticError DivisionByZero"},
    {"1 % 0", "ArithmeticError DivisionByZero"},
    {"1 / 0.0", "Infinity"},
    {"0.0 / 0.0", "NaN"},
    {"5.5 % 2", "1.5"},
    {"2 ^ 3", "8.0"},
    {"1 + null", "null"},
    {"null ^ 2", "null"},
    {"true + 1", "TypeError InvalidArgumentType"},
    {"{} * 2", "TypeError InvalidArgumentType"},
    {"decimal('1.10') + 2", "decimal('3.10')"},
    {"decimal('1.10') * decimal('2.0')", "decimal('2.200')"},
    {"decimal('1.10') + 0.5", "1.6"},
    {"decimal('10.00') / 4", "decimal('2.50')"},
    {"decimal('1') / 3", "decimal('0.333333333333')"},
    {"decimal('5.5') % 2", "decimal('1.5')"},
    {"decimal('1') / 0", "ArithmeticError DivisionByZero"},
    {"-decimal('1.5')", "decimal('-1.5')"},
};
INSTANTIATE_TEST_SUITE_P(Arithmetic, Operators, testing::ValuesIn(kArithmetic));

constexpr Row kTextAndLists[] = {
    {"'a' + 'b'", "'ab'"},
    {"'a' + 1", "'a1'"},
    {"1.5 + 'a'", "'1.5a'"},
    {"'on ' + date('2020-01-01')", "'on 2020-01-01'"},
    {"'a' + {}", "TypeError InvalidArgumentType"},
    {"[1, 10, 100] + [4, 5]", "[1, 10, 100, 4, 5]"},
    {"[false, true] + false", "[false, true, false]"},
    {"1 + [2]", "[1, 2]"},
    {"[1] + null", "null"},
    {"'a' || 'b'", "'ab'"},
    {"[1] || [2]", "[1, 2]"},
    {"'a' || 1", "TypeError InvalidArgumentType"},
    {"1 IN [1, 2]", "true"},
    {"3 IN [1, null]", "null"},
    {"null IN []", "false"},
    {"null IN [1]", "null"},
    {"1 IN null", "null"},
    {"1 IN 1", "TypeError InvalidArgumentType"},
    {"[1, 2] IN [1, [1, null]]", "null"},
    {"'abc' STARTS WITH 'ab'", "true"},
    {"'abc' ENDS WITH 'ab'", "false"},
    {"'abc' CONTAINS ''", "true"},
    {"1 CONTAINS 'a'", "null"},
    {"'a' CONTAINS null", "null"},
    {"'abc' =~ 'a.c'", "true"},
    {"'abcd' =~ 'a.c'", "false"},
    {"'ABC' =~ '(?i)abc'", "true"},
    {"1 =~ 'a'", "null"},
    {"'a' =~ 1", "TypeError InvalidArgumentType"},
    {"'a' =~ '('", "ArgumentError InvalidArgumentValue"},
    {"[1, 2, 3][0]", "1"},
    {"[1, 2, 3][-1]", "3"},
    {"[1, 2, 3][3]", "null"},
    {"[1, 2, 3][-4]", "null"},
    {"[1][null]", "null"},
    {"[1][1.0]", "TypeError ListElementAccessByNonInteger"},
    {"['a']['a']", "TypeError ListElementAccessByNonInteger"},
    {"{a: 1}['a']", "1"},
    {"{a: 1}['b']", "null"},
    {"{a: 1}[0]", "TypeError MapElementAccessByNonString"},
    {"100[0]", "TypeError InvalidElementAccess"},
    {"{a: {b: 2}}.a.b", "2"},
    {"'a'.b", "TypeError InvalidArgumentType"},
    {"[1, 2, 3][1..2]", "[2]"},
    {"[1, 2, 3][1..]", "[2, 3]"},
    {"[1, 2, 3][..-1]", "[1, 2]"},
    {"[1, 2, 3][-5..2]", "[1, 2]"},
    {"[1, 2, 3][2..1]", "[]"},
    {"[1, 2, 3][null..1]", "null"},
    {"[1, 2, 3]['a'..1]", "TypeError InvalidArgumentType"},
};
INSTANTIATE_TEST_SUITE_P(TextAndLists, Operators, testing::ValuesIn(kTextAndLists));

struct TypeRow {
    const char* value;
    const char* type;
    bool is;
};
constexpr TypeRow kTypes[] = {
    {"1", "INTEGER", true},
    {"1", "INT NOT NULL", true},
    {"1.0", "INTEGER", false},
    {"1.0", "INTEGER | FLOAT", true},
    {"null", "INTEGER", true},
    {"null", "INTEGER NOT NULL", false},
    {"null", "NULL", true},
    {"1", "NULL", false},
    {"null", "NOTHING", false},
    {"[1, 2]", "LIST<INTEGER>", true},
    {"[1, 'a']", "LIST<INTEGER>", false},
    {"[1, 'a']", "LIST<INTEGER | STRING>", true},
    {"[1, null]", "LIST<INTEGER NOT NULL>", false},
    {"[1, null]", "LIST<INTEGER>", true},
    {"[[1]]", "list < list<int> >", true},
    {"[]", "LIST<DATE> NOT NULL", true},
    {"date('2020-01-01')", "DATE", true},
    {"time('12:00Z')", "ZONED TIME", true},
    {"datetime('2020-01-01T00:00Z')", "TIMESTAMP WITH TIME ZONE", true},
    {"decimal('1')", "DECIMAL", true},
    {"[1, 'a']", "PROPERTY VALUE", true},
    {"{}", "PROPERTY VALUE", false},
    {"{}", "ANY", true},
    {"{}", "MAP", true},
};
TEST(Types, TestValues) {
    for (const TypeRow& row : kTypes) {
        EXPECT_EQ(isOfType(evaluated(row.value), row.type, {}), row.is) << row.value << " IS :: " << row.type;
    }
    EXPECT_ANY_THROW(isOfType({}, "INTEGERS", {}));
    EXPECT_ANY_THROW(isOfType({}, "LIST<INTEGER", {}));
}

}  // namespace
}  // namespace xinpu::query::test
