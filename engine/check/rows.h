// engine/check/rows.h
#pragma once
// Walks the rows of record chunks and of records too long for one, checking all that lies around the rows.
// Private to this room.

#include <functional>

#include "engine/check/checker.h"
#include "engine/graph/record.h"

namespace xinpu::engine {

/// Calls `visit` for every row by ascending id. `all`: how many there should be, for the progress.
void eachCheckedRow(Checker& check, const ChunkSpace& space, Table big_table, std::string_view step,
                    std::uint64_t all, const std::function<void(std::uint32_t id, Bytes row)>& visit);

/// Whether a record keeps the rules of a definition (existence, type); the key that does not, if any.
std::optional<KeyId> brokenRule(const IndexDefinition& index, const Properties& properties);
/// Whether keys ascend and exist.
bool soundKeys(const Properties& properties, const Catalog& catalog);

}  // namespace xinpu::engine
