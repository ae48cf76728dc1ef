// server/json/value_json.h
#pragma once
// Values of the language as plain and typed JSON, in the form of the Query API (docs/http.md).

#include <string>
#include <string_view>

#include "engine/value/value.h"
#include "query/view/graph_view.h"
#include "server/json/json_writer.h"

namespace xinpu::server {

enum class ValueForm : std::uint8_t {
    Plain,  ///< 1, 1.0E7, "2026-11-24", {"elementId",…}
    Typed,  ///< {"$type":"Integer","_value":"1"}
};

/// Writes one value. Doubles print as engine::formatFloat says, NaN and infinities as texts; decimals as
/// texts with their digits. Nodes and relationships are read through `graph`; one that the statement deleted
/// has no labels and no properties.
/// @throws Error(Corrupt)
void writeValue(JsonWriter& json, const engine::Value& value, ValueForm form, const query::GraphView& graph);

/// The same as text, plain.
std::string jsonOf(const engine::Value& value, const query::GraphView& graph);

/// Text of a value that plain JSON writes as a string: temporal values as ISO 8601, decimals, bytes in
/// Base64, strings as they are, and of a float. Empty for the other kinds.
std::string plainText(const engine::Value& value);

/// Whether plain JSON writes it as a string.
bool isTextInJson(const engine::Value& value) noexcept;

/// "n:12" and "r:12": names that stay for ever.
std::string elementId(engine::NodeId node);
std::string elementId(engine::RelId relationship);

}  // namespace xinpu::server
