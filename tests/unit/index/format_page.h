// tests/unit/index/format_page.h
#pragma once
// Looks bytes up among the examples of a format page.

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace xinpu::engine {

inline std::string hexOfBytes(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += out.empty() ? "" : " ";
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 15U];
    }
    return out;
}

/// Whether docs/format/`page` shows exactly these bytes, on a line of their own or between backquotes.
inline bool formatPageShows(const char* page, std::string_view bytes) {
    std::ifstream file(std::string(XINPU_SOURCE_DIR "/docs/format/") + page);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string hex = hexOfBytes(bytes);
    return text.find("\n" + hex + "\n") != std::string::npos ||
           text.find("`" + hex + "`") != std::string::npos;
}

}  // namespace xinpu::engine
