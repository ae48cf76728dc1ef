// cli/interrupt.h
#pragma once
// Ctrl-C and SIGTERM as a flag that long work polls.

#include <atomic>

namespace xinpu::cli {

/// While it lives, the first SIGINT or SIGTERM sets the flag; a second one ends the process at once, as if
/// nothing had been installed. At most one at a time lives in a process.
class InterruptScope {
public:
    InterruptScope();
    ~InterruptScope();
    InterruptScope(const InterruptScope&) = delete;
    InterruptScope& operator=(const InterruptScope&) = delete;

    /// Set once stopping was asked for. Any thread may poll it.
    static const std::atomic<bool>& stopRequested() noexcept;
    /// @throws Error(Cancelled) if stopping was asked for
    static void throwIfRequested();
};

}  // namespace xinpu::cli
