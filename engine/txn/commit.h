// engine/txn/commit.h
#pragma once
// Applying a group of change sets to the store: records, adjacency segment, keys, bitmaps, columns, counts,
// journal.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/merge.h"
#include "engine/journal/journal.h"
#include "engine/txn/change_set.h"
#include "engine/txn/snapshot.h"
#include "engine/txn/write_txn.h"

namespace xinpu::engine {

/// A journal entry to be written: one per statement transaction.
struct PendingEntry {
    EntryDraft draft;
    std::string payload;
};

/// What a commit left behind, for the next snapshot.
struct CommitOutcome {
    FileState file;
    Counts counts;
    Segment segment;
    std::uint64_t first_entry = 0;  ///< numbers of its journal entries, in the order given
};

/// A running merge may be given one slice per commit.
struct MergeRun {
    MergeJob* job = nullptr;
    std::size_t chunks = 0;
};

/// Writes everything into `txn`; the caller commits it. Deterministic for equal input.
/// @throws Error(Limit) disk or map full, Error(Corrupt); then drop the transaction
CommitOutcome applyChanges(StoreTxn& txn, const Snapshot& base, const ChangeSet& changes,
                           CatalogBuilder& catalog, const IdAllocator& ids,
                           const std::vector<PendingEntry>& entries, const FileHeader& header, MergeRun merge,
                           ChunkLimits limits);

/// The journal payload of a change set.
std::string encodeChanges(const ChangeSet& changes, const Catalog& catalog);

/// The covered slots of a relationship's entry as seen from one end.
std::array<std::int32_t, kCoveredSlotsMax>
slotsOf(const std::vector<CoveredSlot>& covered, const Properties& relationship, const NodeRecord* neighbour);

}  // namespace xinpu::engine
