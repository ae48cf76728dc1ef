// tests/unit/index/date_bitmaps_test.cpp
// Spans of dates: their cover by days, months and years is exact and the least, and the right nodes come out.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "engine/index/bitmap_index.h"
#include "format_page.h"
#include "store_folder.h"

namespace xinpu::engine {
namespace {

Date date(std::int64_t year, std::uint32_t month, std::uint32_t day) {
    return dateFromCivil({year, month, day});
}

/// Bitmaps of `cover` that hold `day`.
std::size_t holding(const std::vector<DateBitmaps::Span>& cover, Date day) {
    std::size_t count = 0;
    for (const std::string& value : DateBitmaps::valuesOf(day)) {
        for (const DateBitmaps::Span& span : cover) {
            count += span.first <= value && value <= span.last;
        }
    }
    return count;
}

/// Bitmaps of a cover, counted over the days that they may come from.
std::size_t bitmaps(const std::vector<DateBitmaps::Span>& cover, Date from, Date to) {
    std::set<std::string> values;
    for (std::int64_t day = from.days - 400; day <= to.days + 400; ++day) {
        for (const std::string& value : DateBitmaps::valuesOf(Date{day})) {
            for (const DateBitmaps::Span& span : cover) {
                if (span.first <= value && value <= span.last) {
                    values.insert(value);
                }
            }
        }
    }
    return values.size();
}

struct Case {
    const char* name;
    CivilDate from, to;
    std::size_t bitmaps;
};

class DateCover : public testing::TestWithParam<Case> {};

TEST_P(DateCover, IsTheLeast) {
    const Date from = dateFromCivil(GetParam().from), to = dateFromCivil(GetParam().to);
    EXPECT_EQ(bitmaps(DateBitmaps::cover(from, to), from, to), GetParam().bitmaps);
}

INSTANTIATE_TEST_SUITE_P(
    Index, DateCover,
    testing::Values(Case{"one_day", {2024, 2, 29}, {2024, 2, 29}, 1},
                    Case{"backwards", {2024, 2, 29}, {2024, 2, 28}, 0},
                    Case{"a_month", {2024, 2, 1}, {2024, 2, 29}, 1},
                    Case{"a_month_less_a_day", {2024, 2, 1}, {2024, 2, 28}, 28},
                    Case{"a_year", {2023, 1, 1}, {2023, 12, 31}, 1},
                    Case{"two_years", {2023, 1, 1}, {2024, 12, 31}, 2},
                    Case{"a_year_less_a_day", {2023, 1, 2}, {2023, 12, 31}, 30 + 11},
                    Case{"over_new_year", {2023, 12, 31}, {2024, 1, 1}, 2},
                    Case{"eleven_months", {2023, 2, 1}, {2023, 12, 31}, 11},
                    Case{"twelve_months_of_two_years", {2023, 7, 1}, {2024, 6, 30}, 12},
                    Case{"three_years_back", {2021, 6, 11}, {2024, 6, 10}, 20 + 6 + 2 + 5 + 10},
                    Case{"before_year_zero", {-3, 1, 1}, {0, 12, 31}, 4}),
    [](const auto& of) { return of.param.name; });

TEST(DateBitmaps, CoverHoldsEachDayOnceAndNoOther) {
    constexpr std::uint64_t kSeed = 20261205;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    for (int round = 0; round < 400; ++round) {
        const auto from = Date{static_cast<std::int64_t>(random() % 1'500'000) - 750'000};
        const auto to = Date{from.days + static_cast<std::int64_t>(random() % (round % 2 == 0 ? 90 : 1'500))};
        SCOPED_TRACE(toIso(from) + " " + toIso(to));
        const auto cover = DateBitmaps::cover(from, to);
        ASSERT_LE(cover.size(), 5U);
        for (std::size_t i = 1; i < cover.size(); ++i) {
            ASSERT_LT(cover[i - 1].last, cover[i].first);
        }
        for (std::int64_t day = from.days - 370; day <= to.days + 370; ++day) {
            ASSERT_EQ(holding(cover, Date{day}), from.days <= day && day <= to.days ? 1U : 0U)
                << toIso(Date{day});
        }
    }
}

TEST(DateBitmaps, HaveTheValuesOfTheirFormatPage) {
    const auto values = DateBitmaps::valuesOf(date(2024, 2, 29));
    ASSERT_EQ(values.size(), 3U);
    for (const std::string& value : values) {
        EXPECT_TRUE(formatPageShows("bitmap.md", value)) << hexOfBytes(value);
    }
}

TEST(DateBitmaps, TakeTheFirstAndLastDayOfTheLanguage) {
    const auto cover = DateBitmaps::cover(Date{kDaysMin}, Date{kDaysMax});
    EXPECT_EQ(cover.size(), 1U) << "whole years";
    EXPECT_EQ(holding(cover, Date{kDaysMin}), 1U);
    EXPECT_EQ(holding(cover, Date{kDaysMax}), 1U);
    EXPECT_EQ(holding(cover, date(2024, 1, 1)), 1U);
}

TEST(DateBitmaps, GiveTheNodesOfASpan) {
    constexpr std::uint64_t kSeed = 20261206;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    StoreFolder store;
    std::multimap<std::int64_t, std::uint32_t> model;
    {
        StoreTxn txn = store->beginWrite();
        BitmapBuilder builder(txn, 4);
        for (std::uint32_t id = 3; id < 200'000; id += 1 + static_cast<std::uint32_t>(random() % 30)) {
            const Date day{date(2014, 1, 1).days + static_cast<std::int64_t>(random() % 4'000)};
            model.emplace(day.days, id);
            for (const std::string& value : DateBitmaps::valuesOf(day)) {
                builder.add(value, id);
            }
        }
        builder.finish();
        txn.commit();
    }
    const StoreTxn txn = store->beginRead();
    for (int round = 0; round < 200; ++round) {
        const Date from{date(2013, 6, 1).days + static_cast<std::int64_t>(random() % 4'400)};
        const Date to{from.days + static_cast<std::int64_t>(random() % 1'200) - 10};
        SCOPED_TRACE(toIso(from) + " " + toIso(to));
        std::set<std::uint32_t> expected;
        for (auto at = model.lower_bound(from.days); at != model.end() && at->first <= to.days; ++at) {
            expected.insert(at->second);
        }
        std::set<std::uint32_t> found;
        DateBitmaps(txn, 4).load(from, to).forEach([&](NodeId node) { found.insert(node.value); });
        ASSERT_EQ(found, expected);
    }
}

}  // namespace
}  // namespace xinpu::engine
