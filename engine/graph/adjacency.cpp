// engine/graph/adjacency.cpp
// The slow paths of reading adjacency: first touch of a chunk, and nodes with changes not merged yet.

#include "engine/graph/adjacency.h"

#include <fmt/format.h>

#include <algorithm>

#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint64_t kPageHeaderBytes = 16;  ///< of LMDB, before a value that has pages of its own

}  // namespace

static_assert(offsetof(OverlayEntry, relationship) == offsetof(OverlayEntry, neighbour) + 4);
static_assert(offsetof(OverlayEntry, slots) == offsetof(OverlayEntry, neighbour) + kEntryFixedBytes);

std::uint64_t AdjacencyView::resolve(std::uint32_t group) const {
    const auto chunk = findChunk(*txn_, adjacencyOf(type_->type.value), group);
    if (!chunk) {
        groups_->slot(group).store(kAbsentGroup, std::memory_order_release);
        return kAbsentGroup;
    }
    // The checksum holds for the whole chunk: take in all its groups at once.
    std::uint64_t answer = kAbsentGroup;
    for (std::uint32_t g = chunk->firstGroup(); g <= chunk->lastGroup(); ++g) {
        const ChunkView::Group found = chunk->group(g);
        std::uint64_t address = kAbsentGroup;
        if (found.data != nullptr) {
            if (!groupIsSound(found, stride_out_, stride_in_)) {
                throw Error(
                    ErrorCode::Corrupt,
                    fmt::format("Adjacency group {} of relationship type {} has counts that do not fit its "
                                "length. Run `xinpu check`.",
                                g, type_->type.value));
            }
            const auto raw = reinterpret_cast<std::uint64_t>(found.data);
            XINPU_ASSERT((raw & kFlagsMask) == 0);
            address = raw | found.flags;
        }
        groups_->slot(g).store(address, std::memory_order_release);
        answer = g == group ? address : answer;
    }
    return answer;
}

/// A chunk begins where its page does, behind LMDB's own header.
const std::byte* AdjacencyView::headerAt(std::uint64_t address) const noexcept {
    const std::uint64_t page = (address & kAddressMask) & ~(std::uint64_t{page_bytes_} - 1);
    return reinterpret_cast<const std::byte*>(page + kPageHeaderBytes);
}

std::uint64_t AdjacencyView::mergedAt(std::uint64_t address) const noexcept {
    if (address <= kAbsentGroup) {
        return 0;
    }
    ChunkHeader header;
    std::memcpy(&header, headerAt(address), sizeof header);
    return header.merged;
}

std::vector<EntryBlock> AdjacencyView::joined(NodeId node, Direction direction, std::uint64_t address,
                                              const OverlayEntry* newest,
                                              std::vector<std::byte>& scratch) const {
    const std::uint32_t stride = direction == Direction::Out ? stride_out_ : stride_in_;
    std::vector<EntryBlock> base;
    const auto add = [&base](const EntryBlock& block, Direction) { base.push_back(block); };
    visitBase(node, direction, address, add);
    const std::uint64_t merged = mergedAt(address);
    std::vector<const OverlayEntry*> changes;  // newest first
    for (const OverlayEntry* entry = newest; entry != nullptr && entry->sequence > merged;
         entry = entry->older) {
        if (entry->sequence <= sequence_ && entry->direction == direction) {
            changes.push_back(entry);
        }
    }
    std::vector<std::uint32_t> seen;
    std::vector<EntryBlock> result;
    for (const OverlayEntry* entry : changes) {
        if (std::find(seen.begin(), seen.end(), entry->relationship) != seen.end()) {
            continue;
        }
        seen.push_back(entry->relationship);
        if (entry->op != EdgeOp::Remove) {
            result.push_back({entry->bytes(), 1, stride});
        }
    }
    std::sort(seen.begin(), seen.end());
    for (const EntryBlock& block : base) {
        for (std::uint32_t i = 0; i < block.count; ++i) {
            if (!std::binary_search(seen.begin(), seen.end(), block.relationship(i).value)) {
                const std::byte* at = block.first + std::size_t{i} * stride;
                scratch.insert(scratch.end(), at, at + stride);
            }
        }
    }
    if (!scratch.empty()) {
        result.push_back({scratch.data(), static_cast<std::uint32_t>(scratch.size() / stride), stride});
    }
    return result;
}

std::uint32_t AdjacencyView::degree(NodeId node, Direction direction) const {
    std::uint32_t count = 0;
    forEachBlock(node, direction, [&count](const EntryBlock& block, Direction) { count += block.count; });
    return count;
}

}  // namespace xinpu::engine
