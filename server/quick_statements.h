// server/quick_statements.h
#pragma once
// Which statements are run on the thread of the network (docs/decisions/0050), and how much they may take
// there.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>

namespace xinpu::server {

inline constexpr std::chrono::milliseconds kNetworkTimeMax{2};  ///< of a statement on a thread of the network
inline constexpr std::size_t kNetworkAnswerBytesMax = 64 * 1024;  ///< of its answer
inline constexpr std::chrono::microseconds kQuick{1'000};  ///< what ran so fast is tried there next time

/// Texts of statements that read and were answered quickly when they last ran, by hash. A wrong entry costs a
/// second try, never a wrong answer.
///
/// Threads: any.
class QuickStatements {
public:
    bool has(std::size_t hash) const noexcept { return slot(hash).load(std::memory_order_relaxed) == hash; }
    void add(std::size_t hash) noexcept { slot(hash).store(hash, std::memory_order_relaxed); }
    void remove(std::size_t hash) noexcept { slot(hash).store(0, std::memory_order_relaxed); }

private:
    std::atomic<std::size_t>& slot(std::size_t hash) const noexcept { return slots_[hash % slots_.size()]; }
    mutable std::array<std::atomic<std::size_t>, 4'096> slots_{};
};

}  // namespace xinpu::server
