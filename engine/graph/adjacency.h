// engine/graph/adjacency.h
#pragma once
// Neighbours of a node along one relationship type: base chunks, hub blocks and what is not merged yet, as
// one.

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/graph/hub.h"
#include "engine/graph/overlay.h"
#include "engine/graph/slot_tree.h"

namespace xinpu::engine {

/// A run of adjacency entries as they lie in the file: `count` entries, `stride` bytes apart.
/// An entry is [neighbour 4 B][relationship 4 B][covered slots, 4 B each].
struct EntryBlock {
    const std::byte* first = nullptr;
    std::uint32_t count = 0;
    std::uint32_t stride = kEntryFixedBytes;

    NodeId node(std::uint32_t i) const noexcept { return NodeId{word(i, 0)}; }  ///< at the other end
    RelId relationship(std::uint32_t i) const noexcept {
        return RelId{word(i, 1)};
    }                                                                     ///< for what is not covered
    std::int32_t slot(std::uint32_t i, std::uint32_t k) const noexcept {  ///< covered property k
        return static_cast<std::int32_t>(word(i, 2 + k));
    }

private:
    std::uint32_t word(std::uint32_t i, std::uint32_t w) const noexcept {
        std::uint32_t value;
        std::memcpy(&value, first + std::size_t{i} * stride + std::size_t{w} * 4, 4);
        return value;
    }
};

/// What a snapshot keeps of one relationship type. Shared by snapshots as long as it does not differ.
struct TypeAdjacency {
    TypeId type;
    AdjacencyLayout layout;
    std::shared_ptr<SlotTree> groups;  ///< addresses of groups, filled on first use
    std::shared_ptr<HubCache> hubs;
};

/// Read access to the adjacency of one relationship type within one snapshot.
///
/// Lifetime: borrows the snapshot; blocks are valid until it ends.
/// Threads: any number of threads may read one view.
class AdjacencyView {
public:
    AdjacencyView(const StoreTxn& txn, const TypeAdjacency& type, const Overlay& overlay,
                  std::uint64_t sequence, std::uint32_t page_bytes) noexcept
        : txn_(&txn), type_(&type), groups_(type.groups.get()), overlay_(overlay.tree(type.type)),
          sequence_(sequence), page_bytes_(page_bytes), stride_out_(type.layout.stride(Direction::Out)),
          stride_in_(type.layout.stride(Direction::In)) {}

    /// Calls `visit(EntryBlock, Direction)` for each run of `node`'s entries of a direction, or of both. No
    /// call if it has none or does not exist. Deleted entries are left out.
    /// @complexity one slot, then sequential bytes; no B-tree descent once a chunk was touched
    /// @throws Error(Corrupt) on first use of a chunk whose checksum does not match
    template <typename Visit>
    void forEachBlock(NodeId node, Direction direction, Visit&& visit) const {
        const std::uint32_t group = groupOf(node.value);
        std::uint64_t address = groups_->load(group);
        if (address == 0) [[unlikely]] {
            address = resolve(group);
        }
        if (overlay_ != nullptr) [[unlikely]] {
            const OverlayGroup* pending = Overlay::groupAt(*overlay_, group);
            if (pending != nullptr &&
                pending->newest[node.value % kGroupIds].load(std::memory_order_acquire) != nullptr) {
                visitJoined(node, direction, address, *pending, visit);
                return;
            }
        }
        if (address <= kAbsentGroup) {
            return;
        }
        const NodeEntries found = entriesAt(address, node);
        if (direction != Direction::In) {
            if (found.out_hub) [[unlikely]] {
                visitHub(node, Direction::Out, stride_out_, visit);
            } else if (found.out_count != 0) {
                visit(EntryBlock{found.out, found.out_count, stride_out_}, Direction::Out);
            }
        }
        if (direction != Direction::Out) {
            if (found.in_hub) [[unlikely]] {
                visitHub(node, Direction::In, stride_in_, visit);
            } else if (found.in_count != 0) {
                visit(EntryBlock{found.in, found.in_count, stride_in_}, Direction::In);
            }
        }
    }

    /// Number of entries of `node`. Reads counts, no entry, unless changes wait to be merged.
    std::uint32_t degree(NodeId node, Direction direction) const;

    /// Hints for walks: first the slot of a node some steps ahead, then its group a few steps ahead, then
    /// what waits to be merged.
    void prefetchSlot(NodeId node) const noexcept {
        groups_->prefetch(groupOf(node.value));
        if (overlay_ != nullptr) {
            overlay_->prefetch(groupOf(node.value));
        }
    }
    void prefetchEntries(NodeId node) const noexcept {
        const std::uint64_t address = groups_->load(groupOf(node.value));
        if (address > kAbsentGroup) {
            const auto* group = reinterpret_cast<const std::byte*>(address & kAddressMask);
            __builtin_prefetch(group);
            __builtin_prefetch(group + 64);
        }
        if (overlay_ != nullptr) {
            if (const OverlayGroup* pending = Overlay::groupAt(*overlay_, groupOf(node.value))) {
                __builtin_prefetch(&pending->newest[node.value % kGroupIds]);
            }
        }
    }
    void prefetchPending(NodeId node) const noexcept {
        if (overlay_ == nullptr) {
            return;
        }
        const OverlayGroup* pending = Overlay::groupAt(*overlay_, groupOf(node.value));
        if (pending == nullptr) {
            return;
        }
        if (const OverlayEntry* newest =
                pending->newest[node.value % kGroupIds].load(std::memory_order_acquire)) {
            __builtin_prefetch(newest);
            if (const std::uint64_t address = groups_->load(groupOf(node.value)); address > kAbsentGroup) {
                __builtin_prefetch(headerAt(address));
            }
        }
    }
    const AdjacencyLayout& layout() const noexcept { return type_->layout; }

private:
    static constexpr std::uint64_t kAbsentGroup = 4;  ///< resolved: no chunk holds the group
    static constexpr std::uint64_t kFlagsMask = 3;    ///< groups are 4-byte aligned; flags ride below
    static constexpr std::uint64_t kAddressMask = ~kFlagsMask;

    NodeEntries entriesAt(std::uint64_t address, NodeId node) const noexcept {
        return nodeEntries(reinterpret_cast<const std::byte*>(address & kAddressMask),
                           static_cast<std::uint8_t>(address & kFlagsMask), node.value, stride_out_,
                           stride_in_);
    }
    template <typename Visit>
    void visitHub(NodeId node, Direction direction, std::uint32_t stride, Visit& visit) const {
        const auto blocks = type_->hubs->find(*txn_, {type_->type, direction, node}, stride);
        for (const HubBlock& block : *blocks) {
            visit(EntryBlock{block.first, block.count, stride}, direction);
        }
    }
    template <typename Visit>
    void visitBase(NodeId node, Direction direction, std::uint64_t address, Visit& visit) const {
        if (address <= kAbsentGroup) {
            return;
        }
        const NodeEntries found = entriesAt(address, node);
        const bool out = direction == Direction::Out;
        if (out ? found.out_hub : found.in_hub) {
            visitHub(node, direction, out ? stride_out_ : stride_in_, visit);
        } else if (const std::uint32_t count = out ? found.out_count : found.in_count; count != 0) {
            visit(EntryBlock{out ? found.out : found.in, count, out ? stride_out_ : stride_in_}, direction);
        }
    }
    /// Entries of one direction where changes hide some of the base; `scratch` keeps what was copied.
    std::vector<EntryBlock> joined(NodeId node, Direction direction, std::uint64_t address,
                                   const OverlayEntry* newest, std::vector<std::byte>& scratch) const;
    template <typename Visit>
    void visitJoined(NodeId node, Direction direction, std::uint64_t address, const OverlayGroup& pending,
                     Visit& visit) const {
        const OverlayEntry* newest = pending.newest[node.value % kGroupIds].load(std::memory_order_acquire);
        const std::uint64_t merged = mergedAt(address);
        for (const Direction one : {Direction::Out, Direction::In}) {
            if (direction != Direction::Both && direction != one) {
                continue;
            }
            const auto each = [&](auto&& take) {
                for (const OverlayEntry* entry = newest; entry != nullptr && entry->sequence > merged;
                     entry = entry->older) {
                    if (entry->sequence <= sequence_ && entry->direction == one) {
                        take(*entry);
                    }
                }
            };
            bool hides = false;
            each([&hides](const OverlayEntry& entry) { hides = hides || entry.op != EdgeOp::Insert; });
            if (hides) {
                std::vector<std::byte> scratch;
                for (const EntryBlock& block : joined(node, one, address, newest, scratch)) {
                    visit(block, one);
                }
                continue;
            }
            visitBase(node, one, address, visit);
            const std::uint32_t stride = one == Direction::Out ? stride_out_ : stride_in_;
            each([&](const OverlayEntry& entry) { visit(EntryBlock{entry.bytes(), 1, stride}, one); });
        }
    }
    const std::byte* headerAt(std::uint64_t address) const noexcept;
    std::uint64_t resolve(std::uint32_t group) const;
    std::uint64_t mergedAt(std::uint64_t address) const noexcept;

    const StoreTxn* txn_;
    const TypeAdjacency* type_;
    SlotTree* groups_;
    const SlotTree* overlay_;
    std::uint64_t sequence_;
    std::uint32_t page_bytes_;
    std::uint32_t stride_out_;
    std::uint32_t stride_in_;
};

}  // namespace xinpu::engine
