// engine/value/decimal.cpp
// Exact decimal arithmetic on a 128-bit coefficient, with 256 bits only inside a division.

#include "engine/value/decimal.h"

#include <cmath>
#include <limits>
#include <utility>

#include "engine/value/decimal_powers.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using detail::kCoefficientEnd;
using detail::kPowers;
using detail::magnitude;
using detail::withSign;

[[noreturn]] void throwOverflow() {
    throw Error(ErrorCode::Arithmetic, "a decimal holds at most 38 digits; the result needs more",
                "DECIMAL_OVERFLOW");
}

Decimal checked(Int128 coefficient, unsigned scale) {
    const auto made = Decimal::fromParts(coefficient, scale);
    if (!made) {
        throwOverflow();
    }
    return *made;
}

// Quotient of a division whose remainder decides about rounding.
struct Quotient {
    UInt128 value = 0;
    UInt128 remainder = 0;
};

// a * b / divisor, for a < divisor; divisor < 2^127. The product has up to 256 bits; bits of b enter one by
// one.
Quotient mulDiv(UInt128 a, UInt128 b, UInt128 divisor) noexcept {
    UInt128 product = 0;
    if (!__builtin_mul_overflow(a, b, &product)) {
        return {product / divisor, product % divisor};
    }
    Quotient out;
    for (int bit = 127; bit >= 0; --bit) {
        // out = 2 * out + (bit of b) * a; both remainders are below 2^127, so doubling stays within 128 bits.
        out.value <<= 1U;
        out.remainder <<= 1U;
        if (out.remainder >= divisor) {
            out.remainder -= divisor;
            out.value += 1;
        }
        if (((b >> static_cast<unsigned>(bit)) & 1U) != 0) {
            out.remainder += a;
            if (out.remainder >= divisor) {
                out.remainder -= divisor;
                out.value += 1;
            }
        }
    }
    return out;
}

// value * 10^power + addend, or an error.
UInt128 scaledUp(UInt128 value, unsigned power, UInt128 addend = 0) {
    if (value != 0 && (power > Decimal::kDigitsMax || value > (kCoefficientEnd - 1) / kPowers[power])) {
        throwOverflow();
    }
    return (value == 0 ? 0 : value * kPowers[power]) + addend;
}

// Whether the last digit goes up: `remainder` of `divisor` fell away, and `beyond` says that more did after
// it.
bool roundsUp(UInt128 kept, UInt128 remainder, UInt128 divisor, bool beyond) noexcept {
    const UInt128 rest = divisor - remainder;
    if (remainder != rest) {
        return remainder > rest;
    }
    return beyond || (kept & 1U) != 0;
}

// value / 10^power, half to even; `beyond` says that value itself was cut.
UInt128 scaledDown(UInt128 value, unsigned power, bool beyond) noexcept {
    if (power > Decimal::kDigitsMax) {
        return 0;  // below 10^38 / 10^39: less than half
    }
    const UInt128 kept = value / kPowers[power];
    const UInt128 remainder = value % kPowers[power];
    if (power == 0) {
        return kept;
    }
    return kept + (roundsUp(kept, remainder, kPowers[power], beyond) ? 1U : 0U);
}

struct WholeAndRest {
    UInt128 whole;
    UInt128 rest;  // of 10^scale
};

WholeAndRest split(UInt128 coefficient, unsigned scale) noexcept {
    return {coefficient / kPowers[scale], coefficient % kPowers[scale]};
}

std::strong_ordering reversedIf(bool negative, std::strong_ordering order) noexcept {
    return negative ? 0 <=> order : order;
}

// Compares coefficient / 10^scale with a finite double, both >= 0.
std::strong_ordering compareMagnitude(UInt128 coefficient, unsigned scale, double number) noexcept {
    if (number >= 1e39) {
        return std::strong_ordering::less;  // a decimal is below 10^38
    }
    const auto [whole, rest] = split(coefficient, scale);
    double wholePart = 0;
    double fraction = std::modf(number, &wholePart);
    if (wholePart >= 0x1p127) {
        return std::strong_ordering::less;
    }
    if (const auto byWhole = whole <=> static_cast<UInt128>(wholePart); byWhole != 0) {
        return byWhole;
    }
    // Both fractions bit by bit, from the first after the point. Doubling a double and taking off one are
    // exact.
    const UInt128 one = kPowers[scale];
    UInt128 left = rest;
    while (fraction != 0) {
        if (left == 0) {
            return std::strong_ordering::less;
        }
        left *= 2;  // below 2 * 10^38 < 2^128
        fraction *= 2;
        const bool leftBit = left >= one;
        const bool rightBit = fraction >= 1;
        if (leftBit != rightBit) {
            return leftBit ? std::strong_ordering::greater : std::strong_ordering::less;
        }
        left -= leftBit ? one : 0;
        fraction -= rightBit ? 1 : 0;
    }
    return left == 0 ? std::strong_ordering::equal : std::strong_ordering::greater;
}

// Divides the product a * b by ten if that leaves no remainder: it ends in a zero that a fraction need not
// keep.
bool takeTen(Int128& a, Int128& b) noexcept {
    for (const auto& [ofA, ofB] : {std::pair{10, 1}, {1, 10}, {2, 5}, {5, 2}}) {
        if (a % ofA == 0 && b % ofB == 0) {
            a /= ofA;
            b /= ofB;
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<Decimal> Decimal::fromParts(Int128 coefficient, unsigned scale) noexcept {
    if (scale > kScaleMax || magnitude(coefficient) >= kCoefficientEnd) {
        return std::nullopt;
    }
    return Decimal(coefficient, scale);
}

Decimal Decimal::fromInt64(std::int64_t number) noexcept {
    return {number, 0};
}

Decimal Decimal::normalised() const noexcept {
    Decimal out = *this;
    while (out.scale_ > 0 && out.coefficient_ % 10 == 0) {
        out.coefficient_ /= 10;
        --out.scale_;
    }
    return out;
}

Decimal Decimal::rescale(unsigned places) const {
    if (places > kScaleMax) {
        throwOverflow();
    }
    const bool negative = coefficient_ < 0;
    const UInt128 value = magnitude(coefficient_);
    const UInt128 scaled =
        places >= scale_ ? scaledUp(value, places - scale_) : scaledDown(value, scale_ - places, false);
    return checked(withSign(scaled, negative), places);
}

std::optional<std::int64_t> Decimal::toInt64() const noexcept {
    const auto [whole, rest] = split(magnitude(coefficient_), scale_);
    const Int128 value = withSign(whole, coefficient_ < 0);
    if (rest != 0 || value < std::numeric_limits<std::int64_t>::min() ||
        value > std::numeric_limits<std::int64_t>::max()) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(value);
}

std::optional<std::int32_t> Decimal::scaledToInt32(unsigned places) const noexcept {
    constexpr Int128 kMax = std::numeric_limits<std::int32_t>::max();
    constexpr Int128 kMin = std::numeric_limits<std::int32_t>::min();
    Int128 value = coefficient_;
    if (places >= scale_) {
        for (unsigned i = scale_; i < places && value != 0; ++i) {
            if (value > kMax || value < kMin) {
                return std::nullopt;  // and the product stays far from 128 bits
            }
            value *= 10;
        }
    } else {
        const unsigned down = scale_ - places;
        const auto power = static_cast<Int128>(kPowers[down]);
        if (value % power != 0) {
            return std::nullopt;
        }
        value /= power;
    }
    if (value > kMax || value < kMin) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(value);
}

Decimal Decimal::operator-() const noexcept {
    return {-coefficient_, scale_};
}

Decimal Decimal::add(const Decimal& other) const {
    const auto sumAt = [](const Decimal& a, const Decimal& b, Decimal& out) noexcept {
        const unsigned scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
        Int128 left = 0;
        Int128 right = 0;
        Int128 sum = 0;
        if (__builtin_mul_overflow(a.coefficient_, static_cast<Int128>(kPowers[scale - a.scale_]), &left) ||
            __builtin_mul_overflow(b.coefficient_, static_cast<Int128>(kPowers[scale - b.scale_]), &right) ||
            __builtin_add_overflow(left, right, &sum) || magnitude(sum) >= kCoefficientEnd) {
            return false;
        }
        out = Decimal(sum, scale);
        return true;
    };
    Decimal out;
    // Zeros at the end may be all that does not fit.
    if (!sumAt(*this, other, out) && !sumAt(normalised(), other.normalised(), out)) {
        throwOverflow();
    }
    return out;
}

Decimal Decimal::sub(const Decimal& other) const {
    return add(-other);
}

Decimal Decimal::mul(const Decimal& other) const {
    Int128 product = 0;
    if (scale_ + other.scale_ <= static_cast<int>(kScaleMax) &&
        !__builtin_mul_overflow(coefficient_, other.coefficient_, &product) &&
        magnitude(product) < kCoefficientEnd) {
        return {product, static_cast<unsigned>(scale_) + other.scale_};
    }
    Int128 a = coefficient_;
    Int128 b = other.coefficient_;
    unsigned scale = static_cast<unsigned>(scale_) + other.scale_;
    if (a == 0 || b == 0) {
        return {};
    }
    while (scale > 0 && takeTen(a, b)) {
        --scale;
    }
    if (__builtin_mul_overflow(a, b, &product)) {
        throwOverflow();
    }
    return checked(product, scale);
}

Decimal Decimal::div(const Decimal& other, unsigned places) const {
    if (other.coefficient_ == 0) {
        throw Error(ErrorCode::Arithmetic, "/ by zero", "DIVISION_BY_ZERO");
    }
    if (places > kScaleMax) {
        throwOverflow();
    }
    const bool negative = (coefficient_ < 0) != (other.coefficient_ < 0);
    const UInt128 dividend = magnitude(coefficient_);
    const UInt128 divisor = magnitude(other.coefficient_);
    // The answer is dividend * 10^power / divisor.
    int power = static_cast<int>(places) + other.scale_ - scale_;
    Quotient quotient{dividend / divisor, dividend % divisor};
    if (power < 0) {
        const UInt128 scaled =
            scaledDown(quotient.value, static_cast<unsigned>(-power), quotient.remainder != 0);
        return checked(withSign(scaled, negative), places);
    }
    while (power > 0) {
        const auto step = static_cast<unsigned>(
            power < static_cast<int>(kDigitsMax) ? power : static_cast<int>(kDigitsMax));
        const Quotient next = mulDiv(quotient.remainder, kPowers[step], divisor);
        quotient = {scaledUp(quotient.value, step, next.value), next.remainder};
        power -= static_cast<int>(step);
    }
    const bool up = quotient.remainder != 0 && roundsUp(quotient.value, quotient.remainder, divisor, false);
    return checked(withSign(quotient.value + (up ? 1U : 0U), negative), places);
}

std::strong_ordering Decimal::compare(const Decimal& other) const noexcept {
    if (scale_ == other.scale_ || sign() != other.sign()) {
        return scale_ == other.scale_ ? coefficient_ <=> other.coefficient_ : sign() <=> other.sign();
    }
    const auto a = split(magnitude(coefficient_), scale_);
    const auto b = split(magnitude(other.coefficient_), other.scale_);
    auto order = a.whole <=> b.whole;
    if (order == 0) {
        const unsigned scale = scale_ > other.scale_ ? scale_ : other.scale_;
        order = a.rest * kPowers[scale - scale_] <=> b.rest * kPowers[scale - other.scale_];
    }
    return reversedIf(coefficient_ < 0, order);
}

std::strong_ordering Decimal::compare(std::int64_t other) const noexcept {
    return compare(fromInt64(other));
}

std::partial_ordering Decimal::compare(double other) const noexcept {
    if (std::isnan(other)) {
        return std::partial_ordering::unordered;
    }
    const int otherSign = other == 0 ? 0 : (other < 0 ? -1 : 1);
    if (sign() != otherSign || otherSign == 0) {
        return sign() <=> otherSign;
    }
    return reversedIf(otherSign < 0, compareMagnitude(magnitude(coefficient_), scale_, std::fabs(other)));
}

std::partial_ordering compareExactly(std::int64_t whole, double number) noexcept {
    if (std::isnan(number)) {
        return std::partial_ordering::unordered;
    }
    if (number >= 0x1p63) {
        return std::partial_ordering::less;
    }
    if (number < -0x1p63) {
        return std::partial_ordering::greater;
    }
    const auto truncated = static_cast<std::int64_t>(number);
    if (whole != truncated) {
        return whole <=> truncated;
    }
    const double fraction = number - static_cast<double>(truncated);
    return 0.0 <=> fraction;
}

}  // namespace xinpu::engine
