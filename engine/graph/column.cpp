// engine/graph/column.cpp
// Reading and changing column chunks.

#include "engine/graph/column.h"

#include <algorithm>
#include <array>

#include "xinpu/error.h"

namespace xinpu::engine {

std::uint64_t ColumnView::resolve(std::uint32_t group) const {
    const auto chunk = findChunk(*txn_, columnOf(column_), group);
    if (!chunk) {
        groups_->slot(group).store(kAbsent, std::memory_order_release);
        return kAbsent;
    }
    std::uint64_t answer = kAbsent;
    for (std::uint32_t g = chunk->firstGroup(); g <= chunk->lastGroup(); ++g) {
        const ChunkView::Group found = chunk->group(g);
        std::uint64_t address = kAbsent;
        if (found.data != nullptr) {
            if (found.size != kColumnGroupBytes) {
                throw Error(ErrorCode::Corrupt, "A column group has a wrong length. Run `xinpu check`.");
            }
            address = reinterpret_cast<std::uint64_t>(found.data);
        }
        groups_->slot(g).store(address, std::memory_order_release);
        answer = g == group ? address : answer;
    }
    return answer;
}

void dropColumn(StoreTxn& txn, std::uint32_t column) {
    const std::string prefix = columnOf(column).prefix;
    TableWriter table(txn, Table::Columns);
    for (auto entry = table.atOrAfter(asBytes(prefix)); entry && asText(entry->key).starts_with(prefix);
         entry = table.atOrAfter(asBytes(prefix))) {
        const std::string key(asText(entry->key));
        table.erase(asBytes(key));
    }
}

ChunkGroup packColumnGroup(std::uint32_t group, std::span<const std::int32_t, kGroupIds> slots) {
    ChunkGroup packed{group, 0, {}};
    if (std::any_of(slots.begin(), slots.end(), [](std::int32_t slot) { return slot != kSlotAbsent; })) {
        packed.bytes.assign(reinterpret_cast<const char*>(slots.data()), kColumnGroupBytes);
    }
    return packed;
}

std::vector<GroupRange> changeColumn(StoreTxn& txn, std::uint32_t column, std::span<const SlotChange> changes,
                                     ChunkLimits limits) {
    const ChunkSpace space = columnOf(column);
    std::vector<ChunkGroup> groups;
    for (std::size_t i = 0; i < changes.size();) {
        const std::uint32_t group = groupOf(changes[i].node.value);
        std::array<std::int32_t, kGroupIds> slots;
        slots.fill(kSlotAbsent);
        if (const ChunkView::Group old = findGroup(txn, space, group); old.size == kColumnGroupBytes) {
            std::memcpy(slots.data(), old.data, kColumnGroupBytes);
        }
        for (; i < changes.size() && groupOf(changes[i].node.value) == group; ++i) {
            slots[changes[i].node.value % kGroupIds] = changes[i].slot;
        }
        groups.push_back(packColumnGroup(group, slots));
    }
    return replaceGroups(txn, space, std::move(groups), 0, limits);
}

}  // namespace xinpu::engine
