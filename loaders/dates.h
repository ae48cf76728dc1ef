// loaders/dates.h
#pragma once
// Dates and decimals as the data standard writes them, read without allocation.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace xinpu::loaders {

/// Days since 1970-01-01.
using DayNumber = std::int32_t;
constexpr DayNumber kNoDate = std::numeric_limits<DayNumber>::min();

/// Reads YYYY-MM-DD, YYYY/MM/DD (month and day with one or two digits), YYYYMMDD and YYYY年M月D日 (half-width
/// digits). Nothing for anything else, and for days that do not exist; years are 1 to 9999.
std::optional<DayNumber> parseDate(std::string_view text) noexcept;

/// An exact decimal: unscaled / 10^scale.
struct Decimal {
    std::int64_t unscaled = 0;
    std::uint8_t scale = 0;

    friend bool operator==(const Decimal&, const Decimal&) noexcept = default;
};

/// Reads digits, at most one point with digits on both sides, and a sign. Trailing zeros after the point are
/// left out: "33.00" is 33 with scale 0. Nothing for other text, or for more than 18 digits.
std::optional<Decimal> parseDecimal(std::string_view text) noexcept;

/// `value` in units of 10^-places, as yuan in fen for 2. Nothing if it has more places or does not fit.
std::optional<std::int64_t> rescale(Decimal value, std::uint8_t places) noexcept;

/// Every digit that is left, as "33.3333" or "5".
std::string toText(Decimal value);
/// YYYY-MM-DD.
std::string toText(DayNumber day);

}  // namespace xinpu::loaders
