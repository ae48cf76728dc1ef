// engine/graph/segment.h
#pragma once
// Segments: the adjacency changes of one commit, and the chunks it rewrote (docs/format/segment.md).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/graph/adjacency_group.h"
#include "engine/graph/chunk_table.h"

namespace xinpu::engine {

/// What happened to one entry of a node.
enum class EdgeOp : std::uint8_t {
    Insert = 1,   ///< a relationship that is new
    Replace = 2,  ///< covered slots changed
    Remove = 3,   ///< the relationship is gone
};

/// One half of a relationship's change: as seen from `node`.
struct EdgeChange {
    TypeId type;
    NodeId node;
    Direction direction = Direction::Out;
    EdgeOp op = EdgeOp::Insert;
    Entry entry;
};

/// Chunks of one space that a commit rewrote.
struct TouchedChunks {
    ChunkSpace space;
    std::vector<GroupRange> ranges;
};

/// One commit as other snapshots need to know it.
struct Segment {
    std::uint64_t sequence = 0;  ///< the commit's last journal entry
    std::vector<EdgeChange> changes;
    std::vector<TouchedChunks> touched;
    std::vector<TypeId> touched_hubs;  ///< types whose hub blocks were rewritten
};

/// Slots of a type's entries per direction, as segments need to know.
using StrideOf = std::function<std::uint32_t(TypeId, Direction)>;

/// Encodes into parts of at most `part_max` bytes. At least one part. Changes are sorted in place.
std::vector<std::string> encodeSegment(Segment& segment, const StrideOf& stride, std::size_t part_max);
/// Adds one part's content to `segment`. False on damage.
bool decodeSegmentPart(Bytes part, Segment& segment) noexcept;

/// Key of a part: [sequence u64][part u16].
std::string segmentKey(std::uint64_t sequence, std::uint16_t part);
void storeSegment(StoreTxn& txn, Segment& segment, const StrideOf& stride, std::size_t part_max);
/// Calls `visit` for each segment with sequence > `after`, ascending. @throws Error(Corrupt)
void eachSegment(const StoreTxn& txn, std::uint64_t after, const std::function<void(const Segment&)>& visit);
/// Removes the segments up to and including `sequence`; returns how many parts.
std::size_t eraseSegments(StoreTxn& txn, std::uint64_t sequence);

}  // namespace xinpu::engine
