// query/functions/zones.cpp
// Named zones through the date library.

#include "query/functions/zones.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "engine/value/literal.h"
#include "query/functions/builtin.h"

namespace xinpu::query {

using engine::LocalDateTime;
using engine::ZonedDateTime;

namespace {

// The library reads the transitions that the files list, which end in 2037. Later years have the rules of
// that time, so they are asked of a year of the same length and weekdays.
constexpr std::int64_t kRuleYearFirst = 2009;
constexpr std::int64_t kRuleYearLast = 2036;
// Before standard time was introduced anywhere; the library's years are 16 bits wide.
constexpr std::int64_t kRuleYearLeast = 1600;

/// The same moment of the year in a year that the library answers for.
std::int64_t comparable(std::int64_t seconds) noexcept {
    const std::int64_t days = seconds >= 0
                                  ? seconds / engine::kSecondsPerDay
                                  : -((-seconds + engine::kSecondsPerDay - 1) / engine::kSecondsPerDay);
    const std::int64_t year = engine::civilFromDays(days).year;
    if (year < kRuleYearLeast) {
        return engine::daysFromCivil(kRuleYearLeast, 1, 1) * engine::kSecondsPerDay;
    }
    if (year <= kRuleYearLast) {
        return seconds;
    }
    const auto weekday = [](std::int64_t first_day) { return ((first_day % 7) + 7) % 7; };
    const std::int64_t start = engine::daysFromCivil(year, 1, 1);
    for (std::int64_t twin = kRuleYearFirst; twin <= kRuleYearLast; ++twin) {
        const std::int64_t twin_start = engine::daysFromCivil(twin, 1, 1);
        if (engine::isLeapYear(twin) == engine::isLeapYear(year) && weekday(twin_start) == weekday(start)) {
            return seconds - (start - twin_start) * engine::kSecondsPerDay;
        }
    }
    return seconds;
}

std::int32_t secondsOf(std::chrono::seconds offset) noexcept {
    return static_cast<std::int32_t>(offset.count());
}

std::optional<std::int32_t> number(std::string_view digits) noexcept {
    if (digits.empty()) {
        return std::nullopt;
    }
    std::int32_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

std::optional<std::int32_t> parseOffset(std::string_view text) noexcept {
    if (text == "Z" || text == "z") {
        return 0;
    }
    if (text.size() < 2 || text.size() > 9 || (text.front() != '+' && text.front() != '-')) {
        return std::nullopt;
    }
    const bool negative = text.front() == '-';
    text.remove_prefix(1);
    std::string_view parts[3] = {};
    if (text.find(':') != std::string_view::npos) {
        if ((text.size() != 5 && text.size() != 8) || text[2] != ':' ||
            (text.size() == 8 && text[5] != ':')) {
            return std::nullopt;
        }
        parts[0] = text.substr(0, 2);
        parts[1] = text.substr(3, 2);
        parts[2] = text.size() == 8 ? text.substr(6, 2) : "0";
    } else {
        if (text.size() != 1 && text.size() != 2 && text.size() != 4 && text.size() != 6) {
            return std::nullopt;
        }
        parts[0] = text.substr(0, 2);
        parts[1] = text.size() >= 4 ? text.substr(2, 2) : "0";
        parts[2] = text.size() == 6 ? text.substr(4, 2) : "0";
    }
    const auto hours = number(parts[0]);
    const auto minutes = number(parts[1]);
    const auto seconds = number(parts[2]);
    if (!hours || !minutes || !seconds || *minutes > 59 || *seconds > 59) {
        return std::nullopt;
    }
    const std::int32_t offset = *hours * 3600 + *minutes * 60 + *seconds;
    if (offset > engine::kOffsetSecondsMax) {
        return std::nullopt;
    }
    return negative ? -offset : offset;
}

Zone Zone::fixed(std::int32_t offset_seconds) noexcept {
    Zone zone;
    zone.offset_ = offset_seconds;
    return zone;
}

Zone Zone::parse(std::string_view text) {
    if (const auto offset = parseOffset(text)) {
        return fixed(*offset);
    }
    std::string name(text);
    std::replace(name.begin(), name.end(), ' ', '_');
    // Files beside the zones (rules, tables) are not zones, nor is what leads out of the folder.
    const bool plausible =
        !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                   c == '_' || c == '-' || c == '+';
        });
    if (plausible) {
        try {
            Zone zone;
            zone.zone_ = date::locate_zone(name);
            // Links of the data keep the name that they were asked by.
            zone.name_ = name;
            return zone;
        } catch (const std::runtime_error&) {
            // Unknown: said below.
        }
    }
    builtin::throwArgument(fmt::format("{} is neither an offset nor the name of a time zone.",
                                       engine::quoted(text.substr(0, 100))));
}

Zone Zone::of(const ZonedDateTime& when) {
    return when.zone.empty() ? fixed(when.offsetSeconds) : parse(when.zone);
}

std::int32_t Zone::offsetAt(std::int64_t epoch_seconds) const {
    if (zone_ == nullptr) {
        return offset_;
    }
    const date::sys_seconds instant{std::chrono::seconds{comparable(epoch_seconds)}};
    return secondsOf(zone_->get_info(instant).offset);
}

ZonedDateTime Zone::atInstant(std::int64_t epoch_seconds, std::int32_t nanos) const {
    return {epoch_seconds, nanos, offsetAt(epoch_seconds), name_};
}

ZonedDateTime Zone::atLocal(LocalDateTime local, std::optional<std::int32_t> preferred) const {
    if (zone_ == nullptr) {
        return {local.seconds - offset_, local.nanos, offset_, name_};
    }
    const date::local_seconds wall{std::chrono::seconds{comparable(local.seconds)}};
    const date::local_info info = zone_->get_info(wall);
    const std::int32_t first = secondsOf(info.first.offset);
    if (info.result == date::local_info::unique) {
        return {local.seconds - first, local.nanos, first, name_};
    }
    const std::int32_t second = secondsOf(info.second.offset);
    if (info.result == date::local_info::nonexistent) {
        return {local.seconds - first, local.nanos, second, name_};
    }
    const std::int32_t offset = preferred == second ? second : first;
    return {local.seconds - offset, local.nanos, offset, name_};
}

}  // namespace xinpu::query
