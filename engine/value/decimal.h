// engine/value/decimal.h
#pragma once
// Exact decimal numbers for money and shares: up to 38 digits, of which up to 38 after the point.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xinpu::engine {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

/// coefficient / 10^scale, with |coefficient| < 10^38 and scale 0..38. A value type of 32 bytes.
///
/// The scale is kept as written ("5000.00"), but never counts: 5.0 == 5. There is no negative zero.
/// Operations are exact or throw Error(Arithmetic, detail DECIMAL_OVERFLOW); nothing is rounded unless asked.
class Decimal {
public:
    static constexpr unsigned kDigitsMax = 38;
    static constexpr unsigned kScaleMax = 38;

    constexpr Decimal() noexcept = default;
    /// Nothing if the parts are out of range.
    static std::optional<Decimal> fromParts(Int128 coefficient, unsigned scale) noexcept;
    static Decimal fromInt64(std::int64_t number) noexcept;
    /// The shortest digits that read back as `number` (0.1 gives 0.1); nothing for NaN, infinities and what
    /// needs more than 38 digits.
    static std::optional<Decimal> fromDouble(double number) noexcept;
    /// `[+-] digits [. digits]`, also `.5` and `5.`, with an optional exponent `e[+-]digits`; the whole text.
    /// Zeros after the point are kept as scale. Nothing if it is not such a text or does not fit.
    static std::optional<Decimal> parse(std::string_view text) noexcept;

    constexpr Int128 coefficient() const noexcept { return coefficient_; }
    constexpr unsigned scale() const noexcept { return scale_; }
    constexpr int sign() const noexcept { return coefficient_ == 0 ? 0 : (coefficient_ < 0 ? -1 : 1); }

    /// With as many places as the scale says: "5000.00".
    std::string toString() const;
    /// The same number without zeros at the end of the fraction: "33.3333", "5".
    Decimal normalised() const noexcept;
    /// With exactly `places` digits after the point, half to even where digits fall away.
    Decimal rescale(unsigned places) const;
    /// The nearest double.
    double toDouble() const noexcept;
    /// The whole number, if it is one and fits.
    std::optional<std::int64_t> toInt64() const noexcept;
    /// number * 10^places, if that is whole and fits: covered slots hold shares so.
    std::optional<std::int32_t> scaledToInt32(unsigned places) const noexcept;

    Decimal operator-() const noexcept;
    Decimal add(const Decimal& other) const;
    Decimal sub(const Decimal& other) const;
    Decimal mul(const Decimal& other) const;
    /// With `places` digits after the point, half to even. Error(Arithmetic, DIVISION_BY_ZERO) on zero.
    Decimal div(const Decimal& other, unsigned places) const;

    /// All comparisons are exact: a double counts as the binary fraction that it is.
    std::strong_ordering compare(const Decimal& other) const noexcept;
    std::strong_ordering compare(std::int64_t other) const noexcept;
    /// Unordered with NaN.
    std::partial_ordering compare(double other) const noexcept;
    friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept {
        return a.compare(b);
    }
    friend bool operator==(const Decimal& a, const Decimal& b) noexcept { return a.compare(b) == 0; }

private:
    constexpr Decimal(Int128 coefficient, unsigned scale) noexcept
        : coefficient_(coefficient), scale_(static_cast<std::uint8_t>(scale)) {}

    Int128 coefficient_ = 0;
    std::uint8_t scale_ = 0;
};

/// Exact, without the rounding of a cast. Unordered with NaN.
std::partial_ordering compareExactly(std::int64_t whole, double number) noexcept;

}  // namespace xinpu::engine
