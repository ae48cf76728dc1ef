// query/functions/conversions.cpp
// toBoolean, toInteger, toFloat, toString, decimal and their …OrNull and …List forms.

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "engine/value/literal.h"
#include "query/functions/builtin.h"
#include "query/functions/operators.h"
#include "query/functions/text_of.h"

namespace xinpu::query::builtin {
namespace {

/// The converted value, null where a text says no such thing, or nothing for a kind that does not convert.
using Conversion = std::optional<Value> (*)(const Value&);

Value orNull(const auto& found) {
    return found ? Value::of(*found) : Value::null();
}

std::optional<Value> asBoolean(const Value& value) {
    switch (value.kind()) {
    case Kind::Boolean:
        return value;
    case Kind::Integer:
        return Value::of(value.integer() != 0);
    case Kind::String:
        return orNull(booleanFromText(value.string()));
    default:
        return std::nullopt;
    }
}

std::optional<Value> asInteger(const Value& value) {
    switch (value.kind()) {
    case Kind::Integer:
        return value;
    case Kind::Float: {
        const double number = value.floating();
        if (std::isnan(number)) {
            return Value::null();
        }
        if (!(number >= -0x1p63 && number < 0x1p63)) {
            throwOverflow("toInteger()");
        }
        return Value::of(static_cast<std::int64_t>(number));
    }
    case Kind::Decimal: {
        const engine::Decimal number = value.decimal();
        engine::Int128 whole = number.coefficient();
        for (unsigned i = 0; i < number.scale(); ++i) {
            whole /= 10;
        }
        const auto narrow = static_cast<std::int64_t>(whole);
        if (narrow != whole) {
            throwOverflow("toInteger()");
        }
        return Value::of(narrow);
    }
    case Kind::String:
        return orNull(integerFromText(value.string()));
    default:
        return std::nullopt;
    }
}

std::optional<Value> asFloat(const Value& value) {
    switch (value.kind()) {
    case Kind::Float:
        return value;
    case Kind::Integer:
    case Kind::Decimal:
        return Value::of(doubleOf(value, "A number"));
    case Kind::String:
        return orNull(floatFromText(value.string()));
    default:
        return std::nullopt;
    }
}

std::optional<Value> asString(const Value& value) {
    switch (value.kind()) {
    case Kind::String:
        return value;
    case Kind::Null:
    case Kind::Bytes:
    case Kind::List:
    case Kind::Map:
    case Kind::Node:
    case Kind::Relationship:
    case Kind::Path:
        return std::nullopt;
    default:
        return Value::of(textOf(value));
    }
}

constexpr std::string_view kNames[] = {"toBoolean", "toInteger", "toFloat", "toString"};
constexpr Conversion kConversions[] = {asBoolean, asInteger, asFloat, asString};
constexpr std::string_view kTypes[] = {"BOOLEAN", "INTEGER", "FLOAT", "STRING"};
constexpr KindSet kResults[] = {kBoolean, kInteger, kFloat, kString};

template <std::size_t which>
Value strictly(EvalContext&, Args args) {
    if (const auto converted = kConversions[which](args[0])) {
        return *converted;
    }
    throwType(fmt::format("{}() cannot convert its argument", kNames[which]), args[0],
              "InvalidArgumentValue");
}

template <std::size_t which>
Value leniently(EvalContext&, Args args) {
    return kConversions[which](args[0]).value_or(Value::null());
}

template <std::size_t which>
Value each(EvalContext&, Args args) {
    if (args[0].kind() != Kind::List) {
        throwType(fmt::format("{}List() takes a list", kNames[which]), args[0]);
    }
    std::vector<Value> converted;
    converted.reserve(args[0].list().size());
    for (const Value& element : args[0].list()) {
        converted.push_back(element.isNull() ? Value::null()
                                             : kConversions[which](element).value_or(Value::null()));
    }
    return Value::of(std::move(converted));
}

template <std::size_t which>
void registerConversion(Registry& registry) {
    const std::string name(kNames[which]);
    const std::string type(kTypes[which]);
    registry.add({.name = name,
                  .signature = fmt::format("{}(input :: ANY) :: {}", name, type),
                  .doc = fmt::format("Converts to {}; null for a text that says no such value.", type),
                  .args_min = 1,
                  .args_max = 1,
                  .result = kResults[which],
                  .call = strictly<which>});
    registry.add({.name = name + "OrNull",
                  .signature = fmt::format("{}OrNull(input :: ANY) :: {}", name, type),
                  .doc = fmt::format("Converts to {}; null for what does not convert.", type),
                  .args_min = 1,
                  .args_max = 1,
                  .result = kResults[which],
                  .call = leniently<which>});
    registry.add({.name = name + "List",
                  .signature = fmt::format("{}List(input :: LIST<ANY>) :: LIST<{}>", name, type),
                  .doc = fmt::format("Converts each element to {}; null for what does not convert.", type),
                  .args_min = 1,
                  .args_max = 1,
                  .result = kList,
                  .call = each<which>});
}

Value toDecimal(EvalContext&, Args args) {
    std::optional<engine::Decimal> number;
    switch (args[0].kind()) {
    case Kind::Decimal:
        return args[0];
    case Kind::Integer:
        return Value::of(engine::Decimal::fromInt64(args[0].integer()));
    case Kind::Float:
        number = engine::Decimal::fromDouble(args[0].floating());
        break;
    case Kind::String:
        number = engine::Decimal::parse(args[0].string());
        break;
    default:
        throwType("decimal() takes a number or a string", args[0]);
    }
    if (!number) {
        throwArgument(fmt::format("{} is not a decimal number of at most 38 digits.",
                                  engine::toCypherText(args[0]).substr(0, 100)));
    }
    return Value::of(*number);
}

Value typeOfValue(EvalContext&, Args args) {
    return Value::of(typeNameOf(args[0]));
}

}  // namespace

void registerConversions(Registry& registry) {
    registerConversion<0>(registry);
    registerConversion<1>(registry);
    registerConversion<2>(registry);
    registerConversion<3>(registry);
    registry.add({.name = "decimal",
                  .signature = "decimal(input :: INTEGER | FLOAT | STRING) :: DECIMAL",
                  .doc = "Makes an exact decimal number; a float counts by its shortest digits.",
                  .args_min = 1,
                  .args_max = 1,
                  .result = kDecimal,
                  .call = toDecimal});
    registry.add({.name = "valueType",
                  .signature = "valueType(input :: ANY) :: STRING",
                  .doc = "The name of the most precise type of a value.",
                  .args_min = 1,
                  .args_max = 1,
                  .null_in_null_out = false,
                  .result = kString,
                  .call = typeOfValue});
}

}  // namespace xinpu::query::builtin
