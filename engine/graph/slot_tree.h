// engine/graph/slot_tree.h
#pragma once
// A wide, lazily filled array of 64-bit slots, one a group, that versions share until they differ.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/graph/chunk_table.h"

namespace xinpu::engine {

/// Slots start at 0. Four levels (32 x 256 x 256 x 512) cover every group of 32-bit ids; memory grows with
/// what is used, and a version that differs in one leaf copies 9 KB. Threads: load and store by any number of
/// threads at once. copyWithout() may run beside them: a store into the old version after that is not seen by
/// the new one.
class SlotTree {
public:
    /// Groups whose slots lie together in a leaf: if slot() gives the same address in two versions, no slot
    /// of the leaf was left out between them.
    static constexpr std::uint32_t kSharedGroups = 512;

    SlotTree() = default;
    ~SlotTree();
    SlotTree(const SlotTree&) = delete;
    SlotTree& operator=(const SlotTree&) = delete;

    std::uint64_t load(std::uint32_t group) const noexcept {
        const Leaf* leaf = leafOf(group, std::memory_order_acquire);
        return leaf == nullptr ? 0 : leaf->slots[group % kLeafSlots].load(std::memory_order_acquire);
    }
    /// The slot of `group`, made if need be. Valid as long as this tree.
    std::atomic<std::uint64_t>& slot(std::uint32_t group);
    /// Asks the processor to fetch the slot's line.
    void prefetch(std::uint32_t group) const noexcept {
        if (const Leaf* leaf = leafOf(group, std::memory_order_acquire)) {
            __builtin_prefetch(&leaf->slots[group % kLeafSlots]);
        }
    }
    /// A tree that shares everything with this one except the slots of `ranges`, which are 0 in it.
    std::shared_ptr<SlotTree> copyWithout(std::span<const GroupRange> ranges) const;

private:
    static constexpr unsigned kLeafBits = 9;
    static constexpr unsigned kForkBits = 8;
    static constexpr std::uint32_t kLeafSlots = 1U << kLeafBits;
    static_assert(kLeafSlots == kSharedGroups);
    static constexpr std::uint32_t kForkSlots = 1U << kForkBits;
    static constexpr std::uint32_t kRootSlots = 1U << (30 - kLeafBits - 2 * kForkBits);
    static_assert((std::uint64_t{kRootSlots} * kForkSlots * kForkSlots * kLeafSlots) * kRowGroupIds ==
                  1ULL << 32);

    struct Leaf {
        std::atomic<std::uint32_t> owners{1};
        std::array<std::atomic<std::uint64_t>, kLeafSlots> slots{};
    };
    /// A level in between.
    template <typename Below>
    struct Fork {
        std::atomic<std::uint32_t> owners{1};
        std::array<std::atomic<Below*>, kForkSlots> below{};
    };
    using Branch = Fork<Leaf>;
    using Bough = Fork<Branch>;

    static std::uint32_t rootPlace(std::uint32_t group) noexcept {
        return group >> (kLeafBits + 2 * kForkBits);
    }
    static std::uint32_t boughPlace(std::uint32_t group) noexcept {
        return (group >> (kLeafBits + kForkBits)) % kForkSlots;
    }
    static std::uint32_t branchPlace(std::uint32_t group) noexcept {
        return (group >> kLeafBits) % kForkSlots;
    }
    const Leaf* leafOf(std::uint32_t group, std::memory_order order) const noexcept {
        const Bough* bough = root_[rootPlace(group)].load(order);
        const Branch* branch = bough == nullptr ? nullptr : bough->below[boughPlace(group)].load(order);
        return branch == nullptr ? nullptr : branch->below[branchPlace(group)].load(order);
    }
    static void release(Leaf* leaf) noexcept;
    template <typename Below>
    static void release(Fork<Below>* fork) noexcept;
    static Leaf* copyOf(const Leaf& leaf);
    template <typename Below>
    static Fork<Below>* copyOf(const Fork<Below>& fork);

    std::array<std::atomic<Bough*>, kRootSlots> root_{};
};

}  // namespace xinpu::engine
