// loaders/export.h
#pragma once
// `xinpu export`: a whole database as CSV files in the form that `import` reads.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "loaders/load.h"

namespace xinpu::loaders {

struct ExportRequest {
    std::filesystem::path data;  ///< data folder
    std::string database = "credit";
    std::filesystem::path destination;  ///< a folder that is absent or empty
};

struct ExportOutcome {
    std::uint64_t nodes = 0;
    std::uint64_t relationships = 0;
    std::vector<std::string> files;      ///< names in the folder
    std::vector<std::string> arguments;  ///< of `import`, as import-arguments.txt has them
    double seconds = 0;
};

/// Of one consistent snapshot, while others read and write: `nodes-<n>.csv`, one a set of labels,
/// `relationships-<TYPE>.csv`, `schema.json` and `import-arguments.txt`. Importing them gives an equal graph
/// (other ids). A property whose values are of one type has a column of that type, any other a column `any`.
/// Nothing is left in the folder when it fails.
/// @throws Error(NotFound) no database; Error(Conflict) the folder is not empty, or a name cannot be written;
/// Error(Limit) a record that is longer than a CSV row may be; Error(Io); Error(Cancelled)
ExportOutcome exportGraph(const ExportRequest& request, const LoadHooks& hooks);

}  // namespace xinpu::loaders
