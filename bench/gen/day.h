// bench/gen/day.h
#pragma once
// Days as numbers since 1970-01-01, and their text.

#include <cstdint>
#include <string_view>

namespace xinpu::bench {

/// The valid_to of what has not ended; written as an empty field.
constexpr int kOpen = INT32_MAX;

struct YearMonthDay {
    int year, month, day;
};

constexpr int daysFromCivil(int year, int month, int day) noexcept {
    year -= month <= 2;  // the year of this arithmetic begins in March, so that 29 February is its last day
    const int era = (year >= 0 ? year : year - 399) / 400;
    const int year_of_era = year - era * 400;
    const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

constexpr YearMonthDay civilFromDays(int days) noexcept {
    days += 719468;
    const int era = (days >= 0 ? days : days - 146096) / 146097;
    const int day_of_era = days - era * 146097;
    const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int shifted_month = (5 * day_of_year + 2) / 153;
    const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return {year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

/// `YYYY-MM-DD`; days before 1980 and after 2049 are written as the first or last day of that span, kOpen as
/// "". The view is valid as long as the program.
std::string_view dateText(int day);

}  // namespace xinpu::bench
