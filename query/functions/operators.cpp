// query/functions/operators.cpp
// Arithmetic over numbers, text, lists and temporal values; the rest of the binary operators.

#include "query/functions/operators.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "engine/value/decimal_powers.h"
#include "engine/value/literal.h"
#include "engine/value/order.h"
#include "query/functions/builtin.h"
#include "query/functions/duration.h"
#include "query/functions/text_of.h"

namespace xinpu::query {

using builtin::throwOverflow;
using engine::Decimal;
using engine::Kind;
using engine::Value;

namespace {

constexpr unsigned kDivisionPlaces = 12;
// What one operator may make: enough for any honest statement, too little to take a machine down.
constexpr std::size_t kConcatBytesMost = std::size_t{1} << 30;
constexpr std::size_t kListElementsMost = kConcatBytesMost / sizeof(Value);

[[noreturn]] void throwOperands(std::string_view verb, const Value& left, const Value& right) {
    throw Error(ErrorCode::Type,
                fmt::format("Cannot {} values of type {} and {}.", verb, engine::kindName(left.kind()),
                            engine::kindName(right.kind())),
                "InvalidArgumentType");
}

[[noreturn]] void throwDivisionByZero() {
    throw Error(ErrorCode::Arithmetic, "Division by zero.", "DivisionByZero");
}

double asDouble(const Value& number) noexcept {
    switch (number.kind()) {
    case Kind::Integer:
        return static_cast<double>(number.integer());
    case Kind::Float:
        return number.floating();
    default:
        return number.decimal().toDouble();
    }
}

Decimal asDecimal(const Value& number) noexcept {
    return number.kind() == Kind::Integer ? Decimal::fromInt64(number.integer()) : number.decimal();
}

/// What two numbers are computed as: a float makes all float, a decimal makes integers decimal.
enum class Domain : std::uint8_t { Integer, Decimal, Float, None };

Domain domainOf(const Value& left, const Value& right) noexcept {
    if (!left.isNumber() || !right.isNumber()) {
        return Domain::None;
    }
    if (left.kind() == Kind::Float || right.kind() == Kind::Float) {
        return Domain::Float;
    }
    return left.kind() == Kind::Decimal || right.kind() == Kind::Decimal ? Domain::Decimal : Domain::Integer;
}

Value joined(const Value& left, const Value& right) {
    std::vector<Value> list;
    const auto append = [&list](const Value& value) {
        if (value.kind() == Kind::List) {
            list.insert(list.end(), value.list().begin(), value.list().end());
        } else {
            list.push_back(value);
        }
    };
    const auto sizeOf = [](const Value& value) {
        return value.kind() == Kind::List ? value.list().size() : 1;
    };
    if (sizeOf(left) + sizeOf(right) > kListElementsMost) {
        throw Error(ErrorCode::Limit,
                    fmt::format("A list cannot have more than {} elements.", kListElementsMost),
                    "MemoryPoolOutOfMemoryError");
    }
    list.reserve(sizeOf(left) + sizeOf(right));
    append(left);
    append(right);
    return Value::of(std::move(list));
}

Value joinedText(std::string_view left, std::string_view right) {
    if (left.size() + right.size() > kConcatBytesMost) {
        throw Error(ErrorCode::Limit, "A string cannot be longer than 1 GiB.", "MemoryPoolOutOfMemoryError");
    }
    std::string text;
    text.reserve(left.size() + right.size());
    text += left;
    text += right;
    return Value::of(text);
}

/// What can be appended to a string by `+`.
bool printsInText(Kind kind) noexcept {
    switch (kind) {
    case Kind::Map:
    case Kind::Node:
    case Kind::Relationship:
    case Kind::Path:
    case Kind::List:
    case Kind::Bytes:
    case Kind::Null:
        return false;
    default:
        return true;
    }
}

/// Without zeros that the division made, but with the places that went in.
Decimal trimmedQuotient(const Decimal& quotient, unsigned places_least) {
    const Decimal bare = quotient.normalised();
    return bare.scale() < places_least ? bare.rescale(places_least) : bare;
}

Decimal remainderOf(const Decimal& left, const Decimal& right) {
    const unsigned scale = std::max(left.scale(), right.scale());
    const engine::Int128 a = left.rescale(scale).coefficient();
    const engine::Int128 b = right.rescale(scale).coefficient();
    return *Decimal::fromParts(a % b, scale);
}

/// A pattern of `=~` in use; statements ask one pattern of many values.
const RE2& compiled(std::string_view pattern) {
    thread_local std::string last_pattern;
    thread_local std::unique_ptr<RE2> last;
    if (last == nullptr || last_pattern != pattern) {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_never_capture(true);
        auto made = std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
        if (!made->ok()) {
            throw Error(
                ErrorCode::Argument,
                fmt::format(
                    "The regular expression {} cannot be used: {}. Look-around and back references are "
                    "not part of it.",
                    engine::quoted(pattern.substr(0, 200)), made->error()),
                "InvalidArgumentValue");
        }
        last = std::move(made);
        last_pattern = pattern;
    }
    return *last;
}

Value matches(const Value& text, const Value& pattern) {
    if (pattern.kind() != Kind::String) {
        builtin::throwType("A regular expression must be a string", pattern);
    }
    if (text.kind() != Kind::String) {
        return {};
    }
    const std::string_view subject = text.string();
    return Value::of(
        RE2::FullMatch(re2::StringPiece(subject.data(), subject.size()), compiled(pattern.string())));
}

Value textTest(ExprKind kind, const Value& left, const Value& right) {
    if (left.kind() != Kind::String || right.kind() != Kind::String) {
        return {};
    }
    const std::string_view text = left.string();
    const std::string_view part = right.string();
    switch (kind) {
    case ExprKind::StartsWith:
        return Value::of(text.starts_with(part));
    case ExprKind::EndsWith:
        return Value::of(text.ends_with(part));
    default:
        return Value::of(text.find(part) != std::string_view::npos);
    }
}

Value concat(const Value& left, const Value& right) {
    if (left.kind() == Kind::String && right.kind() == Kind::String) {
        return joinedText(left.string(), right.string());
    }
    if (left.kind() == Kind::List && right.kind() == Kind::List) {
        return joined(left, right);
    }
    throwOperands("concatenate", left, right);
}

Value apply(ExprKind kind, const Value& left, const Value& right) {
    if (kind == ExprKind::In) {
        return isIn(left, right);
    }
    if (left.isNull() || right.isNull()) {
        return {};
    }
    switch (kind) {
    case ExprKind::Plus:
        return add(left, right);
    case ExprKind::Minus:
        return subtract(left, right);
    case ExprKind::Multiply:
        return multiply(left, right);
    case ExprKind::Divide:
        return divide(left, right);
    case ExprKind::Modulo:
        return modulo(left, right);
    case ExprKind::Power:
        return power(left, right);
    case ExprKind::Concat:
        return concat(left, right);
    case ExprKind::Regex:
        return matches(left, right);
    default:
        return textTest(kind, left, right);
    }
}

}  // namespace

Value add(const Value& left, const Value& right) {
    if (left.isNull() || right.isNull()) {
        return {};
    }
    switch (domainOf(left, right)) {
    case Domain::Integer: {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(left.integer(), right.integer(), &sum)) {
            throwOverflow(fmt::format("{} + {}", left.integer(), right.integer()));
        }
        return Value::of(sum);
    }
    case Domain::Float:
        return Value::of(asDouble(left) + asDouble(right));
    case Domain::Decimal:
        return Value::of(asDecimal(left).add(asDecimal(right)));
    case Domain::None:
        break;
    }
    if (left.kind() == Kind::List || right.kind() == Kind::List) {
        return joined(left, right);
    }
    if (left.kind() == Kind::String && right.kind() == Kind::String) {
        return joinedText(left.string(), right.string());
    }
    if (left.kind() == Kind::String && printsInText(right.kind())) {
        return joinedText(left.string(), textOf(right));
    }
    if (right.kind() == Kind::String && printsInText(left.kind())) {
        return joinedText(textOf(left), right.string());
    }
    if (right.kind() == Kind::Duration) {
        if (left.kind() == Kind::Duration) {
            return Value::of(addDurations(left.duration(), right.duration()));
        }
        if (isTemporal(left.kind())) {
            return addDuration(left, right.duration());
        }
    }
    if (left.kind() == Kind::Duration && isTemporal(right.kind())) {
        return addDuration(right, left.duration());
    }
    throwOperands("add", left, right);
}

Value subtract(const Value& left, const Value& right) {
    if (left.isNull() || right.isNull()) {
        return {};
    }
    switch (domainOf(left, right)) {
    case Domain::Integer: {
        std::int64_t difference = 0;
        if (__builtin_sub_overflow(left.integer(), right.integer(), &difference)) {
            throwOverflow(fmt::format("{} - {}", left.integer(), right.integer()));
        }
        return Value::of(difference);
    }
    case Domain::Float:
        return Value::of(asDouble(left) - asDouble(right));
    case Domain::Decimal:
        return Value::of(asDecimal(left).sub(asDecimal(right)));
    case Domain::None:
        break;
    }
    if (right.kind() == Kind::Duration) {
        if (left.kind() == Kind::Duration) {
            return Value::of(addDurations(left.duration(), negated(right.duration())));
        }
        if (isTemporal(left.kind())) {
            return subtractDuration(left, right.duration());
        }
    }
    throwOperands("subtract", left, right);
}

Value multiply(const Value& left, const Value& right) {
    if (left.isNull() || right.isNull()) {
        return {};
    }
    switch (domainOf(left, right)) {
    case Domain::Integer: {
        std::int64_t product = 0;
        if (__builtin_mul_overflow(left.integer(), right.integer(), &product)) {
            throwOverflow(fmt::format("{} * {}", left.integer(), right.integer()));
        }
        return Value::of(product);
    }
    case Domain::Float:
        return Value::of(asDouble(left) * asDouble(right));
    case Domain::Decimal:
        return Value::of(asDecimal(left).mul(asDecimal(right)));
    case Domain::None:
        break;
    }
    if (left.kind() == Kind::Duration && right.isNumber()) {
        return Value::of(multipliedBy(left.duration(), right));
    }
    if (left.isNumber() && right.kind() == Kind::Duration) {
        return Value::of(multipliedBy(right.duration(), left));
    }
    throwOperands("multiply", left, right);
}

Value divide(const Value& left, const Value& right) {
    if (left.isNull() || right.isNull()) {
        return {};
    }
    switch (domainOf(left, right)) {
    case Domain::Integer:
        if (right.integer() == 0) {
            throwDivisionByZero();
        }
        if (right.integer() == -1 && left.integer() == std::numeric_limits<std::int64_t>::min()) {
            throwOverflow(fmt::format("{} / -1", left.integer()));
        }
        return Value::of(left.integer() / right.integer());
    case Domain::Float:
        return Value::of(asDouble(left) / asDouble(right));
    case Domain::Decimal: {
        const Decimal a = asDecimal(left);
        const Decimal b = asDecimal(right);
        if (b.sign() == 0) {
            throwDivisionByZero();
        }
        const unsigned places = std::max(a.scale(), b.scale());
        return Value::of(trimmedQuotient(a.div(b, std::max(kDivisionPlaces, places)), places));
    }
    case Domain::None:
        break;
    }
    if (left.kind() == Kind::Duration && right.isNumber()) {
        return Value::of(dividedBy(left.duration(), right));
    }
    throwOperands("divide", left, right);
}

Value modulo(const Value& left, const Value& right) {
    if (left.isNull() || right.isNull()) {
        return {};
    }
    switch (domainOf(left, right)) {
    case Domain::Integer:
        if (right.integer() == 0) {
            throwDivisionByZero();
        }
        return Value::of(right.integer() == -1 ? std::int64_t{0} : left.integer() % right.integer());
    case Domain::Float:
        return Value::of(std::fmod(asDouble(left), asDouble(right)));
    case Domain::Decimal: {
        const Decimal b = asDecimal(right);
        if (b.sign() == 0) {
            throwDivisionByZero();
        }
        return Value::of(remainderOf(asDecimal(left), b));
    }
    case Domain::None:
        break;
    }
    throwOperands("take the remainder of", left, right);
}

Value power(const Value& left, const Value& right) {
    if (left.isNull() || right.isNull()) {
        return {};
    }
    if (domainOf(left, right) == Domain::None) {
        throwOperands("raise to a power", left, right);
    }
    return Value::of(std::pow(asDouble(left), asDouble(right)));
}

Value isIn(const Value& value, const Value& list) {
    if (list.isNull()) {
        return {};
    }
    if (list.kind() != Kind::List) {
        builtin::throwType("IN must be followed by a list", list);
    }
    bool unknown = false;
    for (const Value& element : list.list()) {
        const auto equal = engine::equalValues(value, element);
        if (!equal) {
            unknown = true;
        } else if (*equal) {
            return Value::of(true);
        }
    }
    return unknown ? Value::null() : Value::of(false);
}

Value applyBinary(ExprKind kind, const Value& left, const Value& right, const Position& at) {
    try {
        return apply(kind, left, right);
    } catch (const Error& error) {
        if (error.at()) {
            throw;
        }
        throw Error(error.code(), error.message(), error.detail(), at);
    }
}

Value applyUnary(ExprKind kind, const Value& value, const Position& at) {
    if (value.isNull()) {
        return {};
    }
    if (kind == ExprKind::UnaryPlus && (value.isNumber() || value.kind() == Kind::Duration)) {
        return value;
    }
    switch (value.kind()) {
    case Kind::Integer:
        if (value.integer() == std::numeric_limits<std::int64_t>::min()) {
            throw Error(ErrorCode::Arithmetic,
                        "The negative of -9223372036854775808 does not fit into a 64-bit integer.",
                        "IntegerOverflow", at);
        }
        return Value::of(-value.integer());
    case Kind::Float:
        return Value::of(-value.floating());
    case Kind::Decimal:
        return Value::of(-value.decimal());
    case Kind::Duration:
        return Value::of(negated(value.duration()));
    default:
        throw Error(ErrorCode::Type,
                    fmt::format("A sign stands before a number, not before a value of type {}.",
                                engine::kindName(value.kind())),
                    "InvalidArgumentType", at);
    }
}

}  // namespace xinpu::query
