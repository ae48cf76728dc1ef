// credit/identity/half_width.h
#pragma once
// Full-width forms of ASCII (Ａ, １, （, ideographic space) as people type them, turned into their half-width
// twins.

#include <cstddef>
#include <string>
#include <string_view>

namespace xinpu::credit {

/// One character of UTF-8 text at its start: its ASCII twin, or 0 when it has none.
struct HalfWidth {
    char ascii = 0;
    std::size_t bytes = 1;  ///< what it takes of the text; 1 for a byte that starts nothing valid
};

/// Reads the character at the start of `text`, which is not empty. Any bytes may follow.
HalfWidth halfWidthAt(std::string_view text) noexcept;

/// Without blanks, tabs, line ends and ideographic spaces at both ends. Points into `text`.
std::string_view trim(std::string_view text) noexcept;

/// Appends `text` with every full-width ASCII twin replaced; other bytes stay as they are.
void appendHalfWidth(std::string_view text, std::string& out);

}  // namespace xinpu::credit
