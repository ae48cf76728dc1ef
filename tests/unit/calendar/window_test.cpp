// tests/unit/calendar/window_test.cpp
// Windows that look back: the vectors of the main job, month ends, ranges, years that are not entered.

#include "engine/calendar/window.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/calendar/dates.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using std::chrono::sys_days;

struct MainJob {
    const char* name;
    const char* application;
    std::int64_t years;
    const char* to;
    const char* from;
};
constexpr MainJob kMainJobs[] = {
    {"plain_3", "2026-11-24", 3, "2026-11-13", "2023-11-13"},
    {"plain_5", "2026-11-24", 5, "2026-11-13", "2021-11-13"},
    {"monday", "2026-11-23", 3, "2026-11-12", "2023-11-12"},
    {"sunday", "2026-11-22", 3, "2026-11-12", "2023-11-12"},
    {"saturday", "2026-11-21", 3, "2026-11-12", "2023-11-12"},
    {"spring_festival", "2026-02-26", 3, "2026-02-10", "2023-02-10"},
    {"on_a_make_up_saturday", "2026-02-28", 3, "2026-02-12", "2023-02-12"},
    {"sunday_after_make_up_saturday", "2026-03-01", 3, "2026-02-13", "2023-02-13"},
    {"monday_after_make_up_saturday", "2026-03-02", 3, "2026-02-13", "2023-02-13"},
    {"labour_day_wednesday", "2026-05-06", 3, "2026-04-22", "2023-04-22"},
    {"labour_day_saturday", "2026-05-09", 3, "2026-04-27", "2023-04-27"},
    {"labour_day_monday", "2026-05-11", 3, "2026-04-28", "2023-04-28"},
    {"after_national_day", "2026-10-08", 3, "2026-09-21", "2023-09-21"},
    {"after_make_up_saturday", "2026-10-12", 5, "2026-09-24", "2021-09-24"},
    {"across_years", "2026-01-05", 3, "2025-12-24", "2022-12-24"},
    {"make_up_saturday_2025", "2025-02-08", 3, "2025-01-23", "2022-01-23"},
    {"national_day_2025", "2025-10-09", 5, "2025-09-23", "2020-09-23"},
    {"leap_day_from_saturday", "2024-03-09", 3, "2024-02-29", "2021-02-28"},
    {"leap_day_from_sunday", "2024-03-10", 3, "2024-02-29", "2021-02-28"},
    {"leap_day_from_monday", "2024-03-11", 5, "2024-02-29", "2019-02-28"},
    {"leap_day_to_leap_day", "2024-03-11", 4, "2024-02-29", "2020-02-29"},
    {"prolonged_holiday_2020", "2020-02-10", 3, "2020-01-22", "2017-01-22"},
};
class MainJobWindow : public testing::TestWithParam<MainJob> {};
TEST_P(MainJobWindow, HasBothEnds) {
    const Calendar calendar = Calendar::builtIn();
    const Window window = mainJobWindow(calendar, test::date(GetParam().application), GetParam().years);
    EXPECT_EQ(test::text(window.to), GetParam().to);
    EXPECT_EQ(test::text(window.from), GetParam().from);
    EXPECT_FALSE(window.provisional);
    EXPECT_EQ(windowEnd(calendar, test::date(GetParam().application)).date, window.to);
    EXPECT_EQ(windowStart(window.to, GetParam().years), window.from);
    EXPECT_TRUE(window.contains(window.from) && window.contains(window.to));
    EXPECT_FALSE(window.contains(window.from - std::chrono::days{1}));
    EXPECT_FALSE(window.contains(window.to + std::chrono::days{1}));
}
INSTANTIATE_TEST_SUITE_P(Engine, MainJobWindow, testing::ValuesIn(kMainJobs),
                         [](const auto& tested) { return tested.param.name; });

TEST(Window, OfAYearThatIsNotEnteredIsRefusedUntilItIs) {
    const Calendar calendar = Calendar::builtIn();
    const sys_days application = test::date("2028-03-09");
    try {
        mainJobWindow(calendar, application, 3);
        FAIL() << "a window was counted over an unknown year";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Argument);
        EXPECT_EQ(error.detail(), "CALENDAR_UNKNOWN");
        EXPECT_NE(error.message().find("2028"), std::string::npos);
    }
    const sys_days holidays[] = {test::date("2028-01-01")};
    const Window window = mainJobWindow(calendar.with(2028, holidays, {}), application, 3);
    EXPECT_EQ(test::text(window.to), "2028-02-29");
    EXPECT_EQ(test::text(window.from), "2025-02-28");
}

TEST(Window, OverTheLastDaysOfTheLastYearIsProvisional) {
    const Window window = mainJobWindow(Calendar::builtIn(), test::date("2026-12-31"), 3);
    EXPECT_EQ(test::text(window.to), "2026-12-22");
    EXPECT_TRUE(window.provisional);
}

struct Back {
    const char* name;
    const char* end;
    std::int64_t n;
    WindowUnit unit;
    const char* from;
};
constexpr Back kBacks[] = {
    {"one_day_is_two_days_long", "2026-11-24", 1, WindowUnit::Days, "2026-11-23"},
    {"no_day", "2026-11-24", 0, WindowUnit::Days, "2026-11-24"},
    {"month_end_clamped", "2026-03-31", 1, WindowUnit::Months, "2026-02-28"},
    {"month_end_clamped_in_a_leap_year", "2024-03-31", 1, WindowUnit::Months, "2024-02-29"},
    {"month_end_not_stretched", "2026-02-28", 1, WindowUnit::Months, "2026-01-28"},
    {"months_across_a_year", "2026-01-15", 1, WindowUnit::Months, "2025-12-15"},
    {"december", "2026-12-31", 12, WindowUnit::Months, "2025-12-31"},
    {"leap_day_back_a_year", "2024-02-29", 1, WindowUnit::Years, "2023-02-28"},
    {"century", "2024-02-29", 124, WindowUnit::Years, "1900-02-28"},
    {"down_to_year_0", "2026-11-24", 2026, WindowUnit::Years, "0000-11-24"},
};
class WindowBack : public testing::TestWithParam<Back> {};
TEST_P(WindowBack, StartsOn) {
    const Window window = windowEnding(test::date(GetParam().end), GetParam().n, GetParam().unit);
    EXPECT_EQ(test::text(window.from), GetParam().from);
    EXPECT_EQ(test::text(window.to), GetParam().end);
    const Window back =
        windowEndingBefore(Calendar{}, test::date(GetParam().end), 0, GetParam().n, GetParam().unit);
    EXPECT_EQ(back.from, window.from);  // without a gap no calendar is asked
}
INSTANTIATE_TEST_SUITE_P(Engine, WindowBack, testing::ValuesIn(kBacks),
                         [](const auto& tested) { return tested.param.name; });

TEST(Window, LengthsOutOfRangeAreRefused) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
    const sys_days end = test::date("2026-11-24");
    for (const WindowUnit unit : {WindowUnit::Years, WindowUnit::Months, WindowUnit::Days}) {
        for (const std::int64_t n : {std::int64_t{-1}, kMin, kMax, kWindowLengthMax + 1, kWindowLengthMax}) {
            EXPECT_THROW(windowEnding(end, n, unit), Error) << n;
        }
    }
    EXPECT_THROW(windowEnding(end, 2027, WindowUnit::Years), Error);
    EXPECT_THROW(windowEndingBefore(Calendar::builtIn(), end, kMin, 1, WindowUnit::Days), Error);
    EXPECT_THROW(mainJobWindow(Calendar::builtIn(), end, 0), Error);
    EXPECT_THROW(mainJobWindow(Calendar::builtIn(), end, 11), Error);
    EXPECT_THROW(windowEnding(sys_days{std::chrono::days{2'000'000'000}}, 1, WindowUnit::Years), Error);
}

TEST(Window, AGapMayPointForward) {
    const Window window =
        windowEndingBefore(Calendar::builtIn(), test::date("2026-09-30"), -5, 1, WindowUnit::Months);
    EXPECT_EQ(test::text(window.to), "2026-10-13");
    EXPECT_EQ(test::text(window.from), "2026-09-13");
}

}  // namespace
}  // namespace xinpu::engine
