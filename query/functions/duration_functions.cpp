// query/functions/duration_functions.cpp
// duration(...) from maps and texts, and the functions duration.between and its kin.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/value/decimal_powers.h"
#include "engine/value/literal.h"
#include "query/functions/builtin.h"
#include "query/functions/duration.h"

namespace xinpu::query {

using engine::Decimal;
using engine::Duration;
using engine::Int128;
using engine::Kind;
using engine::Value;

namespace {

constexpr unsigned kFractionPlacesMost = 18;

/// Sums of what was said, by what it counts for.
struct Amounts {
    Decimal months;
    Decimal days;
    Decimal nanos;

    Duration total() const {
        const unsigned places =
            std::min(kFractionPlacesMost, std::max({months.scale(), days.scale(), nanos.scale()}));
        return durationFromFractions(months.rescale(places).coefficient(), days.rescale(places).coefficient(),
                                     nanos.rescale(places).coefficient(),
                                     static_cast<Int128>(engine::detail::kPowers[places]));
    }
};

struct Unit {
    std::string_view name;
    Decimal Amounts::*sum;
    std::int64_t factor;
};
constexpr std::array kUnits = {
    Unit{"years", &Amounts::months, 12},
    Unit{"quarters", &Amounts::months, 3},
    Unit{"months", &Amounts::months, 1},
    Unit{"weeks", &Amounts::days, 7},
    Unit{"days", &Amounts::days, 1},
    Unit{"hours", &Amounts::nanos, 3'600'000'000'000},
    Unit{"minutes", &Amounts::nanos, 60'000'000'000},
    Unit{"seconds", &Amounts::nanos, 1'000'000'000},
    Unit{"milliseconds", &Amounts::nanos, 1'000'000},
    Unit{"microseconds", &Amounts::nanos, 1'000},
    Unit{"nanoseconds", &Amounts::nanos, 1},
};

void addTo(Amounts& amounts, const Unit& unit, const Decimal& number) {
    Decimal& sum = amounts.*unit.sum;
    sum = sum.add(number.mul(Decimal::fromInt64(unit.factor)));
}

Decimal decimalOf(const Value& number, std::string_view name) {
    switch (number.kind()) {
    case Kind::Integer:
        return Decimal::fromInt64(number.integer());
    case Kind::Float:
        if (const auto decimal = Decimal::fromDouble(number.floating())) {
            return decimal->scale() > kFractionPlacesMost ? decimal->rescale(kFractionPlacesMost) : *decimal;
        }
        builtin::throwArgument(
            fmt::format("{} of a duration cannot be {}.", name, engine::toCypherText(number)));
    case Kind::Decimal:
        return number.decimal();
    default:
        builtin::throwType(fmt::format("'{}' of a duration must be a number", name), number);
    }
}

Value fromMap(const Value& map) {
    Amounts amounts;
    for (const engine::MapEntry& entry : map.map()) {
        const auto* unit = std::find_if(kUnits.begin(), kUnits.end(),
                                        [&entry](const Unit& known) { return known.name == entry.key; });
        if (unit == kUnits.end()) {
            builtin::throwArgument(fmt::format("A duration has no part '{}'.", entry.key));
        }
        if (entry.value.isNull()) {
            return {};
        }
        addTo(amounts, *unit, decimalOf(entry.value, entry.key));
    }
    return Value::of(amounts.total());
}

/// Moves through a text.
class Cursor {
public:
    explicit Cursor(std::string_view text) noexcept : text_(text) {}
    bool atEnd() const noexcept { return at_ == text_.size(); }
    char peek() const noexcept { return atEnd() ? '\0' : text_[at_]; }
    bool take(char c) noexcept {
        if (peek() != c) {
            return false;
        }
        ++at_;
        return true;
    }
    /// A number with sign and fraction, "," being a point too.
    std::optional<Decimal> number() {
        std::string digits;
        if (peek() == '-' || peek() == '+') {
            digits += text_[at_++];
        }
        const std::size_t first = at_;
        while ((peek() >= '0' && peek() <= '9') || peek() == '.' || peek() == ',') {
            digits += peek() == ',' ? '.' : peek();
            ++at_;
        }
        return at_ == first ? std::nullopt : Decimal::parse(digits);
    }
    /// Exactly so many digits.
    std::optional<std::int64_t> digits(std::size_t count) noexcept {
        std::int64_t number = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (peek() < '0' || peek() > '9') {
                return std::nullopt;
            }
            number = number * 10 + (text_[at_++] - '0');
        }
        return number;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

const Unit* unitOf(char letter, bool in_time) noexcept {
    constexpr std::string_view kDateLetters = "YQMWD";
    constexpr std::string_view kTimeLetters = "HMS";
    const std::size_t place = (in_time ? kTimeLetters : kDateLetters).find(letter);
    return place == std::string_view::npos ? nullptr : &kUnits[place + (in_time ? kDateLetters.size() : 0)];
}

/// "1Y2M3DT4H5M6.7S" behind the P; units descend, each once.
std::optional<Amounts> unitForm(Cursor cursor) {
    Amounts amounts;
    bool in_time = false;
    bool any = false;
    const Unit* least = kUnits.data();
    while (!cursor.atEnd()) {
        if (!in_time && cursor.take('T')) {
            in_time = true;
            any = false;
            continue;
        }
        const auto number = cursor.number();
        const Unit* unit = number ? unitOf(cursor.peek(), in_time) : nullptr;
        if (unit == nullptr || unit < least) {
            return std::nullopt;
        }
        cursor.take(cursor.peek());
        addTo(amounts, *unit, *number);
        least = unit + 1;
        any = true;
    }
    return any ? std::optional(amounts) : std::nullopt;
}

/// "2012-02-02T14:37:21.545" behind the P, or the same without separators.
std::optional<Amounts> dateForm(Cursor cursor) {
    const auto year = cursor.digits(4);
    const bool separated = year && cursor.take('-');
    const auto month = cursor.digits(2);
    if (!year || !month || (separated && !cursor.take('-'))) {
        return std::nullopt;
    }
    const auto day = cursor.digits(2);
    if (!day || *month > 12 || *day > 31) {
        return std::nullopt;
    }
    Amounts amounts;
    addTo(amounts, kUnits[0], Decimal::fromInt64(*year));
    addTo(amounts, kUnits[2], Decimal::fromInt64(*month));
    addTo(amounts, kUnits[4], Decimal::fromInt64(*day));
    if (cursor.atEnd()) {
        return amounts;
    }
    if (!cursor.take('T')) {
        return std::nullopt;
    }
    const auto hours = cursor.digits(2);
    if (!hours || (separated && !cursor.take(':'))) {
        return std::nullopt;
    }
    const auto minutes = cursor.digits(2);
    if (!minutes || (separated && !cursor.take(':')) || cursor.peek() == '-' || cursor.peek() == '+') {
        return std::nullopt;
    }
    const auto seconds = cursor.number();
    if (!seconds || !cursor.atEnd() || *hours > 24 || *minutes > 59) {
        return std::nullopt;
    }
    addTo(amounts, kUnits[5], Decimal::fromInt64(*hours));
    addTo(amounts, kUnits[6], Decimal::fromInt64(*minutes));
    addTo(amounts, kUnits[7], *seconds);
    return amounts;
}

Value construct(EvalContext&, builtin::Args args) {
    switch (args[0].kind()) {
    case Kind::Duration:
        return args[0];
    case Kind::Map:
        return fromMap(args[0]);
    case Kind::String:
        if (const auto duration = parseDuration(args[0].string())) {
            return Value::of(*duration);
        }
        builtin::throwArgument(fmt::format("{} is not a duration. Durations are written as P1Y2M3DT4H5M6.7S.",
                                           engine::quoted(args[0].string().substr(0, 100))));
    default:
        builtin::throwType("duration() takes a map or a string", args[0]);
    }
}

}  // namespace

std::optional<Duration> parseDuration(std::string_view text) {
    Cursor cursor(text);
    const bool minus = cursor.take('-');
    if (!minus) {
        cursor.take('+');
    }
    if (!cursor.take('P')) {
        return std::nullopt;
    }
    std::optional<Amounts> amounts = unitForm(cursor);
    if (!amounts) {
        amounts = dateForm(cursor);
    }
    if (!amounts) {
        return std::nullopt;
    }
    if (minus) {
        amounts->months = -amounts->months;
        amounts->days = -amounts->days;
        amounts->nanos = -amounts->nanos;
    }
    return amounts->total();
}

namespace builtin {

void registerDurations(Registry& registry) {
    registry.add({.name = "duration",
                  .signature = "duration(input :: MAP | STRING) :: DURATION",
                  .doc = "Makes a duration from its parts, or from a text such as P1Y2M3DT4H.",
                  .args_min = 1,
                  .args_max = 1,
                  .result = kindBit(Kind::Duration),
                  .call = construct});
    struct Between {
        const char* name;
        const char* doc;
        ScalarCall call;
    };
    constexpr Between kBetween[] = {
        {"duration.between", "The time from one temporal value to another in months, days and seconds.",
         [](EvalContext&, Args args) { return Value::of(durationBetween(args[0], args[1])); }},
        {"duration.inMonths", "The whole months from one temporal value to another.",
         [](EvalContext&, Args args) { return Value::of(monthsBetween(args[0], args[1])); }},
        {"duration.inDays", "The whole days from one temporal value to another.",
         [](EvalContext&, Args args) { return Value::of(daysBetween(args[0], args[1])); }},
        {"duration.inSeconds", "The seconds and nanoseconds from one temporal value to another.",
         [](EvalContext&, Args args) { return Value::of(secondsBetween(args[0], args[1])); }},
    };
    for (const Between& function : kBetween) {
        registry.add({.name = function.name,
                      .signature = fmt::format("{}(from :: ANY, to :: ANY) :: DURATION", function.name),
                      .doc = function.doc,
                      .args_min = 2,
                      .args_max = 2,
                      .result = kindBit(Kind::Duration),
                      .call = function.call});
    }
}

}  // namespace builtin
}  // namespace xinpu::query
