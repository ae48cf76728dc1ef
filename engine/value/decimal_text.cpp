// engine/value/decimal_text.cpp
// Decimals from text and doubles, and back.

#include <array>
#include <charconv>
#include <cmath>

#include "engine/value/decimal.h"
#include "engine/value/decimal_powers.h"

namespace xinpu::engine {
namespace {

using detail::kPowers;
using detail::magnitude;
using detail::withSign;

// Digits of a text, gathered before the scale is known.
struct Gathered {
    UInt128 coefficient = 0;
    std::int64_t scale = 0;
    bool any = false;
};

bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool append(Gathered& into, char digit) noexcept {
    const auto value = static_cast<unsigned>(digit - '0');
    if (into.coefficient >= kPowers[Decimal::kDigitsMax - 1]) {
        return false;  // there are 38 digits already
    }
    into.coefficient = into.coefficient * 10 + value;
    into.any = true;
    return true;
}

// Takes the last digit off; by 64 bits where they are enough, which is much faster.
char takeDigit(UInt128& left) noexcept {
    const auto low = static_cast<std::uint64_t>(left);
    unsigned digit = 0;
    if (left == low) {
        digit = static_cast<unsigned>(low % 10);
        left = low / 10;
    } else {
        digit = static_cast<unsigned>(left % 10);
        left /= 10;
    }
    return static_cast<char>('0' + digit);
}

}  // namespace

std::optional<Decimal> Decimal::fromDouble(double number) noexcept {
    if (!std::isfinite(number)) {
        return std::nullopt;
    }
    std::array<char, 32> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::scientific);
    const auto made = parse({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
    return made ? std::optional(made->normalised()) : std::nullopt;
}

std::optional<Decimal> Decimal::parse(std::string_view text) noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    const bool negative = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+')) {
        ++at;
    }
    Gathered number;
    for (; at != end && isDigit(*at); ++at) {
        if (!append(number, *at)) {
            return std::nullopt;
        }
    }
    if (at != end && *at == '.') {
        for (++at; at != end && isDigit(*at); ++at) {
            if (!append(number, *at)) {
                return std::nullopt;
            }
            ++number.scale;
        }
    }
    if (!number.any) {
        return std::nullopt;
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at != end && *at == '+' && ++at != end && !isDigit(*at)) {
            return std::nullopt;
        }
        int exponent = 0;
        const auto read = std::from_chars(at, end, exponent);
        if (read.ec != std::errc{} || exponent > 1000 || exponent < -1000) {
            return std::nullopt;
        }
        at = read.ptr;
        number.scale -= exponent;
    }
    if (at != end) {
        return std::nullopt;
    }
    if (number.coefficient == 0) {
        number.scale = number.scale < 0 ? 0 : (number.scale > kScaleMax ? kScaleMax : number.scale);
    }
    for (; number.scale < 0; ++number.scale) {
        if (!append(number, '0')) {
            return std::nullopt;
        }
    }
    for (; number.scale > kScaleMax && number.coefficient % 10 == 0; --number.scale) {
        number.coefficient /= 10;
    }
    if (number.scale > kScaleMax) {
        return std::nullopt;
    }
    return Decimal(withSign(number.coefficient, negative), static_cast<unsigned>(number.scale));
}

std::string Decimal::toString() const {
    std::array<char, 2 * kDigitsMax + 4> buffer{};
    char* at = buffer.data() + buffer.size();
    UInt128 left = magnitude(coefficient_);
    for (unsigned place = 0; left != 0 || place <= scale_; ++place) {
        if (place == scale_ && scale_ != 0) {
            *--at = '.';
        }
        *--at = takeDigit(left);
    }
    if (coefficient_ < 0) {
        *--at = '-';
    }
    return {at, static_cast<std::size_t>(buffer.data() + buffer.size() - at)};
}

double Decimal::toDouble() const noexcept {
    const UInt128 value = magnitude(coefficient_);
    if (value < (UInt128{1} << 53U) && scale_ <= 22) {
        // Both operands are exact doubles, so the one division rounds right.
        const double power = static_cast<double>(kPowers[scale_]);
        const double out = static_cast<double>(value) / power;
        return coefficient_ < 0 ? -out : out;
    }
    // The reader of text rounds right for any length.
    std::array<char, 64> digits{};
    std::size_t at = digits.size();
    const auto ending = std::to_chars(digits.data(), digits.data() + 8, -static_cast<int>(scale_));
    const std::string exponent(digits.data(), ending.ptr);
    for (std::size_t i = exponent.size(); i > 0; --i) {
        digits[--at] = exponent[i - 1];
    }
    digits[--at] = 'e';
    for (UInt128 left = value; left != 0;) {
        digits[--at] = takeDigit(left);
    }
    double out = 0;
    std::from_chars(digits.data() + at, digits.data() + digits.size(), out);
    return coefficient_ < 0 ? -out : out;
}

}  // namespace xinpu::engine
