// engine/calendar/window.h
#pragma once
// Windows that look back from a day: the main job's (ends seven working days before), and the general one.

#include <chrono>
#include <cstdint>

#include "engine/calendar/calendar.h"

namespace xinpu::engine {

/// Both ends are inside.
struct Window {
    std::chrono::sys_days from;
    std::chrono::sys_days to;
    bool provisional = false;  ///< the end was counted over provisional working days

    bool contains(std::chrono::sys_days date) const noexcept { return from <= date && date <= to; }
};

enum class WindowUnit : std::uint8_t { Years, Months, Days };

/// Suppliers have seven working days to deliver a decision, so the main job's window ends that much earlier.
constexpr std::int64_t kMainJobGapWorkdays = 7;
constexpr std::int64_t kMainJobYearsMax = 10;
/// Longest window in any unit: whatever unit it is, dates stay within what std::chrono::year can hold.
constexpr std::int64_t kWindowLengthMax = 1'000'000;

/// The 7th working day before `applicationDate`, which is not counted even if it is a working day.
/// @throws Error(Argument, CALENDAR_UNKNOWN)
CountedDay windowEnd(const Calendar& calendar, std::chrono::sys_days applicationDate);

/// The same day `years` earlier; 29 February becomes 28 February where there is none.
/// @throws Error(Argument, NumberOutOfRange) for a negative number, or one that leaves the years 0 to 9999
std::chrono::sys_days windowStart(std::chrono::sys_days end, std::int64_t years);

/// The main job's window for an application on `date`.
/// @throws Error(Argument, NumberOutOfRange) unless years is in 1..kMainJobYearsMax; Error(Argument,
/// CALENDAR_UNKNOWN)
Window mainJobWindow(const Calendar& calendar, std::chrono::sys_days date, std::int64_t years);

/// n years, months or days up to `end`, both ends inside: from = end − n units, the day clamped to its
/// month's end. n = 0 is the single day `end`.
/// @throws Error(Argument, NumberOutOfRange) as windowStart
Window windowEnding(std::chrono::sys_days end, std::int64_t n, WindowUnit unit);

/// The same, ending `gapWorkdays` working days before `date` (negative: after it).
Window windowEndingBefore(const Calendar& calendar, std::chrono::sys_days date, std::int64_t gapWorkdays,
                          std::int64_t n, WindowUnit unit);

}  // namespace xinpu::engine
