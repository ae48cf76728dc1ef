// query/functions/temporal_build.cpp
// Fields of a map checked, completed from the values that it names, and put together.

#include "query/functions/temporal_build.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "query/functions/builtin.h"
#include "query/functions/civil.h"

namespace xinpu::query {

using engine::Kind;
using engine::kNanosPerDay;
using engine::kNanosPerSecond;
using engine::kSecondsPerDay;
using engine::LocalDateTime;
using engine::Value;
using engine::ZonedDateTime;

namespace {

using Whole = std::optional<std::int64_t>;

constexpr std::array<std::string_view, 8> kDateFields = {"year",      "quarter",      "month",      "week",
                                                         "dayOfWeek", "dayOfQuarter", "ordinalDay", "day"};
constexpr std::array<std::string_view, 6> kTimeFields = {"hour",        "minute",      "second",
                                                         "millisecond", "microsecond", "nanosecond"};
constexpr std::array<std::string_view, 6> kOtherFields = {"timezone", "date",         "time",
                                                          "datetime", "epochSeconds", "epochMillis"};

bool hasDate(Kind target) noexcept {
    return target != Kind::LocalTime && target != Kind::Time;
}
bool hasTime(Kind target) noexcept {
    return target != Kind::Date;
}

std::string_view nameOf(Kind target) noexcept {
    switch (target) {
    case Kind::Date:
        return "date";
    case Kind::LocalTime:
        return "localtime";
    case Kind::Time:
        return "time";
    case Kind::LocalDateTime:
        return "localdatetime";
    default:
        return "datetime";
    }
}

template <std::size_t Count>
bool isOneOf(const std::array<std::string_view, Count>& names, std::string_view name) noexcept {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The fields of a map, looked at by name.
class Fields {
public:
    Fields(Kind target, const Value& map) : map_(&map) {
        for (const engine::MapEntry& entry : map.map()) {
            const bool of_date = hasDate(target) && isOneOf(kDateFields, entry.key);
            const bool of_time = hasTime(target) && isOneOf(kTimeFields, entry.key);
            if (!of_date && !of_time && !isOneOf(kOtherFields, entry.key)) {
                builtin::throwArgument(fmt::format("{}() has no field '{}'.", nameOf(target), entry.key));
            }
            null_met_ = null_met_ || entry.value.isNull();
        }
    }
    bool nullMet() const noexcept { return null_met_; }
    const Value* find(std::string_view name) const noexcept { return map_->find(name); }
    bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
    Whole whole(std::string_view name, std::int64_t least, std::int64_t most) const {
        const Value* value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        const std::int64_t number = builtin::integerOf(*value, fmt::format("'{}'", name));
        if (number < least || number > most) {
            builtin::throwArgument(
                fmt::format("'{}' lies in {} to {}; {} does not.", name, least, most, number),
                "NumberOutOfRange");
        }
        return number;
    }
    std::optional<Zone> timezone() const {
        const Value* value = find("timezone");
        if (value == nullptr) {
            return std::nullopt;
        }
        return Zone::parse(builtin::stringOf(*value, "'timezone'"));
    }

private:
    const Value* map_;
    bool null_met_ = false;
};

[[noreturn]] void throwMissing(std::string_view needed, std::string_view by) {
    builtin::throwArgument(fmt::format("'{}' must be given together with '{}'.", needed, by));
}

std::int64_t yearOf(Whole year, Whole base, std::string_view by) {
    if (year) {
        return *year;
    }
    if (!base) {
        throwMissing("year", by);
    }
    return engine::civilFromDays(*base).year;
}

std::int64_t weekDate(const Fields& fields, Whole year, Whole base) {
    const IsoWeek base_week = base ? isoWeekOf(*base) : IsoWeek{};
    if (!year && !base) {
        throwMissing("year", "week");
    }
    const Whole week = fields.whole("week", 1, 53);
    const Whole weekday = fields.whole("dayOfWeek", 1, 7);
    if (!week && !base) {
        throwMissing("week", "dayOfWeek");
    }
    const std::int64_t week_year = year ? *year : base_week.year;
    const std::int64_t number = week ? *week : base_week.week;
    if (number > weeksInYear(week_year)) {
        builtin::throwArgument(fmt::format("The year {} has no week {}.", week_year, number),
                               "NumberOutOfRange");
    }
    const std::int64_t day = weekday ? *weekday : base_week.weekday;
    return requireDays(engine::Int128{firstWeekOf(week_year)} + (number - 1) * 7 + day - 1);
}

std::int64_t quarterDate(const Fields& fields, Whole year, Whole base) {
    const std::int64_t in_year = yearOf(year, base, "quarter");
    const Whole quarter = fields.whole("quarter", 1, 4);
    const Whole day = fields.whole("dayOfQuarter", 1, 92);
    if (!quarter && !base) {
        throwMissing("quarter", "dayOfQuarter");
    }
    const std::int64_t number = quarter ? *quarter : quarterOf(*base);
    const std::int64_t start = quarterStart(in_year, number);
    const std::int64_t length =
        (number == 4 ? engine::daysFromCivil(in_year + 1, 1, 1) : quarterStart(in_year, number + 1)) - start;
    if (day && *day > length) {
        builtin::throwArgument(fmt::format("Quarter {} of {} has {} days.", number, in_year, length),
                               "NumberOutOfRange");
    }
    return start + (day ? *day : (base ? std::min(dayOfQuarter(*base), length) : 1)) - 1;
}

std::int64_t ordinalDate(const Fields& fields, Whole year, Whole base) {
    const std::int64_t in_year = yearOf(year, base, "ordinalDay");
    const std::int64_t day = *fields.whole("ordinalDay", 1, 366);
    if (day == 366 && !engine::isLeapYear(in_year)) {
        builtin::throwArgument(fmt::format("The year {} has 365 days.", in_year), "NumberOutOfRange");
    }
    return engine::daysFromCivil(in_year, 1, 1) + day - 1;
}

std::int64_t calendarDate(const Fields& fields, Whole year, Whole base) {
    const std::int64_t in_year = yearOf(year, base, "month");
    const Whole month = fields.whole("month", 1, 12);
    const Whole day = fields.whole("day", 1, 31);
    if (day && !month && !base) {
        throwMissing("month", "day");
    }
    const engine::CivilDate from = base ? engine::civilFromDays(*base) : engine::CivilDate{in_year, 1, 1};
    const auto in_month = month ? static_cast<std::uint32_t>(*month) : from.month;
    const std::uint32_t length = engine::daysInMonth(in_year, in_month);
    if (day && *day > length) {
        builtin::throwArgument(fmt::format("Month {} of {} has {} days.", in_month, in_year, length),
                               "NumberOutOfRange");
    }
    return engine::daysFromCivil(in_year, in_month,
                                 day ? static_cast<std::uint32_t>(*day) : std::min(from.day, length));
}

Whole dateFrom(const Fields& fields, Whole base) {
    const bool any = std::any_of(kDateFields.begin(), kDateFields.end(),
                                 [&fields](std::string_view name) { return fields.has(name); });
    if (!any) {
        return base;
    }
    const Whole year = fields.whole("year", engine::kYearMin, engine::kYearMax);
    const bool by_week = fields.has("week") || fields.has("dayOfWeek");
    const bool by_quarter = fields.has("quarter") || fields.has("dayOfQuarter");
    const bool by_ordinal = fields.has("ordinalDay");
    const bool by_month = fields.has("month") || fields.has("day");
    if (by_week + by_quarter + by_ordinal + by_month > 1) {
        builtin::throwArgument(
            "A date is given by month and day, by week, by quarter or by ordinalDay, not by several "
            "of these.");
    }
    if (by_week) {
        return weekDate(fields, year, base);
    }
    if (by_quarter) {
        return quarterDate(fields, year, base);
    }
    return by_ordinal ? ordinalDate(fields, year, base) : calendarDate(fields, year, base);
}

/// Parts of a second; each finer one stays below one of the coarser that is given.
Whole subsecondFrom(const Fields& fields) {
    const bool has_millis = fields.has("millisecond");
    const bool has_micros = fields.has("microsecond");
    const Whole millis = fields.whole("millisecond", 0, 999);
    const Whole micros = fields.whole("microsecond", 0, has_millis ? 999 : 999'999);
    const Whole nanos =
        fields.whole("nanosecond", 0, has_micros ? 999 : (has_millis ? 999'999 : 999'999'999));
    if (!millis && !micros && !nanos) {
        return std::nullopt;
    }
    return millis.value_or(0) * 1'000'000 + micros.value_or(0) * 1'000 + nanos.value_or(0);
}

/// The coarsest part of a second that is given.
const char* subsecondGiven(const Fields& fields) {
    return fields.has("millisecond") ? "millisecond" : fields.has("microsecond") ? "microsecond" : "nanosecond";
}

Whole timeFrom(const Fields& fields, Whole base, bool add_subsecond) {
    const Whole hour = fields.whole("hour", 0, 23);
    const Whole minute = fields.whole("minute", 0, 59);
    const Whole second = fields.whole("second", 0, 59);
    const Whole part = subsecondFrom(fields);
    if (!hour && !minute && !second && !part) {
        return base;
    }
    if (!base) {
        if (!hour) {
            throwMissing("hour", minute ? "minute" : (second ? "second" : subsecondGiven(fields)));
        }
        if (!minute && (second || part)) {
            throwMissing("minute", second ? "second" : subsecondGiven(fields));
        }
        if (!second && part) {
            throwMissing("second", subsecondGiven(fields));
        }
    }
    const std::int64_t from = base.value_or(0);
    const std::int64_t from_second = from / kNanosPerSecond;
    const std::int64_t from_part = from % kNanosPerSecond;
    const std::int64_t seconds = hour.value_or(from_second / 3600) * 3600 +
                                 minute.value_or(from_second / 60 % 60) * 60 +
                                 second.value_or(from_second % 60);
    const std::int64_t nanos = part ? *part + (add_subsecond ? from_part : 0) : from_part;
    if (nanos >= kNanosPerSecond) {
        builtin::throwArgument("The parts of the second are more than one second.", "NumberOutOfRange");
    }
    return seconds * kNanosPerSecond + nanos;
}

TemporalParts ofEpoch(std::int64_t seconds, std::int32_t nanos) {
    const auto [days, of_day] = splitLocal({requireSeconds(seconds), nanos});
    return {days, of_day, Zone(), 0};
}

/// What the fields date, time, datetime and epoch… say.
TemporalParts baseFrom(const Fields& fields) {
    TemporalParts base;
    const auto need = [](bool has, std::string_view field, const Value& value) {
        if (!has) {
            builtin::throwType(fmt::format("'{}' must be a value that has it", field), value);
        }
    };
    if (const Value* value = fields.find("datetime")) {
        base = partsOf(*value);
        need(base.days && base.nanos, "datetime", *value);
    }
    if (const Value* value = fields.find("epochSeconds")) {
        base = ofEpoch(builtin::integerOf(*value, "'epochSeconds'"), 0);
    }
    if (const Value* value = fields.find("epochMillis")) {
        const std::int64_t millis = builtin::integerOf(*value, "'epochMillis'");
        base = ofEpoch(floorDiv<std::int64_t>(millis, 1'000),
                       static_cast<std::int32_t>(floorMod<std::int64_t>(millis, 1'000) * 1'000'000));
    }
    if (const Value* value = fields.find("date")) {
        const TemporalParts said = partsOf(*value);
        need(said.days.has_value(), "date", *value);
        base.days = said.days;
    }
    if (const Value* value = fields.find("time")) {
        const TemporalParts said = partsOf(*value);
        need(said.nanos.has_value(), "time", *value);
        base.nanos = said.nanos;
        base.zone = said.zone;
        base.offset = said.offset;
    }
    return base;
}

/// Puts another zone in: the same instant, or with `keep_wall_clock` the same time on the clock.
void moveTo(const Zone& zone, EvalContext& context, Kind target, TemporalParts& parts, bool keep_wall_clock) {
    if (target == Kind::Time) {
        const std::int32_t offset = zone.offsetAt(context.clock.epoch_seconds);
        if (parts.offset && !keep_wall_clock) {
            const std::int64_t moved = parts.nanos.value_or(0) + (offset - *parts.offset) * kNanosPerSecond;
            parts.nanos = floorMod(moved, kNanosPerDay);
        }
        parts.offset = offset;
    } else if (target == Kind::ZonedDateTime && parts.days && parts.zone && !keep_wall_clock) {
        const ZonedDateTime when =
            parts.zone->atLocal(joinLocal(*parts.days, parts.nanos.value_or(0)), parts.offset);
        const ZonedDateTime moved = zone.atInstant(when.epochSeconds, when.nanos);
        const auto [days, nanos] = splitLocal(moved.local());
        parts.days = days;
        parts.nanos = nanos;
        parts.offset = moved.offsetSeconds;
    } else {
        parts.offset = std::nullopt;
    }
    parts.zone = zone;
}

}  // namespace

TemporalParts partsOf(const Value& value) {
    switch (value.kind()) {
    case Kind::Date:
        return {value.date().days, std::nullopt, std::nullopt, std::nullopt};
    case Kind::LocalTime:
        return {std::nullopt, value.localTime().nanosOfDay, std::nullopt, std::nullopt};
    case Kind::Time:
        return {std::nullopt, value.time().nanosOfDay, Zone::fixed(value.time().offsetSeconds),
                value.time().offsetSeconds};
    case Kind::LocalDateTime: {
        const auto [days, nanos] = splitLocal(value.localDateTime());
        return {days, nanos, std::nullopt, std::nullopt};
    }
    case Kind::ZonedDateTime: {
        const ZonedDateTime& when = value.zonedDateTime();
        const auto [days, nanos] = splitLocal(when.local());
        return {days, nanos, Zone::of(when), when.offsetSeconds};
    }
    default:
        builtin::throwType("A temporal value is made from a map, a string or a temporal value", value);
    }
}

Value assemble(Kind target, const TemporalParts& parts) {
    if (hasDate(target) ? !parts.days : !parts.nanos) {
        throw Error(ErrorCode::Type,
                    fmt::format("{}() needs a {}.", nameOf(target), hasDate(target) ? "date" : "time of day"),
                    "InvalidArgumentType");
    }
    const std::int64_t nanos = parts.nanos.value_or(0);
    switch (target) {
    case Kind::Date:
        return Value::of(engine::Date{*parts.days});
    case Kind::LocalTime:
        return Value::of(engine::LocalTime{nanos});
    case Kind::Time:
        return Value::of(engine::Time{nanos, parts.offset.value_or(0)});
    case Kind::LocalDateTime:
        return Value::of(joinLocal(*parts.days, nanos));
    default:
        return Value::of(parts.zone.value_or(Zone()).atLocal(joinLocal(*parts.days, nanos), parts.offset));
    }
}

Value fromFields(EvalContext& context, Kind target, const Value& map) {
    const Fields fields(target, map);
    if (fields.nullMet()) {
        return {};
    }
    const std::optional<Zone> zone = fields.timezone();
    if (map.map().size() == (zone ? 1U : 0U)) {
        return now(context, target, zone ? *zone : Zone::parse(context.clock.zone), false);
    }
    TemporalParts parts = baseFrom(fields);
    if (hasDate(target)) {
        parts.days = dateFrom(fields, parts.days);
    }
    if (hasTime(target)) {
        parts.nanos = timeFrom(fields, parts.nanos, false);
    }
    if (hasDate(target) && !parts.days) {
        throwMissing("year", map.map().front().key);
    }
    if (!hasDate(target) && !parts.nanos) {
        throwMissing("hour", map.map().front().key);
    }
    if (zone) {
        moveTo(*zone, context, target, parts, false);
    }
    return assemble(target, parts);
}

Value withFields(EvalContext& context, Kind target, const TemporalParts& from, const Value& map) {
    const Fields fields(target, map);
    if (fields.nullMet()) {
        return {};
    }
    TemporalParts parts = from;
    if (hasDate(target)) {
        parts.days = dateFrom(fields, parts.days);
    }
    if (hasTime(target)) {
        parts.nanos = timeFrom(fields, parts.nanos ? parts.nanos : Whole(0), true);
    }
    if (const std::optional<Zone> zone = fields.timezone()) {
        moveTo(*zone, context, target, parts, true);
    }
    return assemble(target, parts);
}

}  // namespace xinpu::query
