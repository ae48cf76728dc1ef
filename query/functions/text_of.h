// query/functions/text_of.h
#pragma once
// Scalars as toString() writes them, and whole texts as numbers.

#include <optional>
#include <string>
#include <string_view>

#include "engine/value/value.h"

namespace xinpu::query {

/// The text of a boolean, number, string, temporal value or duration; empty for other kinds.
std::string textOf(const engine::Value& value);

/// Java's forms of a floating-point number, blanks around it left out: "1", "-1.5e3", ".5", "NaN",
/// "Infinity".
std::optional<double> floatFromText(std::string_view text);
/// A whole number, or the whole part of a floating-point one that fits.
std::optional<std::int64_t> integerFromText(std::string_view text);
/// "true" or "false" in any case.
std::optional<bool> booleanFromText(std::string_view text);

}  // namespace xinpu::query
