// query/functions/duration_between.cpp
// The time from one temporal value to another, in months, days and seconds.

#include "query/functions/builtin.h"
#include "query/functions/civil.h"
#include "query/functions/duration.h"
#include "query/functions/zones.h"

namespace xinpu::query {

using engine::Duration;
using engine::Int128;
using engine::Kind;
using engine::kNanosPerDay;
using engine::kNanosPerSecond;
using engine::LocalDateTime;
using engine::Value;
using engine::ZonedDateTime;

namespace {

/// A temporal value by what it says: a date, a time of day, a zone.
struct Moment {
    std::optional<std::int64_t> days{};
    std::int64_t nanos = 0;  ///< of the day; midnight for a date
    std::optional<Zone> zone{};
    std::optional<std::int32_t> offset{};  ///< in force, where there is a zone
};

Moment momentOf(const Value& value) {
    Moment moment;
    switch (value.kind()) {
    case Kind::Date:
        moment.days = value.date().days;
        break;
    case Kind::LocalTime:
        moment.nanos = value.localTime().nanosOfDay;
        break;
    case Kind::Time:
        moment.nanos = value.time().nanosOfDay;
        moment.zone = Zone::fixed(value.time().offsetSeconds);
        moment.offset = value.time().offsetSeconds;
        break;
    case Kind::LocalDateTime: {
        const auto [days, nanos] = splitLocal(value.localDateTime());
        moment.days = days;
        moment.nanos = nanos;
        break;
    }
    case Kind::ZonedDateTime: {
        const ZonedDateTime& when = value.zonedDateTime();
        const auto [days, nanos] = splitLocal(when.local());
        moment.days = days;
        moment.nanos = nanos;
        moment.zone = Zone::of(when);
        moment.offset = when.offsetSeconds;
        break;
    }
    default:
        builtin::throwType("The time between two values is asked of temporal values", value);
    }
    return moment;
}

/// Two moments on one line: with dates and zones on both, or on neither.
struct Pair {
    Moment from;
    Moment to;
    bool dated = false;  ///< both had dates of their own
};

void complete(Moment& lacking, const Moment& other) {
    if (!lacking.days) {
        lacking.days = other.days;
    }
    if (!lacking.zone) {
        lacking.zone = other.zone;
        // A named zone decides anew what is in force at that date; a bare offset is the same everywhere.
        lacking.offset = other.zone && other.zone->name().empty() ? other.offset : std::nullopt;
    }
}

Pair pairOf(const Value& from, const Value& to) {
    Pair pair{momentOf(from), momentOf(to), false};
    pair.dated = pair.from.days && pair.to.days;
    const Moment original = pair.from;
    complete(pair.from, pair.to);
    complete(pair.to, original);
    return pair;
}

ZonedDateTime instantOf(const Moment& moment) {
    return moment.zone->atLocal(joinLocal(*moment.days, moment.nanos), moment.offset);
}

/// Nanoseconds on the time line.
Int128 nanosOf(const Moment& moment) {
    if (!moment.days) {
        return Int128{moment.nanos} - Int128{moment.offset.value_or(0)} * kNanosPerSecond;
    }
    if (!moment.zone) {
        return Int128{*moment.days} * kNanosPerDay + moment.nanos;
    }
    const ZonedDateTime when = instantOf(moment);
    return Int128{when.epochSeconds} * kNanosPerSecond + when.nanos;
}

/// `to` as `from`'s wall clock shows it.
Moment seenFrom(const Moment& from, const Moment& to) {
    if (!from.zone || !to.days) {
        return to;
    }
    const ZonedDateTime when = instantOf(to);
    const ZonedDateTime seen = from.zone->atInstant(when.epochSeconds, when.nanos);
    const auto [days, nanos] = splitLocal(seen.local());
    return {days, nanos, from.zone, seen.offsetSeconds};
}

/// Days of `to` that are whole: one fewer where its time of day comes before that of `from`.
std::int64_t wholeDay(const Moment& from, const Moment& to) {
    if (*to.days > *from.days && to.nanos < from.nanos) {
        return *to.days - 1;
    }
    if (*to.days < *from.days && to.nanos > from.nanos) {
        return *to.days + 1;
    }
    return *to.days;
}

std::int64_t monthsUntil(const Moment& from, const Moment& to) {
    const auto packed = [](std::int64_t days) {
        const engine::CivilDate civil = engine::civilFromDays(days);
        return (civil.year * 12 + civil.month - 1) * 32 + civil.day;
    };
    return (packed(wholeDay(from, to)) - packed(*from.days)) / 32;
}

std::int64_t daysUntil(const Moment& from, const Moment& to) {
    return wholeDay(from, to) - *from.days;
}

/// The date moved on, the wall clock's time kept as far as the zone has it there.
Moment movedTo(const Moment& from, std::int64_t days) {
    Moment moved = from;
    moved.days = days;
    if (from.zone) {
        const ZonedDateTime when = instantOf(moved);
        const auto [real_days, real_nanos] = splitLocal(when.local());
        moved.days = real_days;
        moved.nanos = real_nanos;
        moved.offset = when.offsetSeconds;
    }
    return moved;
}

}  // namespace

Duration durationBetween(const Value& from_value, const Value& to_value) {
    auto [from, to, dated] = pairOf(from_value, to_value);
    std::int64_t months = 0;
    std::int64_t days = 0;
    if (dated) {
        const Moment seen = seenFrom(from, to);
        months = monthsUntil(from, seen);
        from = movedTo(from, plusMonths(*from.days, months));
        days = daysUntil(from, seen);
        from = movedTo(from, plusDays(*from.days, days));
    }
    return durationOf(months, days, nanosOf(to) - nanosOf(from));
}

Duration monthsBetween(const Value& from_value, const Value& to_value) {
    const Pair pair = pairOf(from_value, to_value);
    return {pair.from.days ? monthsUntil(pair.from, seenFrom(pair.from, pair.to)) : 0, 0, 0, 0};
}

Duration daysBetween(const Value& from_value, const Value& to_value) {
    const Pair pair = pairOf(from_value, to_value);
    return {0, pair.from.days ? daysUntil(pair.from, seenFrom(pair.from, pair.to)) : 0, 0, 0};
}

Duration secondsBetween(const Value& from_value, const Value& to_value) {
    const Pair pair = pairOf(from_value, to_value);
    return durationOf(0, 0, nanosOf(pair.to) - nanosOf(pair.from));
}

}  // namespace xinpu::query
