// engine/value/decimal_powers.h
#pragma once
// Powers of ten and signs of 128-bit coefficients, for the decimal files of this room.

#include <array>
#include <cstddef>

#include "engine/value/decimal.h"

namespace xinpu::engine::detail {

inline constexpr auto kPowers = [] {
    std::array<UInt128, Decimal::kDigitsMax + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) {
        powers[i] = powers[i - 1] * 10;
    }
    return powers;
}();

inline constexpr UInt128 kCoefficientEnd = kPowers[Decimal::kDigitsMax];

constexpr UInt128 magnitude(Int128 value) noexcept {
    return value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

constexpr Int128 withSign(UInt128 value, bool negative) noexcept {
    return negative ? -static_cast<Int128>(value) : static_cast<Int128>(value);
}

}  // namespace xinpu::engine::detail
