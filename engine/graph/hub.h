// engine/graph/hub.h
#pragma once
// Hub blocks: page-sized runs of entries of nodes whose relationships do not fit into their group.

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/graph/adjacency_group.h"
#include "engine/graph/chunk_table.h"

namespace xinpu::engine {

/// A hub's entries of one direction are ordered by (covered order slot, relationship); a block's key ends
/// with that pair of its last entry, so a block splits without renaming its neighbours.
struct HubKey {
    TypeId type;
    Direction direction = Direction::Out;
    NodeId node;
};
std::string hubPrefix(const HubKey& hub);
std::string hubBlockKey(const HubKey& hub, std::int32_t order, std::uint32_t relationship);

struct HubBlockHeader {
    std::uint8_t version;
    std::uint8_t reserved;
    std::uint16_t count;
    std::uint32_t stride;
};
static_assert(sizeof(HubBlockHeader) == 8);

/// Entries of one block as they lie in the file.
struct HubBlock {
    const std::byte* first = nullptr;
    std::uint32_t count = 0;
};
/// Nothing if the block is damaged or of another stride.
std::optional<HubBlock> parseHubBlock(Bytes value, std::uint32_t stride) noexcept;

/// All blocks of a hub, in order. @throws Error(Corrupt)
std::vector<HubBlock> readHub(const StoreTxn& txn, const HubKey& hub, std::uint32_t stride);
/// All entries of a hub, copied.
std::vector<Entry> copyHub(const StoreTxn& txn, const HubKey& hub, std::uint32_t stride);
/// Replaces a hub's blocks by those of `entries` (any order); blocks that stay equal are not rewritten.
void writeHub(StoreTxn& txn, const HubKey& hub, std::vector<Entry> entries, std::uint32_t stride,
              int order_slot, ChunkLimits limits);
/// Removes all blocks of a hub.
void eraseHub(StoreTxn& txn, const HubKey& hub);
/// The blocks of a hub, encoded, with their keys: what writeHub and the bulk load put.
std::vector<std::pair<std::string, std::string>> encodeHub(const HubKey& hub, std::vector<Entry> entries,
                                                           std::uint32_t stride, int order_slot,
                                                           ChunkLimits limits);

/// Addresses of hub blocks within one snapshot. Threads: any.
class HubCache {
public:
    std::shared_ptr<const std::vector<HubBlock>> find(const StoreTxn& txn, const HubKey& hub,
                                                      std::uint32_t stride);

private:
    std::mutex mutex_;
    std::unordered_map<std::uint64_t, std::shared_ptr<const std::vector<HubBlock>>> blocks_;
};

}  // namespace xinpu::engine
