// tests/unit/functions/domain_test.cpp
// Working days, windows, validity, and the credit words.

#include <gtest/gtest.h>

#include "expression.h"
#include "query/functions/operators.h"
#include "xinpu/error.h"

namespace xinpu::query::test {
namespace {

using engine::Value;

struct Row {
    const char* expression;
    const char* result;
};
constexpr Row kRows[] = {
    {"workday.is('2026-02-17')", "false"},
    {"workday.is(date('2026-02-14'))", "true"},
    {"workday.is('2026-2-17')", "TypeError InvalidArgumentType"},
    {"workday.is(20260217)", "TypeError InvalidArgumentType"},
    {"workday.is('1999-02-17')", "ArgumentError CalendarUnknown"},
    {"workday.add('2026-11-25', 1)", "'2026-11-26'"},
    {"workday.add('2026-11-25', -7)", "'2026-11-16'"},
    {"workday.between('2026-11-20', '2026-11-25')", "3"},
    {"window.end('2026-11-25')", "'2026-11-16'"},
    {"window.start('2026-11-25', 3)", "'2023-11-16'"},
    {"window.start('2026-11-25', 11)", "ArgumentError NumberOutOfRange"},
    {"uscc.valid('91441900MAXP00018M')", "true"},
    {"uscc.valid('91441900MAXP00018N')", "false"},
    {"uscc.normalise(' 91441900maxp00018m ')", "'91441900MAXP00018M'"},
    {"uscc.region('91441900MAXP00018M')", "'441900'"},
    {"uscc.kind('91441900MAXP00018M')", "'91'"},
    {"uscc.kind('x')", "null"},
    {"mask.person('张三丰')", "'张**'"},
    {"mask.person(null)", "null"},
};

TEST(Domain, Functions) {
    for (const Row& row : kRows) {
        EXPECT_EQ(resultOf(row.expression), row.result) << row.expression;
    }
}

struct WindowRow {
    const char* date;
    std::int64_t length;
    WindowUnit unit;
    const char* workdays;  ///< or null
    const char* end;
    const char* result;
};
constexpr WindowRow kWindows[] = {
    {"'2023-11-16'", 3, WindowUnit::Years, "7", "'2026-11-25'", "true"},
    {"'2023-11-15'", 3, WindowUnit::Years, "7", "'2026-11-25'", "false"},
    {"'2026-11-16'", 3, WindowUnit::Years, "7", "'2026-11-25'", "true"},
    {"'2026-11-17'", 3, WindowUnit::Years, "7", "'2026-11-25'", "false"},
    {"'2026-11-25'", 0, WindowUnit::Days, nullptr, nullptr, "true"},
    {"'2026-02-28'", 1, WindowUnit::Months, nullptr, "'2026-03-31'", "true"},
    {"'2026-02-27'", 1, WindowUnit::Months, nullptr, "'2026-03-31'", "false"},
    {"null", 1, WindowUnit::Months, nullptr, "'2026-03-31'", "null"},
    {"'2026-02-27'", 1, WindowUnit::Months, nullptr, "'2026-3-31'", "InvalidArgumentType"},
    {"'2026-02-27'", -1, WindowUnit::Months, nullptr, "'2026-03-31'", "NumberOutOfRange"},
    {"'2026-02-27'", 1, WindowUnit::Years, "7", "'1990-03-30'", "CalendarUnknown"},
};

TEST(Domain, Windows) {
    std::mt19937_64 random(1);
    EvalContext context = contextOfTest(random);
    for (const WindowRow& row : kWindows) {
        const Value workdays = row.workdays != nullptr ? evaluated(row.workdays) : Value();
        const Value end = row.end != nullptr ? evaluated(row.end) : Value();
        std::string result;
        try {
            const Value in = isInWindow(context, evaluated(row.date), Value::of(row.length), row.unit,
                                        row.workdays != nullptr ? &workdays : nullptr,
                                        row.end != nullptr ? &end : nullptr, {});
            result = in.isNull() ? "null" : (in.boolean() ? "true" : "false");
        } catch (const Error& error) {
            result = error.detail();
        }
        EXPECT_EQ(result, row.result) << row.date << " IN WINDOW " << row.length;
    }
}

TEST(Domain, Validity) {
    const Value first = evaluated("date('2024-01-01')");
    const Value last = evaluated("date('2025-01-01')");
    EXPECT_TRUE(isValidBetween(first, last, first.date()));
    EXPECT_FALSE(isValidBetween(first, last, last.date()));
    EXPECT_TRUE(isValidBetween({}, {}, last.date()));
    EXPECT_TRUE(isValidBetween(first, {}, last.date()));
    EXPECT_FALSE(isValidBetween(last, {}, first.date()));
    EXPECT_FALSE(isValidBetween(Value::of("2020-01-01"), {}, first.date()));
}

}  // namespace
}  // namespace xinpu::query::test
