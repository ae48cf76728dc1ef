// query/functions/duration.cpp
// Durations by parts; temporal values moved by them.

#include "query/functions/duration.h"

#include <algorithm>

#include "engine/value/decimal_powers.h"
#include "query/functions/builtin.h"
#include "query/functions/civil.h"
#include "query/functions/zones.h"

namespace xinpu::query {

using engine::Decimal;
using engine::Duration;
using engine::Int128;
using engine::Kind;
using engine::kNanosPerDay;
using engine::kNanosPerSecond;
using engine::kSecondsPerDay;
using engine::LocalDateTime;
using engine::Value;
using engine::ZonedDateTime;

namespace {

constexpr Int128 kNanosPerMonth = Int128{2'629'746} * kNanosPerSecond;
constexpr unsigned kFractionPlacesMost = 18;

[[noreturn]] void throwDurationOverflow() {
    throw Error(ErrorCode::Arithmetic, "A part of the duration does not fit into a 64-bit integer.",
                "IntegerOverflow");
}

std::int64_t narrow(Int128 number) {
    if (number < std::numeric_limits<std::int64_t>::min() ||
        number > std::numeric_limits<std::int64_t>::max()) {
        throwDurationOverflow();
    }
    return static_cast<std::int64_t>(number);
}

Int128 product(Int128 a, Int128 b) {
    Int128 result = 0;
    if (__builtin_mul_overflow(a, b, &result)) {
        throwDurationOverflow();
    }
    return result;
}

Int128 sum(Int128 a, Int128 b) {
    Int128 result = 0;
    if (__builtin_add_overflow(a, b, &result)) {
        throwDurationOverflow();
    }
    return result;
}

Int128 nanosOf(const Duration& duration) noexcept {
    return Int128{duration.seconds} * kNanosPerSecond + duration.nanos;
}

/// The number as coefficient / 10^scale with few enough digits to compute with.
Decimal factorOf(const Value& number) {
    std::optional<Decimal> factor;
    switch (number.kind()) {
    case Kind::Integer:
        return Decimal::fromInt64(number.integer());
    case Kind::Float:
        factor = Decimal::fromDouble(number.floating());
        if (!factor && number.floating() > -1 && number.floating() < 1) {
            factor = Decimal();  // too small to count
        }
        break;
    default:
        factor = number.decimal();
        break;
    }
    if (!factor) {
        throwDurationOverflow();
    }
    return factor->scale() > kFractionPlacesMost ? factor->rescale(kFractionPlacesMost) : *factor;
}

Int128 powerOfTen(unsigned exponent) noexcept {
    return static_cast<Int128>(engine::detail::kPowers[exponent]);
}

LocalDateTime movedLocal(LocalDateTime when, const Duration& by) {
    const auto [days, nanos_of_day] = splitLocal(when);
    const std::int64_t date = plusDays(plusMonths(days, by.months), by.days);
    return joinLocal(date, Int128{nanos_of_day} + nanosOf(by));
}

ZonedDateTime movedZoned(const ZonedDateTime& when, const Duration& by) {
    const Zone zone = Zone::of(when);
    ZonedDateTime moved = when;
    if (by.months != 0 || by.days != 0) {
        const auto [days, nanos_of_day] = splitLocal(when.local());
        const std::int64_t date = plusDays(plusMonths(days, by.months), by.days);
        moved = zone.atLocal(joinLocal(date, nanos_of_day), when.offsetSeconds);
    }
    const Int128 nanos = Int128{moved.nanos} + nanosOf(by);
    const Int128 seconds = Int128{moved.epochSeconds} + floorDiv(nanos, Int128{kNanosPerSecond});
    const auto rest = static_cast<std::int32_t>(floorMod(nanos, Int128{kNanosPerSecond}));
    return zone.atInstant(requireSeconds(seconds), rest);
}

}  // namespace

bool isTemporal(Kind kind) noexcept {
    return (kindBit(kind) & builtin::kTemporal) != 0;
}

Duration durationOf(std::int64_t months, std::int64_t days, Int128 nanos) {
    return {months, days, narrow(floorDiv(nanos, Int128{kNanosPerSecond})),
            static_cast<std::int32_t>(floorMod(nanos, Int128{kNanosPerSecond}))};
}

Duration addDurations(const Duration& a, const Duration& b) {
    return durationOf(narrow(Int128{a.months} + b.months), narrow(Int128{a.days} + b.days),
                      nanosOf(a) + nanosOf(b));
}

Duration negated(const Duration& duration) {
    return durationOf(narrow(-Int128{duration.months}), narrow(-Int128{duration.days}), -nanosOf(duration));
}

Duration durationFromFractions(Int128 months, Int128 days, Int128 nanos, Int128 q) {
    // Fractions of months and days, as nanoseconds.
    Int128 rest = sum(product(months % q, kNanosPerMonth) / q, product(days % q, kNanosPerDay) / q);
    Int128 whole_days = sum(days / q, rest / kNanosPerDay);
    rest %= kNanosPerDay;
    if (rest < 0 && whole_days > 0) {
        rest += kNanosPerDay;
        --whole_days;
    } else if (rest > 0 && whole_days < 0) {
        rest -= kNanosPerDay;
        ++whole_days;
    }
    return durationOf(narrow(months / q), narrow(whole_days), sum(nanos / q, rest));
}

Duration multipliedBy(const Duration& duration, const Value& number) {
    const Decimal factor = factorOf(number);
    const Int128 p = factor.coefficient();
    return durationFromFractions(product(duration.months, p), product(duration.days, p),
                                 product(nanosOf(duration), p), powerOfTen(factor.scale()));
}

Duration dividedBy(const Duration& duration, const Value& number) {
    const Decimal divisor = factorOf(number);
    if (divisor.sign() == 0) {
        throw Error(ErrorCode::Arithmetic, "Division of a duration by zero.", "DivisionByZero");
    }
    const Int128 q = divisor.coefficient();
    const Int128 p = q < 0 ? -powerOfTen(divisor.scale()) : powerOfTen(divisor.scale());
    return durationFromFractions(product(duration.months, p), product(duration.days, p),
                                 product(nanosOf(duration), p), q < 0 ? -q : q);
}

Value addDuration(const Value& temporal, const Duration& duration) {
    switch (temporal.kind()) {
    case Kind::Date: {
        const Int128 days = Int128{duration.days} + duration.seconds / kSecondsPerDay;
        return Value::of(engine::Date{plusDays(plusMonths(temporal.date().days, duration.months), days)});
    }
    case Kind::LocalTime: {
        const Int128 nanos = Int128{temporal.localTime().nanosOfDay} + nanosOf(duration);
        return Value::of(engine::LocalTime{static_cast<std::int64_t>(floorMod(nanos, Int128{kNanosPerDay}))});
    }
    case Kind::Time: {
        const engine::Time time = temporal.time();
        const Int128 nanos = Int128{time.nanosOfDay} + nanosOf(duration);
        return Value::of(engine::Time{static_cast<std::int64_t>(floorMod(nanos, Int128{kNanosPerDay})),
                                      time.offsetSeconds});
    }
    case Kind::LocalDateTime:
        return Value::of(movedLocal(temporal.localDateTime(), duration));
    default:
        return Value::of(movedZoned(temporal.zonedDateTime(), duration));
    }
}

Value subtractDuration(const Value& temporal, const Duration& duration) {
    if (temporal.kind() == Kind::Date) {
        // Whole days of the time are taken off after it was cut, not of its negative.
        const Int128 days = -(Int128{duration.days} + duration.seconds / kSecondsPerDay);
        const Int128 months = -Int128{duration.months};
        return Value::of(engine::Date{plusDays(plusMonths(temporal.date().days, months), days)});
    }
    return addDuration(temporal, negated(duration));
}

}  // namespace xinpu::query
