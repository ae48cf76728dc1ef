// engine/value/temporal.h
#pragma once
// Dates, times and durations as openCypher has them: plain numbers, the civil calendar, and ISO 8601 text.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xinpu::engine {

inline constexpr std::int64_t kYearMin = -999'999'999;
inline constexpr std::int64_t kYearMax = 999'999'999;
inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNanosPerDay = kSecondsPerDay * kNanosPerSecond;
inline constexpr std::int64_t kDaysMin = -365'243'219'162;  ///< first day of year kYearMin
inline constexpr std::int64_t kDaysMax = 365'241'780'471;   ///< last day of year kYearMax
inline constexpr std::int32_t kOffsetSecondsMax = 18 * 3600;

/// Days since 1970-01-01, proleptic Gregorian.
struct Date {
    std::int64_t days = 0;
    friend constexpr auto operator<=>(const Date&, const Date&) noexcept = default;
};

/// Nanoseconds since midnight, 0 .. kNanosPerDay - 1.
struct LocalTime {
    std::int64_t nanosOfDay = 0;
    friend constexpr auto operator<=>(const LocalTime&, const LocalTime&) noexcept = default;
};

/// A local time and the offset from UTC at which it is meant. Equal only with the same offset; ordered by
/// instant, then offset.
struct Time {
    std::int64_t nanosOfDay = 0;
    std::int32_t offsetSeconds = 0;

    constexpr std::int64_t utcNanos() const noexcept { return nanosOfDay - offsetSeconds * kNanosPerSecond; }
    friend constexpr bool operator==(const Time&, const Time&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(const Time& a, const Time& b) noexcept {
        const auto byInstant = a.utcNanos() <=> b.utcNanos();
        return byInstant != 0 ? byInstant : a.offsetSeconds <=> b.offsetSeconds;
    }
};

/// Seconds since 1970-01-01T00:00 on the wall clock, and nanoseconds 0 .. 999,999,999 after it.
struct LocalDateTime {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    friend constexpr auto operator<=>(const LocalDateTime&, const LocalDateTime&) noexcept = default;
};

/// An instant, the offset in force there, and the name of the zone (empty: only the offset is known). Equal
/// only with the same offset and zone; ordered by instant, then offset, then zone.
struct ZonedDateTime {
    std::int64_t epochSeconds = 0;
    std::int32_t nanos = 0;
    std::int32_t offsetSeconds = 0;
    std::string zone;
    friend auto operator<=>(const ZonedDateTime&, const ZonedDateTime&) noexcept = default;

    LocalDateTime local() const noexcept { return {epochSeconds + offsetSeconds, nanos}; }
};

/// Months, days and seconds do not turn into each other: a month is not 30 days, a day not 24 hours. `nanos`
/// is 0 .. 999,999,999 also where seconds are negative (-0.5 s is {-1, 500,000,000}). Equal part by part;
/// ordered by the average length (a month of 2,629,746 s, a day of 86,400 s), then by parts.
struct Duration {
    std::int64_t months = 0;
    std::int64_t days = 0;
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    friend constexpr bool operator==(const Duration&, const Duration&) noexcept = default;
};
std::strong_ordering operator<=>(const Duration& a, const Duration& b) noexcept;

struct CivilDate {
    std::int64_t year = 1970;
    std::uint32_t month = 1;  ///< 1..12
    std::uint32_t day = 1;    ///< 1..31
    friend constexpr auto operator<=>(const CivilDate&, const CivilDate&) noexcept = default;
};

bool isLeapYear(std::int64_t year) noexcept;
/// 28..31; month 1..12.
std::uint32_t daysInMonth(std::int64_t year, std::uint32_t month) noexcept;
/// Month 1..12, day 1..31, year within kYearMin..kYearMax.
bool isCivil(const CivilDate& civil) noexcept;
/// For any date for which isCivil.
Date dateFromCivil(const CivilDate& civil) noexcept;
std::int64_t daysFromCivil(std::int64_t year, std::uint32_t month, std::uint32_t day) noexcept;
CivilDate civilFromDays(std::int64_t days) noexcept;
inline CivilDate civilOf(Date date) noexcept {
    return civilFromDays(date.days);
}

/// Whether the parts are in the ranges said above. Decoders refuse what is not.
bool isValid(const Date& value) noexcept;
bool isValid(const LocalTime& value) noexcept;
bool isValid(const Time& value) noexcept;
bool isValid(const LocalDateTime& value) noexcept;
bool isValid(const ZonedDateTime& value) noexcept;
bool isValid(const Duration& value) noexcept;

/// How seconds of a time of day are printed where they are zero: as the HTTP interface does, or as
/// toString().
enum class Seconds : std::uint8_t { Always, WhenNotZero };

/// ISO 8601 as Neo4j prints it: "2026-11-24", "-0044-03-15", "+12345-01-01".
std::string toIso(const Date& value);
/// "12:31:14", fraction as short as it can be (".645").
std::string toIso(const LocalTime& value, Seconds seconds = Seconds::Always);
/// "12:31:00Z", "12:31:00+08:00".
std::string toIso(const Time& value, Seconds seconds = Seconds::Always);
/// "2026-11-24T12:31:14.645".
std::string toIso(const LocalDateTime& value, Seconds seconds = Seconds::Always);
/// "2026-11-24T12:31:14+08:00[Asia/Shanghai]", without brackets where the zone has no name.
std::string toIso(const ZonedDateTime& value, Seconds seconds = Seconds::Always);
/// "P1Y2M3DT25H1.000000005S"; zero is "PT0S".
std::string toIso(const Duration& value);
/// "Z", "+08:00", "-05:30", "+00:19:32".
std::string offsetToIso(std::int32_t offsetSeconds);

/// Exactly YYYY-MM-DD with a day that exists; nothing else. Other ISO forms are read by the language's
/// functions.
std::optional<Date> parseIsoDate(std::string_view text) noexcept;

}  // namespace xinpu::engine
