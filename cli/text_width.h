// cli/text_width.h
#pragma once
// How many columns of a terminal a text takes, and its longest beginning that fits.

#include <cstddef>
#include <string>
#include <string_view>

namespace xinpu::cli {

/// Columns that `text` (UTF-8) takes: 2 for each wide or fullwidth character (UAX #11) and emoji, 0 for
/// combining marks, else 1. Characters of ambiguous width count 1.
std::size_t displayWidth(std::string_view text);

/// `text`, if it takes at most `columns`; else its beginning and "…", together at most `columns` wide and
/// never cut inside a grapheme cluster (UAX #29). `columns` >= 1.
std::string fitted(std::string_view text, std::size_t columns);

/// `text` with control characters written as escapes ("\n", "\u001b"), so that it stays on one line and a
/// value from outside cannot steer the terminal.
std::string withoutControls(std::string_view text);

}  // namespace xinpu::cli
