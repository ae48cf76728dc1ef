// query/procedures/options.cpp
// Checks of options; every refusal says which option, what it must be and what it was.

#include "query/procedures/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "xinpu/error.h"

namespace xinpu::query {

using engine::Decimal;
using engine::Direction;
using engine::Kind;
using engine::Value;

namespace {

constexpr std::size_t kShownMax = 60;  // characters of a name or value in a message

std::string_view shown(std::string_view text) noexcept {
    return text.substr(0, kShownMax);
}

}  // namespace

Options::Options(std::string_view procedure, const Value& map, std::initializer_list<std::string_view> known)
    : procedure_(procedure), map_(&map) {
    if (map.kind() != Kind::Map) {
        throw Error(
            ErrorCode::Type,
            fmt::format("{} takes its options as a MAP, not {}.", procedure_, engine::kindName(map.kind())),
            "InvalidArgumentType");
    }
    for (const engine::MapEntry& entry : map.map()) {
        if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
            std::string names;
            for (const std::string_view name : known) {
                names += names.empty() ? "" : ", ";
                names += name;
            }
            throw Error(
                ErrorCode::Argument,
                fmt::format("{} has no option '{}'. Its options: {}.", procedure_, shown(entry.key), names),
                "UnknownOption");
        }
    }
}

const Value* Options::find(std::string_view name) const noexcept {
    const Value* value = map_->find(name);
    return value != nullptr && !value->isNull() ? value : nullptr;
}

void Options::require(std::string_view name) const {
    if (!has(name)) {
        throw Error(ErrorCode::Argument, fmt::format("{} needs the option '{}'.", procedure_, name),
                    "MissingOption");
    }
}

void Options::refuse(std::string_view name, std::string_view what) const {
    throw Error(ErrorCode::Argument, fmt::format("Option '{}' of {} {}.", name, procedure_, what),
                "NumberOutOfRange");
}

void Options::wrongType(std::string_view name, std::string_view wanted) const {
    throw Error(ErrorCode::Type,
                fmt::format("Option '{}' of {} must be {}, not {}.", name, procedure_, wanted,
                            engine::kindName(find(name)->kind())),
                "InvalidArgumentType");
}

std::optional<std::string_view> Options::optionalText(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->kind() != Kind::String) {
        wrongType(name, "a STRING");
    }
    return value->string();
}

std::string_view Options::text(std::string_view name) const {
    require(name);
    return *optionalText(name);
}

std::uint32_t Options::count(std::string_view name, std::uint32_t most) const {
    require(name);
    const Value* value = find(name);
    if (value->kind() != Kind::Integer) {
        wrongType(name, "an INTEGER");
    }
    if (value->integer() < 0 || value->integer() > most) {
        refuse(name, fmt::format("must be a whole number from 0 to {}, not {}", most, value->integer()));
    }
    return static_cast<std::uint32_t>(value->integer());
}

Value Options::number(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) {
        return Value::null();
    }
    if (!value->isNumber()) {
        wrongType(name, "a number");
    }
    const bool negative = value->kind() == Kind::Integer   ? value->integer() < 0
                          : value->kind() == Kind::Decimal ? value->decimal().sign() < 0
                                                           : value->floating() < 0;
    if (negative) {
        refuse(name, "must not be negative");
    }
    if (value->kind() == Kind::Float && std::isnan(value->floating())) {
        refuse(name, "must be a number, not NaN");
    }
    return *value;
}

Decimal Options::decimal(std::string_view name, const Decimal& otherwise) const {
    const Value value = number(name);
    if (value.isNull()) {
        return otherwise;
    }
    if (value.kind() == Kind::Integer) {
        return Decimal::fromInt64(value.integer());
    }
    if (value.kind() == Kind::Decimal) {
        return value.decimal();
    }
    const std::optional<Decimal> decimal = Decimal::fromDouble(value.floating());
    if (!decimal) {
        refuse(name, "does not fit into a DECIMAL");
    }
    return *decimal;
}

std::optional<engine::Date> Options::date(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->kind() == Kind::Date) {
        return value->date();
    }
    if (value->kind() != Kind::String) {
        wrongType(name, "a DATE or a text of the form YYYY-MM-DD");
    }
    const std::optional<engine::Date> date = engine::parseIsoDate(value->string());
    if (!date) {
        throw Error(ErrorCode::Type,
                    fmt::format("Option '{}' of {} takes a DATE or a text of the form YYYY-MM-DD, not '{}'.",
                                name, procedure_, shown(value->string())),
                    "InvalidArgumentType");
    }
    return date;
}

Direction Options::direction(bool both_allowed, Direction otherwise) const {
    const std::optional<std::string_view> word = optionalText("direction");
    if (!word) {
        return otherwise;
    }
    if (*word == "out") {
        return Direction::Out;
    }
    if (*word == "in") {
        return Direction::In;
    }
    if (*word == "both" && both_allowed) {
        return Direction::Both;
    }
    throw Error(ErrorCode::Argument,
                fmt::format("Option 'direction' of {} must be {}'out' or 'in', not '{}'.", procedure_,
                            both_allowed ? "'both', " : "", shown(*word)),
                "InvalidArgumentValue");
}

}  // namespace xinpu::query
