// engine/graph/slot_tree.cpp
// Shared ownership and copy-on-write of slot trees.

#include "engine/graph/slot_tree.h"

#include <algorithm>

namespace xinpu::engine {
namespace {

/// What stands in the place, made if nothing does.
template <typename Held>
Held* ensured(std::atomic<Held*>& place) {
    Held* held = place.load(std::memory_order_acquire);
    if (held == nullptr) {
        auto fresh = std::make_unique<Held>();
        if (place.compare_exchange_strong(held, fresh.get(), std::memory_order_acq_rel)) {
            held = fresh.release();
        }
    }
    return held;
}

/// The first group behind `group` that lies in another block of 2^bits.
std::uint64_t behindBlock(std::uint64_t group, unsigned bits) noexcept {
    return (group | ((std::uint64_t{1} << bits) - 1)) + 1;
}

}  // namespace

SlotTree::~SlotTree() {
    for (std::atomic<Bough*>& place : root_) {
        release(place.load(std::memory_order_relaxed));
    }
}

void SlotTree::release(Leaf* leaf) noexcept {
    if (leaf != nullptr && leaf->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        delete leaf;
    }
}

template <typename Below>
void SlotTree::release(Fork<Below>* fork) noexcept {
    if (fork != nullptr && fork->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        for (std::atomic<Below*>& place : fork->below) {
            release(place.load(std::memory_order_relaxed));
        }
        delete fork;
    }
}

SlotTree::Leaf* SlotTree::copyOf(const Leaf& leaf) {
    auto copy = std::make_unique<Leaf>();
    for (std::uint32_t i = 0; i < kLeafSlots; ++i) {
        copy->slots[i].store(leaf.slots[i].load(std::memory_order_acquire), std::memory_order_relaxed);
    }
    return copy.release();
}

template <typename Below>
SlotTree::Fork<Below>* SlotTree::copyOf(const Fork<Below>& fork) {
    auto copy = std::make_unique<Fork<Below>>();
    for (std::uint32_t i = 0; i < kForkSlots; ++i) {
        if (Below* below = fork.below[i].load(std::memory_order_acquire)) {
            below->owners.fetch_add(1, std::memory_order_relaxed);
            copy->below[i].store(below, std::memory_order_relaxed);
        }
    }
    return copy.release();
}

std::atomic<std::uint64_t>& SlotTree::slot(std::uint32_t group) {
    Bough* bough = ensured(root_[rootPlace(group)]);
    Branch* branch = ensured(bough->below[boughPlace(group)]);
    return ensured(branch->below[branchPlace(group)])->slots[group % kLeafSlots];
}

std::shared_ptr<SlotTree> SlotTree::copyWithout(std::span<const GroupRange> ranges) const {
    auto tree = std::make_shared<SlotTree>();
    for (std::uint32_t i = 0; i < kRootSlots; ++i) {
        if (Bough* bough = root_[i].load(std::memory_order_acquire)) {
            bough->owners.fetch_add(1, std::memory_order_relaxed);
            tree->root_[i].store(bough, std::memory_order_relaxed);
        }
    }
    // Puts a copy in place of what other versions share. Ranges ascend, so "made by this call" is what the
    // step before made.
    const auto owned = [](auto& place, auto*& own) {
        auto* held = place.load(std::memory_order_relaxed);
        if (held != nullptr && held != own) {
            auto* copy = copyOf(*held);
            place.store(copy, std::memory_order_relaxed);
            release(held);
            own = held = copy;
        }
        return held;
    };
    Bough* own_bough = nullptr;
    Branch* own_branch = nullptr;
    Leaf* own_leaf = nullptr;
    for (const GroupRange& range : ranges) {
        for (std::uint64_t first = range.first; first <= range.last;) {
            const auto group = static_cast<std::uint32_t>(first);
            Bough* bough = owned(tree->root_[rootPlace(group)], own_bough);
            if (bough == nullptr) {
                first = behindBlock(first, kLeafBits + 2 * kForkBits);
                continue;
            }
            Branch* branch = owned(bough->below[boughPlace(group)], own_branch);
            if (branch == nullptr) {
                first = behindBlock(first, kLeafBits + kForkBits);
                continue;
            }
            const std::uint64_t leaf_end = behindBlock(first, kLeafBits);
            if (Leaf* leaf = owned(branch->below[branchPlace(group)], own_leaf)) {
                const std::uint64_t end = std::min<std::uint64_t>(leaf_end, std::uint64_t{range.last} + 1);
                for (std::uint64_t g = first; g < end; ++g) {
                    leaf->slots[g % kLeafSlots].store(0, std::memory_order_relaxed);
                }
            }
            first = leaf_end;
        }
    }
    return tree;
}

}  // namespace xinpu::engine
