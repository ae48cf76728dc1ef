// engine/calendar/window.cpp
// Arithmetic of windows: calendar months clamped to their last day, working days from the Calendar.

#include "engine/calendar/window.h"

#include <string>

#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr sys_days kFirst{std::chrono::year{0} / std::chrono::January / 1};
constexpr sys_days kLast{std::chrono::year{9999} / std::chrono::December / 31};

[[noreturn]] void lengthOutOfRange(std::int64_t n) {
    throw Error(ErrorCode::Argument,
                "A window of length " + std::to_string(n) +
                    " cannot be taken: it is negative or leaves the years 0 to 9999.",
                "NumberOutOfRange");
}

/// n <= kWindowLengthMax months, so the sum stays far from the limits of int.
sys_days monthsBefore(sys_days end, std::int64_t n) {
    const year_month_day ymd{end};
    const std::int64_t month =
        static_cast<int>(ymd.year()) * std::int64_t{12} + static_cast<unsigned>(ymd.month()) - 1 - n;
    if (month < 0) {
        lengthOutOfRange(n);
    }
    const std::chrono::year_month target{std::chrono::year{static_cast<int>(month / 12)},
                                         std::chrono::month{static_cast<unsigned>(month % 12) + 1}};
    const std::chrono::day last = (target / std::chrono::last).day();
    return sys_days{target / (ymd.day() < last ? ymd.day() : last)};
}

}  // namespace

CountedDay windowEnd(const Calendar& calendar, sys_days applicationDate) {
    return calendar.add(applicationDate, -kMainJobGapWorkdays);
}

sys_days windowStart(sys_days end, std::int64_t years) {
    return windowEnding(end, years, WindowUnit::Years).from;
}

Window mainJobWindow(const Calendar& calendar, sys_days date, std::int64_t years) {
    if (years < 1 || years > kMainJobYearsMax) {
        throw Error(ErrorCode::Argument,
                    "A window has 1 to " + std::to_string(kMainJobYearsMax) + " years, not " +
                        std::to_string(years) + ".",
                    "NumberOutOfRange");
    }
    return windowEndingBefore(calendar, date, kMainJobGapWorkdays, years, WindowUnit::Years);
}

Window windowEnding(sys_days end, std::int64_t n, WindowUnit unit) {
    if (n < 0 || n > kWindowLengthMax || end < kFirst || end > kLast) {
        lengthOutOfRange(n);
    }
    Window window{.from = end, .to = end};
    switch (unit) {
    case WindowUnit::Years:
        window.from = monthsBefore(end, n * 12);
        break;
    case WindowUnit::Months:
        window.from = monthsBefore(end, n);
        break;
    case WindowUnit::Days:
        window.from = end - days{n};
        break;
    }
    if (window.from < kFirst) {
        lengthOutOfRange(n);
    }
    return window;
}

Window windowEndingBefore(const Calendar& calendar, sys_days date, std::int64_t gapWorkdays, std::int64_t n,
                          WindowUnit unit) {
    if (gapWorkdays < -kWindowLengthMax || gapWorkdays > kWindowLengthMax) {
        lengthOutOfRange(gapWorkdays);
    }
    const CountedDay end = calendar.add(date, -gapWorkdays);
    Window window = windowEnding(end.date, n, unit);
    window.provisional = end.provisional;
    return window;
}

}  // namespace xinpu::engine
