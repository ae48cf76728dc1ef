// cli/open_database.h
#pragma once
// From --data and --database to an open database.

#include <filesystem>
#include <memory>

#include "cli/options.h"
#include "engine/txn/database.h"

namespace xinpu::cli {

/// The folder of the database that the options name. Names are compared in lower case.
/// @throws Error(Usage) for a name that no database can have
std::filesystem::path databaseFolder(const DatabaseOptions& options);

/// Beside a running server or loader.
/// @throws Error(NotFound); Error(Corrupt) damaged, or its load is incomplete
std::shared_ptr<engine::Database> openForReading(const DatabaseOptions& options);

/// As the one process that writes. @throws also Error(Locked)
std::shared_ptr<engine::Database> openForWriting(const DatabaseOptions& options);

}  // namespace xinpu::cli
