// bench/gen/random.h
#pragma once
// Random numbers that are the same on every machine: splitmix64, no distributions of the standard library.

#include <cmath>
#include <cstdint>

namespace xinpu::bench {

/// The finaliser of splitmix64: a bijection on 64 bits.
constexpr std::uint64_t mix64(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/// One stream of numbers. Each file of the city draws from a stream of its own, so that a change in how one
/// file is made leaves the others as they are.
class Random {
public:
    Random(std::uint64_t seed, std::uint64_t stream) noexcept : state_(mix64(seed * kGolden + stream)) {}

    std::uint64_t next() noexcept { return mix64(state_ += kGolden); }
    /// Uniform in [0, n).
    std::uint64_t below(std::uint64_t n) noexcept { return highHalf(next(), n); }
    std::uint32_t below32(std::uint32_t n) noexcept { return static_cast<std::uint32_t>(below(n)); }
    /// Uniform in [low, high], both included.
    int between(int low, int high) noexcept {
        return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1)));
    }
    /// The same for basis points.
    std::uint32_t basisPoints(int low, int high) noexcept {
        return static_cast<std::uint32_t>(between(low, high));
    }
    /// Uniform in [0, 1).
    double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    bool chance(double probability) noexcept { return unit() < probability; }
    /// A rank in [0, n) with P(rank < r) = (r / n)^(1 / exponent): 1 is uniform, more is a heavier head.
    std::uint64_t skewed(std::uint64_t n, double exponent) noexcept {
        const auto rank = static_cast<std::uint64_t>(std::pow(unit(), exponent) * static_cast<double>(n));
        return rank < n ? rank : n - 1;
    }

private:
    static constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

    // The upper 64 bits of a * b, without a 128-bit type, which ISO C++ does not have.
    static constexpr std::uint64_t highHalf(std::uint64_t a, std::uint64_t b) noexcept {
        constexpr std::uint64_t kLow = 0xffffffffULL;
        const std::uint64_t low = (a & kLow) * (b & kLow);
        const std::uint64_t middle = (a >> 32) * (b & kLow) + (low >> 32);
        const std::uint64_t other = (a & kLow) * (b >> 32) + (middle & kLow);
        return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
    }

    std::uint64_t state_;
};

}  // namespace xinpu::bench
