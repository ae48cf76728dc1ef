// query/procedures/share_arithmetic.h
#pragma once
// Two arithmetics of enclosing intervals for the ownership solver: doubles, and decimals of any length.
//
// Every number is an interval [lo, hi], lo >= 0, that holds the exact value; each operation rounds its lower
// bound down and its upper bound up, so intervals stay enclosing by induction over the operations, whatever
// their order. A decision (sign of a pivot, bound, rounding) is taken only where all of the interval agrees,
// or where the exact value cannot be anything else in the interval than the boundary itself; otherwise the
// answer is "unclear" and the caller comes again with more digits.

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "query/procedures/stake_network.h"

namespace xinpu::query {

template <typename Bound>
struct Enclosed {
    Bound lo{};
    Bound hi{};
};

enum class Sign : std::uint8_t { Positive, NotPositive, Unclear };

/// Bounds as doubles. A rounded result is off by at most half a unit in its last place, which is at most
/// x · 2^-53 (or nothing that counts below the least normal number); x ± (x · 2^-52 + the least normal) lies
/// a whole unit away, so it is beyond the exact result on its side.
class DoubleArithmetic {
public:
    using Number = Enclosed<double>;

    static constexpr std::uint64_t stepsOf() noexcept { return 1; }
    static Number of(const StakeShare& share) noexcept {
        // Two roundings and that of the power: one and a half units, within two steps outwards.
        const double value = static_cast<double>(share.coefficient) / std::pow(10.0, share.scale);
        return {below(below(value)), above(above(value))};
    }
    static Number zero() noexcept { return {}; }
    static void add(Number& sum, const Number& more) noexcept {
        sum = {below(sum.lo + more.lo), above(sum.hi + more.hi)};
    }
    static Number times(const Number& a, const Number& b) noexcept {
        return {below(a.lo * b.lo), above(a.hi * b.hi)};
    }
    static Number times(const Number& a, const StakeShare& share) noexcept { return times(a, of(share)); }
    static Number over(const Number& a, const Number& pivot) noexcept {
        return {below(a.lo / pivot.hi), above(a.hi / pivot.lo)};
    }
    /// 1 - a, for a pivot; its sign says whether the interval may be used.
    static Number oneMinus(const Number& a) noexcept {
        return {belowOne(a.hi), above(std::max(0.0, 1 - a.lo))};
    }
    static Sign signOfOneMinus(const Number& a, std::uint64_t) noexcept {
        return a.hi < 1 - kMargin ? Sign::Positive : a.lo > 1 + kMargin ? Sign::NotPositive : Sign::Unclear;
    }
    static std::optional<bool> atLeast(const Number& x, const engine::Decimal& min, std::uint64_t) noexcept {
        const double bound = min.toDouble();
        if (x.lo >= above(bound)) {
            return true;
        }
        return x.hi < below(bound) ? std::optional(false) : std::nullopt;
    }
    static std::optional<engine::Decimal> rounded(const Number& x, std::uint64_t) noexcept {
        const double lo = below(x.lo * kTicks);
        const double hi = above(x.hi * kTicks);
        const double tick = std::floor(lo + 0.5);
        if (!(lo > tick - 0.5 && hi < tick + 0.5 && hi < kTicksMax)) {
            return std::nullopt;
        }
        return engine::Decimal::fromParts(static_cast<std::int64_t>(tick), kSharePlaces);
    }

private:
    static constexpr double kTicks = 1e10;     // 10^kSharePlaces
    static constexpr double kTicksMax = 1e15;  // halves are exact well below 2^52
    static constexpr double kMargin = 1e-12;   // a pivot nearer to 0 is left to the long decimals
    static double step(double x) noexcept {
        return x * std::numeric_limits<double>::epsilon() + std::numeric_limits<double>::min();
    }
    static double above(double x) noexcept { return x + step(x); }
    static double below(double x) noexcept {
        const double lower = x - step(x);
        return lower > 0 ? lower : 0;
    }
    static double belowOne(double hi) noexcept { return below(std::max(0.0, 1 - hi)); }
};

/// Bounds as whole numbers of units of 10^-digits.
class LongArithmetic {
public:
    using Whole = boost::multiprecision::cpp_int;
    using Number = Enclosed<Whole>;

    explicit LongArithmetic(std::uint64_t digits) : digits_(digits), one_(power(digits)) {}

    /// For the budget: a product of n digits costs as much as so many entries.
    std::uint64_t stepsOf() const noexcept { return 1 + digits_ * digits_ / 1'000'000; }
    std::size_t bytesOf() const noexcept { return sizeof(Number) + digits_; }
    Number of(const StakeShare& share) const { return times(Number{one_, one_}, share); }
    Number zero() const { return {}; }
    void add(Number& sum, const Number& more) const {
        sum.lo += more.lo;
        sum.hi += more.hi;
    }
    Number times(const Number& a, const Number& b) const {
        return {Whole(a.lo * b.lo) / one_, upwards(a.hi * b.hi, one_)};
    }
    Number times(const Number& a, const StakeShare& share) const {
        const Whole factor = wholeOf(share.coefficient);
        const Whole divisor = power(share.scale);
        return {Whole(a.lo * factor) / divisor, upwards(a.hi * factor, divisor)};
    }
    Number over(const Number& a, const Number& pivot) const {
        return {Whole(a.lo * one_) / pivot.hi, upwards(a.hi * one_, pivot.lo)};
    }
    Number oneMinus(const Number& a) const { return {Whole(one_ - a.hi), Whole(one_ - a.lo)}; }
    /// `least`: the exact 1 - a is 0 or at least 10^-least off.
    Sign signOfOneMinus(const Number& a, std::uint64_t least) const {
        const Number pivot = oneMinus(a);
        if (pivot.lo > 0) {
            return Sign::Positive;
        }
        const Whole apart = unitsOf(least);
        const bool zero = pivot.hi < apart && -pivot.lo < apart;
        return pivot.hi <= 0 || zero ? Sign::NotPositive : Sign::Unclear;
    }
    /// `least`: two different values of x's denominator are at least 10^-least apart.
    std::optional<bool> atLeast(const Number& x, const engine::Decimal& min, std::uint64_t least) const {
        const Whole scale = power(min.scale());
        const Whole bound = wholeOf(min.coefficient()) * one_;
        const Whole lo = x.lo * scale;
        const Whole hi = x.hi * scale;
        if (lo >= bound) {
            return true;
        }
        if (hi < bound) {
            return false;
        }
        // The bound lies inside. Nothing else does that x may be, if the interval is narrow enough.
        return isPoint(x, least + min.scale()) ? std::optional(true) : std::nullopt;
    }
    std::optional<engine::Decimal> rounded(const Number& x, std::uint64_t least) const {
        const Whole tick = power(digits_ - kSharePlaces);
        const Whole half = tick / 2;
        Whole lower = Whole(x.lo + half) / tick;
        const Whole upper = Whole(x.hi + half) / tick;
        // Half a tick below the upper one, if it lies inside, the two sides round apart.
        const Whole tie = upper * tick - half;
        if (x.lo <= tie && tie <= x.hi) {
            if (upper > lower + 1 || !isPoint(x, least + kSharePlaces + 1)) {
                return std::nullopt;
            }
            lower = upper;
            if (lower % 2 != 0) {
                --lower;  // half to even
            }
        } else if (lower != upper) {
            return std::nullopt;
        }
        if (lower > std::numeric_limits<std::int64_t>::max()) {
            const Whole whole = lower / power(kSharePlaces);  // a share of a billion: places no longer matter
            return engine::Decimal::fromInt64(whole > std::numeric_limits<std::int64_t>::max()
                                                  ? std::numeric_limits<std::int64_t>::max()
                                                  : static_cast<std::int64_t>(whole));
        }
        return engine::Decimal::fromParts(static_cast<std::int64_t>(lower), kSharePlaces);
    }

private:
    /// Whether an interval that holds a number with 10^-least between its possible values holds only one of
    /// them.
    bool isPoint(const Number& x, std::uint64_t least) const {
        return x.lo == x.hi || x.hi - x.lo < unitsOf(least);
    }
    Whole unitsOf(std::uint64_t places) const {
        return places < digits_ ? power(digits_ - places) : Whole(0);
    }
    static Whole power(std::uint64_t exponent) {
        return boost::multiprecision::pow(Whole(10), static_cast<unsigned>(exponent));
    }
    static Whole upwards(const Whole& number, const Whole& divisor) {
        return (number + (divisor - 1)) / divisor;
    }
    static Whole wholeOf(engine::Int128 number) {
        const auto bits = static_cast<engine::UInt128>(number);
        return (Whole(static_cast<std::uint64_t>(bits >> 64)) << 64) + static_cast<std::uint64_t>(bits);
    }

    std::uint64_t digits_;
    Whole one_;
};

}  // namespace xinpu::query
