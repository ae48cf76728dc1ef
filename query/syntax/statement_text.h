// query/syntax/statement_text.h
#pragma once
// Statements as text: a script cut into statements, and an error shown at its place.

#include <string>
#include <string_view>
#include <vector>

#include "xinpu/error.h"

namespace xinpu::query {

/// Splits a script at `;` outside of strings, comments and back quotes; pieces without a token are left out.
/// An open string or comment reaches to the end of the script.
std::vector<std::string> splitStatements(std::string_view script);

/// The message with the position, the line, and a caret under the column, then the detail code: the form in
/// which clients know it (docs/http.md). The message and the detail code alone, where the error has no
/// position.
std::string errorText(const Error& error, std::string_view statement);

}  // namespace xinpu::query
