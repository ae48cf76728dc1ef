// tests/unit/calendar/dates.h
#pragma once
// Dates as text, for tables of tests.

#include <chrono>
#include <cstdio>
#include <string>

namespace xinpu::test {

/// Of "YYYY-MM-DD".
inline std::chrono::sys_days date(const std::string& text) {
    return std::chrono::year{std::stoi(text.substr(0, 4))} /
           std::chrono::month{static_cast<unsigned>(std::stoul(text.substr(5, 2)))} /
           std::chrono::day{static_cast<unsigned>(std::stoul(text.substr(8, 2)))};
}

inline std::string text(std::chrono::sys_days date) {
    const std::chrono::year_month_day ymd{date};
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                  static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
    return buffer;
}

}  // namespace xinpu::test
