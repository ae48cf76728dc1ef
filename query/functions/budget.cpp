// query/functions/budget.cpp
// The looks at the clock and the flag, and the counting of rows and memory.

#include "query/functions/budget.h"

#include <fmt/format.h>

#include <algorithm>

#include "xinpu/error.h"

namespace xinpu::query {

void Budget::look() {
    look_at_ = work_ + kStepsBetweenLooks;
    if (limits_.progress != nullptr) {
        limits_.progress->memory_bytes.store(memory_bytes_, std::memory_order_relaxed);
    }
    if (limits_.cancelled != nullptr && limits_.cancelled->load(std::memory_order_relaxed)) {
        throw Error(ErrorCode::Cancelled, "The statement was stopped on request.", "Terminated");
    }
    if (limits_.deadline && std::chrono::steady_clock::now() >= *limits_.deadline) {
        throw Error(ErrorCode::Limit, "The statement took longer than it may and was stopped.",
                    "TransactionTimedOut");
    }
}

void Budget::resultRow() {
    if (++rows_ > limits_.rows_max) {
        throw Error(ErrorCode::Limit,
                    fmt::format("The statement gives more than {} rows. Add a LIMIT.", limits_.rows_max),
                    "RowLimitExceeded");
    }
    if (limits_.progress != nullptr) {
        limits_.progress->rows.store(rows_, std::memory_order_relaxed);
    }
}

void Budget::memory(std::int64_t bytes) {
    if (bytes < 0) {
        memory_bytes_ -= std::min(memory_bytes_, static_cast<std::size_t>(-bytes));
        return;
    }
    memory_bytes_ += static_cast<std::size_t>(bytes);
    memory_bytes_most_ = std::max(memory_bytes_most_, memory_bytes_);
    if (memory_bytes_ > limits_.memory_bytes_max) {
        throw Error(ErrorCode::Limit,
                    fmt::format("The statement needs more than the {} MiB of memory that it may hold.",
                                limits_.memory_bytes_max >> 20),
                    "MemoryPoolOutOfMemoryError");
    }
}

}  // namespace xinpu::query
