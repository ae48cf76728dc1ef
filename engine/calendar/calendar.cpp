// engine/calendar/calendar.cpp
// The table of working days behind Calendar, one bit a day, and the walks along it.

#include "engine/calendar/calendar.h"

#include <algorithm>
#include <string>

#include "engine/calendar/builtin_years.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

sys_days firstOf(int year) {
    return sys_days{std::chrono::year{year} / std::chrono::January / 1};
}

constexpr sys_days kCalendarBegin{std::chrono::year{Calendar::kYearFirst} / std::chrono::January / 1};
constexpr sys_days kCalendarEnd{std::chrono::year{Calendar::kYearLast} / std::chrono::December / 31};

int yearOf(sys_days date) noexcept {
    return static_cast<int>(year_month_day{date}.year());
}

bool onWeekday(sys_days date) noexcept {
    return std::chrono::weekday{date}.iso_encoding() <= 5;
}

std::string text(sys_days date) {
    const year_month_day ymd{date};
    const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return std::to_string(static_cast<int>(ymd.year())) + "-" + two(static_cast<unsigned>(ymd.month())) +
           "-" + two(static_cast<unsigned>(ymd.day()));
}

sys_days fromNumber(std::int32_t yyyymmdd) {
    return sys_days{std::chrono::year{yyyymmdd / 10000} / (yyyymmdd / 100 % 100) / (yyyymmdd % 100)};
}

[[noreturn]] void unknownYear(sys_days date) {
    const bool dated = date >= kCalendarBegin && date <= kCalendarEnd;
    throw Error(ErrorCode::Argument,
                dated ? "No holiday arrangement is entered for the year " + std::to_string(yearOf(date)) +
                            ". Enter it in the calendar first."
                      : "The calendar holds the years " + std::to_string(Calendar::kYearFirst) + " to " +
                            std::to_string(Calendar::kYearLast) + " only.",
                "CALENDAR_UNKNOWN");
}

}  // namespace

Calendar Calendar::builtIn() {
    const detail::BuiltinYears source = detail::builtinYears();
    Calendar calendar;
    for (int year = source.first; year <= source.last; ++year) {
        calendar.years_.push_back({.number = year, .holidays = {}, .workdays = {}, .working = {}});
    }
    const auto yearAt = [&](std::int32_t yyyymmdd) -> Year& {
        return calendar.years_[static_cast<std::size_t>(yyyymmdd / 10000 - source.first)];
    };
    for (const std::int32_t date : source.holidays) {
        yearAt(date).holidays.push_back(fromNumber(date));
    }
    for (const std::int32_t date : source.workdays) {
        yearAt(date).workdays.push_back(fromNumber(date));
    }
    calendar.rebuild();
    return calendar;
}

Calendar Calendar::with(int year, std::span<const sys_days> holidays,
                        std::span<const sys_days> workdays) const {
    if (year < kYearFirst || year > kYearLast) {
        throw Error(ErrorCode::Validation, "A calendar year lies between " + std::to_string(kYearFirst) +
                                               " and " + std::to_string(kYearLast) + ", not " +
                                               std::to_string(year) + ".");
    }
    const sys_days begin = firstOf(year) - days{31};  // 1 December of the year before
    const sys_days end = firstOf(year) + days{std::chrono::year{year}.is_leap() ? 366 : 365};
    for (const auto& list : {holidays, workdays}) {
        for (const sys_days date : list) {
            if (date < begin || date >= end) {
                throw Error(ErrorCode::Validation,
                            "A date of the arrangement of " + std::to_string(year) +
                                " lies outside that year and the December before it; check the list.");
            }
        }
    }
    Year entered{.number = year,
                 .holidays = {holidays.begin(), holidays.end()},
                 .workdays = {workdays.begin(), workdays.end()},
                 .working = {}};
    std::sort(entered.holidays.begin(), entered.holidays.end());
    for (const sys_days date : entered.workdays) {
        if (std::binary_search(entered.holidays.begin(), entered.holidays.end(), date)) {
            throw Error(ErrorCode::Validation,
                        text(date) + " is listed as holiday and as working day; keep one.");
        }
    }
    Calendar amended = *this;
    const auto place = std::lower_bound(amended.years_.begin(), amended.years_.end(), year,
                                        [](const Year& a, int number) { return a.number < number; });
    if (place != amended.years_.end() && place->number == year) {
        *place = std::move(entered);
    } else {
        amended.years_.insert(place, std::move(entered));
    }
    amended.rebuild();
    return amended;
}

void Calendar::rebuild() {
    for (Year& year : years_) {
        const sys_days first = firstOf(year.number);
        year.working.assign(std::chrono::year{year.number}.is_leap() ? 366 : 365, false);
        for (std::size_t i = 0; i < year.working.size(); ++i) {
            year.working[i] = onWeekday(first + days{i});
        }
    }
    // In order of years, so that next year's notice has the last word on this December.
    for (const Year& year : years_) {
        const auto set = [&](const std::vector<sys_days>& list, bool working) {
            for (const sys_days date : list) {
                const int number = yearOf(date);
                for (Year& target : years_) {
                    if (target.number == number) {
                        target.working[static_cast<std::size_t>((date - firstOf(number)).count())] = working;
                    }
                }
            }
        };
        set(year.holidays, false);
        set(year.workdays, true);
    }
}

const Calendar::Year* Calendar::find(int year) const noexcept {
    if (years_.empty() || year < years_.front().number || year > years_.back().number) {
        return nullptr;
    }
    const auto place = std::lower_bound(years_.begin(), years_.end(), year,
                                        [](const Year& a, int number) { return a.number < number; });
    return place->number == year ? &*place : nullptr;
}

bool Calendar::knows(int year) const noexcept {
    return find(year) != nullptr;
}

std::vector<int> Calendar::years() const {
    std::vector<int> numbers;
    for (const Year& year : years_) {
        numbers.push_back(year.number);
    }
    return numbers;
}

DayFact Calendar::day(sys_days date) const noexcept {
    if (date < kCalendarBegin ||
        date > kCalendarEnd) {  // beyond it std::chrono::year may not hold the number
        return {.working = onWeekday(date), .knowledge = DayKnowledge::Unknown};
    }
    const int number = yearOf(date);
    const Year* year = find(number);
    if (year == nullptr) {
        return {.working = onWeekday(date), .knowledge = DayKnowledge::Unknown};
    }
    const auto index = static_cast<std::size_t>((date - firstOf(number)).count());
    const bool late = index + kProvisionalDays >= year->working.size();
    return {.working = year->working[index],
            .knowledge = late && !knows(number + 1) ? DayKnowledge::Provisional : DayKnowledge::Known};
}

DayFact Calendar::require(sys_days date) const {
    const DayFact fact = day(date);
    if (fact.knowledge == DayKnowledge::Unknown) {
        unknownYear(date);
    }
    return fact;
}

bool Calendar::isWorkday(sys_days date) const {
    return require(date).working;
}

CountedDay Calendar::add(sys_days date, std::int64_t n) const {
    CountedDay found{.date = date};
    const days step{n < 0 ? -1 : 1};
    for (std::int64_t left = n; left != 0;) {
        if (found.date < kCalendarBegin - days{1} || found.date > kCalendarEnd + days{1}) {
            unknownYear(found.date);  // before a step past the last number that a date can hold
        }
        found.date += step;
        const DayFact fact = require(found.date);
        found.provisional |= fact.knowledge == DayKnowledge::Provisional;
        if (fact.working) {
            left -= step.count();
        }
    }
    return found;
}

DayCount Calendar::between(sys_days after, sys_days upTo) const {
    DayCount count;
    if (upTo <= after) {
        return count;
    }
    require(upTo);  // the far end first: a span of thousands of unknown years ends here
    for (sys_days date = upTo; date > after; date -= days{1}) {
        const DayFact fact = require(date);
        count.provisional |= fact.knowledge == DayKnowledge::Provisional;
        count.days += fact.working ? 1 : 0;
    }
    return count;
}

CountedDay Calendar::deadline(sys_days date, std::int64_t n) const {
    if (n < 0 || n > kDeadlineWorkdaysMax) {
        throw Error(ErrorCode::Argument,
                    "A deadline has 0 to " + std::to_string(kDeadlineWorkdaysMax) + " working days, not " +
                        std::to_string(n) + ".",
                    "NumberOutOfRange");
    }
    if (date < kCalendarBegin || date > kCalendarEnd) {
        unknownYear(date);
    }
    CountedDay found{.date = date};
    for (std::int64_t left = n; left != 0;) {
        found.date += days{1};
        const DayFact fact = day(found.date);
        found.provisional |= fact.knowledge != DayKnowledge::Known;
        left -= fact.working ? 1 : 0;
    }
    return found;
}

}  // namespace xinpu::engine
