// query/functions/civil.h
#pragma once
// Parts of dates beyond year, month and day (weeks, quarters), and moving dates by months and days.

#include <cstdint>
#include <utility>

#include "engine/value/decimal.h"
#include "engine/value/temporal.h"

namespace xinpu::query {

template <typename Number>
constexpr Number floorDiv(Number a, Number b) noexcept {
    return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}
template <typename Number>
constexpr Number floorMod(Number a, Number b) noexcept {
    return a - floorDiv(a, b) * b;
}

/// ISO 8601: weeks start on Monday, week 1 has the year's first Thursday.
struct IsoWeek {
    std::int64_t year = 0;
    std::int64_t week = 1;     ///< 1..53
    std::int64_t weekday = 1;  ///< 1 is Monday
};
IsoWeek isoWeekOf(std::int64_t days) noexcept;
/// 52 or 53.
std::int64_t weeksInYear(std::int64_t week_year) noexcept;
/// The Monday of week 1.
std::int64_t firstWeekOf(std::int64_t week_year) noexcept;

std::int64_t quarterOf(std::int64_t days) noexcept;
std::int64_t dayOfQuarter(std::int64_t days) noexcept;
std::int64_t dayOfYear(std::int64_t days) noexcept;
/// First day of a quarter 1..4.
std::int64_t quarterStart(std::int64_t year, std::int64_t quarter) noexcept;

/// @throws Error(Argument, NumberOutOfRange) if the year leaves kYearMin..kYearMax
std::int64_t plusMonths(std::int64_t days, engine::Int128 months);
std::int64_t plusDays(std::int64_t days, engine::Int128 more);
std::int64_t requireDays(engine::Int128 days);
std::int64_t requireSeconds(engine::Int128 epoch_seconds);

/// A wall clock's days and nanoseconds of the day, and back; nanoseconds beyond the day carry over.
std::pair<std::int64_t, std::int64_t> splitLocal(engine::LocalDateTime when) noexcept;
engine::LocalDateTime joinLocal(std::int64_t days, engine::Int128 nanos);

}  // namespace xinpu::query
