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

/// Slots start at 0. Three levels (2,048 x 1,024 x 512) cover every group of 32-bit ids; memory grows with
/// what is used. Threads: load and store by any number of threads at once. copyWithout() may run beside them:
/// a store into the old version after that is not seen by the new one.
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
        const Branch* branch = root_[group >> (kLeafBits + kBranchBits)].load(std::memory_order_acquire);
        if (branch == nullptr) {
            return 0;
        }
        const Leaf* leaf =
            branch->leaves[(group >> kLeafBits) & (kBranchSlots - 1)].load(std::memory_order_acquire);
        return leaf == nullptr ? 0 : leaf->slots[group & (kLeafSlots - 1)].load(std::memory_order_acquire);
    }
    /// The slot of `group`, made if need be. Valid as long as this tree.
    std::atomic<std::uint64_t>& slot(std::uint32_t group);
    /// Asks the processor to fetch the slot's line.
    void prefetch(std::uint32_t group) const noexcept {
        const Branch* branch = root_[group >> (kLeafBits + kBranchBits)].load(std::memory_order_relaxed);
        if (branch != nullptr) {
            const Leaf* leaf =
                branch->leaves[(group >> kLeafBits) & (kBranchSlots - 1)].load(std::memory_order_relaxed);
            if (leaf != nullptr) {
                __builtin_prefetch(&leaf->slots[group & (kLeafSlots - 1)]);
            }
        }
    }
    /// A tree that shares everything with this one except the slots of `ranges`, which are 0 in it.
    std::shared_ptr<SlotTree> copyWithout(std::span<const GroupRange> ranges) const;

private:
    static constexpr unsigned kLeafBits = 9;
    static constexpr unsigned kBranchBits = 10;
    static constexpr std::uint32_t kLeafSlots = 1U << kLeafBits;
    static_assert(kLeafSlots == kSharedGroups);
    static constexpr std::uint32_t kBranchSlots = 1U << kBranchBits;
    static constexpr std::uint32_t kRootSlots = 1U << (30 - kLeafBits - kBranchBits);
    static_assert((std::uint64_t{kRootSlots} * kBranchSlots * kLeafSlots) * kRowGroupIds == 1ULL << 32);

    struct Leaf {
        std::atomic<std::uint32_t> owners{1};
        std::array<std::atomic<std::uint64_t>, kLeafSlots> slots{};
    };
    struct Branch {
        std::atomic<std::uint32_t> owners{1};
        std::array<std::atomic<Leaf*>, kBranchSlots> leaves{};
    };
    static void release(Leaf* leaf) noexcept;
    static void release(Branch* branch) noexcept;
    static Branch* copyOf(const Branch& branch);

    std::array<std::atomic<Branch*>, kRootSlots> root_{};
};

}  // namespace xinpu::engine
