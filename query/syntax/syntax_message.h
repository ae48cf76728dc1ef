// query/syntax/syntax_message.h
#pragma once
// What is said about a token that does not fit.

#include <cstddef>

#include "query/syntax/lexemes.h"

namespace xinpu::query {

/// The error at `found`, in the innermost rule `rule`, where one of `expected` (may be empty: not known)
/// would be fine.
Error syntaxError(const Lexeme& found, std::size_t rule, const antlr4::misc::IntervalSet& expected);

}  // namespace xinpu::query
