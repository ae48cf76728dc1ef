// query/functions/temporal_functions.cpp
// date, time, localtime, datetime, localdatetime: construction, the present moment, truncation.

#include <fmt/format.h>

#include "engine/value/literal.h"
#include "query/functions/builtin.h"
#include "query/functions/civil.h"
#include "query/functions/temporal_build.h"
#include "query/functions/temporal_text.h"

namespace xinpu::query::builtin {
namespace {

using engine::LocalDateTime;
using engine::ZonedDateTime;

[[noreturn]] void throwText(std::string_view what, std::string_view text) {
    throwArgument(fmt::format("{} is not a {} in one of the forms of ISO 8601.",
                              engine::quoted(text.substr(0, 100)), what));
}

Value zonedFromText(std::string_view text) {
    const auto said = parseDateTimeText(text);
    if (!said) {
        throwText("date and time", text);
    }
    const LocalDateTime local = joinLocal(said->days, said->nanos);
    if (said->zone.empty()) {
        return Value::of(Zone::fixed(said->offset.value_or(0)).atLocal(local));
    }
    const ZonedDateTime when = Zone::parse(said->zone).atLocal(local, said->offset);
    if (said->offset && *said->offset != when.offsetSeconds) {
        throwArgument(fmt::format("The offset {} is not in force at that time in {}.",
                                  engine::offsetToIso(*said->offset), said->zone));
    }
    return Value::of(when);
}

Value fromText(Kind target, std::string_view text) {
    switch (target) {
    case Kind::Date:
        if (const auto days = parseDateText(text)) {
            return Value::of(engine::Date{*days});
        }
        throwText("date", text);
    case Kind::LocalTime:
        if (const auto nanos = parseTimeText(text)) {
            return Value::of(engine::LocalTime{*nanos});
        }
        throwText("local time", text);
    case Kind::Time:
        if (const auto said = parseZonedTimeText(text); said && said->zone.empty()) {
            return Value::of(engine::Time{said->nanos, said->offset.value_or(0)});
        }
        throwText("time", text);
    case Kind::LocalDateTime:
        if (const auto said = parseDateTimeText(text); said && !said->offset && said->zone.empty()) {
            return Value::of(joinLocal(said->days, said->nanos));
        }
        throwText("local date and time", text);
    default:
        return zonedFromText(text);
    }
}

template <Kind target>
Value construct(EvalContext& context, Args args) {
    if (args.empty()) {
        return now(context, target, Zone::parse(context.clock.zone), false);
    }
    switch (args[0].kind()) {
    case Kind::String:
        return fromText(target, args[0].string());
    case Kind::Map:
        return fromFields(context, target, args[0]);
    default:
        return args[0].kind() == target ? args[0] : assemble(target, partsOf(args[0]));
    }
}

template <Kind target, bool real>
Value present(EvalContext& context, Args args) {
    if (args.empty()) {
        return now(context, target, Zone::parse(context.clock.zone), real);
    }
    if (args[0].kind() == Kind::Map) {
        const Value* zone = args[0].find("timezone");
        if (zone == nullptr || args[0].map().size() != 1) {
            throwArgument("The present moment takes a timezone and nothing else.");
        }
        return zone->isNull() ? Value::null()
                              : now(context, target, Zone::parse(stringOf(*zone, "'timezone'")), real);
    }
    return now(context, target, Zone::parse(stringOf(args[0], "A timezone")), real);
}

template <Kind target>
Value truncate(EvalContext& context, Args args) {
    const std::string_view unit = stringOf(args[0], "The unit of a truncation");
    const Value from =
        args.size() > 1 ? args[1] : now(context, target, Zone::parse(context.clock.zone), false);
    const TemporalParts parts = truncated(target, partsOf(from), unit);
    if (args.size() < 3) {
        return assemble(target, parts);
    }
    if (args[2].kind() != Kind::Map) {
        throwType("The fields of a truncation must be a map", args[2]);
    }
    return withFields(context, target, parts, args[2]);
}

Value fromEpoch(EvalContext&, Args args) {
    const std::int64_t seconds = integerOf(args[0], "Seconds since 1970");
    const std::int64_t nanos = args.size() > 1 ? integerOf(args[1], "Nanoseconds") : 0;
    const engine::Int128 total = engine::Int128{seconds} + floorDiv(nanos, engine::kNanosPerSecond);
    return Value::of(Zone().atInstant(requireSeconds(total),
                                      static_cast<std::int32_t>(floorMod(nanos, engine::kNanosPerSecond))));
}

Value fromEpochMillis(EvalContext&, Args args) {
    const std::int64_t millis = integerOf(args[0], "Milliseconds since 1970");
    return Value::of(
        Zone().atInstant(requireSeconds(floorDiv<std::int64_t>(millis, 1'000)),
                         static_cast<std::int32_t>(floorMod<std::int64_t>(millis, 1'000) * 1'000'000)));
}

template <Kind target>
void registerKind(Registry& registry, std::string_view name, std::string_view what) {
    const std::string type(engine::kindName(target));
    registry.add({.name = std::string(name),
                  .signature = fmt::format("{}(input? :: MAP | STRING | TEMPORAL) :: {}", name, type),
                  .doc = fmt::format(
                      "Makes a {} from fields, from ISO 8601 text or from another temporal value; without "
                      "argument the statement's.",
                      what),
                  .args_min = 0,
                  .args_max = 1,
                  .reads_clock = true,
                  .result = kindBit(target),
                  .call = construct<target>});
    struct Present {
        std::string_view suffix;
        std::string_view doc;
        ScalarCall call;
    };
    constexpr Present kPresent[] = {
        {"transaction", "at the start of the transaction", present<target, false>},
        {"statement", "at the start of the statement", present<target, false>},
        {"realtime", "at the moment of the call", present<target, true>},
    };
    for (const Present& one : kPresent) {
        registry.add({.name = fmt::format("{}.{}", name, one.suffix),
                      .signature = fmt::format("{}.{}(timezone? :: STRING) :: {}", name, one.suffix, type),
                      .doc = fmt::format("The {} {}.", what, one.doc),
                      .args_min = 0,
                      .args_max = 1,
                      .deterministic = one.suffix != "realtime",
                      .reads_clock = true,
                      .result = kindBit(target),
                      .call = one.call});
    }
    registry.add({.name = fmt::format("{}.truncate", name),
                  .signature = fmt::format(
                      "{}.truncate(unit :: STRING, input? :: TEMPORAL, fields? :: MAP) :: {}", name, type),
                  .doc = fmt::format("The {} cut at a unit, with the given fields put in.", what),
                  .args_min = 1,
                  .args_max = 3,
                  .reads_clock = true,
                  .result = kindBit(target),
                  .call = truncate<target>});
}

}  // namespace

void registerTemporals(Registry& registry) {
    registerKind<Kind::Date>(registry, "date", "date");
    registerKind<Kind::LocalTime>(registry, "localtime", "local time");
    registerKind<Kind::Time>(registry, "time", "time with offset");
    registerKind<Kind::LocalDateTime>(registry, "localdatetime", "local date and time");
    registerKind<Kind::ZonedDateTime>(registry, "datetime", "date and time with zone");
    registry.add(
        {.name = "datetime.fromepoch",
         .signature = "datetime.fromepoch(seconds :: INTEGER, nanoseconds :: INTEGER) :: ZONED DATETIME",
         .doc = "The date and time in UTC so many seconds and nanoseconds after 1970.",
         .args_min = 1,
         .args_max = 2,
         .result = kindBit(Kind::ZonedDateTime),
         .call = fromEpoch});
    registry.add({.name = "datetime.fromepochmillis",
                  .signature = "datetime.fromepochmillis(milliseconds :: INTEGER) :: ZONED DATETIME",
                  .doc = "The date and time in UTC so many milliseconds after 1970.",
                  .args_min = 1,
                  .args_max = 1,
                  .result = kindBit(Kind::ZonedDateTime),
                  .call = fromEpochMillis});
}

}  // namespace xinpu::query::builtin
