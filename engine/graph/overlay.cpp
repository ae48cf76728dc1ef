// engine/graph/overlay.cpp
// Linking segment changes into the overlay.

#include "engine/graph/overlay.h"

namespace xinpu::engine {
namespace {
constexpr std::size_t kArenaEntries = 1024;
}

Overlay::~Overlay() {
    for (std::atomic<SlotTree*>& tree : trees_) {
        delete tree.load(std::memory_order_relaxed);
    }
}

OverlayEntry* Overlay::newEntry() {
    if (arenas_.empty() || arena_used_ == kArenaEntries) {
        arenas_.push_back(std::make_unique<OverlayEntry[]>(kArenaEntries));
        arena_used_ = 0;
    }
    ++entries_;
    return &arenas_.back()[arena_used_++];
}

void Overlay::apply(const Segment& segment) {
    if (segment.sequence <= applied_.load(std::memory_order_relaxed)) {
        return;
    }
    for (const EdgeChange& change : segment.changes) {
        if (change.type.value >= kTypesMax) {
            continue;  // the catalogue gives out fewer
        }
        std::atomic<SlotTree*>& slot = trees_[change.type.value];
        SlotTree* tree = slot.load(std::memory_order_relaxed);
        if (tree == nullptr) {
            tree = std::make_unique<SlotTree>().release();
            slot.store(tree, std::memory_order_release);
        }
        std::atomic<std::uint64_t>& group_slot = tree->slot(groupOf(change.node.value));
        auto* group = reinterpret_cast<OverlayGroup*>(group_slot.load(std::memory_order_relaxed));
        if (group == nullptr) {
            groups_.push_back(std::make_unique<OverlayGroup>());
            group = groups_.back().get();
            group_slot.store(reinterpret_cast<std::uint64_t>(group), std::memory_order_release);
        }
        std::atomic<const OverlayEntry*>& newest = group->newest[change.node.value % kGroupIds];
        OverlayEntry* entry = newEntry();
        entry->older = newest.load(std::memory_order_relaxed);
        entry->sequence = segment.sequence;
        entry->neighbour = change.entry.neighbour;
        entry->relationship = change.entry.relationship;
        entry->slots = change.entry.slots;
        entry->direction = change.direction;
        entry->op = change.op;
        newest.store(entry, std::memory_order_release);
    }
    applied_.store(segment.sequence, std::memory_order_release);
}

}  // namespace xinpu::engine
