// engine/value/temporal.cpp
// The proleptic Gregorian calendar in days, and temporal values as ISO 8601 text.

#include "engine/value/temporal.h"

#include <array>
#include <cstdlib>

#include "engine/value/decimal.h"

namespace xinpu::engine {
namespace {

constexpr std::int64_t kDaysPer400Years = 146'097;
constexpr std::int64_t kEpochFromMarch0 = 719'468;  // days from 0000-03-01 to 1970-01-01

std::int64_t floorDiv(std::int64_t a, std::int64_t b) noexcept {
    return a / b - (a % b < 0 ? 1 : 0);
}

void appendPadded(std::string& out, std::uint64_t number, std::size_t width) {
    const std::string digits = std::to_string(number);
    if (digits.size() < width) {
        out.append(width - digits.size(), '0');
    }
    out += digits;
}

// ".645": nothing for zero, else nine digits without zeros at the end.
void appendFraction(std::string& out, std::int64_t nanos) {
    if (nanos == 0) {
        return;
    }
    out += '.';
    appendPadded(out, static_cast<std::uint64_t>(nanos), 9);
    out.erase(out.find_last_not_of('0') + 1);
}

void appendTime(std::string& out, std::int64_t nanosOfDay, Seconds style) {
    const std::int64_t secondOfDay = nanosOfDay / kNanosPerSecond;
    const std::int64_t nanos = nanosOfDay % kNanosPerSecond;
    appendPadded(out, static_cast<std::uint64_t>(secondOfDay / 3600), 2);
    out += ':';
    appendPadded(out, static_cast<std::uint64_t>(secondOfDay / 60 % 60), 2);
    if (style == Seconds::WhenNotZero && secondOfDay % 60 == 0 && nanos == 0) {
        return;
    }
    out += ':';
    appendPadded(out, static_cast<std::uint64_t>(secondOfDay % 60), 2);
    appendFraction(out, nanos);
}

void appendDate(std::string& out, std::int64_t days) {
    const CivilDate civil = civilFromDays(days);
    if (civil.year > 9999) {
        out += '+';
    } else if (civil.year < 0) {
        out += '-';
    }
    appendPadded(out, static_cast<std::uint64_t>(civil.year < 0 ? -civil.year : civil.year), 4);
    out += '-';
    appendPadded(out, civil.month, 2);
    out += '-';
    appendPadded(out, civil.day, 2);
}

void appendPart(std::string& out, std::int64_t number, char unit) {
    if (number != 0) {
        out += std::to_string(number);
        out += unit;
    }
}

// Seconds and nanoseconds of a duration below a minute, with one sign for both.
void appendSeconds(std::string& out, bool negative, std::int64_t seconds, std::int64_t nanos) {
    if (seconds == 0 && nanos == 0) {
        return;
    }
    if (negative) {
        out += '-';
    }
    out += std::to_string(std::llabs(seconds));
    appendFraction(out, nanos);
    out += 'S';
}

Int128 averageSeconds(const Duration& duration) noexcept {
    constexpr Int128 kSecondsPerMonth = 2'629'746;  // 365.2425 days / 12
    return duration.months * kSecondsPerMonth + duration.days * Int128{kSecondsPerDay} + duration.seconds;
}

bool isNanos(std::int32_t nanos) noexcept {
    return nanos >= 0 && nanos < kNanosPerSecond;
}

bool isOffset(std::int32_t offset) noexcept {
    return offset >= -kOffsetSecondsMax && offset <= kOffsetSecondsMax;
}

// Two digits of a text at a place where they are known to lie.
std::optional<std::uint32_t> twoDigits(std::string_view text, std::size_t at) noexcept {
    const char high = text[at];
    const char low = text[at + 1];
    if (high < '0' || high > '9' || low < '0' || low > '9') {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>((high - '0') * 10 + (low - '0'));
}

}  // namespace

std::strong_ordering operator<=>(const Duration& a, const Duration& b) noexcept {
    if (const auto byLength = averageSeconds(a) <=> averageSeconds(b); byLength != 0) {
        return byLength;
    }
    if (a.nanos != b.nanos) {
        return a.nanos <=> b.nanos;
    }
    return a.months != b.months ? a.months <=> b.months : a.days <=> b.days;  // seconds follow from these
}

bool isLeapYear(std::int64_t year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

std::uint32_t daysInMonth(std::int64_t year, std::uint32_t month) noexcept {
    constexpr std::array<std::uint8_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return kDays[month - 1] + (month == 2 && isLeapYear(year) ? 1U : 0U);
}

bool isCivil(const CivilDate& civil) noexcept {
    return civil.year >= kYearMin && civil.year <= kYearMax && civil.month >= 1 && civil.month <= 12 &&
           civil.day >= 1 && civil.day <= daysInMonth(civil.year, civil.month);
}

// Years are counted from March, so the leap day is the last day of a year; 400 years have the same days
// always.
std::int64_t daysFromCivil(std::int64_t year, std::uint32_t month, std::uint32_t day) noexcept {
    const std::int64_t marchYear = month <= 2 ? year - 1 : year;
    const std::int64_t cycle = floorDiv(marchYear, 400);
    const std::int64_t yearOfCycle = marchYear - cycle * 400;
    const std::int64_t monthFromMarch = (std::int64_t{month} + 9) % 12;
    const std::int64_t dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1;
    const std::int64_t dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear;
    return cycle * kDaysPer400Years + dayOfCycle - kEpochFromMarch0;
}

Date dateFromCivil(const CivilDate& civil) noexcept {
    return {daysFromCivil(civil.year, civil.month, civil.day)};
}

CivilDate civilFromDays(std::int64_t days) noexcept {
    const std::int64_t fromMarch0 = days + kEpochFromMarch0;
    const std::int64_t cycle = floorDiv(fromMarch0, kDaysPer400Years);
    const std::int64_t dayOfCycle = fromMarch0 - cycle * kDaysPer400Years;
    const std::int64_t yearOfCycle =
        (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36'524 - dayOfCycle / 146'096) / 365;
    const std::int64_t dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
    const std::int64_t monthFromMarch = (5 * dayOfYear + 2) / 153;
    const auto day = static_cast<std::uint32_t>(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1);
    const auto month =
        static_cast<std::uint32_t>(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
    return {yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0), month, day};
}

bool isValid(const Date& value) noexcept {
    return value.days >= kDaysMin && value.days <= kDaysMax;
}

bool isValid(const LocalTime& value) noexcept {
    return value.nanosOfDay >= 0 && value.nanosOfDay < kNanosPerDay;
}

bool isValid(const Time& value) noexcept {
    return isValid(LocalTime{value.nanosOfDay}) && isOffset(value.offsetSeconds);
}

bool isValid(const LocalDateTime& value) noexcept {
    return value.seconds >= kDaysMin * kSecondsPerDay && value.seconds < (kDaysMax + 1) * kSecondsPerDay &&
           isNanos(value.nanos);
}

bool isValid(const ZonedDateTime& value) noexcept {
    // Near enough that adding the offset cannot overflow; the local date decides.
    constexpr std::int64_t kFirst = (kDaysMin - 1) * kSecondsPerDay;
    constexpr std::int64_t kLast = (kDaysMax + 2) * kSecondsPerDay;
    return isOffset(value.offsetSeconds) && value.epochSeconds >= kFirst && value.epochSeconds <= kLast &&
           isValid(value.local());
}

bool isValid(const Duration& value) noexcept {
    return isNanos(value.nanos);
}

std::string toIso(const Date& value) {
    std::string out;
    appendDate(out, value.days);
    return out;
}

std::string toIso(const LocalTime& value, Seconds seconds) {
    std::string out;
    appendTime(out, value.nanosOfDay, seconds);
    return out;
}

std::string toIso(const Time& value, Seconds seconds) {
    std::string out;
    appendTime(out, value.nanosOfDay, seconds);
    return out += offsetToIso(value.offsetSeconds);
}

std::string toIso(const LocalDateTime& value, Seconds seconds) {
    const std::int64_t days = floorDiv(value.seconds, kSecondsPerDay);
    std::string out;
    appendDate(out, days);
    out += 'T';
    appendTime(out, (value.seconds - days * kSecondsPerDay) * kNanosPerSecond + value.nanos, seconds);
    return out;
}

std::string toIso(const ZonedDateTime& value, Seconds seconds) {
    std::string out = toIso(value.local(), seconds) + offsetToIso(value.offsetSeconds);
    if (!value.zone.empty()) {
        out += '[' + value.zone + ']';
    }
    return out;
}

std::string toIso(const Duration& value) {
    if (value == Duration{}) {
        return "PT0S";
    }
    std::string out = "P";
    appendPart(out, value.months / 12, 'Y');
    appendPart(out, value.months % 12, 'M');
    appendPart(out, value.days, 'D');
    if (value.seconds == 0 && value.nanos == 0) {
        return out;
    }
    out += 'T';
    // Print with one sign: -1 s + 500,000,000 ns is -0.5 s.
    const bool borrow = value.seconds < 0 && value.nanos != 0;
    const std::int64_t seconds = value.seconds + (borrow ? 1 : 0);
    const std::int64_t nanos = borrow ? kNanosPerSecond - value.nanos : value.nanos;
    appendPart(out, seconds / 3600, 'H');
    appendPart(out, seconds / 60 % 60, 'M');
    appendSeconds(out, value.seconds < 0, seconds % 60, nanos);
    return out;
}

std::string offsetToIso(std::int32_t offsetSeconds) {
    if (offsetSeconds == 0) {
        return "Z";
    }
    const auto distance = static_cast<std::uint64_t>(std::abs(offsetSeconds));
    std::string out(1, offsetSeconds < 0 ? '-' : '+');
    appendPadded(out, distance / 3600, 2);
    out += ':';
    appendPadded(out, distance / 60 % 60, 2);
    if (distance % 60 != 0) {
        out += ':';
        appendPadded(out, distance % 60, 2);
    }
    return out;
}

std::optional<Date> parseIsoDate(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto century = twoDigits(text, 0);
    const auto yearOfCentury = twoDigits(text, 2);
    const auto month = twoDigits(text, 5);
    const auto day = twoDigits(text, 8);
    if (!century || !yearOfCentury || !month || !day) {
        return std::nullopt;
    }
    const CivilDate civil{std::int64_t{*century} * 100 + *yearOfCentury, *month, *day};
    if (!isCivil(civil)) {
        return std::nullopt;
    }
    return dateFromCivil(civil);
}

}  // namespace xinpu::engine
