// server/config/option_table.h
#pragma once
// The one table of what `xinpu serve` can be told: in a file, by the environment, on the command line.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/server.h"

namespace xinpu::server {

enum class OptionKind : std::uint8_t {
    Text,
    Path,
    Address,       ///< HOST:PORT
    AddressOrOff,  ///< HOST:PORT or "off"
    Flag,          ///< true or false
    Whole,         ///< a whole number from `least` to `most`
    Choice,        ///< one of the words in `type`, which stand with '|' between
    List,          ///< texts; with commas between where there is one text only
};

/// A line of the table. All views are static.
struct OptionSpec {
    std::string_view name;  ///< in the file: "tls.cert" is `cert` under `[tls]`
    std::string_view flag;  ///< on the command line, without the two dashes
    OptionKind kind = OptionKind::Text;
    std::string_view type;  ///< what help shows for the value: "FILE"
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::string_view usual;  ///< the default as text; empty: none
    std::string_view about;  ///< one line, English
    std::string_view about_chinese;
    void (*apply)(ServerOptions& options, const std::string& value) = nullptr;  ///< of a checked value
};

std::span<const OptionSpec> allOptions() noexcept;

/// "XINPU_TLS_CERT": the flag in capitals.
std::string environmentName(const OptionSpec& option);

/// What is wrong with a value, as the end of a sentence that begins with the option's name; nothing: it is fine.
std::optional<std::string> problemOf(const OptionSpec& option, std::string_view value);

struct HostAndPort {
    std::string host;  ///< without brackets
    std::uint16_t port = 0;
};
/// Of "127.0.0.1:7474" or "[::1]:7474".
std::optional<HostAndPort> hostAndPort(std::string_view text);

}  // namespace xinpu::server
