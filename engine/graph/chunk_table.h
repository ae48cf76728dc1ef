// engine/graph/chunk_table.h
#pragma once
// Chunks in a table: finding the one that holds a group, and rewriting those that changed.

#include <string>
#include <vector>

#include "engine/graph/chunk.h"
#include "engine/store/environment.h"
#include "engine/store/table.h"

namespace xinpu::engine {

/// A family of chunks: one table and a key prefix (nothing for records, the type for adjacency, the column
/// for columns). A chunk's key is the prefix and its last group, so "first key >= group" finds it.
struct ChunkSpace {
    Table table = Table::Nodes;
    ChunkKind kind = ChunkKind::Records;
    std::string prefix;

    std::string key(std::uint32_t group) const;
    friend auto operator<=>(const ChunkSpace&, const ChunkSpace&) = default;
};
ChunkSpace nodeRecords();
ChunkSpace relationshipRecords();
ChunkSpace adjacencyOf(std::uint32_t type);
ChunkSpace columnOf(std::uint32_t column);

/// Groups whose chunk was rewritten, both ends included: cached addresses of them are void.
struct GroupRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};

/// The chunk that holds `group`, or nothing. @throws Error(Corrupt)
std::optional<ChunkView> findChunk(const StoreTxn& txn, const ChunkSpace& space, std::uint32_t group);
/// The group's bytes; absent if no chunk holds it. @throws Error(Corrupt)
ChunkView::Group findGroup(const StoreTxn& txn, const ChunkSpace& space, std::uint32_t group);

/// Bounds of one chunk value.
struct ChunkLimits {
    std::size_t value_min;
    std::size_t value_max;
};
inline ChunkLimits chunkLimits(const Environment& environment) {
    return {environment.pageValueMin(), environment.pageValueMax()};
}

/// Replaces groups (ascending; empty bytes remove one), rewriting each touched chunk once.
/// `merged` is stored in the rewritten chunks. Returns the ranges whose addresses changed, ascending.
/// @complexity one page per touched chunk
std::vector<GroupRange> replaceGroups(StoreTxn& txn, const ChunkSpace& space, std::vector<ChunkGroup> changes,
                                      std::uint64_t merged, ChunkLimits limits);

}  // namespace xinpu::engine
