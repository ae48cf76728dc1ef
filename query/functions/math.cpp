// query/functions/math.cpp
// Functions of numbers: rounding, roots, logarithms, angles.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/value/decimal_powers.h"
#include "query/functions/builtin.h"

namespace xinpu::query::builtin {
namespace {

using engine::Decimal;
using engine::Int128;

Value abs(EvalContext&, Args args) {
    switch (args[0].kind()) {
    case Kind::Integer:
        if (args[0].integer() == std::numeric_limits<std::int64_t>::min()) {
            throwOverflow("abs()");
        }
        return Value::of(std::abs(args[0].integer()));
    case Kind::Float:
        return Value::of(std::fabs(args[0].floating()));
    case Kind::Decimal: {
        const Decimal number = args[0].decimal();
        return Value::of(number.sign() < 0 ? -number : number);
    }
    default:
        throwType("abs() takes a number", args[0]);
    }
}

Value sign(EvalContext&, Args args) {
    const double number = doubleOf(args[0], "The argument of sign()");
    return Value::of(std::int64_t{number > 0 ? 1 : (number < 0 ? -1 : 0)});
}

Value isNaN(EvalContext&, Args args) {
    return Value::of(std::isnan(doubleOf(args[0], "The argument of isNaN()")));
}

/// How digits that fall away are rounded.
enum class Rounding : std::uint8_t { Up, Down, Ceiling, Floor, HalfUp, HalfDown, HalfEven };

Rounding roundingOf(std::string_view name) {
    constexpr std::array<std::string_view, 7> kNames = {"UP",      "DOWN",      "CEILING",  "FLOOR",
                                                        "HALF_UP", "HALF_DOWN", "HALF_EVEN"};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) {
            return static_cast<Rounding>(i);
        }
    }
    throwArgument(
        fmt::format("'{}' is no way of rounding. There are UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN and "
                    "HALF_EVEN.",
                    name.substr(0, 100)));
}

/// 1 if the magnitude is to grow by one unit. `twice` compares twice the rest with the unit.
Int128 growth(Rounding rounding, bool negative, bool odd, Int128 rest, Int128 unit) {
    if (rest == 0) {
        return 0;
    }
    const Int128 over = rest - (unit - rest);
    switch (rounding) {
    case Rounding::Up:
        return 1;
    case Rounding::Down:
        return 0;
    case Rounding::Ceiling:
        return negative ? 0 : 1;
    case Rounding::Floor:
        return negative ? 1 : 0;
    case Rounding::HalfUp:
        return over >= 0 ? 1 : 0;
    case Rounding::HalfDown:
        return over > 0 ? 1 : 0;
    case Rounding::HalfEven:
        return over > 0 || (over == 0 && odd) ? 1 : 0;
    }
    return 0;
}

Decimal rounded(const Decimal& number, unsigned places, Rounding rounding) {
    if (number.scale() <= places) {
        return number;
    }
    const bool negative = number.sign() < 0;
    const Int128 magnitude = negative ? -number.coefficient() : number.coefficient();
    const auto unit = static_cast<Int128>(engine::detail::kPowers[number.scale() - places]);
    const Int128 whole = magnitude / unit;
    const Int128 grown = whole + growth(rounding, negative, whole % 2 != 0, magnitude % unit, unit);
    return *Decimal::fromParts(negative ? -grown : grown, places);
}

double roundedDouble(double number, unsigned places, Rounding rounding) {
    constexpr double kWholeFrom = 0x1p52;  // no double beyond has a fraction
    if (!std::isfinite(number) || std::fabs(number) >= kWholeFrom) {
        return number;
    }
    const std::optional<Decimal> exact = Decimal::fromDouble(number);
    if (exact) {
        return rounded(*exact, places, rounding).toDouble();
    }
    // More places than a decimal has: the number is tiny, and only its sign counts.
    const bool grows = rounding == Rounding::Up || (rounding == Rounding::Ceiling && number > 0) ||
                       (rounding == Rounding::Floor && number < 0);
    const double least = std::pow(10.0, -static_cast<double>(places));
    return grows ? std::copysign(least, number) : 0.0;
}

Value round(EvalContext&, Args args) {
    if (args[0].kind() != Kind::Integer && args[0].kind() != Kind::Float && args[0].kind() != Kind::Decimal) {
        throwType("round() takes a number", args[0]);
    }
    if (args.size() == 1 && args[0].kind() != Kind::Decimal) {
        // Without a precision, halves go up: round(-1.5) is -1.0.
        const double number = doubleOf(args[0], "The argument of round()");
        const double below = std::floor(number);
        return Value::of(number - below >= 0.5 ? below + 1 : below);
    }
    const std::int64_t places = args.size() > 1 ? integerOf(args[1], "The precision of round()") : 0;
    constexpr std::int64_t kPlacesMost = Decimal::kScaleMax;
    if (places < 0) {
        throwArgument("The precision of round() cannot be negative.", "NumberOutOfRange");
    }
    const Rounding rounding =
        args.size() > 2 ? roundingOf(stringOf(args[2], "The mode of round()")) : Rounding::HalfUp;
    const auto kept = static_cast<unsigned>(std::min(places, kPlacesMost));
    if (args[0].kind() == Kind::Decimal) {
        return Value::of(rounded(args[0].decimal(), kept, rounding));
    }
    return Value::of(roundedDouble(doubleOf(args[0], "The argument of round()"), kept, rounding));
}

template <Rounding rounding>
Value wholeDecimal(const Value& number) {
    return Value::of(rounded(number.decimal(), 0, rounding));
}

Value ceil(EvalContext&, Args args) {
    return args[0].kind() == Kind::Decimal
               ? wholeDecimal<Rounding::Ceiling>(args[0])
               : Value::of(std::ceil(doubleOf(args[0], "The argument of ceil()")));
}

Value floor(EvalContext&, Args args) {
    return args[0].kind() == Kind::Decimal
               ? wholeDecimal<Rounding::Floor>(args[0])
               : Value::of(std::floor(doubleOf(args[0], "The argument of floor()")));
}

Value atan2(EvalContext&, Args args) {
    return Value::of(std::atan2(doubleOf(args[0], "The first argument of atan2()"),
                                doubleOf(args[1], "The second argument of atan2()")));
}

Value pi(EvalContext&, Args) {
    return Value::of(std::numbers::pi);
}

Value e(EvalContext&, Args) {
    return Value::of(std::numbers::e);
}

double cot(double x) {
    return 1 / std::tan(x);
}
double coth(double x) {
    return 1 / std::tanh(x);
}
double degrees(double x) {
    return x * 180 / std::numbers::pi;
}
double radians(double x) {
    return x / 180 * std::numbers::pi;
}
double haversin(double x) {
    return (1 - std::cos(x)) / 2;
}

/// Functions of a number that give a float.
struct OfDouble {
    const char* name;
    const char* doc;
    double (*call)(double);
};
constexpr OfDouble kOfDouble[] = {
    {"acos", "The arc cosine in radians.", std::acos},
    {"asin", "The arc sine in radians.", std::asin},
    {"atan", "The arc tangent in radians.", std::atan},
    {"cos", "The cosine of an angle in radians.", std::cos},
    {"cosh", "The hyperbolic cosine.", std::cosh},
    {"cot", "The cotangent of an angle in radians.", cot},
    {"coth", "The hyperbolic cotangent.", coth},
    {"degrees", "Radians as degrees.", degrees},
    {"exp", "e raised to the power of the argument.", std::exp},
    {"haversin", "Half the versine of an angle in radians.", haversin},
    {"log", "The natural logarithm.", std::log},
    {"log10", "The logarithm to base 10.", std::log10},
    {"radians", "Degrees as radians.", radians},
    {"sin", "The sine of an angle in radians.", std::sin},
    {"sinh", "The hyperbolic sine.", std::sinh},
    {"sqrt", "The square root, NaN of a negative number.", std::sqrt},
    {"tan", "The tangent of an angle in radians.", std::tan},
    {"tanh", "The hyperbolic tangent.", std::tanh},
};

template <std::size_t which>
Value ofDouble(EvalContext&, Args args) {
    return Value::of(kOfDouble[which].call(doubleOf(args[0], "The argument")));
}

template <std::size_t... which>
void registerOfDouble(Registry& registry, std::index_sequence<which...>) {
    (registry.add({.name = kOfDouble[which].name,
                   .signature = fmt::format("{}(input :: INTEGER | FLOAT) :: FLOAT", kOfDouble[which].name),
                   .doc = kOfDouble[which].doc,
                   .args_min = 1,
                   .args_max = 1,
                   .result = kFloat,
                   .accepts = {kNumber},
                   .call = ofDouble<which>}),
     ...);
}

struct OfNumber {
    const char* name;
    const char* signature;
    const char* doc;
    std::size_t args_min;
    std::size_t args_max;
    KindSet result;
    ScalarCall call;
};
constexpr OfNumber kOfNumber[] = {
    {"abs", "abs(input :: INTEGER | FLOAT | DECIMAL) :: INTEGER | FLOAT | DECIMAL", "The magnitude.", 1, 1,
     kNumber, abs},
    {"sign", "sign(input :: INTEGER | FLOAT | DECIMAL) :: INTEGER", "-1, 0 or 1.", 1, 1, kInteger, sign},
    {"isNaN", "isNaN(input :: INTEGER | FLOAT) :: BOOLEAN", "Whether a float is not a number.", 1, 1,
     kBoolean, isNaN},
    {"ceil", "ceil(input :: INTEGER | FLOAT | DECIMAL) :: FLOAT | DECIMAL",
     "The least whole number not below.", 1, 1, kFloat | kDecimal, ceil},
    {"floor", "floor(input :: INTEGER | FLOAT | DECIMAL) :: FLOAT | DECIMAL",
     "The greatest whole number not above.", 1, 1, kFloat | kDecimal, floor},
    {"round",
     "round(input :: INTEGER | FLOAT | DECIMAL, precision? :: INTEGER, mode? :: STRING) :: FLOAT | DECIMAL",
     "Rounded to a number of decimal places; the mode is UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN or "
     "HALF_EVEN.",
     1, 3, kFloat | kDecimal, round},
    {"atan2", "atan2(y :: FLOAT, x :: FLOAT) :: FLOAT", "The angle of a point in radians.", 2, 2, kFloat,
     atan2},
    {"pi", "pi() :: FLOAT", "The ratio of a circle's circumference to its diameter.", 0, 0, kFloat, pi},
    {"e", "e() :: FLOAT", "The base of the natural logarithm.", 0, 0, kFloat, e},
};

}  // namespace

void registerMath(Registry& registry) {
    registerOfDouble(registry, std::make_index_sequence<std::size(kOfDouble)>{});
    for (const OfNumber& function : kOfNumber) {
        registry.add(
            {.name = function.name,
             .signature = function.signature,
             .doc = function.doc,
             .args_min = function.args_min,
             .args_max = function.args_max,
             .result = function.result,
             .accepts = function.args_max == 1 ? std::vector<KindSet>{kNumber} : std::vector<KindSet>{},
             .call = function.call});
    }
}

}  // namespace xinpu::query::builtin
