// loaders/bulk_load.h
#pragma once
// The bulk path of `load`: an empty database is built whole from the files.

#include "loaders/load.h"

namespace xinpu::loaders {

/// @throws as load()
LoadOutcome bulkLoad(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch,
                     std::int64_t now_us);

}  // namespace xinpu::loaders
