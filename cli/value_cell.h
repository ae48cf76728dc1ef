// cli/value_cell.h
#pragma once
// A value of the language as a cell of a result: its text, and how JSON writes it.

#include "cli/result_format.h"
#include "engine/value/value.h"

namespace xinpu::cli {

/// Temporal values as ISO 8601 text, decimals as text with their digits, bytes in Base64, lists and maps as
/// JSON. A float is a JSON number with all digits that tell it apart; NaN and infinities are text. Nodes,
/// relationships and paths come as their element ids ("n:12"): only their reader knows more of them.
Cell cellOf(const engine::Value& value);

/// The value as JSON, as it stands inside a list or map.
std::string jsonOf(const engine::Value& value);

}  // namespace xinpu::cli
