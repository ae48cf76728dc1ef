// tests/unit/functions/expression.h
#pragma once
// Expressions as text, evaluated with the functions and operators alone: literals, calls, arithmetic, access.

#include <map>
#include <string>
#include <string_view>

#include "query/functions/registry.h"

namespace xinpu::query::test {

using Bindings = std::map<std::string, engine::Value, std::less<>>;

/// All built-in functions and the credit words.
const Registry& registry();

/// The instant that the tests run at: 2026-11-25T03:00:00.5Z.
EvalContext contextOfTest(std::mt19937_64& random);

/// @throws Error of the functions; std::runtime_error for a text that is no such expression
engine::Value evaluated(std::string_view text, const Bindings& bindings = {});

/// The value as literal.h writes it, or "<error code name> <detail>" of the error.
std::string resultOf(std::string_view text, const Bindings& bindings = {});

}  // namespace xinpu::query::test
