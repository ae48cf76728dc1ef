// tests/model/snapshot_text.h
#pragma once
// The same text as NaiveGraph::text(), read from a snapshot through every way of reading there is.

#include <string>

#include "engine/txn/snapshot.h"

namespace xinpu::engine::model {

/// Differs from the naive graph's also where the file holds what it should not: stray parts, blocks and keys.
std::string snapshotText(const Snapshot& snapshot);

}  // namespace xinpu::engine::model
