// engine/txn/commit_indexes.h
#pragma once
// The part of a commit that keeps keys, bitmaps and columns, and that fills newly declared indexes.

#include "engine/graph/segment.h"
#include "engine/txn/change_set.h"
#include "engine/txn/snapshot.h"

namespace xinpu::engine {

/// Takes the changes into all indexes, those declared by this commit too.
void storeIndexes(StoreTxn& txn, const ChangeSet& changes, const CatalogBuilder& catalog, ChunkLimits limits,
                  Segment& segment);

/// Fills bitmaps and columns that this commit declared from the nodes that it did not change; removes dropped
/// indexes.
void buildDeclared(StoreTxn& txn, const Snapshot& base, const ChangeSet& changes,
                   const CatalogBuilder& catalog, ChunkLimits limits, Segment& segment);

}  // namespace xinpu::engine
