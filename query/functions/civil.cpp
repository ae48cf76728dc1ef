// query/functions/civil.cpp
// Weeks, quarters, and dates moved by months and days.

#include "query/functions/civil.h"

#include <algorithm>

#include "query/functions/builtin.h"

namespace xinpu::query {

using engine::Int128;
using engine::kNanosPerDay;
using engine::kNanosPerSecond;
using engine::kSecondsPerDay;

namespace {

/// 1 is Monday; day 0 was a Thursday.
std::int64_t weekdayOf(std::int64_t days) noexcept {
    return floorMod<std::int64_t>(days + 3, 7) + 1;
}

}  // namespace

std::int64_t firstWeekOf(std::int64_t week_year) noexcept {
    const std::int64_t january4 = engine::daysFromCivil(week_year, 1, 4);
    return january4 - (weekdayOf(january4) - 1);
}

std::int64_t weeksInYear(std::int64_t week_year) noexcept {
    return (firstWeekOf(week_year + 1) - firstWeekOf(week_year)) / 7;
}

IsoWeek isoWeekOf(std::int64_t days) noexcept {
    const std::int64_t weekday = weekdayOf(days);
    const std::int64_t year = engine::civilFromDays(days - weekday + 4).year;  // that of the week's Thursday
    return {year, (days - firstWeekOf(year)) / 7 + 1, weekday};
}

std::int64_t quarterOf(std::int64_t days) noexcept {
    return (engine::civilFromDays(days).month - 1) / 3 + 1;
}

std::int64_t quarterStart(std::int64_t year, std::int64_t quarter) noexcept {
    return engine::daysFromCivil(year, static_cast<std::uint32_t>(quarter * 3 - 2), 1);
}

std::int64_t dayOfQuarter(std::int64_t days) noexcept {
    return days - quarterStart(engine::civilFromDays(days).year, quarterOf(days)) + 1;
}

std::int64_t dayOfYear(std::int64_t days) noexcept {
    return days - engine::daysFromCivil(engine::civilFromDays(days).year, 1, 1) + 1;
}

std::int64_t requireDays(Int128 days) {
    if (days < engine::kDaysMin || days > engine::kDaysMax) {
        builtin::throwArgument("The date leaves the years -999,999,999 to 999,999,999.", "NumberOutOfRange");
    }
    return static_cast<std::int64_t>(days);
}

std::int64_t requireSeconds(Int128 epoch_seconds) {
    requireDays(floorDiv(epoch_seconds, Int128{kSecondsPerDay}));
    return static_cast<std::int64_t>(epoch_seconds);
}

std::int64_t plusMonths(std::int64_t days, Int128 months) {
    if (months == 0) {
        return days;
    }
    const engine::CivilDate civil = engine::civilFromDays(days);
    const Int128 month = Int128{civil.year} * 12 + (civil.month - 1) + months;
    const Int128 year = floorDiv(month, Int128{12});
    if (year < engine::kYearMin || year > engine::kYearMax) {
        builtin::throwArgument("The date leaves the years -999,999,999 to 999,999,999.", "NumberOutOfRange");
    }
    const auto target_year = static_cast<std::int64_t>(year);
    const auto target_month = static_cast<std::uint32_t>(floorMod(month, Int128{12}) + 1);
    const std::uint32_t day = std::min(civil.day, engine::daysInMonth(target_year, target_month));
    return engine::daysFromCivil(target_year, target_month, day);
}

std::int64_t plusDays(std::int64_t days, Int128 more) {
    return requireDays(days + more);
}

std::pair<std::int64_t, std::int64_t> splitLocal(engine::LocalDateTime when) noexcept {
    const std::int64_t days = floorDiv(when.seconds, kSecondsPerDay);
    return {days, (when.seconds - days * kSecondsPerDay) * kNanosPerSecond + when.nanos};
}

engine::LocalDateTime joinLocal(std::int64_t days, Int128 nanos) {
    const std::int64_t date = plusDays(days, floorDiv(nanos, Int128{kNanosPerDay}));
    const auto rest = static_cast<std::int64_t>(floorMod(nanos, Int128{kNanosPerDay}));
    return {date * kSecondsPerDay + rest / kNanosPerSecond,
            static_cast<std::int32_t>(rest % kNanosPerSecond)};
}

}  // namespace xinpu::query
