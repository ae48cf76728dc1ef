// query/syntax/parser.h
#pragma once
// Text of one statement to its tree.

#include <cstddef>
#include <memory>
#include <string_view>

#include "query/syntax/ast.h"

namespace xinpu::query {

/// Longer statements are refused before they are read: Error(Limit, STATEMENT_TOO_LONG).
inline constexpr std::size_t kStatementBytesMax = std::size_t{1} << 20;
/// Names, numbers, signs and keywords of a statement: each costs about half a kilobyte while it is parsed.
inline constexpr std::size_t kStatementTokensMax = 100'000;
/// Brackets and CASEs inside each other: what the parser recurses over.
inline constexpr std::size_t kBracketDepthMax = 200;
/// Levels of an expression (`1+1+1+…` has one for each sign): what walks over the tree recurse over.
inline constexpr std::size_t kExpressionDepthMax = 2'000;

/// Parses one statement; a `;` may follow it. Threads: any number may parse at the same time.
/// @complexity linear in the length of usual statements; some 50 microseconds for 160 bytes
/// @throws Error(Syntax) with the TCK's detail code and the position; Error(Limit, STATEMENT_TOO_LONG or
/// NESTING_LIMIT)
std::unique_ptr<Statement> parseStatement(std::string_view text);

}  // namespace xinpu::query
