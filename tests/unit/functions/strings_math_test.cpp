// tests/unit/functions/strings_math_test.cpp
// Functions of strings, numbers, lists and any value; conversions.

#include <gtest/gtest.h>

#include "expression.h"

namespace xinpu::query::test {
namespace {

struct Row {
    const char* expression;
    const char* result;
};

class Functions : public testing::TestWithParam<Row> {};
TEST_P(Functions, Give) {
    EXPECT_EQ(resultOf(GetParam().expression), GetParam().result) << GetParam().expression;
}

constexpr Row kStrings[] = {
    {"substring('0123456789', 1)", "'123456789'"},
    {"substring('信用图谱', 1, 2)", "'用图'"},
    {"substring('abc', 5)", "''"},
    {"substring('abc', -1)", "ArgumentError NumberOutOfRange"},
    {"left('信用图谱', 2)", "'信用'"},
    {"right('信用图谱', 1)", "'谱'"},
    {"right('abc', 9)", "'abc'"},
    {"left(null, 1)", "null"},
    {"replace('hello', 'l', 'w')", "'hewwo'"},
    {"replace('ab', '', '-')", "'-a-b-'"},
    {"split('one1two', '1')", "['one', 'two']"},
    {"split('one1two1', '1')", "['one', 'two', '']"},
    {"split('a,b;c', [',', ';'])", "['a', 'b', 'c']"},
    {"split('信用', '')", "['信', '用']"},
    {"reverse('raksO')", "'Oskar'"},
    {"reverse('信用')", "'用信'"},
    {"reverse([1, 2])", "[2, 1]"},
    {"toUpper('straße é')", "'STRASSE É'"},
    {"toLower('ÀB')", "'àb'"},
    {"trim('  a b  ')", "'a b'"},
    {"ltrim('  a')", "'a'"},
    {"rtrim('xxaxx', 'x')", "'xxa'"},
    {"size('信用')", "2"},
    {"size([1, 2, 3])", "3"},
    {"size(1)", "TypeError InvalidArgumentType"},
    {"isEmpty('')", "true"},
    {"head([])", "null"},
    {"last([1, 2])", "2"},
    {"tail([1, 2, 3])", "[2, 3]"},
    {"tail([])", "[]"},
    {"keys({b: 1, a: 2})", "['a', 'b']"},
    {"properties({a: 1})", "{a: 1}"},
    {"coalesce(null, 2, 3)", "2"},
    {"coalesce(null)", "null"},
    {"nullIf(1, 1)", "null"},
    {"nullIf(1, 2)", "1"},
    {"range(0, 3)", "[0, 1, 2, 3]"},
    {"range(3, 0, -2)", "[3, 1]"},
    {"range(3, 0)", "[]"},
    {"range(9223372036854775806, 9223372036854775807)", "[9223372036854775806, 9223372036854775807]"},
    {"range(2, 8, 0)", "ArgumentError NumberOutOfRange"},
    {"range(true, 1, 1)", "ArgumentError InvalidArgumentType"},
    {"range(0, 1.0)", "ArgumentError InvalidArgumentType"},
    {"labels(1)", "TypeError InvalidArgumentValue"},
    {"type(1)", "TypeError InvalidArgumentValue"},
};
INSTANTIATE_TEST_SUITE_P(Strings, Functions, testing::ValuesIn(kStrings));

constexpr Row kConversions[] = {
    {"toInteger('82.9')", "82"},
    {"toInteger('foo')", "null"},
    {"toInteger(82.9)", "82"},
    {"toInteger([])", "TypeError InvalidArgumentValue"},
    {"toIntegerOrNull([])", "null"},
    {"toFloat('1')", "1.0"},
    {"toFloat('')", "null"},
    {"toFloat(true)", "TypeError InvalidArgumentValue"},
    {"toFloat(3)", "3.0"},
    {"toBoolean(' tru ')", "null"},
    {"toBoolean('TRUE')", "true"},
    {"toBoolean(1.0)", "TypeError InvalidArgumentValue"},
    {"toString(1)", "'1'"},
    {"toString(1.0E7)", "'1.0E7'"},
    {"toString(true)", "'true'"},
    {"toString([])", "TypeError InvalidArgumentValue"},
    {"toStringList([1, 'a', [], null])", "['1', 'a', null, null]"},
    {"toString(decimal('5000.00'))", "'5000.00'"},
    {"decimal('a')", "ArgumentError InvalidArgumentValue"},
    {"decimal(0.1)", "decimal('0.1')"},
    {"valueType(1)", "'INTEGER NOT NULL'"},
    {"valueType([1, null, 'a'])", "'LIST<INTEGER | STRING> NOT NULL'"},
    {"valueType(null)", "'NULL'"},
};
INSTANTIATE_TEST_SUITE_P(Conversions, Functions, testing::ValuesIn(kConversions));

constexpr Row kMath[] = {
    {"abs(-1)", "1"},
    {"abs(-9223372036854775808)", "ArithmeticError IntegerOverflow"},
    {"sqrt(12.96)", "3.6"},
    {"sqrt(-1)", "NaN"},
    {"ceil(0.1)", "1.0"},
    {"floor(-0.1)", "-1.0"},
    {"round(1.5)", "2.0"},
    {"round(-1.5)", "-1.0"},
    {"round(3)", "3.0"},
    {"round(1.249, 1)", "1.2"},
    {"round(-1.55, 1)", "-1.6"},
    {"round(1.55, 1, 'HALF_DOWN')", "1.5"},
    {"round(2.5, 0, 'HALF_EVEN')", "2.0"},
    {"round(1.241, 2, 'UP')", "1.25"},
    {"round(-1.241, 2, 'CEILING')", "-1.24"},
    {"round(decimal('2.345'), 2)", "decimal('2.35')"},
    {"round(1.0, 1, 'SIDEWAYS')", "ArgumentError InvalidArgumentValue"},
    {"sign(-3.5)", "-1"},
    {"isNaN(0.0 / 0.0)", "true"},
    {"atan2(0.0, 1)", "0.0"},
    {"degrees(pi())", "180.0"},
    {"log(e())", "1.0"},
    {"cos('a')", "TypeError InvalidArgumentType"},
    {"sin(null)", "null"},
};
INSTANTIATE_TEST_SUITE_P(Math, Functions, testing::ValuesIn(kMath));

}  // namespace
}  // namespace xinpu::query::test
