// loaders/utf8.h
#pragma once
// Whether bytes are UTF-8, and counting its characters.

#include <cstddef>
#include <string_view>

namespace xinpu::loaders {

/// Offset of the first byte that does not belong to valid UTF-8 (RFC 3629: no overlong form, no surrogate,
/// nothing above U+10FFFF), or npos.
std::size_t invalidUtf8At(std::string_view text) noexcept;

/// Code points of valid text; in broken text every byte that starts something counts.
std::size_t codePoints(std::string_view text) noexcept;

/// The longest beginning of `text` with at most `bytes` bytes that does not cut a character.
std::string_view cutUtf8(std::string_view text, std::size_t bytes) noexcept;

}  // namespace xinpu::loaders
