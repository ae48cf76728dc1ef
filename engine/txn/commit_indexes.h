// engine/txn/commit_indexes.h
#pragma once
// The part of a commit that keeps keys, bitmaps and columns, and that fills newly declared indexes.

#include "engine/graph/segment.h"
#include "engine/txn/change_set.h"
#include "engine/txn/snapshot.h"

namespace xinpu::engine {

/// Brings the indexes of the base catalogue up to date with the changes.
void storeIndexes(StoreTxn& txn, const ChangeSet& changes, const Catalog& catalog, ChunkLimits limits,
                  Segment& segment);

/// Fills indexes that this commit declared from all records as they are after it; removes dropped ones.
void buildDeclared(StoreTxn& txn, const Snapshot& base, const ChangeSet& changes,
                   const CatalogBuilder& catalog, ChunkLimits limits, Segment& segment);

}  // namespace xinpu::engine
