// cli/terminal.h
#pragma once
// What the process is attached to: whether an output is a terminal, and how wide it is.

#include <optional>

namespace xinpu::cli {

bool isTerminal(int descriptor) noexcept;

/// Columns of the terminal behind `descriptor`; nothing if it is none or does not say.
std::optional<unsigned> terminalColumns(int descriptor) noexcept;

}  // namespace xinpu::cli
