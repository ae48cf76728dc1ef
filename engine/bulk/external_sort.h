// engine/bulk/external_sort.h
#pragma once
// Sorting more than memory holds: fixed-size items and byte keys, spilled to files in sorted runs.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
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

/// Collects items and gives them back in order. Memory: `bytes_max` and one buffer a run.
template <typename Item, typename Less>
class ExternalSort {
public:
    ExternalSort(std::filesystem::path folder, std::size_t bytes_max, Less less = {})
        : folder_(std::move(folder)), items_max_(std::max<std::size_t>(bytes_max / sizeof(Item), 1'024)),
          less_(less) {}

    void add(const Item& item) {
        if (items_.size() == items_max_) {
            spill();
        }
        items_.push_back(item);
    }
    std::size_t size() const noexcept { return items_.size() + spilled_; }
    /// Sorts what is in memory; may run on another thread than drain() later.
    void sort() { std::sort(items_.begin(), items_.end(), less_); }
    /// After sort(): gives a function that yields the next item, or nullptr at the end. Once.
    std::function<const Item*()> drain() {
        if (runs_.empty()) {
            return
                [this, i = std::size_t{0}]() mutable { return i < items_.size() ? &items_[i++] : nullptr; };
        }
        spill();
        std::vector<Item>().swap(items_);
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
        std::vector<Item>().swap(items_);
        runs_.clear();
    }

private:
    auto later() {
        return [this](std::size_t a, std::size_t b) { return less_(heads_[b], heads_[a]); };
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
        runs_.back().write(items_.data(), items_.size() * sizeof(Item));
        spilled_ += items_.size();
        items_.clear();
    }

    std::filesystem::path folder_;
    std::size_t items_max_;
    Less less_;
    std::vector<Item> items_;
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
        std::uint64_t head;  ///< sixteen bytes behind what all keys share, big-endian
        std::uint64_t head_low;
        std::uint64_t at;
        std::uint32_t length;
        std::uint32_t id;
    };
    std::string_view keyOf(const Item& item) const noexcept {
        return std::string_view(text_).substr(item.at, item.length);
    }
    void spill();

    std::filesystem::path folder_;
    std::size_t bytes_max_;
    std::string text_;
    std::vector<Item> items_;
    std::size_t spilled_ = 0;
    std::vector<RunFile> runs_;
};

}  // namespace xinpu::engine
