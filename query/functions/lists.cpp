// query/functions/lists.cpp
// Functions of lists, and those of lists and strings alike.

#include <fmt/format.h>

#include <algorithm>

#include "query/functions/builtin.h"
#include "query/functions/utf8.h"

namespace xinpu::query::builtin {
namespace {

std::span<const Value> listOf(const Value& value, std::string_view function) {
    if (value.kind() != Kind::List) {
        throwType(fmt::format("{}() takes a list", function), value);
    }
    return value.list();
}

Value head(EvalContext&, Args args) {
    const auto list = listOf(args[0], "head");
    return list.empty() ? Value::null() : list.front();
}

Value last(EvalContext&, Args args) {
    const auto list = listOf(args[0], "last");
    return list.empty() ? Value::null() : list.back();
}

Value tail(EvalContext&, Args args) {
    const auto list = listOf(args[0], "tail");
    return list.empty() ? args[0] : Value::of(std::vector<Value>(list.begin() + 1, list.end()));
}

std::string reversedText(std::string_view text) {
    std::string reversed;
    reversed.reserve(text.size());
    while (!text.empty()) {
        const std::string_view end = lastCodePoint(text);
        reversed += end;
        text.remove_suffix(end.size());
    }
    return reversed;
}

Value reverse(EvalContext&, Args args) {
    if (args[0].kind() == Kind::String) {
        return Value::of(reversedText(args[0].string()));
    }
    const auto list = listOf(args[0], "reverse");
    return Value::of(std::vector<Value>(list.rbegin(), list.rend()));
}

Value size(EvalContext&, Args args) {
    switch (args[0].kind()) {
    case Kind::String:
        return Value::of(static_cast<std::int64_t>(codePoints(args[0].string())));
    case Kind::List:
        return Value::of(static_cast<std::int64_t>(args[0].list().size()));
    default:
        throwType("size() takes a list or a string", args[0]);
    }
}

Value isEmpty(EvalContext&, Args args) {
    switch (args[0].kind()) {
    case Kind::String:
        return Value::of(args[0].string().empty());
    case Kind::List:
        return Value::of(args[0].list().empty());
    case Kind::Map:
        return Value::of(args[0].map().empty());
    default:
        throwType("isEmpty() takes a list, a map or a string", args[0]);
    }
}

std::int64_t bound(const Value& value) {
    if (value.kind() != Kind::Integer) {
        throwArgument(
            fmt::format("range() takes integers, not a value of type {}.", engine::kindName(value.kind())),
            "InvalidArgumentType");
    }
    return value.integer();
}

/// A list of so many values is asked of the budget before it is made.
void requireRoom(const EvalContext& context, std::uint64_t elements) {
    if (context.budget == nullptr) {
        return;
    }
    const std::uint64_t most = context.budget->limits().memory_bytes_max / sizeof(Value);
    if (elements > most) {
        throw Error(
            ErrorCode::Limit,
            fmt::format("A list of {} elements needs more memory than the statement may hold.", elements),
            "MemoryPoolOutOfMemoryError");
    }
}

Value range(EvalContext& context, Args args) {
    const std::int64_t from = bound(args[0]);
    const std::int64_t to = bound(args[1]);
    const std::int64_t step = args.size() > 2 ? bound(args[2]) : 1;
    if (step == 0) {
        throwArgument("The step of range() cannot be zero.", "NumberOutOfRange");
    }
    if (step > 0 ? from > to : from < to) {
        return Value::of(std::vector<Value>{});
    }
    // Unsigned, as the distance may be more than what an int64 holds.
    const std::uint64_t distance = step > 0
                                       ? static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)
                                       : static_cast<std::uint64_t>(from) - static_cast<std::uint64_t>(to);
    const std::uint64_t stride =
        step > 0 ? static_cast<std::uint64_t>(step) : std::uint64_t{0} - static_cast<std::uint64_t>(step);
    const std::uint64_t steps = distance / stride;
    requireRoom(context, steps);
    std::vector<Value> list;
    list.reserve(steps + 1);
    for (std::uint64_t i = 0; i <= steps; ++i) {
        if (context.budget != nullptr) {
            context.budget->step();
        }
        list.push_back(Value::of(static_cast<std::int64_t>(static_cast<std::uint64_t>(from) +
                                                           i * static_cast<std::uint64_t>(step))));
    }
    return Value::of(std::move(list));
}

}  // namespace

void registerLists(Registry& registry) {
    registry.add({.name = "head",
                  .signature = "head(list :: LIST<ANY>) :: ANY",
                  .doc = "The first element, null of an empty list.",
                  .args_min = 1,
                  .args_max = 1,
                  .accepts = {kList},
                  .call = head});
    registry.add({.name = "last",
                  .signature = "last(list :: LIST<ANY>) :: ANY",
                  .doc = "The last element, null of an empty list.",
                  .args_min = 1,
                  .args_max = 1,
                  .accepts = {kList},
                  .call = last});
    registry.add({.name = "tail",
                  .signature = "tail(list :: LIST<ANY>) :: LIST<ANY>",
                  .doc = "All elements but the first.",
                  .args_min = 1,
                  .args_max = 1,
                  .result = kList,
                  .accepts = {kList},
                  .call = tail});
    registry.add({.name = "reverse",
                  .signature = "reverse(input :: LIST<ANY> | STRING) :: LIST<ANY> | STRING",
                  .doc = "The elements, or the characters, from the last to the first.",
                  .args_min = 1,
                  .args_max = 1,
                  .result = kList | kString,
                  .accepts = {kList | kString},
                  .call = reverse});
    registry.add({.name = "size",
                  .signature = "size(input :: LIST<ANY> | STRING) :: INTEGER",
                  .doc = "The number of elements of a list, or of characters of a string.",
                  .args_min = 1,
                  .args_max = 1,
                  .result = kInteger,
                  .accepts = {kList | kString},
                  .call = size});
    registry.add({.name = "isEmpty",
                  .signature = "isEmpty(input :: LIST<ANY> | MAP | STRING) :: BOOLEAN",
                  .doc = "Whether a list, map or string has nothing in it.",
                  .args_min = 1,
                  .args_max = 1,
                  .result = kBoolean,
                  .accepts = {kList | kMap | kString},
                  .call = isEmpty});
    registry.add({.name = "range",
                  .signature = "range(start :: INTEGER, end :: INTEGER, step? :: INTEGER) :: LIST<INTEGER>",
                  .doc = "The integers from start to end, both included.",
                  .args_min = 2,
                  .args_max = 3,
                  .result = kList,
                  .call = range});
}

}  // namespace xinpu::query::builtin
