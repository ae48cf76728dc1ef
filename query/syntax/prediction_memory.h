// query/syntax/prediction_memory.h
#pragma once
// What ANTLR's parsers learned about looking ahead. They share it and never free it; here it is bounded.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <shared_mutex>

namespace xinpu::query {

/// States that are kept. Usual statements make a few thousand, of about a kilobyte each; only hostile ones go
/// on.
inline constexpr std::size_t kLearnedStatesMax = 100'000;

/// Threads: any.
class PredictionMemory {
public:
    static PredictionMemory& shared();

    /// Held while a parser runs.
    std::shared_lock<std::shared_mutex> use() { return std::shared_lock(mutex_); }

    /// Called after a parse of so many tokens, without the lock: forgets all beyond `states_max` states.
    /// Looks only after many tokens, for a look waits for the parsers that run.
    void parsed(std::size_t tokens, std::size_t states_max = kLearnedStatesMax);

    std::size_t states();

private:
    PredictionMemory() = default;
    std::shared_mutex mutex_;
    std::atomic<std::size_t> tokens_{0};  // since the last look
};

}  // namespace xinpu::query
