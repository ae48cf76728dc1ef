// query/syntax/quoted_scan.h
#pragma once
// Where strings, back-quoted names and comments end.

#include <cstddef>
#include <string_view>

namespace xinpu::query {

/// The place behind the string or back-quoted name that begins at `from`, or npos if it has no end.
inline std::size_t quotedEnd(std::string_view text, std::size_t from) noexcept {
    const char quote = text[from];
    std::size_t i = from + 1;
    while (i < text.size()) {
        if (text[i] == '\\' && quote != '`') {
            i += 2;
        } else if (text[i] != quote) {
            ++i;
        } else if (quote == '`' && i + 1 < text.size() && text[i + 1] == '`') {
            i += 2;
        } else {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

/// Whether a comment begins at `from`.
inline bool commentBegins(std::string_view text, std::size_t from) noexcept {
    return text[from] == '/' && from + 1 < text.size() && (text[from + 1] == '/' || text[from + 1] == '*');
}

/// The place behind the comment that begins at `from` (the line's end is not a part of it), or npos if it has
/// no end.
inline std::size_t commentEnd(std::string_view text, std::size_t from) noexcept {
    if (text[from + 1] == '/') {
        const std::size_t end = text.find_first_of("\r\n", from);
        return end == std::string_view::npos ? text.size() : end;
    }
    const std::size_t end = text.find("*/", from + 2);
    return end == std::string_view::npos ? end : end + 2;
}

}  // namespace xinpu::query
