// engine/graph/column.h
#pragma once
// Column chunks: one declared property of many nodes as 4-byte slots, read at memory speed.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/catalog/slot.h"
#include "engine/graph/chunk_table.h"
#include "engine/graph/slot_tree.h"

namespace xinpu::engine {

/// Reads a column within one snapshot. Threads: any. Lifetime: borrows the transaction.
class ColumnView {
public:
    ColumnView(const StoreTxn& txn, std::uint32_t column, SlotTree& groups) noexcept
        : txn_(&txn), column_(column), groups_(&groups) {}

    /// The node's slot; kSlotAbsent if it has none. @throws Error(Corrupt)
    std::int32_t slot(NodeId node) const {
        std::uint64_t address = groups_->load(groupOf(node.value));
        if (address == 0) {
            address = resolve(groupOf(node.value));
        }
        if (address == kAbsent) {
            return kSlotAbsent;
        }
        std::int32_t slot;
        std::memcpy(&slot,
                    reinterpret_cast<const std::byte*>(address) + std::size_t{node.value % kGroupIds} * 4, 4);
        return slot;
    }

private:
    static constexpr std::uint64_t kAbsent = 4;
    std::uint64_t resolve(std::uint32_t group) const;
    const StoreTxn* txn_;
    std::uint32_t column_;
    SlotTree* groups_;
};

/// A group of a column: 16 slots.
inline constexpr std::size_t kColumnGroupBytes = kGroupIds * 4;

struct SlotChange {
    NodeId node;
    std::int32_t slot = kSlotAbsent;
};
/// Rewrites the touched column chunks; `changes` by ascending node, each once. Returns the ranges touched.
std::vector<GroupRange> changeColumn(StoreTxn& txn, std::uint32_t column, std::span<const SlotChange> changes,
                                     ChunkLimits limits);
/// Removes all chunks of a column.
void dropColumn(StoreTxn& txn, std::uint32_t column);
/// Packs 16 slots; empty bytes if all are absent.
ChunkGroup packColumnGroup(std::uint32_t group, std::span<const std::int32_t, kGroupIds> slots);

}  // namespace xinpu::engine
