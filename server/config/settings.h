// server/config/settings.h
#pragma once
// The values of all options after file, environment and command line were read, and where each came from.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/config/option_table.h"

namespace xinpu::server {

enum class Source : std::uint8_t { Default, File, Environment, CommandLine };

/// Command line before environment before file before default.
class Settings {
public:
    /// Gives the value of an environment variable, or nothing.
    using Environment = std::function<std::optional<std::string>(const std::string& name)>;
    /// Values by the option's name in the file.
    using Given = std::map<std::string, std::string, std::less<>>;

    /// @throws Error(Usage) the file cannot be read or is no TOML, an unknown option, a value of the wrong type or out of
    /// range: with file, line and column, or the name of the variable
    Settings(const std::optional<std::filesystem::path>& file, const Environment& environment, const Given& command_line);

    /// What the server is to do. @throws Error(Usage) options that contradict each other
    ServerOptions options() const;
    /// As a file that says the same, with the source of each value. No option holds a secret: keys are named by their
    /// files.
    std::string asToml() const;

private:
    struct Value {
        std::string text;
        Source source = Source::Default;
    };
    void readFile(const std::filesystem::path& file);
    const Value& of(std::string_view name) const;

    std::vector<Value> values_;  ///< in the order of allOptions()
};

}  // namespace xinpu::server
