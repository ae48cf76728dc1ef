// engine/value/literal.h
#pragma once
// Values as text, written as openCypher's test kit writes results.

#include <string>
#include <string_view>

#include "engine/value/value.h"

namespace xinpu::engine {

/// `'it\'s'`, `1`, `1.0`, `[1, 'a', null]`, `{a: 1, `b c`: 2}`; temporal values as quoted ISO text, a decimal
/// as `decimal('12.50')`, bytes as `0x0102`, nodes and relationships by number: `(12)`, `[:5]`,
/// `<(12)-[:5]->(13)>`. For messages, tests and plans; answers are written by the server and the terminal.
std::string toCypherText(const Value& value);

/// The shortest digits that read back as the same double, in Java's form: "1.0", "1.0E7", "1.0E-9",
/// "4.9E-324",
/// "-0.0", "NaN", "Infinity".
std::string formatFloat(double number);

/// The text in single quotes, with \\ \' \n \r \t \b \f escaped.
std::string quoted(std::string_view text);

}  // namespace xinpu::engine
