// query/functions/domain.cpp
// The field's words: working days, windows that look back, and validity.

#include "query/functions/operators.h"

#include <fmt/format.h>

#include "engine/calendar/calendar.h"
#include "engine/calendar/window.h"
#include "engine/value/literal.h"
#include "query/functions/builtin.h"
#include "query/functions/civil.h"
#include "query/functions/zones.h"

namespace xinpu::query {

using engine::Calendar;
using engine::Date;
using engine::Kind;
using engine::Value;
using engine::Window;
using std::chrono::sys_days;

namespace {

const Calendar& calendar() {
    static const Calendar kCalendar = Calendar::builtIn();
    return kCalendar;
}

/// What a Date can be asked of the calendar; its years are 16 bits wide.
sys_days toDays(Date date, const Position& at) {
    static const Date kFirst = engine::dateFromCivil({0, 1, 1});
    static const Date kLast = engine::dateFromCivil({9999, 12, 31});
    if (date < kFirst || date > kLast) {
        throw Error(ErrorCode::Argument, fmt::format("{} leaves the years 0 to 9999.", engine::toIso(date)),
                    "NumberOutOfRange", at);
    }
    return sys_days(std::chrono::days(date.days));
}

Date fromDays(sys_days date) noexcept {
    return {date.time_since_epoch().count()};
}

/// The calendar's errors in the words of statements.
template <typename Ask>
auto inStatement(const Position& at, Ask&& ask) {
    try {
        return ask();
    } catch (const Error& error) {
        throw Error(error.code(), error.message(),
                    error.detail() == "CALENDAR_UNKNOWN" ? "CalendarUnknown" : error.detail(),
                    error.at() ? error.at() : at);
    }
}

std::int64_t wholeAt(const Value& value, std::string_view what, const Position& at) {
    if (value.kind() != Kind::Integer) {
        throw Error(ErrorCode::Type,
                    fmt::format("{} must be an integer, not a value of type {}.", what,
                                engine::kindName(value.kind())),
                    "InvalidArgumentType", at);
    }
    return value.integer();
}

Date today(const EvalContext& context) {
    const Zone zone = Zone::parse(context.clock.zone);
    const std::int64_t local = context.clock.epoch_seconds + zone.offsetAt(context.clock.epoch_seconds);
    return {floorDiv(local, engine::kSecondsPerDay)};
}

engine::WindowUnit unitOf(WindowUnit unit) noexcept {
    switch (unit) {
    case WindowUnit::Days:
        return engine::WindowUnit::Days;
    case WindowUnit::Months:
        return engine::WindowUnit::Months;
    default:
        return engine::WindowUnit::Years;
    }
}

Value propertyNamed(const EvalContext& context, engine::RelId relationship, std::string_view name) {
    const auto key = context.graph->catalog().key(name);
    return context.graph->property(relationship, key.value_or(engine::KeyId{}));
}

}  // namespace

Date dateArgument(const Value& value, const Position& at) {
    if (value.kind() == Kind::Date) {
        return value.date();
    }
    if (value.kind() == Kind::String) {
        if (const auto date = engine::parseIsoDate(value.string())) {
            return *date;
        }
        throw Error(ErrorCode::Type,
                    fmt::format("{} is not a date. Dates are written YYYY-MM-DD.",
                                engine::quoted(value.string().substr(0, 40))),
                    "InvalidArgumentType", at);
    }
    throw Error(ErrorCode::Type,
                fmt::format("A date is needed, not a value of type {}.", engine::kindName(value.kind())),
                "InvalidArgumentType", at);
}

std::optional<Window> windowOf(EvalContext& context, const Value& length, WindowUnit unit,
                               const Value* workdays, const Value* end, const Position& at) {
    if (length.isNull() || (workdays != nullptr && workdays->isNull()) || (end != nullptr && end->isNull())) {
        return std::nullopt;
    }
    const std::int64_t units = wholeAt(length, "The length of a window", at);
    const sys_days last = toDays(end != nullptr ? dateArgument(*end, at) : today(context), at);
    const std::optional<std::int64_t> gap =
        workdays != nullptr ? std::optional(wholeAt(*workdays, "The number of working days", at))
                            : std::nullopt;
    return inStatement(at, [&] {
        return gap ? engine::windowEndingBefore(calendar(), last, *gap, units, unitOf(unit))
                   : engine::windowEnding(last, units, unitOf(unit));
    });
}

Value isInWindow(EvalContext& context, const Value& date, const Value& length, WindowUnit unit,
                 const Value* workdays, const Value* end, const Position& at) {
    const std::optional<Window> window = windowOf(context, length, unit, workdays, end, at);
    if (!window || date.isNull()) {
        return {};
    }
    const Date asked = dateArgument(date, at);
    return Value::of(fromDays(window->from) <= asked && asked <= fromDays(window->to));
}

bool isValidBetween(const Value& from, const Value& to, Date on) noexcept {
    if (!from.isNull() && !(from.kind() == Kind::Date && from.date() <= on)) {
        return false;
    }
    return to.isNull() || (to.kind() == Kind::Date && on < to.date());
}

Value isValidOn(EvalContext& context, const Value& relationship, const Value& date, const Position& at) {
    if (relationship.isNull() || date.isNull()) {
        return {};
    }
    if (relationship.kind() != Kind::Relationship) {
        throw Error(ErrorCode::Type,
                    fmt::format("VALID ON is asked of a relationship, not of a value of type {}.",
                                engine::kindName(relationship.kind())),
                    "InvalidArgumentType", at);
    }
    const Date on = dateArgument(date, at);
    return Value::of(isValidBetween(propertyNamed(context, relationship.relationship(), "validFrom"),
                                    propertyNamed(context, relationship.relationship(), "validTo"), on));
}

namespace builtin {
namespace {

constexpr Position kNowhere{};

/// Errors of these functions get their place from the caller.
template <typename Ask>
Value asked(Ask&& ask) {
    try {
        return ask();
    } catch (const Error& error) {
        throw Error(error.code(), error.message(),
                    error.detail() == "CALENDAR_UNKNOWN" ? "CalendarUnknown" : error.detail());
    }
}

sys_days dayOf(const Value& value) {
    return toDays(dateArgument(value, kNowhere), kNowhere);
}

Value workdayIs(EvalContext&, Args args) {
    return asked([&] { return Value::of(calendar().isWorkday(dayOf(args[0]))); });
}

Value workdayAdd(EvalContext&, Args args) {
    return asked([&] {
        return Value::of(
            fromDays(calendar().add(dayOf(args[0]), integerOf(args[1], "The number of working days")).date));
    });
}

Value workdayBetween(EvalContext&, Args args) {
    return asked([&] { return Value::of(calendar().between(dayOf(args[0]), dayOf(args[1])).days); });
}

Value windowStart(EvalContext&, Args args) {
    return asked([&] {
        return Value::of(fromDays(
            engine::mainJobWindow(calendar(), dayOf(args[0]), integerOf(args[1], "The number of years"))
                .from));
    });
}

Value windowEnd(EvalContext&, Args args) {
    return asked([&] { return Value::of(fromDays(engine::windowEnd(calendar(), dayOf(args[0])).date)); });
}

struct OfDate {
    const char* name;
    const char* signature;
    const char* doc;
    std::size_t args;
    KindSet result;
    std::vector<KindSet> accepts;
    ScalarCall call;
};

}  // namespace

void registerDomain(Registry& registry) {
    constexpr KindSet kDay = kinds(Kind::Date, Kind::String);
    const OfDate functions[] = {
        {"workday.is",
         "workday.is(date :: DATE | STRING) :: BOOLEAN",
         "Whether a day is a working day in China.",
         1,
         kBoolean,
         {kDay},
         workdayIs},
        {"workday.add",
         "workday.add(date :: DATE | STRING, n :: INTEGER) :: DATE",
         "The n-th working day after a day, or before it for a negative n; the day itself is not counted.",
         2,
         kindBit(Kind::Date),
         {kDay, kInteger},
         workdayAdd},
        {"workday.between",
         "workday.between(after :: DATE | STRING, upTo :: DATE | STRING) :: INTEGER",
         "The number of working days after the first day up to the second.",
         2,
         kInteger,
         {kDay, kDay},
         workdayBetween},
        {"window.start",
         "window.start(application :: DATE | STRING, years :: INTEGER) :: DATE",
         "The first day of the window that an application's check looks back on.",
         2,
         kindBit(Kind::Date),
         {kDay, kInteger},
         windowStart},
        {"window.end",
         "window.end(application :: DATE | STRING) :: DATE",
         "The last day of that window: the seventh working day before the application.",
         1,
         kindBit(Kind::Date),
         {kDay},
         windowEnd},
    };
    for (const OfDate& function : functions) {
        registry.add({.name = function.name,
                      .signature = function.signature,
                      .doc = function.doc,
                      .args_min = function.args,
                      .args_max = function.args,
                      .result = function.result,
                      .accepts = function.accepts,
                      .call = function.call});
    }
}

}  // namespace builtin
}  // namespace xinpu::query
