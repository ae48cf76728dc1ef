// engine/calendar/calendar.h
#pragma once
// Working days of the People's Republic of China: which days are worked, and counting along them.

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace xinpu::engine {

/// How far a statement about a day can be trusted.
enum class DayKnowledge : std::uint8_t {
    Known,        ///< its year's arrangement is entered
    Provisional,  ///< one of the last 10 days of a year whose next year is not entered: that notice may still
                  ///< move it
    Unknown,      ///< its year is not entered; only the weekday is known
};

struct DayFact {
    bool working = false;  ///< for an unknown day: Monday to Friday
    DayKnowledge knowledge = DayKnowledge::Unknown;
};

/// A date that was found by counting.
struct CountedDay {
    std::chrono::sys_days date;
    bool provisional = false;  ///< a day on the way was provisional (or, for `deadline`, unknown)
};

struct DayCount {
    std::int64_t days = 0;
    bool provisional = false;
};

/// The arrangements of some years. Immutable: any number of threads may use one; copies are independent.
///
/// A working day is a listed make-up day (调休上班), or a Monday to Friday that is not listed as holiday.
/// Functions that count throw Error(Argument, …, "CALENDAR_UNKNOWN"), naming the year, when they step on a
/// day of a year that is not entered: a missing year is never taken for one without holidays.
class Calendar {
public:
    static constexpr int kYearFirst = 1949;
    static constexpr int kYearLast = 9999;
    static constexpr int kProvisionalDays = 10;
    static constexpr std::int64_t kDeadlineWorkdaysMax = 10'000;  ///< longer deadlines are a mistake

    /// No year at all.
    Calendar() = default;
    /// The years that come with the program, 2004 to 2026 (source and hash: builtin_years.cpp).
    static Calendar builtIn();

    /// This calendar with `year` entered, or replaced where it was entered before. Both lists may be empty
    /// and in any order. Days of the December before may be listed too, as some notices do; they then
    /// overrule that year.
    /// @throws Error(Validation) for a date elsewhere, for one in both lists, for a year out of range
    Calendar with(int year, std::span<const std::chrono::sys_days> holidays,
                  std::span<const std::chrono::sys_days> workdays) const;

    bool knows(int year) const noexcept;
    /// Entered years, ascending.
    std::vector<int> years() const;

    /// Never fails; any date.
    DayFact day(std::chrono::sys_days date) const noexcept;
    /// @throws Error(Argument, CALENDAR_UNKNOWN)
    bool isWorkday(std::chrono::sys_days date) const;

    /// The n-th working day after `date` (n < 0: before); `date` itself is not counted and need not be a
    /// working day; n = 0 gives `date`.
    /// @complexity O(n) days, ends at the first unknown one
    /// @throws Error(Argument, CALENDAR_UNKNOWN)
    CountedDay add(std::chrono::sys_days date, std::int64_t n) const;

    /// Working days in (after, upTo]; none when upTo <= after.
    /// @throws Error(Argument, CALENDAR_UNKNOWN)
    DayCount between(std::chrono::sys_days after, std::chrono::sys_days upTo) const;

    /// End of a term of n working days set on `date`, n in 0..kDeadlineWorkdaysMax. Unknown days count as
    /// Monday to Friday and make the answer provisional, so that a case can run on before next year's notice
    /// is out.
    /// @throws Error(Argument) for n out of range
    CountedDay deadline(std::chrono::sys_days date, std::int64_t n) const;

private:
    struct Year {
        int number;
        std::vector<std::chrono::sys_days> holidays;
        std::vector<std::chrono::sys_days> workdays;
        std::vector<bool> working;  ///< by day of the year, arrangements of the next year applied
    };

    const Year* find(int year) const noexcept;
    DayFact require(std::chrono::sys_days date) const;
    void rebuild();

    std::vector<Year> years_;  ///< ascending by number
};

}  // namespace xinpu::engine
