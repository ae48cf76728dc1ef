// cli/application.h
#pragma once
// The program from its arguments to its exit code.

#include <string>
#include <vector>

#include "cli/context.h"

namespace xinpu::cli {

/// What --lang among the arguments asks for, else `locale`.
Language languageAsked(const std::vector<std::string>& arguments, Language locale) noexcept;

/// Runs one command. `arguments` without the program's name. Errors are told on `context.err()`; none gets
/// out.
/// @return the exit code (cli/exit_code.h)
int run(std::vector<std::string> arguments, Context& context) noexcept;

}  // namespace xinpu::cli
