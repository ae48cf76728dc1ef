// tests/unit/calendar/calendar_test.cpp
// Working days: built-in years, knowledge of a day, counting, deadlines, amended and entered years.

#include "engine/calendar/calendar.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "engine/calendar/builtin_years.h"
#include "tests/unit/calendar/dates.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

const Calendar& builtIn() {
    static const Calendar calendar = Calendar::builtIn();
    return calendar;
}

template <typename Call>
std::optional<Error> errorOf(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

TEST(Calendar, BuiltInYearsAre2004To2026) {
    EXPECT_EQ(builtIn().years().front(), 2004);
    EXPECT_EQ(builtIn().years().back(), 2026);
    EXPECT_EQ(builtIn().years().size(), 23U);
    EXPECT_EQ(detail::builtinYears().holidays.size(), 619U);
    EXPECT_EQ(detail::builtinYears().workdays.size(), 150U);
    EXPECT_FALSE(builtIn().knows(2003));
    EXPECT_FALSE(builtIn().knows(2027));
}

struct Fact {
    const char* name;
    const char* date;
    bool working;
    DayKnowledge knowledge;
};
constexpr Fact kFacts[] = {
    {"weekday", "2026-11-24", true, DayKnowledge::Known},
    {"sunday", "2026-11-22", false, DayKnowledge::Known},
    {"saturday_made_up", "2026-02-14", true, DayKnowledge::Known},
    {"spring_festival", "2026-02-16", false, DayKnowledge::Known},
    {"sunday_made_up_after_new_year", "2026-01-04", true, DayKnowledge::Known},
    {"december_moved_by_next_year_2006", "2006-12-30", true, DayKnowledge::Known},
    {"december_moved_by_next_year_2007", "2007-12-29", true, DayKnowledge::Known},
    {"december_off_by_next_year_2007", "2007-12-31", false, DayKnowledge::Known},
    {"december_moved_by_next_year_2018", "2018-12-29", true, DayKnowledge::Known},
    {"december_off_by_next_year_2018", "2018-12-31", false, DayKnowledge::Known},
    {"last_day_before_the_provisional_ones", "2026-12-21", true, DayKnowledge::Known},
    {"first_provisional", "2026-12-22", true, DayKnowledge::Provisional},
    {"last_provisional", "2026-12-31", true, DayKnowledge::Provisional},
    {"friday_without_calendar", "2027-01-01", true, DayKnowledge::Unknown},
    {"saturday_without_calendar", "2027-01-02", false, DayKnowledge::Unknown},
    {"day_before_the_first", "2003-12-31", true, DayKnowledge::Unknown},
    {"first_day", "2004-01-01", false, DayKnowledge::Known},
};
class CalendarFact : public testing::TestWithParam<Fact> {};
TEST_P(CalendarFact, IsKnown) {
    const DayFact fact = builtIn().day(test::date(GetParam().date));
    EXPECT_EQ(fact.working, GetParam().working);
    EXPECT_EQ(fact.knowledge, GetParam().knowledge);
}
INSTANTIATE_TEST_SUITE_P(Engine, CalendarFact, testing::ValuesIn(kFacts),
                         [](const auto& tested) { return tested.param.name; });

TEST(Calendar, ExtremeDatesAreUnknownAndNeverWrap) {
    for (const int count : {std::numeric_limits<int>::min() + 8, -20'000'000, 20'000'000,
                            std::numeric_limits<int>::max() - 8}) {
        EXPECT_EQ(builtIn().day(sys_days{days{count}}).knowledge, DayKnowledge::Unknown) << count;
        for (const std::int64_t n : {-1, 1}) {
            const auto error = errorOf([&] { builtIn().add(sys_days{days{count}}, n); });
            ASSERT_TRUE(error) << count;
            EXPECT_EQ(error->detail(), "CALENDAR_UNKNOWN");
        }
    }
}

struct Sum {
    const char* name;
    const char* date;
    std::int64_t n;
    const char* expected;
    bool provisional;
};
constexpr Sum kSums[] = {
    {"none", "2026-02-15", 0, "2026-02-15", false},
    {"next", "2026-11-20", 1, "2026-11-23", false},
    {"over_national_day", "2026-09-30", 5, "2026-10-13", false},
    {"back_over_spring_festival", "2026-02-26", -7, "2026-02-10", false},
    {"back_from_the_first_unknown_day", "2027-01-01", -1, "2026-12-31", true},
    {"back_over_provisional_days", "2026-12-31", -7, "2026-12-22", true},
    {"into_provisional_days", "2026-12-21", 1, "2026-12-22", true},
    {"up_to_the_last_certain_day", "2026-12-18", 1, "2026-12-21", false},
};
class CalendarSum : public testing::TestWithParam<Sum> {};
TEST_P(CalendarSum, CountsWorkingDays) {
    const CountedDay found = builtIn().add(test::date(GetParam().date), GetParam().n);
    EXPECT_EQ(test::text(found.date), GetParam().expected);
    EXPECT_EQ(found.provisional, GetParam().provisional);
}
INSTANTIATE_TEST_SUITE_P(Engine, CalendarSum, testing::ValuesIn(kSums),
                         [](const auto& tested) { return tested.param.name; });

struct Unknown {
    const char* name;
    const char* date;
    std::int64_t n;
    const char* year;
};
constexpr Unknown kUnknowns[] = {
    {"forward", "2026-12-31", 1, "2027"},
    {"from_an_unknown_day", "2027-06-01", -1, "2027"},
    {"back", "2004-01-02", -1, "2003"},
    {"as_far_as_a_number_goes", "2026-01-01", std::numeric_limits<std::int64_t>::max(), "2027"},
    {"as_far_back_as_a_number_goes", "2026-01-01", std::numeric_limits<std::int64_t>::min(), "2003"},
};
class CalendarUnknown : public testing::TestWithParam<Unknown> {};
TEST_P(CalendarUnknown, NamesTheYear) {
    const auto error = errorOf([] { builtIn().add(test::date(GetParam().date), GetParam().n); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::Argument);
    EXPECT_EQ(error->detail(), "CALENDAR_UNKNOWN");
    EXPECT_EQ(error->message(), std::string("No holiday arrangement is entered for the year ") +
                                    GetParam().year + ". Enter it in the calendar first.");
}
INSTANTIATE_TEST_SUITE_P(Engine, CalendarUnknown, testing::ValuesIn(kUnknowns),
                         [](const auto& tested) { return tested.param.name; });

TEST(Calendar, IsWorkdayRefusesUnknownYears) {
    EXPECT_TRUE(builtIn().isWorkday(test::date("2026-11-24")));
    EXPECT_FALSE(builtIn().isWorkday(test::date("2026-10-01")));
    EXPECT_TRUE(errorOf([] { builtIn().isWorkday(test::date("2027-01-01")); }));
}

struct Span {
    const char* name;
    const char* after;
    const char* upTo;
    std::int64_t expected;
};
constexpr Span kSpans[] = {
    {"empty", "2026-11-24", "2026-11-24", 0},
    {"backwards", "2026-11-24", "2026-11-01", 0},
    {"start_not_counted_end_counted", "2026-11-23", "2026-11-24", 1},
    {"a_week", "2026-11-22", "2026-11-29", 5},
    {"a_year", "2024-12-31", "2025-12-31", 248},
    {"spring_festival", "2026-02-13", "2026-02-23", 1},
};
class CalendarSpan : public testing::TestWithParam<Span> {};
TEST_P(CalendarSpan, HoldsWorkingDays) {
    EXPECT_EQ(builtIn().between(test::date(GetParam().after), test::date(GetParam().upTo)).days,
              GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Engine, CalendarSpan, testing::ValuesIn(kSpans),
                         [](const auto& tested) { return tested.param.name; });

TEST(Calendar, BetweenUndoesAdd) {
    for (sys_days from = test::date("2024-01-01"); from < test::date("2026-06-01"); from += days{17}) {
        for (const std::int64_t n : {1, 2, 7, 30, 111}) {
            EXPECT_EQ(builtIn().between(from, builtIn().add(from, n).date).days, n) << test::text(from);
        }
    }
}

TEST(Calendar, BetweenNeedsEveryDayOfTheSpan) {
    EXPECT_TRUE(errorOf([] { builtIn().between(test::date("2026-12-01"), test::date("2027-01-01")); }));
    EXPECT_TRUE(errorOf([] { builtIn().between(test::date("2003-12-30"), test::date("2004-02-01")); }));
    EXPECT_TRUE(builtIn().between(test::date("2026-12-01"), test::date("2026-12-31")).provisional);
    EXPECT_FALSE(builtIn().between(test::date("2003-12-31"), test::date("2026-12-21")).provisional);
}

/// DOMAIN §1.1: n working days after D.
constexpr Sum kDeadlines[] = {
    {"national_day", "2026-09-18", 10, "2026-10-09", false},
    {"national_day_five", "2026-09-30", 5, "2026-10-13", false},
    {"spring_festival", "2026-02-13", 5, "2026-02-27", false},
    {"labour_day", "2026-04-30", 2, "2026-05-07", false},
    {"plain", "2026-11-24", 10, "2026-12-08", false},
    {"into_a_year_that_is_not_entered", "2026-12-28", 5, "2027-01-04", true},
};
class CalendarDeadline : public testing::TestWithParam<Sum> {};
TEST_P(CalendarDeadline, EndsOn) {
    const CountedDay found = builtIn().deadline(test::date(GetParam().date), GetParam().n);
    EXPECT_EQ(test::text(found.date), GetParam().expected);
    EXPECT_EQ(found.provisional, GetParam().provisional);
}
INSTANTIATE_TEST_SUITE_P(Engine, CalendarDeadline, testing::ValuesIn(kDeadlines),
                         [](const auto& tested) { return tested.param.name; });

TEST(Calendar, DeadlineIsRecomputedWhenTheYearIsEntered) {
    const sys_days newYear[] = {test::date("2027-01-01")};
    const CountedDay found = builtIn().with(2027, newYear, {}).deadline(test::date("2026-12-28"), 5);
    EXPECT_EQ(test::text(found.date), "2027-01-05");
    EXPECT_FALSE(found.provisional);
}

TEST(Calendar, DeadlineRefusesTermsOutOfRange) {
    for (const std::int64_t n : {std::int64_t{-1}, Calendar::kDeadlineWorkdaysMax + 1}) {
        const auto error = errorOf([&] { builtIn().deadline(test::date("2026-11-24"), n); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->detail(), "NumberOutOfRange");
    }
}

TEST(Calendar, AnEnteredYearEndsTheProvisionalDaysOfTheOneBefore) {
    const Calendar amended = builtIn().with(2027, {}, {});
    EXPECT_EQ(amended.day(test::date("2026-12-31")).knowledge, DayKnowledge::Known);
    EXPECT_EQ(amended.day(test::date("2027-12-31")).knowledge, DayKnowledge::Provisional);
    EXPECT_TRUE(amended.isWorkday(test::date("2027-01-01")));
    EXPECT_FALSE(builtIn().knows(2027));  // the old calendar stays as it was
}

TEST(Calendar, AnEnteredYearMayMoveDaysOfTheDecemberBefore) {
    const sys_days holidays[] = {test::date("2026-12-31"), test::date("2027-01-01")};
    const sys_days workdays[] = {test::date("2026-12-26")};
    const Calendar amended = builtIn().with(2027, holidays, workdays);
    EXPECT_TRUE(amended.isWorkday(test::date("2026-12-26")));
    EXPECT_FALSE(amended.isWorkday(test::date("2026-12-31")));
    EXPECT_FALSE(
        amended.with(2026, {}, {}).isWorkday(test::date("2026-12-31")));  // still said by the notice of 2027
}

TEST(Calendar, AnAmendedYearIsReplacedWhole) {
    const sys_days holidays[] = {test::date("2026-11-24")};
    const Calendar amended = builtIn().with(2026, holidays, {});
    EXPECT_FALSE(amended.isWorkday(test::date("2026-11-24")));
    EXPECT_TRUE(amended.isWorkday(test::date("2026-10-01")));
    EXPECT_EQ(amended.years().size(), 23U);
}

TEST(Calendar, AYearFarAwayLeavesAGap) {
    const Calendar amended = builtIn().with(2030, {}, {});
    EXPECT_TRUE(amended.knows(2030));
    EXPECT_FALSE(amended.knows(2028));
    EXPECT_EQ(amended.day(test::date("2026-12-31")).knowledge, DayKnowledge::Provisional);
    EXPECT_EQ(amended.day(test::date("2028-05-05")).knowledge, DayKnowledge::Unknown);
}

TEST(Calendar, RefusesAWrongArrangement) {
    const sys_days one[] = {test::date("2027-05-01")};
    const sys_days early[] = {test::date("2026-11-30")};
    const sys_days late[] = {test::date("2028-01-01")};
    for (const auto& error : {
             errorOf([&] { builtIn().with(2027, one, one); }),
             errorOf([&] { builtIn().with(2027, early, {}); }),
             errorOf([&] { builtIn().with(2027, {}, late); }),
             errorOf([&] { builtIn().with(1948, {}, {}); }),
             errorOf([&] { builtIn().with(10'000, {}, {}); }),
         }) {
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code(), ErrorCode::Validation);
    }
}

TEST(Calendar, TheEmptyOneKnowsNothing) {
    EXPECT_EQ(Calendar{}.day(test::date("2026-11-24")).knowledge, DayKnowledge::Unknown);
    EXPECT_TRUE(Calendar{}.years().empty());
    EXPECT_TRUE(errorOf([] { Calendar{}.add(test::date("2026-11-24"), 1); }));
}

}  // namespace
}  // namespace xinpu::engine
