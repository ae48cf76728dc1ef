// tests/unit/value/temporal_test.cpp
// The civil calendar and every printed form of temporal values.

#include "engine/value/temporal.h"

#include <gtest/gtest.h>

#include <limits>

namespace xinpu::engine {
namespace {

Date day(std::int64_t year, std::uint32_t month, std::uint32_t dayOfMonth) {
    return dateFromCivil({year, month, dayOfMonth});
}

std::int64_t clock(std::int64_t hour, std::int64_t minute, std::int64_t second, std::int64_t nanos = 0) {
    return ((hour * 60 + minute) * 60 + second) * kNanosPerSecond + nanos;
}

std::int64_t seconds(Date date, std::int64_t hour, std::int64_t minute, std::int64_t second) {
    return date.days * kSecondsPerDay + (hour * 60 + minute) * 60 + second;
}

TEST(Calendar, KnowsDaysOfHistory) {
    struct Case {
        std::int64_t year;
        std::uint32_t month;
        std::uint32_t day;
        std::int64_t days;
    };
    const Case cases[] = {
        {1970, 1, 1, 0},
        {1969, 12, 31, -1},
        {2000, 2, 29, 11'016},
        {2000, 3, 1, 11'017},
        {2026, 11, 24, 20'781},
        {1900, 2, 28, -25'509},
        {1900, 3, 1, -25'508},
        {1582, 10, 15, -141'427},
        {0, 1, 1, -719'528},
        {0, 2, 29, -719'469},
        {-44, 3, 15, -735'525},
        {9999, 12, 31, 2'932'896},
        {kYearMin, 1, 1, kDaysMin},
        {kYearMax, 12, 31, kDaysMax},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(daysFromCivil(c.year, c.month, c.day), c.days) << c.year;
        EXPECT_EQ(civilFromDays(c.days), (CivilDate{c.year, c.month, c.day})) << c.days;
    }
}

TEST(Calendar, CountsEveryDayOf800Years) {
    CivilDate civil{-200, 1, 1};
    const std::int64_t first = daysFromCivil(civil.year, civil.month, civil.day);
    for (std::int64_t days = first; civil.year < 600; ++days) {
        ASSERT_EQ(civilFromDays(days), civil);
        ASSERT_EQ(dateFromCivil(civil).days, days);
        if (++civil.day > daysInMonth(civil.year, civil.month)) {
            civil.day = 1;
            civil.month = civil.month == 12 ? 1 : civil.month + 1;
            civil.year += civil.month == 1 ? 1 : 0;
        }
    }
}

TEST(Calendar, KnowsLeapYears) {
    for (const std::int64_t year : {2000, 2024, 0, -4, -400, 1600}) {
        EXPECT_TRUE(isLeapYear(year)) << year;
    }
    for (const std::int64_t year : {1900, 2100, 2023, -1, -100}) {
        EXPECT_FALSE(isLeapYear(year)) << year;
    }
    EXPECT_TRUE(isCivil({2024, 2, 29}));
    EXPECT_FALSE(isCivil({2023, 2, 29}));
    EXPECT_FALSE(isCivil({2023, 0, 1}));
    EXPECT_FALSE(isCivil({2023, 13, 1}));
    EXPECT_FALSE(isCivil({2023, 4, 31}));
    EXPECT_FALSE(isCivil({2023, 4, 0}));
    EXPECT_FALSE(isCivil({kYearMax + 1, 1, 1}));
}

TEST(Iso, PrintsDates) {
    EXPECT_EQ(toIso(day(2026, 11, 24)), "2026-11-24");
    EXPECT_EQ(toIso(day(-44, 3, 15)), "-0044-03-15");
    EXPECT_EQ(toIso(day(12'345, 1, 1)), "+12345-01-01");
    EXPECT_EQ(toIso(day(0, 12, 31)), "0000-12-31");
    EXPECT_EQ(toIso(day(9, 1, 2)), "0009-01-02");
    EXPECT_EQ(toIso(day(-12'345, 1, 1)), "-12345-01-01");
    EXPECT_EQ(toIso(Date{kDaysMin}), "-999999999-01-01");
    EXPECT_EQ(toIso(Date{kDaysMax}), "+999999999-12-31");
}

TEST(Iso, PrintsTimes) {
    EXPECT_EQ(toIso(LocalTime{clock(12, 31, 14)}), "12:31:14");
    EXPECT_EQ(toIso(LocalTime{clock(12, 31, 14, 100'000'000)}), "12:31:14.1");
    EXPECT_EQ(toIso(LocalTime{clock(12, 31, 14, 645'000'000)}), "12:31:14.645");
    EXPECT_EQ(toIso(LocalTime{clock(12, 31, 14, 1'000)}), "12:31:14.000001");
    EXPECT_EQ(toIso(LocalTime{clock(23, 59, 59, 999'999'999)}), "23:59:59.999999999");
    EXPECT_EQ(toIso(LocalTime{0}), "00:00:00");
    EXPECT_EQ(toIso(LocalTime{clock(12, 31, 0)}, Seconds::WhenNotZero), "12:31");
    EXPECT_EQ(toIso(LocalTime{clock(12, 31, 0, 5)}, Seconds::WhenNotZero), "12:31:00.000000005");
    EXPECT_EQ(toIso(Time{clock(12, 31, 0), 0}), "12:31:00Z");
    EXPECT_EQ(toIso(Time{clock(12, 31, 0), 0}, Seconds::WhenNotZero), "12:31Z");
    EXPECT_EQ(toIso(Time{clock(12, 31, 0), 28'800}), "12:31:00+08:00");
    EXPECT_EQ(toIso(Time{clock(1, 2, 3), -19'800}), "01:02:03-05:30");
}

TEST(Iso, PrintsOffsets) {
    EXPECT_EQ(offsetToIso(0), "Z");
    EXPECT_EQ(offsetToIso(3'600), "+01:00");
    EXPECT_EQ(offsetToIso(-1'800), "-00:30");
    EXPECT_EQ(offsetToIso(1'172), "+00:19:32");
    EXPECT_EQ(offsetToIso(-64'800), "-18:00");
}

TEST(Iso, PrintsDateTimes) {
    const Date date = day(2026, 11, 24);
    EXPECT_EQ(toIso(LocalDateTime{seconds(date, 12, 31, 14), 645'000'000}), "2026-11-24T12:31:14.645");
    EXPECT_EQ(toIso(LocalDateTime{-1, 0}), "1969-12-31T23:59:59");
    EXPECT_EQ(toIso(LocalDateTime{0, 0}, Seconds::WhenNotZero), "1970-01-01T00:00");
    EXPECT_EQ(toIso(LocalDateTime{seconds(day(-44, 3, 15), 10, 0, 0), 1}), "-0044-03-15T10:00:00.000000001");
    const std::int64_t instant = seconds(date, 4, 31, 14);
    EXPECT_EQ(toIso(ZonedDateTime{instant, 0, 28'800, "Asia/Shanghai"}),
              "2026-11-24T12:31:14+08:00[Asia/Shanghai]");
    EXPECT_EQ(toIso(ZonedDateTime{instant, 0, 28'800, ""}), "2026-11-24T12:31:14+08:00");
    EXPECT_EQ(toIso(ZonedDateTime{instant, 645'000'000, 0, ""}), "2026-11-24T04:31:14.645Z");
    EXPECT_EQ(toIso(ZonedDateTime{instant, 0, 0, "UTC"}), "2026-11-24T04:31:14Z[UTC]");
}

TEST(Iso, PrintsDurations) {
    struct Case {
        Duration duration;
        const char* text;
    };
    constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
    const Case cases[] = {
        {{}, "PT0S"},
        {{14, 3, 25 * 3'600 + 1, 5}, "P1Y2M3DT25H1.000000005S"},
        {{-1, -2, -1, 1}, "P-1M-2DT-0.999999999S"},
        {{0, 7, 0, 0}, "P7D"},
        {{12, 0, 0, 0}, "P1Y"},
        {{-14, 0, 0, 0}, "P-1Y-2M"},
        {{0, 0, 60, 0}, "PT1M"},
        {{0, 0, 3'661, 0}, "PT1H1M1S"},
        {{0, 0, -3'661, 0}, "PT-1H-1M-1S"},
        {{0, 0, 0, 1}, "PT0.000000001S"},
        {{0, 0, -1, 0}, "PT-1S"},
        {{0, 0, -2, 500'000'000}, "PT-1.5S"},
        {{0, 0, -60, 500'000'000}, "PT-59.5S"},
        {{0, 0, -61, 500'000'000}, "PT-1M-0.5S"},
        {{0, 0, 0, 100'000'000}, "PT0.1S"},
        {{1, 0, 0, 1}, "P1MT0.000000001S"},
        {{149, 14, 58'390, 0}, "P12Y5M14DT16H13M10S"},
        {{kMin, 0, 0, 0}, "P-768614336404564650Y-8M"},
        {{0, kMin, kMin, 999'999'999}, "P-9223372036854775808DT-2562047788015215H-30M-7.000000001S"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(toIso(c.duration), c.text);
    }
}

TEST(Iso, ReadsStrictDatesOnly) {
    EXPECT_EQ(parseIsoDate("2026-11-24"), day(2026, 11, 24));
    EXPECT_EQ(parseIsoDate("0000-02-29"), day(0, 2, 29));
    EXPECT_EQ(parseIsoDate("9999-12-31"), day(9999, 12, 31));
    const char* const refused[] = {"",           "2026-11-2",  "2026-11-24 ", "2026-11-31", "2025-02-29",
                                   "2026-13-01", "2026-00-01", "2026-01-00",  "20261124",   "2026/11/24",
                                   "2026-11-2a", "+026-11-24", "-044-03-15",  "２026-11-2", "2026-1-124"};
    for (const char* text : refused) {
        EXPECT_EQ(parseIsoDate(text), std::nullopt) << text;
    }
}

TEST(Iso, ReadsWhatItPrints) {
    for (std::int64_t days = day(0, 1, 1).days; days <= day(9999, 12, 31).days; days += 97) {
        EXPECT_EQ(parseIsoDate(toIso(Date{days})), Date{days});
    }
}

TEST(Temporal, KnowsItsRanges) {
    EXPECT_TRUE(isValid(Date{kDaysMin}));
    EXPECT_FALSE(isValid(Date{kDaysMin - 1}));
    EXPECT_FALSE(isValid(Date{kDaysMax + 1}));
    EXPECT_FALSE(isValid(LocalTime{-1}));
    EXPECT_FALSE(isValid(LocalTime{kNanosPerDay}));
    EXPECT_TRUE(isValid(Time{0, kOffsetSecondsMax}));
    EXPECT_FALSE(isValid(Time{0, kOffsetSecondsMax + 1}));
    EXPECT_TRUE(isValid(LocalDateTime{(kDaysMax + 1) * kSecondsPerDay - 1, 0}));
    EXPECT_FALSE(isValid(LocalDateTime{(kDaysMax + 1) * kSecondsPerDay, 0}));
    EXPECT_FALSE(isValid(LocalDateTime{0, 1'000'000'000}));
    EXPECT_TRUE(isValid(ZonedDateTime{kDaysMin * kSecondsPerDay, 0, 0, ""}));
    EXPECT_FALSE(isValid(ZonedDateTime{kDaysMin * kSecondsPerDay, 0, -1, ""}));
    EXPECT_FALSE(isValid(ZonedDateTime{std::numeric_limits<std::int64_t>::max(), 0, 3'600, ""}));
    EXPECT_FALSE(isValid(Duration{0, 0, 0, -1}));
}

}  // namespace
}  // namespace xinpu::engine
