// engine/txn/commit_records.h
#pragma once
// The part of a commit that rewrites record chunks.

#include "engine/graph/segment.h"
#include "engine/txn/change_set.h"

namespace xinpu::engine {

/// Encodes changed records into their groups; what they touch goes into `segment`.
void storeNodeRecords(StoreTxn& txn, const ChangeSet& changes, CatalogBuilder& catalog, ChunkLimits limits,
                      Segment& segment);
void storeRelationshipRecords(StoreTxn& txn, const ChangeSet& changes, CatalogBuilder& catalog,
                              ChunkLimits limits, Segment& segment);
/// Moves rows out until the group fits into a chunk; gives the rows that now lie in parts.
std::vector<std::pair<std::uint32_t, std::string>> shrinkGroup(RowGroup& rows, std::uint32_t group,
                                                               ChunkLimits limits);

}  // namespace xinpu::engine
