// loaders/dates.cpp
// Readers of dates and decimals; the form of the generator (YYYY-MM-DD) is tried first.

#include "loaders/dates.h"

#include <chrono>
#include <cstdio>

namespace xinpu::loaders {
namespace {

constexpr std::size_t kDigitsMax = 18;  // every number of 18 digits fits into 63 bits

bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Takes `least` to `most` digits from the front of `text`.
std::optional<int> takeNumber(std::string_view& text, std::size_t least, std::size_t most) noexcept {
    int number = 0;
    std::size_t count = 0;
    while (count < text.size() && count < most && digit(text[count])) {
        number = number * 10 + (text[count] - '0');
        ++count;
    }
    if (count < least) {
        return std::nullopt;
    }
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, std::string_view mark) noexcept {
    if (!text.starts_with(mark)) {
        return false;
    }
    text.remove_prefix(mark.size());
    return true;
}

std::optional<DayNumber> dayOf(int year, int month, int day) noexcept {
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (year < 1 || !date.ok()) {
        return std::nullopt;
    }
    return static_cast<DayNumber>(std::chrono::sys_days{date}.time_since_epoch().count());
}

}  // namespace

std::optional<DayNumber> parseDate(std::string_view text) noexcept {
    const auto number = [&](std::size_t at, std::size_t count) {
        int value = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            value = value * 10 + (text[i] - '0');
        }
        return value;
    };
    const auto digits = [&](std::size_t at, std::size_t count) {
        for (std::size_t i = at; i < at + count; ++i) {
            if (!digit(text[i])) {
                return false;
            }
        }
        return true;
    };
    if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
        return digits(0, 4) && digits(5, 2) && digits(8, 2) ? dayOf(number(0, 4), number(5, 2), number(8, 2))
                                                            : std::nullopt;
    }
    if (text.size() == 8 && digits(0, 8)) {
        return dayOf(number(0, 4), number(4, 2), number(6, 2));
    }
    const std::optional<int> year = takeNumber(text, 4, 4);
    if (!year || text.empty()) {
        return std::nullopt;
    }
    const bool chinese = take(text, "年");
    const char separator = chinese ? '\0' : text.front();
    if (!chinese && separator != '-' && separator != '/') {
        return std::nullopt;
    }
    if (!chinese) {
        text.remove_prefix(1);
    }
    const std::optional<int> month = takeNumber(text, 1, 2);
    if (!month || !take(text, chinese ? std::string_view{"月"} : std::string_view{&separator, 1})) {
        return std::nullopt;
    }
    const std::optional<int> day = takeNumber(text, 1, 2);
    if (!day || (chinese && !take(text, "日")) || !text.empty()) {
        return std::nullopt;
    }
    return dayOf(*year, *month, *day);
}

std::optional<Decimal> parseDecimal(std::string_view text) noexcept {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const std::size_t point = text.find('.');
    std::string_view whole = text.substr(0, point);
    std::string_view places = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (whole.empty() || (point != std::string_view::npos && places.empty())) {
        return std::nullopt;
    }
    for (const std::string_view part : {whole, places}) {
        for (const char c : part) {
            if (!digit(c)) {
                return std::nullopt;
            }
        }
    }
    while (places.ends_with('0')) {
        places.remove_suffix(1);
    }
    while (whole.size() > 1 && whole.starts_with('0')) {
        whole.remove_prefix(1);
    }
    if (whole.size() + places.size() > kDigitsMax) {
        return std::nullopt;
    }
    std::int64_t unscaled = 0;
    for (const std::string_view part : {whole, places}) {
        for (const char c : part) {
            unscaled = unscaled * 10 + (c - '0');
        }
    }
    return Decimal{.unscaled = negative ? -unscaled : unscaled,
                   .scale = static_cast<std::uint8_t>(places.size())};
}

std::optional<std::int64_t> rescale(Decimal value, std::uint8_t places) noexcept {
    if (value.scale > places) {
        return std::nullopt;
    }
    std::int64_t scaled = value.unscaled;
    for (std::uint8_t i = value.scale; i < places; ++i) {
        if (__builtin_mul_overflow(scaled, 10, &scaled)) {
            return std::nullopt;
        }
    }
    return scaled;
}

std::string toText(Decimal value) {
    std::string digits = std::to_string(value.unscaled < 0 ? -value.unscaled : value.unscaled);
    if (value.scale > 0) {
        if (digits.size() <= value.scale) {
            digits.insert(0, value.scale - digits.size() + 1, '0');
        }
        digits.insert(digits.size() - value.scale, 1, '.');
    }
    return value.unscaled < 0 ? "-" + digits : digits;
}

std::string toText(DayNumber day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return buffer;
}

}  // namespace xinpu::loaders
