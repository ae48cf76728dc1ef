// query/exec/paths.h
#pragma once
// Path values from the parts that a row holds.

#include <vector>

#include "query/exec/context.h"

namespace xinpu::query {

/// Null if a part is null. Relationships may have been deleted in this transaction.
engine::Value buildPath(const std::vector<PathPiece>& pieces, Row row, const GraphView& graph);
/// Adds a relationship of `current` and moves to its other end. False if it is not one of it.
bool appendStep(engine::Path& path, engine::NodeId& current, engine::RelId relationship,
                const GraphView& graph);

}  // namespace xinpu::query
