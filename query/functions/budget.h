// query/functions/budget.h
#pragma once
// What one run of a statement may use: rows, memory, time; and how it is told to stop.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace xinpu::query {

/// What others may see of a run while it goes on. Threads: one writes, any read.
struct RunProgress {
    std::atomic<bool> begun{false};  ///< before, it waits: for the writer, say
    std::atomic<std::uint64_t> rows{0};
    std::atomic<std::uint64_t> memory_bytes{0};  ///< as of the last look at the clock
};

struct BudgetLimits {
    std::uint64_t rows_max = std::numeric_limits<std::uint64_t>::max();  ///< result rows
    std::size_t memory_bytes_max = std::size_t{4} << 30;                 ///< held by operators at once
    std::optional<std::chrono::steady_clock::time_point> deadline{};
    const std::atomic<bool>* cancelled = nullptr;  ///< set by another thread
    RunProgress* progress = nullptr;               ///< filled where somebody wants to look
};

/// Threads: one, but for the flag.
class Budget {
public:
    explicit Budget(BudgetLimits limits) noexcept : limits_(limits) {
        if (limits_.progress != nullptr) {
            limits_.progress->rows.store(0, std::memory_order_relaxed);
            limits_.progress->begun.store(true, std::memory_order_relaxed);
        }
    }

    /// Called for every row or entry that is looked at; looks at the clock and the flag every few thousand
    /// calls, well under 50 ms apart. @throws Error(Cancelled); Error(Limit, TransactionTimedOut)
    void step(std::uint64_t work = 1) {
        work_ += work;
        if (work_ >= look_at_) [[unlikely]] {
            look();
        }
    }
    /// @throws Error(Limit, RowLimitExceeded)
    void resultRow();
    /// Memory taken (or, negative, given back) by an operator. @throws Error(Limit,
    /// MemoryPoolOutOfMemoryError)
    void memory(std::int64_t bytes);

    std::size_t memoryBytes() const noexcept { return memory_bytes_; }
    std::size_t memoryBytesMost() const noexcept { return memory_bytes_most_; }
    const BudgetLimits& limits() const noexcept { return limits_; }

private:
    void look();
    static constexpr std::uint64_t kStepsBetweenLooks = 2'048;
    BudgetLimits limits_;
    std::uint64_t work_ = 0;
    std::uint64_t look_at_ = kStepsBetweenLooks;
    std::uint64_t rows_ = 0;
    std::size_t memory_bytes_ = 0;
    std::size_t memory_bytes_most_ = 0;
};

}  // namespace xinpu::query
