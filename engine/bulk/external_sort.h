// engine/bulk/external_sort.h
#pragma once
// Sorting more than memory holds: fixed-size items and byte keys, spilled to files in sorted runs.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "xinpu/error.h"

namespace xinpu::engine {

/// A sorted run in an unlinked file: gone with the process, whatever happens.
class RunFile {
public:
    explicit RunFile(const std::filesystem::path& folder);
    void write(const void* data, std::size_t bytes);
    void rewind();
    /// False at the end. @throws Error(Io)
    bool read(void* data, std::size_t bytes);

private:
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Close> file_;
};

/// Items one behind the other in memory that grows where it lies (realloc moves pages, not bytes).
template <typename Item>
class GrowingArray {
    static_assert(std::is_trivially_copyable_v<Item>);

public:
    Item* begin() noexcept { return items_.get(); }
    Item* end() noexcept { return items_.get() + size_; }
    const Item* begin() const noexcept { return items_.get(); }
    const Item* end() const noexcept { return items_.get() + size_; }
    const Item& operator[](std::size_t i) const noexcept { return items_.get()[i]; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    void add(const Item* first, std::size_t count) {
        if (size_ + count > capacity_) {
            grow(size_ + count);
        }
        std::memcpy(static_cast<void*>(items_.get() + size_), first, count * sizeof(Item));
        size_ += count;
    }
    void add(const Item& item) { add(&item, 1); }
    /// All items away, the memory kept.
    void clear() noexcept { size_ = 0; }
    /// Memory and all.
    void release() noexcept {
        items_.reset();
        size_ = capacity_ = 0;
    }
    void swap(GrowingArray& other) noexcept {
        items_.swap(other.items_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }
    void resize(std::size_t size) {
        if (size > capacity_) {
            grow(size);
        }
        size_ = size;
    }

private:
    struct Free {
        void operator()(Item* items) const noexcept { std::free(items); }
    };
    void grow(std::size_t least) {
        const std::size_t capacity = std::max({least, capacity_ * 2, std::size_t{1'024}});
        void* moved = std::realloc(static_cast<void*>(items_.get()), capacity * sizeof(Item));
        if (moved == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(items_.release());
        items_.reset(static_cast<Item*>(moved));
        capacity_ = capacity;
    }
    std::unique_ptr<Item, Free> items_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Sorts by the 32-bit words that `Order` gives, the last one counted from 0; equal items stay in their
/// order. Eleven bits a pass; digits that all items share take none.
template <typename Order, typename Item>
void radixSort(GrowingArray<Item>& items) {
    constexpr unsigned kBits = 11;
    constexpr std::size_t kDigits = std::size_t{1} << kBits;
    GrowingArray<Item> other;
    for (unsigned word = 0; word < Order::kWords; ++word) {
        for (unsigned shift = 0; shift < 32; shift += kBits) {
            std::array<std::size_t, kDigits> starts{};
            bool sorted = true;
            std::size_t before = 0;
            for (const Item& item : items) {
                const std::size_t digit = Order::word(item, word) >> shift & (kDigits - 1);
                ++starts[digit];
                sorted = sorted && before <= digit;
                before = digit;
            }
            if (sorted) {
                continue;
            }
            std::size_t at = 0;
            for (std::size_t& start : starts) {
                at += std::exchange(start, at);
            }
            other.resize(items.size());
            for (const Item& item : items) {
                other.begin()[starts[Order::word(item, word) >> shift & (kDigits - 1)]++] = item;
            }
            items.swap(other);
        }
    }
}

/// Collects items and gives them back in the order of radixSort().
/// Memory: `bytes_max` (while sorting twice that) and one buffer a run.
template <typename Item, typename Order>
class ExternalSort {
public:
    ExternalSort(std::filesystem::path folder, std::size_t bytes_max)
        : folder_(std::move(folder)), items_max_(std::max<std::size_t>(bytes_max / sizeof(Item), 1'024)) {}

    void add(const Item& item) {
        if (items_.size() == items_max_) {
            spill();
        }
        items_.add(item);
    }
    std::size_t size() const noexcept { return items_.size() + spilled_; }
    /// Sorts what is in memory; may run on another thread than drain() later.
    void sort() { radixSort<Order>(items_); }
    /// After sort(): gives a function that yields the next item, or nullptr at the end. Once.
    std::function<const Item*()> drain() {
        if (runs_.empty()) {
            return
                [this, i = std::size_t{0}]() mutable { return i < items_.size() ? &items_[i++] : nullptr; };
        }
        spill();
        items_.release();
        heads_.resize(runs_.size());
        for (std::size_t r = 0; r < runs_.size(); ++r) {
            runs_[r].rewind();
            refill(r);
        }
        return [this]() -> const Item* {
            if (order_.empty()) {
                return nullptr;
            }
            std::pop_heap(order_.begin(), order_.end(), later());
            const std::size_t run = order_.back();
            order_.pop_back();
            current_ = heads_[run];
            refill(run);
            return &current_;
        };
    }
    void clear() {
        items_.release();
        runs_.clear();
    }

private:
    static bool less(const Item& a, const Item& b) noexcept {
        for (unsigned word = Order::kWords; word-- > 0;) {
            if (Order::word(a, word) != Order::word(b, word)) {
                return Order::word(a, word) < Order::word(b, word);
            }
        }
        return false;
    }
    /// Runs were written in the order of their items' arrival: of equal items the earlier run's come first.
    auto later() {
        return [this](std::size_t a, std::size_t b) {
            return less(heads_[b], heads_[a]) || (a > b && !less(heads_[a], heads_[b]));
        };
    }
    void refill(std::size_t run) {
        if (runs_[run].read(&heads_[run], sizeof(Item))) {
            order_.push_back(run);
            std::push_heap(order_.begin(), order_.end(), later());
        }
    }
    void spill() {
        sort();
        runs_.emplace_back(folder_);
        runs_.back().write(items_.begin(), items_.size() * sizeof(Item));
        spilled_ += items_.size();
        items_.clear();
    }

    std::filesystem::path folder_;
    std::size_t items_max_;
    GrowingArray<Item> items_;
    std::size_t spilled_ = 0;
    std::vector<RunFile> runs_;
    std::vector<Item> heads_;
    std::vector<std::size_t> order_;
    Item current_{};
};

/// Sorts (key bytes, id) pairs by key, then id.
class KeySort {
public:
    KeySort(std::filesystem::path folder, std::size_t bytes_max)
        : folder_(std::move(folder)), bytes_max_(std::max<std::size_t>(bytes_max, 1 << 16)) {}

    void add(std::string_view key, std::uint32_t id);
    std::size_t size() const noexcept { return items_.size() + spilled_; }
    void sort();
    /// After sort(): calls `visit` for every pair in order. Once.
    void drain(const std::function<void(std::string_view key, std::uint32_t id)>& visit);

private:
    struct Item {
        std::uint64_t head;  ///< kHeadBytes behind what keys around it share, big-endian
        std::uint64_t head_low;
        std::uint64_t at;
        std::uint32_t length;
        std::uint32_t id;
    };
    std::string_view keyOf(const Item& item) const noexcept { return {text_.begin() + item.at, item.length}; }
    static constexpr std::size_t kHeadBytes = 16;
    static constexpr std::ptrdiff_t kFewKeys = 6;
    std::size_t readHeads(Item* first, Item* last, std::size_t from);
    void spill();

    std::filesystem::path folder_;
    std::size_t bytes_max_;
    GrowingArray<char> text_;
    GrowingArray<Item> items_;
    std::size_t spilled_ = 0;
    std::vector<RunFile> runs_;
};

}  // namespace xinpu::engine
