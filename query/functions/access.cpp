// query/functions/access.cpp
// Properties, elements and slices of values.

#include <fmt/format.h>

#include <algorithm>

#include "query/functions/builtin.h"
#include "query/functions/duration.h"
#include "query/functions/operators.h"
#include "query/functions/temporal_build.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

[[noreturn]] void throwAt(const Position& at, std::string message, std::string_view detail) {
    throw Error(ErrorCode::Type, std::move(message), std::string(detail), at);
}

std::string_view nameOf(const Value& value) {
    return engine::kindName(value.kind());
}

std::int64_t bound(const Value& value, const Position& at) {
    if (value.kind() != Kind::Integer) {
        throwAt(at, fmt::format("A list is cut at integers, not at a value of type {}.", nameOf(value)),
                "InvalidArgumentType");
    }
    return value.integer();
}

/// Negative bounds count from the end; beyond the list they mean its end.
std::size_t place(std::int64_t index, std::size_t size) noexcept {
    const auto length = static_cast<std::int64_t>(size);
    return static_cast<std::size_t>(std::clamp<std::int64_t>(index < 0 ? index + length : index, 0, length));
}

}  // namespace

Value propertyOfValue(const Value& value, std::string_view name, const Position& at) {
    switch (value.kind()) {
    case Kind::Null:
        return {};
    case Kind::Map: {
        const Value* found = value.find(name);
        return found != nullptr ? *found : Value::null();
    }
    default:
        if (isTemporal(value.kind()) || value.kind() == Kind::Duration) {
            return componentOf(value, name);
        }
        throwAt(at, fmt::format("A value of type {} has no properties.", nameOf(value)),
                "InvalidArgumentType");
    }
}

Value elementOf(const Value& of, const Value& key, const Position& at) {
    if (of.isNull() || key.isNull()) {
        return {};
    }
    if (of.kind() == Kind::List) {
        if (key.kind() != Kind::Integer) {
            throwAt(at,
                    fmt::format("An element of a list is named by an integer, not by a value of type {}.",
                                nameOf(key)),
                    "ListElementAccessByNonInteger");
        }
        const auto list = of.list();
        const auto size = static_cast<std::int64_t>(list.size());
        const std::int64_t index = key.integer() < 0 ? key.integer() + size : key.integer();
        return index >= 0 && index < size ? list[static_cast<std::size_t>(index)] : Value::null();
    }
    if (of.kind() == Kind::Map || isTemporal(of.kind()) || of.kind() == Kind::Duration) {
        if (key.kind() != Kind::String) {
            throwAt(at,
                    fmt::format("An entry of a map is named by a string, not by a value of type {}.",
                                nameOf(key)),
                    "MapElementAccessByNonString");
        }
        return propertyOfValue(of, key.string(), at);
    }
    throwAt(
        at,
        fmt::format("Only lists, maps, nodes and relationships have elements; this is a value of type {}.",
                    nameOf(of)),
        "InvalidElementAccess");
}

Value sliceOf(const Value& of, const Value* from, const Value* to, const Position& at) {
    if (of.isNull() || (from != nullptr && from->isNull()) || (to != nullptr && to->isNull())) {
        return {};
    }
    if (of.kind() != Kind::List) {
        throwAt(at, fmt::format("A part is taken of a list, not of a value of type {}.", nameOf(of)),
                "InvalidArgumentType");
    }
    const auto list = of.list();
    const std::size_t first = from != nullptr ? place(bound(*from, at), list.size()) : 0;
    const std::size_t end = to != nullptr ? place(bound(*to, at), list.size()) : list.size();
    if (first >= end) {
        return Value::of(std::vector<Value>{});
    }
    const auto part = list.subspan(first, end - first);
    return Value::of(std::vector<Value>(part.begin(), part.end()));
}

}  // namespace xinpu::query
