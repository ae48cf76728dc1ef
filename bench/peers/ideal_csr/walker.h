// bench/peers/ideal_csr/walker.h
#pragma once
// The related set by breadth-first search, and the penalties of its firms in the window.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/peers/ideal_csr/city_arrays.h"

namespace xinpu::bench {

inline constexpr int kDate = 20261124;
inline constexpr int kWindowFrom = 20231113;
inline constexpr int kWindowTo = 20261113;
inline constexpr std::uint32_t kMinShareBp = 500;
inline constexpr std::size_t kLatest = 20;

/// Keeps its arrays from one question to the next. Threads: one walker a thread.
class Walker {
public:
    explicit Walker(const CityArrays& city) : city_(city), before_{&city}, seen_(city.nodes(), 0) {
        queue_.reserve(1 << 16);
    }

    /// All nodes within `hops` valid stakes, in the order they are reached; the start comes first.
    const std::vector<std::uint32_t>& related(std::uint32_t start, int hops) {
        ++round_;
        queue_.assign(1, start);
        seen_[start] = round_;
        std::size_t head = 0;
        for (int hop = 0; hop < hops; ++hop) {
            for (const std::size_t stop = queue_.size(); head < stop; ++head) {
                expand(queue_[head]);
            }
        }
        return queue_;
    }

    struct Sum {
        std::uint32_t firms = 0;
        std::uint32_t count = 0;
        std::uint64_t fines = 0;
    };

    /// Penalties in the window of the firms of the last related(); `latest()` then holds the latest ones,
    /// ordered.
    Sum penaltiesAndLatest() { return sumPenalties<true>(); }
    Sum penalties() { return sumPenalties<false>(); }
    const std::vector<Penalty>& latest() const noexcept { return latest_; }

private:
    void expand(std::uint32_t node) {
        const std::uint32_t end = city_.stakes.offsets[node + 1];
        for (std::uint32_t k = city_.stakes.offsets[node]; k < end; ++k) {
            const Neighbour& next = city_.stakes.entries[k];
            if (next.share_bp >= kMinShareBp && next.from <= kDate && kDate < next.to &&
                seen_[next.node] != round_) {
                seen_[next.node] = round_;
                queue_.push_back(next.node);
            }
        }
    }

    template <bool kWithLatest>
    Sum sumPenalties() {
        Sum sum;
        latest_.clear();
        for (const std::uint32_t node : queue_) {
            if (node >= city_.firms) {
                continue;
            }
            ++sum.firms;
            const std::uint32_t end = city_.penalties.offsets[node + 1];
            for (std::uint32_t k = city_.penalties.offsets[node]; k < end; ++k) {
                const Penalty& penalty = city_.penalties.entries[k];
                if (penalty.date > kWindowTo) {
                    continue;
                }
                if (penalty.date < kWindowFrom) {
                    break;
                }
                ++sum.count;
                sum.fines += penalty.fine;
                if constexpr (kWithLatest) {
                    keepLatest(penalty);
                }
            }
        }
        std::sort_heap(latest_.begin(), latest_.end(), before_);
        return sum;
    }

    void keepLatest(const Penalty& penalty) {
        if (latest_.size() < kLatest) {
            latest_.push_back(penalty);
            std::push_heap(latest_.begin(), latest_.end(), before_);
        } else if (before_(penalty, latest_.front())) {
            std::pop_heap(latest_.begin(), latest_.end(), before_);
            latest_.back() = penalty;
            std::push_heap(latest_.begin(), latest_.end(), before_);
        }
    }

    const CityArrays& city_;
    LaterFirst before_;
    std::vector<std::uint32_t> seen_;  // by node: the last round that reached it
    std::vector<std::uint32_t> queue_;
    std::vector<Penalty> latest_;
    std::uint32_t round_ = 0;
};

}  // namespace xinpu::bench
