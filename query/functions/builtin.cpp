// query/functions/builtin.cpp
// All families of functions together, and the errors that they share.

#include "query/functions/builtin.h"

#include <fmt/format.h>

namespace xinpu::query {

void registerBuiltinFunctions(Registry& registry) {
    builtin::registerScalars(registry);
    builtin::registerConversions(registry);
    builtin::registerGraph(registry);
    builtin::registerLists(registry);
    builtin::registerMath(registry);
    builtin::registerStrings(registry);
    builtin::registerAggregates(registry);
    builtin::registerTemporals(registry);
    builtin::registerDurations(registry);
    builtin::registerDomain(registry);
}

namespace builtin {

void throwType(std::string_view what, const Value& value, std::string_view detail) {
    throw Error(ErrorCode::Type,
                fmt::format("{}, but it is a value of type {}.", what, engine::kindName(value.kind())),
                std::string(detail));
}

void throwArgument(std::string message, std::string_view detail) {
    throw Error(ErrorCode::Argument, std::move(message), std::string(detail));
}

void throwOverflow(std::string_view operation) {
    throw Error(ErrorCode::Arithmetic,
                fmt::format("The result of {} does not fit into a 64-bit integer.", operation),
                "IntegerOverflow");
}

std::int64_t integerOf(const Value& value, std::string_view what) {
    if (value.kind() != Kind::Integer) {
        throwType(fmt::format("{} must be an integer", what), value);
    }
    return value.integer();
}

std::string_view stringOf(const Value& value, std::string_view what) {
    if (value.kind() != Kind::String) {
        throwType(fmt::format("{} must be a string", what), value);
    }
    return value.string();
}

double doubleOf(const Value& value, std::string_view what) {
    switch (value.kind()) {
    case Kind::Integer:
        return static_cast<double>(value.integer());
    case Kind::Float:
        return value.floating();
    case Kind::Decimal:
        return value.decimal().toDouble();
    default:
        throwType(fmt::format("{} must be a number", what), value);
    }
}

}  // namespace builtin
}  // namespace xinpu::query
