// loaders/import.h
#pragma once
// `xinpu import`: general graph CSV with neo4j-admin's headers into an absent or empty database.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "loaders/header_form.h"
#include "loaders/load.h"

namespace xinpu::loaders {

struct ImportRequest {
    std::filesystem::path data;  ///< data folder
    std::string database = "credit";
    std::vector<ImportSource> nodes;
    std::vector<ImportSource> relationships;
    std::string schema;  ///< file of declarations (loaders/schema_file.h); empty: `schema.json` beside the
                         ///< first node file, if `export` wrote it
    char delimiter = ',';
    char array_delimiter = ';';
    std::size_t memory_bytes = std::size_t{512} << 20;
};

struct ImportOutcome {
    std::uint64_t nodes = 0;
    std::uint64_t relationships = 0;
    std::map<std::string, std::uint64_t> by_label;
    std::map<std::string, std::uint64_t> by_type;
    std::string schema;  ///< the file that declarations came from, or empty
    double seconds = 0;
    std::uint64_t journal = 0;
};

/// {"nodes","relationships","labels":{…},"types":{…},"seconds","journal"}
std::string toJson(const ImportOutcome& outcome);

/// All files are read twice: first only looked at, so that a bad row leaves the database as it was.
/// @throws Error(Usage) a file is missing; Error(Data) naming file, line and column of the first row that
/// cannot be taken; Error(Conflict) the database is not empty; Error(Locked); Error(Cancelled)
ImportOutcome importGraph(const ImportRequest& request, const LoadHooks& hooks);

}  // namespace xinpu::loaders
