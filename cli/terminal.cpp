// cli/terminal.cpp
// Asks the operating system about terminals.
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace xinpu::cli {

bool isTerminal(int descriptor) noexcept {
    return isatty(descriptor) == 1;
}

std::optional<unsigned> terminalColumns(int descriptor) noexcept {
    winsize size = {};
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return std::nullopt;
    }
    return size.ws_col;
}

}  // namespace xinpu::cli
