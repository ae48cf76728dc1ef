// loaders/import_value.h
#pragma once
// Values as fields of general graph CSV: read by the type that the header gives them, and written for it.

#include <optional>
#include <string>
#include <string_view>

#include "engine/value/value.h"
#include "loaders/header_form.h"

namespace xinpu::loaders {

/// The value of a field's text. Blanks around it count in strings only. Nothing if the text is not of the
/// column's type, or out of its range. An array is its elements between `array_delimiter`s.
/// `column.timezone` is the zone of times that name none; without one they are taken as UTC.
std::optional<engine::Value> readField(std::string_view text, const HeaderColumn& column,
                                       char array_delimiter);

/// The type whose column can hold the value without loss; nothing for bytes, which only PropertyType::Any
/// can.
std::optional<PropertyType> fieldTypeOf(engine::Kind kind) noexcept;

/// Appends a scalar's text as readField() takes it for fieldTypeOf(its kind): neither quoted nor escaped.
void appendField(const engine::Value& value, std::string& out);

/// The text of any value for a column of PropertyType::Any: the type and the text, as `long:5`,
/// `string:a;b`, `bytes:00ff`, and a list as a JSON array of such texts.
std::string anyField(const engine::Value& value);

}  // namespace xinpu::loaders
