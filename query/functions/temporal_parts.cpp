// query/functions/temporal_parts.cpp
// Temporal values cut at a unit, the present moment, and components by name.

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "engine/value/literal.h"
#include "query/functions/builtin.h"
#include "query/functions/civil.h"
#include "query/functions/temporal_build.h"

namespace xinpu::query {

using engine::Duration;
using engine::Int128;
using engine::Kind;
using engine::kNanosPerDay;
using engine::kNanosPerSecond;
using engine::Value;
using engine::ZonedDateTime;

namespace {

/// From the finest to the coarsest; Day parts those of times from those of dates.
constexpr std::array<std::string_view, 13> kUnits = {
    "microsecond", "millisecond", "second", "minute",   "hour",   "day",    "week",
    "month",       "quarter",     "year",   "weekyear", "decade", "century"};
constexpr std::size_t kDay = 5;

std::string lowered(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

std::int64_t nanosOfUnit(std::string_view unit) noexcept {
    if (unit == "microsecond") {
        return 1'000;
    }
    if (unit == "millisecond") {
        return 1'000'000;
    }
    if (unit == "second") {
        return kNanosPerSecond;
    }
    return unit == "minute" ? 60 * kNanosPerSecond : 3'600 * kNanosPerSecond;
}

std::int64_t yearFloor(std::int64_t days, std::int64_t years) {
    const std::int64_t year = floorDiv(engine::civilFromDays(days).year, years) * years;
    return requireDays(engine::daysFromCivil(year, 1, 1));
}

std::int64_t cutDate(std::int64_t days, std::string_view unit) {
    const engine::CivilDate civil = engine::civilFromDays(days);
    if (unit == "day") {
        return days;
    }
    if (unit == "week") {
        return requireDays(Int128{days} - (isoWeekOf(days).weekday - 1));
    }
    if (unit == "month") {
        return days - (civil.day - 1);
    }
    if (unit == "quarter") {
        return quarterStart(civil.year, quarterOf(days));
    }
    if (unit == "weekyear") {
        return requireDays(firstWeekOf(isoWeekOf(days).year));
    }
    if (unit == "year") {
        return yearFloor(days, 1);
    }
    return yearFloor(days, unit == "decade" ? 10 : (unit == "century" ? 100 : 1'000));
}

Value dateComponent(std::int64_t days, std::string_view name) {
    const engine::CivilDate civil = engine::civilFromDays(days);
    if (name == "year") {
        return Value::of(civil.year);
    }
    if (name == "quarter") {
        return Value::of(quarterOf(days));
    }
    if (name == "month") {
        return Value::of(civil.month);
    }
    if (name == "week") {
        return Value::of(isoWeekOf(days).week);
    }
    if (name == "weekyear") {
        return Value::of(isoWeekOf(days).year);
    }
    if (name == "dayofquarter" || name == "quarterday") {
        return Value::of(dayOfQuarter(days));
    }
    if (name == "day") {
        return Value::of(civil.day);
    }
    if (name == "ordinalday" || name == "dayofyear") {
        return Value::of(dayOfYear(days));
    }
    if (name == "weekday" || name == "dayofweek") {
        return Value::of(isoWeekOf(days).weekday);
    }
    return {};
}

Value timeComponent(std::int64_t nanos, std::string_view name) {
    const std::int64_t second = nanos / kNanosPerSecond;
    const std::int64_t part = nanos % kNanosPerSecond;
    if (name == "hour") {
        return Value::of(second / 3'600);
    }
    if (name == "minute") {
        return Value::of(second / 60 % 60);
    }
    if (name == "second") {
        return Value::of(second % 60);
    }
    if (name == "millisecond") {
        return Value::of(part / 1'000'000);
    }
    if (name == "microsecond") {
        return Value::of(part / 1'000);
    }
    return name == "nanosecond" ? Value::of(part) : Value::null();
}

Value offsetComponent(std::int32_t offset, std::string_view zone, std::string_view name) {
    if (name == "timezone") {
        return zone.empty() ? Value::of(engine::offsetToIso(offset)) : Value::of(zone);
    }
    if (name == "offset") {
        return Value::of(engine::offsetToIso(offset));
    }
    if (name == "offsetminutes") {
        return Value::of(offset / 60);
    }
    return name == "offsetseconds" ? Value::of(offset) : Value::null();
}

Value instantComponent(const ZonedDateTime& when, std::string_view name) {
    if (name == "epochseconds") {
        return Value::of(when.epochSeconds);
    }
    if (name == "epochmillis") {
        return Value::of(when.epochSeconds * 1'000 + when.nanos / 1'000'000);
    }
    return offsetComponent(when.offsetSeconds, when.zone, name);
}

Value narrowed(Int128 number) {
    if (number < std::numeric_limits<std::int64_t>::min() ||
        number > std::numeric_limits<std::int64_t>::max()) {
        builtin::throwOverflow("a duration's component");
    }
    return Value::of(static_cast<std::int64_t>(number));
}

Value durationComponent(const Duration& duration, std::string_view name) {
    struct Part {
        std::string_view name;
        std::int64_t Duration::*of;
        std::int64_t unit;   ///< divided by
        std::int64_t cycle;  ///< then the remainder by it; 0: whole
    };
    static constexpr std::array kParts = {
        Part{"years", &Duration::months, 12, 0},
        Part{"quarters", &Duration::months, 3, 0},
        Part{"months", &Duration::months, 1, 0},
        Part{"quartersofyear", &Duration::months, 3, 4},
        Part{"monthsofquarter", &Duration::months, 1, 3},
        Part{"monthsofyear", &Duration::months, 1, 12},
        Part{"weeks", &Duration::days, 7, 0},
        Part{"days", &Duration::days, 1, 0},
        Part{"daysofweek", &Duration::days, 1, 7},
        Part{"hours", &Duration::seconds, 3'600, 0},
        Part{"minutes", &Duration::seconds, 60, 0},
        Part{"seconds", &Duration::seconds, 1, 0},
        Part{"minutesofhour", &Duration::seconds, 60, 60},
        Part{"secondsofminute", &Duration::seconds, 1, 60},
    };
    for (const Part& part : kParts) {
        if (part.name == name) {
            const std::int64_t whole = duration.*part.of / part.unit;
            return Value::of(part.cycle == 0 ? whole : whole % part.cycle);
        }
    }
    const Int128 nanos = Int128{duration.seconds} * kNanosPerSecond + duration.nanos;
    if (name == "milliseconds") {
        return narrowed(floorDiv(nanos, Int128{1'000'000}));
    }
    if (name == "microseconds") {
        return narrowed(floorDiv(nanos, Int128{1'000}));
    }
    if (name == "nanoseconds") {
        return narrowed(nanos);
    }
    if (name == "millisecondsofsecond") {
        return Value::of(duration.nanos / 1'000'000);
    }
    if (name == "microsecondsofsecond") {
        return Value::of(duration.nanos / 1'000);
    }
    return name == "nanosecondsofsecond" ? Value::of(duration.nanos) : Value::null();
}

}  // namespace

TemporalParts truncated(Kind target, TemporalParts parts, std::string_view unit) {
    const std::string name = lowered(unit);
    std::size_t place = 0;
    while (place < kUnits.size() && kUnits[place] != name) {
        ++place;
    }
    const bool is_time = target == Kind::Time || target == Kind::LocalTime;
    const bool known = place < kUnits.size() || name == "millennium";
    if (!known || (is_time && place > kDay) || (target == Kind::Date && place < kDay)) {
        builtin::throwArgument(fmt::format("A {} cannot be truncated to {}.", engine::kindName(target),
                                           engine::quoted(unit.substr(0, 100))));
    }
    if (place < kDay) {
        const std::int64_t size = nanosOfUnit(name);
        parts.nanos = parts.nanos.value_or(0) / size * size;
        return parts;
    }
    parts.nanos = 0;
    if (parts.days) {
        parts.days = cutDate(*parts.days, name);
    }
    return parts;
}

Value now(EvalContext& context, Kind target, const Zone& zone, bool real) {
    std::int64_t seconds = context.clock.epoch_seconds;
    std::int32_t nanos = context.clock.nanos;
    if (real) {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        const std::int64_t count = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
        seconds = floorDiv(count, kNanosPerSecond);
        nanos = static_cast<std::int32_t>(floorMod(count, kNanosPerSecond));
    }
    const ZonedDateTime when = zone.atInstant(seconds, nanos);
    if (target == Kind::ZonedDateTime) {
        return Value::of(when);
    }
    const auto [days, of_day] = splitLocal(when.local());
    return assemble(target, {days, of_day, zone, when.offsetSeconds});
}

Value componentOf(const Value& value, std::string_view name) {
    const std::string lower = lowered(name);
    const auto first = [](Value one, auto other) { return one.isNull() ? other() : one; };
    switch (value.kind()) {
    case Kind::Date:
        return dateComponent(value.date().days, lower);
    case Kind::LocalTime:
        return timeComponent(value.localTime().nanosOfDay, lower);
    case Kind::Time:
        return first(timeComponent(value.time().nanosOfDay, lower),
                     [&] { return offsetComponent(value.time().offsetSeconds, {}, lower); });
    case Kind::LocalDateTime: {
        const auto [days, nanos] = splitLocal(value.localDateTime());
        const Value time = timeComponent(nanos, lower);
        return time.isNull() ? dateComponent(days, lower) : time;
    }
    case Kind::ZonedDateTime: {
        const ZonedDateTime& when = value.zonedDateTime();
        const auto [days, nanos] = splitLocal(when.local());
        Value time = timeComponent(nanos, lower);
        Value date = time.isNull() ? dateComponent(days, lower) : std::move(time);
        return first(std::move(date), [&] { return instantComponent(when, lower); });
    }
    case Kind::Duration:
        return durationComponent(value.duration(), lower);
    default:
        return {};
    }
}

}  // namespace xinpu::query
