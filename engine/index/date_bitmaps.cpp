// engine/index/date_bitmaps.cpp
// Chooses days, months and years that together make up a span of dates.

#include <array>

#include "engine/index/bitmap_index.h"

namespace xinpu::engine {

namespace {

/// First byte of a value; years come first, so that the spans of a cover ascend.
enum class Level : std::uint8_t { Year = 1, Month = 2, Day = 3 };

constexpr int kNumberBytes = 5;
/// Added to a number, so that memcmp order is number order. Every date of the language has |days| below it.
constexpr std::int64_t kNumberBias = std::int64_t{1} << 39;
static_assert(kDaysMax < kNumberBias && -kDaysMin < kNumberBias);

std::string valueOf(Level level, std::int64_t number) {
    std::string out(1, static_cast<char>(level));
    const auto biased = static_cast<std::uint64_t>(number + kNumberBias);
    for (int shift = 8 * (kNumberBytes - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(biased >> shift & 255));
    }
    return out;
}

/// Months since year 0.
std::int64_t monthNumber(const CivilDate& civil) noexcept {
    return civil.year * 12 + civil.month - 1;
}
std::int64_t firstDayOfMonth(std::int64_t month) noexcept {
    const std::int64_t year = month >= 0 ? month / 12 : (month - 11) / 12;
    return daysFromCivil(year, static_cast<std::uint32_t>(month - year * 12) + 1, 1);
}

using Span = DateBitmaps::Span;

/// Adds numbers first .. last of a level, if there are any.
void addSpan(Level level, std::int64_t first, std::int64_t last, std::vector<Span>& spans) {
    if (first <= last) {
        spans.push_back({valueOf(level, first), valueOf(level, last)});
    }
}

}  // namespace

std::vector<std::string> DateBitmaps::valuesOf(Date date) {
    const CivilDate civil = civilOf(date);
    return {valueOf(Level::Year, civil.year), valueOf(Level::Month, monthNumber(civil)),
            valueOf(Level::Day, date.days)};
}

std::vector<Span> DateBitmaps::cover(Date from, Date to) {
    std::vector<Span> spans;
    if (to < from) {
        return spans;
    }
    // Whole months m with from <= first day of m and last day of m <= to; of these, whole years.
    const std::int64_t month_of_from = monthNumber(civilOf(from));
    const std::int64_t month_first =
        firstDayOfMonth(month_of_from) == from.days ? month_of_from : month_of_from + 1;
    const std::int64_t month_end = monthNumber(civilOf(Date{to.days + 1}));  // First one that is not whole.
    if (month_first >= month_end) {
        addSpan(Level::Day, from.days, to.days, spans);
        return spans;
    }
    const auto floorYear = [](std::int64_t month) { return month >= 0 ? month / 12 : (month - 11) / 12; };
    const std::int64_t year_first = floorYear(month_first + 11);
    const std::int64_t year_end = floorYear(month_end);
    addSpan(Level::Year, year_first, year_end - 1, spans);
    if (year_first < year_end) {
        addSpan(Level::Month, month_first, year_first * 12 - 1, spans);
        addSpan(Level::Month, year_end * 12, month_end - 1, spans);
    } else {
        addSpan(Level::Month, month_first, month_end - 1, spans);
    }
    addSpan(Level::Day, from.days, firstDayOfMonth(month_first) - 1, spans);
    addSpan(Level::Day, firstDayOfMonth(month_end), to.days, spans);
    return spans;
}

}  // namespace xinpu::engine
