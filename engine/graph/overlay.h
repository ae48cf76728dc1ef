// engine/graph/overlay.h
#pragma once
// What segments say beyond the base chunks, in memory: per node a list of changes, newest first.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/graph/segment.h"
#include "engine/graph/slot_tree.h"

namespace xinpu::engine {

/// A change of one node's entries. Immutable once linked. The entry's bytes lie behind, as in a chunk.
struct OverlayEntry {
    const OverlayEntry* older = nullptr;
    std::uint64_t sequence = 0;
    std::uint32_t neighbour = 0;  ///< start of the entry as it would lie in a chunk
    std::uint32_t relationship = 0;
    std::array<std::int32_t, kCoveredSlotsMax> slots{};
    Direction direction = Direction::Out;
    EdgeOp op = EdgeOp::Insert;

    const std::byte* bytes() const noexcept { return reinterpret_cast<const std::byte*>(&neighbour); }
};

/// The lists of 16 nodes.
struct OverlayGroup {
    std::array<std::atomic<const OverlayEntry*>, kGroupIds> newest{};
};

/// Grows by one segment after another; snapshots see entries up to their own sequence.
/// Threads: apply() by one thread at a time; reading by any number beside it.
class Overlay {
public:
    /// `since`: sequence up to which everything is merged into the base.
    explicit Overlay(std::uint64_t since) noexcept : applied_(since) {}
    Overlay(const Overlay&) = delete;
    Overlay& operator=(const Overlay&) = delete;

    /// Links the segment's changes. Segments come in ascending order; one that was applied already is passed
    /// over.
    void apply(const Segment& segment);
    std::uint64_t applied() const noexcept { return applied_.load(std::memory_order_acquire); }
    std::uint64_t entryCount() const noexcept { return entries_; }

    /// The tree of a type's groups, or nullptr if nothing of it changed. Slots hold OverlayGroup addresses.
    const SlotTree* tree(TypeId type) const noexcept {
        return type.value < kTypesMax ? trees_[type.value].load(std::memory_order_acquire) : nullptr;
    }
    static const OverlayGroup* groupAt(const SlotTree& tree, std::uint32_t group) noexcept {
        return reinterpret_cast<const OverlayGroup*>(tree.load(group));
    }
    ~Overlay();

    static constexpr std::uint32_t kTypesMax = 65'536;

private:
    OverlayEntry* newEntry();

    std::vector<std::atomic<SlotTree*>> trees_{kTypesMax};
    std::vector<std::unique_ptr<OverlayGroup>> groups_;
    std::vector<std::unique_ptr<OverlayEntry[]>> arenas_;
    std::size_t arena_used_ = 0;
    std::atomic<std::uint64_t> applied_;
    std::uint64_t entries_ = 0;
};

}  // namespace xinpu::engine
