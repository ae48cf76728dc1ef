// query/functions/utf8.h
#pragma once
// Walking UTF-8 text by code points. Texts are valid: what comes in was checked.

#include <cstddef>
#include <string_view>

namespace xinpu::query {

constexpr bool startsCodePoint(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// Number of code points.
constexpr std::size_t codePoints(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text) {
        count += startsCodePoint(c) ? 1U : 0U;
    }
    return count;
}

/// The byte where code point `index` starts; the size of the text if it has fewer.
constexpr std::size_t byteOf(std::string_view text, std::size_t index) noexcept {
    if (index >= text.size()) {
        return text.size();
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (startsCodePoint(text[at]) && index-- == 0) {
            return at;
        }
    }
    return text.size();
}

/// The code point at the front, as its bytes; empty for an empty text.
constexpr std::string_view firstCodePoint(std::string_view text) noexcept {
    std::size_t bytes = text.empty() ? 0 : 1;
    while (bytes < text.size() && !startsCodePoint(text[bytes])) {
        ++bytes;
    }
    return text.substr(0, bytes);
}

/// The code point at the end, as its bytes.
constexpr std::string_view lastCodePoint(std::string_view text) noexcept {
    std::size_t at = text.size();
    while (at > 0 && !startsCodePoint(text[at - 1])) {
        --at;
    }
    return text.substr(at == 0 ? 0 : at - 1);
}

}  // namespace xinpu::query
