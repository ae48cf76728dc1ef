// loaders/incremental_load.h
#pragma once
// The incremental path of `load`: rows are put into a database that has content, by their keys.

#include "loaders/load.h"

namespace xinpu::loaders {

/// Upserts each row by its key (DOMAIN §2.5): the same file twice changes nothing.
/// @throws as load()
LoadOutcome incrementalLoad(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch,
                            std::int64_t now_us);

}  // namespace xinpu::loaders
