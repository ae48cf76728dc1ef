// engine/graph/slot_tree.cpp
// Shared ownership and copy-on-write of slot trees.

#include "engine/graph/slot_tree.h"

#include <algorithm>

namespace xinpu::engine {

SlotTree::~SlotTree() {
    for (std::atomic<Branch*>& slot : root_) {
        release(slot.load(std::memory_order_relaxed));
    }
}

void SlotTree::release(Leaf* leaf) noexcept {
    if (leaf != nullptr && leaf->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        delete leaf;
    }
}

void SlotTree::release(Branch* branch) noexcept {
    if (branch != nullptr && branch->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        for (std::atomic<Leaf*>& slot : branch->leaves) {
            release(slot.load(std::memory_order_relaxed));
        }
        delete branch;
    }
}

SlotTree::Branch* SlotTree::copyOf(const Branch& branch) {
    auto copy = std::make_unique<Branch>();
    for (std::uint32_t i = 0; i < kBranchSlots; ++i) {
        Leaf* leaf = branch.leaves[i].load(std::memory_order_acquire);
        if (leaf != nullptr) {
            leaf->owners.fetch_add(1, std::memory_order_relaxed);
            copy->leaves[i].store(leaf, std::memory_order_relaxed);
        }
    }
    return copy.release();
}

std::atomic<std::uint64_t>& SlotTree::slot(std::uint32_t group) {
    std::atomic<Branch*>& branch_slot = root_[group >> (kLeafBits + kBranchBits)];
    Branch* branch = branch_slot.load(std::memory_order_acquire);
    if (branch == nullptr) {
        auto fresh = std::make_unique<Branch>();
        if (branch_slot.compare_exchange_strong(branch, fresh.get(), std::memory_order_acq_rel)) {
            branch = fresh.release();
        }
    }
    std::atomic<Leaf*>& leaf_slot = branch->leaves[(group >> kLeafBits) & (kBranchSlots - 1)];
    Leaf* leaf = leaf_slot.load(std::memory_order_acquire);
    if (leaf == nullptr) {
        auto fresh = std::make_unique<Leaf>();
        if (leaf_slot.compare_exchange_strong(leaf, fresh.get(), std::memory_order_acq_rel)) {
            leaf = fresh.release();
        }
    }
    return leaf->slots[group & (kLeafSlots - 1)];
}

std::shared_ptr<SlotTree> SlotTree::copyWithout(std::span<const GroupRange> ranges) const {
    auto tree = std::make_shared<SlotTree>();
    for (std::uint32_t i = 0; i < kRootSlots; ++i) {
        Branch* branch = root_[i].load(std::memory_order_acquire);
        if (branch != nullptr) {
            branch->owners.fetch_add(1, std::memory_order_relaxed);
            tree->root_[i].store(branch, std::memory_order_relaxed);
        }
    }
    // Ranges ascend, so "made by this call" is the branch or leaf of the step before.
    const Branch* own_branch = nullptr;
    const Leaf* own_leaf = nullptr;
    for (const GroupRange& range : ranges) {
        for (std::uint64_t first = range.first; first <= range.last;) {
            const std::uint32_t group = static_cast<std::uint32_t>(first);
            const std::uint64_t leaf_end = (first | (kLeafSlots - 1)) + 1;
            std::atomic<Branch*>& branch_slot = tree->root_[group >> (kLeafBits + kBranchBits)];
            Branch* branch = branch_slot.load(std::memory_order_relaxed);
            if (branch == nullptr) {
                first = (first | ((1U << (kLeafBits + kBranchBits)) - 1)) + 1;
                continue;
            }
            if (branch != own_branch) {
                Branch* copy = copyOf(*branch);
                branch_slot.store(copy, std::memory_order_relaxed);
                release(branch);
                own_branch = branch = copy;
            }
            std::atomic<Leaf*>& leaf_slot = branch->leaves[(group >> kLeafBits) & (kBranchSlots - 1)];
            Leaf* leaf = leaf_slot.load(std::memory_order_relaxed);
            if (leaf != nullptr) {
                if (leaf != own_leaf) {
                    auto copy = std::make_unique<Leaf>();
                    for (std::uint32_t i = 0; i < kLeafSlots; ++i) {
                        copy->slots[i].store(leaf->slots[i].load(std::memory_order_acquire),
                                             std::memory_order_relaxed);
                    }
                    release(leaf);
                    leaf = copy.release();
                    leaf_slot.store(leaf, std::memory_order_relaxed);
                    own_leaf = leaf;
                }
                const std::uint64_t end = std::min<std::uint64_t>(leaf_end, std::uint64_t{range.last} + 1);
                for (std::uint64_t g = first; g < end; ++g) {
                    leaf->slots[g & (kLeafSlots - 1)].store(0, std::memory_order_relaxed);
                }
            }
            first = leaf_end;
        }
    }
    return tree;
}

}  // namespace xinpu::engine
