// engine/check/maintenance.h
#pragma once
// Backup, restore and compaction of a database: each copy is checked before it counts.

#include <cstdint>
#include <filesystem>
#include <string>

#include "engine/check/check.h"

namespace xinpu::engine {

/// How long work reports and how it is stopped. `progress` has the steps "copy", "digest", and those of the
/// check.
struct MaintenanceOptions {
    const std::atomic<bool>* stop = nullptr;
    std::function<void(const CheckProgress&)> progress;
    std::string principal = "local";  ///< who; goes into the journal where an entry is written
};

/// What `backup.json` says of the `data.mdb` beside it.
struct BackupReport {
    std::string database_id;       ///< as in bookmarks
    std::uint64_t last_entry = 0;  ///< journal entry up to which it goes
    std::uint64_t bytes = 0;
    std::string sha256;  ///< of data.mdb, 64 hexadecimal digits
    std::int64_t created_us = 0;
};

/// Copies a consistent state of the database in `folder` into `destination` (made; may hold an unfinished
/// backup, which is begun anew, but no finished one) while others read and write. The copy is checked;
/// `data.mdb` and then `backup.json` appear only if it is sound. `compact`: without free pages.
/// @throws Error(NotFound), Error(Conflict) there is a backup already, Error(Corrupt) with what the check
/// found
///         first, Error(Limit) disk full, Error(Cancelled)
BackupReport backupDatabase(const std::filesystem::path& folder, const std::filesystem::path& destination,
                            bool compact, const MaintenanceOptions& options);
/// Reads and checks `backup.json` against the file: presence, length, not the digest.
/// @throws Error(NotFound), Error(Corrupt)
BackupReport readBackup(const std::filesystem::path& backup);

enum class RestoreMode {
    IntoAbsent,  ///< refused if there is a database
    Replace,     ///< what is there is replaced, in one step, if nobody has it open
};

struct RestoreReport {
    std::string database_id;
    std::uint64_t restored_entry = 0;  ///< last entry of the backup
    std::uint64_t journal_entry = 0;   ///< the one that notes the restore
};
/// Puts a backup in place as the database in `folder`: digest compared, copied beside, entry of kind Restore
/// appended, checked, then renamed. Ids and database id stay. A crash leaves the old state or the new one;
/// what it leaves beside is removed by the next restore.
/// @throws Error(NotFound), Error(Conflict), Error(Locked) somebody has it open, Error(Corrupt), Error(Limit)
RestoreReport restoreDatabase(const std::filesystem::path& backup, const std::filesystem::path& folder,
                              RestoreMode mode, const MaintenanceOptions& options);

struct CompactReport {
    std::uint64_t bytes_before = 0;
    std::uint64_t bytes_after = 0;
    std::uint64_t free_pages = 0;        ///< before
    std::uint64_t free_runs_single = 0;  ///< before: free pages without a free neighbour
    std::uint64_t merged_changes = 0;    ///< adjacency changes that waited in segments
};
/// Merges all segments, copies the database without free pages, checks the copy and renames it over the old
/// file. Nobody else may have it open; needs room for the copy. A crash leaves the old file or the new one;
/// an unfinished copy is removed by the next run.
/// @throws Error(Locked) naming who has it open, Error(Corrupt), Error(Limit) disk full, Error(Cancelled)
CompactReport compactDatabase(const std::filesystem::path& folder, const MaintenanceOptions& options);

}  // namespace xinpu::engine
