// cli/options.h
#pragma once
// Options that several commands share, and checks of their values with messages in both languages.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.h"

namespace xinpu::cli {

/// Adds a command with its sentence, group, example and the options that every command has.
/// The returned pointer is owned by `parent`.
CLI::App* addCommand(CLI::App& parent, const Context& context, const std::string& name, const Text& sentence,
                     const Text& group, const std::string& example);

/// --lang. Its value was read before the texts were made (languageAsked); here it is checked and shown in
/// help.
void addLanguageOption(CLI::App& command, const Context& context);

struct DatabaseOptions {
    std::string data = "./xinpu-data";
    std::string database = "credit";
};
/// --data and --database. `options` must outlive the parsing.
void addDatabaseOptions(CLI::App& command, const Context& context, DatabaseOptions& options);

/// --format; leaves `format` empty where it is not given (Context::formatOr).
void addFormatOption(CLI::App& command, const Context& context, std::string& format);

/// Accepts the words of `choices` only. Its option's type name should be the words joined by '|', from which
/// help and completion take them.
CLI::Validator oneOf(const Context& context, std::vector<std::string> choices);

/// Accepts a whole number from `least` to `most`, both included.
CLI::Validator wholeNumberFrom(const Context& context, std::int64_t least, std::int64_t most);

/// Accepts a whole or decimal number from `least` to `most`, both included.
CLI::Validator numberFrom(const Context& context, int least, int most);

}  // namespace xinpu::cli
