// engine/graph/merge.h
#pragma once
// Merging: segments' changes into base chunks and hub blocks, a few chunks at a time inside later commits.

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/catalog/catalog.h"
#include "engine/graph/segment.h"

namespace xinpu::engine {

/// What a slice rewrote.
struct MergeSlice {
    std::vector<TouchedChunks> touched;
    std::vector<TypeId> touched_hubs;
};

/// Merges all segments in (after, up_to]. Chunks carry the sequence up to which they are merged, so a job
/// that stops halfway (the process dies) is simply begun again: what was merged is merged to the same result.
/// Threads: one at a time.
class MergeJob {
public:
    /// Collects and sorts the changes. @complexity O(n log n) in their number, all in memory
    MergeJob(const StoreTxn& txn, std::uint64_t after, std::uint64_t up_to,
             std::shared_ptr<const Catalog> catalog);

    /// Rewrites about `chunks` chunks. @throws Error(Corrupt), Error(Limit) disk full: the transaction must
    /// then be dropped and the job with it
    MergeSlice run(StoreTxn& txn, std::size_t chunks, ChunkLimits limits);
    bool done() const noexcept { return at_ == changes_.size(); }
    std::uint64_t upTo() const noexcept { return up_to_; }
    std::size_t changeCount() const noexcept { return changes_.size(); }

private:
    std::vector<EdgeChange> changes_;  ///< by (type, node, direction, relationship), then age
    std::size_t at_ = 0;
    std::uint64_t up_to_;
    std::shared_ptr<const Catalog> catalog_;
};

/// A group with changes taken in: hub blocks written, what does not fit moved there, what shrank taken back.
/// `changes` are of nodes of `group`, sorted by (node, direction, relationship), oldest first.
ChunkGroup mergeGroup(StoreTxn& txn, TypeId type, const AdjacencyLayout& layout, std::uint32_t group,
                      std::span<const EdgeChange> changes, ChunkLimits limits, bool* hubs_changed);

}  // namespace xinpu::engine
