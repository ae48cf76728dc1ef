// query/exec/batch.h
#pragma once
// Rows between two operators: one flat array of values a row, as many as fit the near cache.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

#include "query/syntax/ast.h"

namespace xinpu::query {

/// The values of a row, by slot.
using Row = engine::Value*;

/// Starts with room for a few rows, so that a statement of one row costs little, and takes four times as many
/// each time that it was filled.
class Batch {
public:
    Batch(std::size_t width, std::size_t rows_max)
        : width_(std::max<std::size_t>(width, 1)),
          rows_max_(std::clamp<std::size_t>(rows_max, 1, std::max(kRowsLeast, kBytesMost / bytesOfRow()))),
          limit_(std::min(kRowsFirst, rows_max_)) {}

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    bool full() const noexcept { return size_ == limit_; }
    std::size_t width() const noexcept { return width_; }
    Row row(std::size_t i) noexcept { return values_.get() + i * width_; }

    /// Appends a row with the values that stand in `slots` of `source`; its other slots hold anything. Not
    /// when it is full.
    Row append(const engine::Value* source, std::span<const Slot> slots) {
        const Row target = appendRow();
        for (const Slot slot : slots) {
            target[static_cast<std::size_t>(slot)] = source[static_cast<std::size_t>(slot)];
        }
        return target;
    }
    /// Appends a row whose slots hold anything.
    Row appendRow() {
        if (size_ >= allocated_) [[unlikely]] {
            allocate();
        }
        return row(size_++);
    }
    /// Puts row `from` at `to`; what was there is left at `from`.
    void move(std::size_t from, std::size_t to) noexcept {
        if (from != to) {
            std::swap_ranges(row(from), row(from) + width_, row(to));
        }
    }
    void truncate(std::size_t size) noexcept { size_ = size; }

    /// Empty again, with more room if it was full.
    void clear() noexcept {
        if (full() && limit_ < rows_max_) {
            limit_ = std::min(limit_ * kGrowth, rows_max_);
        }
        size_ = 0;
    }
    /// Empty, with room for a few rows.
    void restart() noexcept {
        size_ = 0;
        limit_ = std::min(kRowsFirst, rows_max_);
    }

private:
    static constexpr std::size_t kRowsFirst = 4;
    static constexpr std::size_t kGrowth = 4;
    static constexpr std::size_t kRowsLeast = 16;
    static constexpr std::size_t kBytesMost = std::size_t{128}
                                              << 10;  ///< of all operators' batches some stay in L2

    std::size_t bytesOfRow() const noexcept { return width_ * sizeof(engine::Value); }
    void allocate() {
        auto grown = std::make_unique<engine::Value[]>(limit_ * width_);
        std::move(values_.get(), values_.get() + size_ * width_, grown.get());
        values_ = std::move(grown);
        allocated_ = limit_;
    }

    std::size_t width_;
    std::size_t rows_max_;
    std::size_t limit_;
    std::size_t size_ = 0;
    std::size_t allocated_ = 0;
    std::unique_ptr<engine::Value[]> values_;
};

}  // namespace xinpu::query
