// query/functions/builtin.h
#pragma once
// For the .cpp files of this room: the families of functions, kinds, and the errors that they share.

#include <span>
#include <string>
#include <string_view>

#include "engine/value/value.h"
#include "query/functions/registry.h"
#include "xinpu/error.h"

namespace xinpu::query::builtin {

using engine::Kind;
using engine::Value;
using Args = std::span<const Value>;

constexpr KindSet kinds(auto... kind) noexcept {
    return (kindBit(kind) | ...);
}
inline constexpr KindSet kBoolean = kindBit(Kind::Boolean);
inline constexpr KindSet kInteger = kindBit(Kind::Integer);
inline constexpr KindSet kFloat = kindBit(Kind::Float);
inline constexpr KindSet kDecimal = kindBit(Kind::Decimal);
inline constexpr KindSet kNumber = kInteger | kFloat | kDecimal;
inline constexpr KindSet kString = kindBit(Kind::String);
inline constexpr KindSet kList = kindBit(Kind::List);
inline constexpr KindSet kMap = kindBit(Kind::Map);
inline constexpr KindSet kNode = kindBit(Kind::Node);
inline constexpr KindSet kRelationship = kindBit(Kind::Relationship);
inline constexpr KindSet kPath = kindBit(Kind::Path);
inline constexpr KindSet kTemporal =
    kinds(Kind::Date, Kind::LocalTime, Kind::Time, Kind::LocalDateTime, Kind::ZonedDateTime);

void registerScalars(Registry& registry);      // scalars.cpp
void registerConversions(Registry& registry);  // conversions.cpp
void registerGraph(Registry& registry);        // graph_functions.cpp
void registerLists(Registry& registry);        // lists.cpp
void registerMath(Registry& registry);         // math.cpp
void registerStrings(Registry& registry);      // strings.cpp
void registerAggregates(Registry& registry);   // aggregates.cpp
void registerTemporals(Registry& registry);    // temporal_functions.cpp
void registerDurations(Registry& registry);    // duration_functions.cpp
void registerDomain(Registry& registry);       // domain.cpp

/// TypeError: `what` expected, but the value is of another kind.
[[noreturn]] void throwType(std::string_view what, const Value& value,
                            std::string_view detail = "InvalidArgumentType");
[[noreturn]] void throwArgument(std::string message, std::string_view detail = "InvalidArgumentValue");
[[noreturn]] void throwOverflow(std::string_view operation);

/// The integer, or TypeError.
std::int64_t integerOf(const Value& value, std::string_view what);
std::string_view stringOf(const Value& value, std::string_view what);
/// The number as a double, or TypeError.
double doubleOf(const Value& value, std::string_view what);

}  // namespace xinpu::query::builtin
