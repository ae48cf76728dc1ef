// engine/graph/chunk.h
#pragma once
// Chunks: runs of groups of 16 consecutive ids, packed into one page-sized value (docs/format/chunk.md).

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/store/table.h"

namespace xinpu::engine {

/// Ids per group. 16 packs pages to 93 % at a city's degrees where 64 packs 52 %, and one group's counts are
/// one 16-byte vector (docs/decisions/0003-chunks.md).
inline constexpr std::uint32_t kGroupIds = 16;
inline constexpr std::uint32_t groupOf(std::uint32_t id) noexcept {
    return id / kGroupIds;
}

/// Ids per group of record rows. Rows are longer than adjacency entries: groups of 4 fill a page to 95 %, of
/// 16 to 77 %.
inline constexpr std::uint32_t kRowGroupIds = 4;
inline constexpr std::uint32_t rowGroupOf(std::uint32_t id) noexcept {
    return id / kRowGroupIds;
}

enum class ChunkKind : std::uint8_t { Records = 1, Adjacency = 2, Columns = 3 };

/// What a group brings along in its two flag bits. Adjacency: whether it has outgoing and incoming counts.
inline constexpr std::uint8_t kGroupOut = 1;
inline constexpr std::uint8_t kGroupIn = 2;

/// One group: the bytes that describe its 16 ids. Empty bytes: the group is absent.
struct ChunkGroup {
    std::uint32_t group = 0;
    std::uint8_t flags = 0;
    std::string bytes;
};

/// Layout: header, u16 directory of group_count entries, groups (each 4-byte aligned), zeros up to half a
/// page.
struct ChunkHeader {
    std::uint8_t kind;
    std::uint8_t version;
    std::uint16_t group_count;  ///< groups from first_group on, absent ones counted
    std::uint32_t first_group;
    std::uint64_t merged;      ///< journal entry up to which segments are merged in; 0 where it means nothing
    std::uint16_t used_words;  ///< 4-byte words up to the end of the last group
    std::uint16_t reserved;
    std::uint32_t reserved2;
};
static_assert(sizeof(ChunkHeader) == 24);
inline constexpr std::uint8_t kChunkVersion = 1;
/// A directory entry: word offset of the group (14 bits), its flags in the two highest bits; 0 = absent.
inline constexpr unsigned kGroupFlagShift = 14;
inline constexpr std::uint16_t kGroupOffsetMask = (1U << kGroupFlagShift) - 1;

/// Read access to a chunk's bytes. Borrows them.
class ChunkView {
public:
    /// Checks the whole layout (not what is inside groups). Nothing if it is damaged.
    static std::optional<ChunkView> parse(Bytes bytes, ChunkKind kind) noexcept;

    std::uint32_t firstGroup() const noexcept { return header().first_group; }
    std::uint32_t lastGroup() const noexcept { return header().first_group + header().group_count - 1U; }
    std::uint64_t merged() const noexcept { return header().merged; }

    struct Group {
        const std::byte* data = nullptr;  ///< null: absent
        std::size_t size = 0;
        std::uint8_t flags = 0;
    };
    /// The group, or an absent one if the chunk does not hold it.
    Group group(std::uint32_t group) const noexcept;
    /// All groups that are present, in order, copied.
    std::vector<ChunkGroup> copyGroups() const;

private:
    explicit ChunkView(Bytes bytes) noexcept : bytes_(bytes) {}
    ChunkHeader header() const noexcept {
        ChunkHeader h;
        std::memcpy(&h, bytes_.data(), sizeof h);
        return h;
    }
    std::uint16_t entry(std::size_t index) const noexcept {
        std::uint16_t e;
        std::memcpy(&e, bytes_.data() + sizeof(ChunkHeader) + index * 2, 2);
        return e;
    }
    Bytes bytes_;
};

/// Bytes that a single group may have so that it fits into a chunk of `value_max` bytes alone.
inline constexpr std::size_t groupBytesMax(std::size_t value_max) noexcept {
    return (value_max - sizeof(ChunkHeader) - 4) / 4 * 4;
}

/// How encodeChunks distributes groups.
enum class ChunkFill {
    Greedy,  ///< each chunk as full as it gets: bulk load, appending
    Even,    ///< about equal chunks: growth in the middle leaves room in both
};

/// One encoded chunk: its last group (its key) and its bytes.
struct EncodedChunk {
    std::uint32_t first_group = 0;
    std::uint32_t last_group = 0;
    std::string bytes;
};

/// Cuts groups (ascending, none empty, each at most groupBytesMax) into chunks of at most `value_max` bytes,
/// each padded to at least `value_min` so that it lies on a page of its own.
std::vector<EncodedChunk> encodeChunks(std::span<const ChunkGroup> groups, ChunkKind kind,
                                       std::uint64_t merged, std::size_t value_min, std::size_t value_max,
                                       ChunkFill fill);

/// Builds chunks from a stream of ascending groups, handing each over as soon as it is full.
class ChunkStream {
public:
    ChunkStream(ChunkKind kind, std::uint64_t merged, std::size_t value_min, std::size_t value_max) noexcept
        : kind_(kind), merged_(merged), value_min_(value_min), value_max_(value_max) {}

    /// Adds a group; returns the chunk that is full now, if any.
    std::optional<EncodedChunk> add(ChunkGroup group);
    /// The last chunk, if any groups are left.
    std::optional<EncodedChunk> finish();

private:
    bool fits(const ChunkGroup& group) const noexcept;
    ChunkKind kind_;
    std::uint64_t merged_;
    std::size_t value_min_;
    std::size_t value_max_;
    std::size_t words_ = 0;
    std::vector<ChunkGroup> pending_;
};

}  // namespace xinpu::engine
