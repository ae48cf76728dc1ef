// server/json/json_input.h
#pragma once
// JSON text from clients as values of the language, and typed JSON as the values that it names.

#include <cstddef>
#include <string_view>

#include "engine/value/value.h"
#include "query/functions/registry.h"

namespace xinpu::server {

/// Arrays and objects within each other; above it a body is refused. Leaves room for the body's own levels
/// below engine::kNestingMax.
inline constexpr std::size_t kJsonDepthMax = 500;
static_assert(kJsonDepthMax < engine::kNestingMax);

/// The whole text as one value: objects as maps (of a repeated member the last one counts), numbers with a
/// point or an exponent as Float, the others as Integer.
/// @throws Error(Usage) no JSON, not UTF-8, too deep, an integer beyond 64 bits, a float beyond a double; the
/// message says what and at which byte
engine::Value parseJson(std::string_view text);

/// The value that `{"$type":…,"_value":…}` names; texts of dates and times are read by the language's own
/// functions in `registry`. `name` stands in messages.
/// @throws Error(Usage) not of this form, a type that is not known, a text that is no such value
engine::Value fromTyped(const engine::Value& typed, std::string_view name, const query::Registry& registry);

}  // namespace xinpu::server
