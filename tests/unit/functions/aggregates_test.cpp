// tests/unit/functions/aggregates_test.cpp
// Aggregates over the elements of a list, nulls left out as the executor does.

#include <gtest/gtest.h>

#include "engine/value/literal.h"
#include "expression.h"
#include "xinpu/error.h"

namespace xinpu::query::test {
namespace {

using engine::Value;

struct Row {
    const char* function;
    const char* list;
    const char* more;  ///< the second argument, or null
    const char* result;
};
constexpr Row kRows[] = {
    {"count", "[1, null, 'a']", "null", "2"},
    {"count", "[]", "null", "0"},
    {"collect", "[1, null, 'a']", "null", "[1, 'a']"},
    {"collect", "[null]", "null", "[]"},
    {"max", "[1, 'a', null, [1, 2], 0.2, 'b']", "null", "1"},
    {"min", "[1, 'a', null, [1, 2], 0.2, 'b']", "null", "[1, 2]"},
    {"max", "[]", "null", "null"},
    {"min", "['a', 'B', 'c']", "null", "'B'"},
    {"sum", "[33, null, 42]", "null", "75"},
    {"sum", "[]", "null", "0"},
    {"sum", "[1, 2.5]", "null", "3.5"},
    {"sum", "[0.1, 0.2, 0.3]", "null", "0.6"},
    {"sum", "[9223372036854775807, 1]", "null", "IntegerOverflow"},
    {"sum", "[9223372036854775807, 1, -1]", "null", "9223372036854775807"},
    {"sum", "[decimal('0.10'), 1]", "null", "decimal('1.10')"},
    {"sum", "[duration('P1D'), duration('PT5H')]", "null", "'P1DT5H'"},
    {"sum", "['a']", "null", "InvalidArgumentType"},
    {"avg", "[1, 2]", "null", "1.5"},
    {"avg", "[]", "null", "null"},
    {"avg", "[decimal('1'), decimal('1'), decimal('2')]", "null", "decimal('1.333333333333')"},
    {"avg", "[duration('P1D'), duration('P2D')]", "null", "'P1DT12H'"},
    {"percentileDisc", "[10.0, 20.0, 30.0]", "0.0", "10.0"},
    {"percentileDisc", "[10.0, 20.0, 30.0]", "0.5", "20.0"},
    {"percentileDisc", "[10.0, 20.0, 30.0]", "1.0", "30.0"},
    {"percentileCont", "[10.0, 20.0, 30.0]", "0.25", "15.0"},
    {"percentileCont", "[10, 20, 30]", "1.0", "30.0"},
    {"percentileCont", "[10]", "1000", "NumberOutOfRange"},
    {"percentileDisc", "[10]", "-1", "NumberOutOfRange"},
    {"percentileDisc", "[10]", "1.1", "NumberOutOfRange"},
    {"stDev", "[1, 2, 3, 4]", "null", "1.2909944487358056"},
    {"stDevP", "[2, 4, 4, 4, 5, 5, 7, 9]", "null", "2.0"},
    {"stDev", "[1]", "null", "0.0"},
};

TEST(Aggregates, Gather) {
    for (const Row& row : kRows) {
        std::mt19937_64 random(1);
        EvalContext context = contextOfTest(random);
        const auto gathered = registry().function(row.function)->accumulator();
        std::string result;
        try {
            const Value list = evaluated(row.list);
            for (const Value& element : list.list()) {
                if (!element.isNull()) {
                    const Value args[] = {element, evaluated(row.more)};
                    gathered->add(context, args);
                }
            }
            result = engine::toCypherText(gathered->result());
        } catch (const Error& error) {
            result = error.detail();
        }
        EXPECT_EQ(result, row.result) << row.function << " of " << row.list;
    }
}

}  // namespace
}  // namespace xinpu::query::test
