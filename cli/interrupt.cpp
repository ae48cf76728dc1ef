// cli/interrupt.cpp
// Installs the signal handlers and keeps the one flag that a handler may touch.
#include "cli/interrupt.h"

#include <csignal>

#include <signal.h>

#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

// A signal handler reaches nothing but static storage; lock-free, so it may be written there.
std::atomic<bool> g_stop_requested{false};
std::atomic<bool> g_installed{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void onSignal(int number) {
    g_stop_requested.store(true, std::memory_order_relaxed);
    std::signal(number, SIG_DFL);  // whoever asks twice does not want to wait
}

void install(int number) {
    struct sigaction action = {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
}

}  // namespace

InterruptScope::InterruptScope() {
    XINPU_ASSERT(!g_installed.exchange(true));
    g_stop_requested.store(false);
    install(SIGINT);
    install(SIGTERM);
}

InterruptScope::~InterruptScope() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    g_installed.store(false);
}

const std::atomic<bool>& InterruptScope::stopRequested() noexcept {
    return g_stop_requested;
}

void InterruptScope::throwIfRequested() {
    if (g_stop_requested.load(std::memory_order_relaxed)) {
        throw Error(ErrorCode::Cancelled, "Stopped on request.");
    }
}

}  // namespace xinpu::cli
