// engine/check/restore.cpp
// From a backup back to a database.

#include <fmt/format.h>

#include <chrono>

#include "engine/check/staging.h"
#include "engine/journal/journal.h"
#include "engine/journal/payload.h"
#include "engine/store/writer_lock.h"
#include "engine/txn/file_state.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

/// Locks of a database that is to be replaced.
struct Alone {
    FileLock writer;
    FileLock open;
};

Alone takeAlone(const std::filesystem::path& folder) {
    auto writer = FileLock::tryTake(folder / "writer.lock", FileLock::Kind::Exclusive);
    auto open = FileLock::tryTake(folder / "open.lock", FileLock::Kind::Exclusive);
    if (!writer || !open) {
        throw Error(
            ErrorCode::Locked,
            fmt::format("The database in '{}' is open; stop what uses it, then restore.", folder.string()));
    }
    return {std::move(*writer), std::move(*open)};
}

/// Notes the restore in the journal of the copy. @return the number of the entry
std::uint64_t appendRestoreEntry(const std::filesystem::path& folder, const Digest& digest,
                                 const MaintenanceOptions& options) {
    const auto environment = Environment::open(folder, {});
    StoreTxn txn = environment->beginWrite();
    const FileHeader header = loadHeader(txn, environment->pageBytes());
    FileState state = loadState(txn);
    EntryDraft draft;
    draft.time_us = std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
    draft.kind = EntryKind::Restore;
    draft.principal = options.principal;
    PayloadWriter payload;
    payload.file("data.mdb", digest);
    state.last_entry =
        appendEntry(txn, draft, payload.take(), header.database_id, environment->pageValueMax()).number;
    storeState(txn, state);
    txn.commit();
    return state.last_entry;
}

}  // namespace

RestoreReport restoreDatabase(const std::filesystem::path& backup, const std::filesystem::path& folder,
                              RestoreMode mode, const MaintenanceOptions& options) {
    const BackupReport note = readBackup(backup);
    const bool there =
        std::filesystem::exists(folder / "data.mdb") || std::filesystem::exists(folder / "LOADING");
    if (there && mode == RestoreMode::IntoAbsent) {
        throw Error(
            ErrorCode::Conflict,
            fmt::format("There is a database in '{}' already. Restore under another name, or replace it.",
                        folder.string()));
    }
    std::filesystem::create_directories(folder);
    const Alone alone = takeAlone(folder);
    const Digest digest = digestOfFile(backup / "data.mdb", options);
    if (hexOf(digest) != note.sha256) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("The file of the backup in '{}' has changed since it was made: its "
                                "SHA-256 does not match.",
                                backup.string()));
    }
    const Staging staging(folder / "restore.part");
    requireRoom(folder, note.bytes);
    report(options, "copy", 0, note.bytes);
    std::filesystem::copy_file(backup / "data.mdb", staging.file());
    std::filesystem::permissions(
        staging.file(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write |
                            std::filesystem::perms::group_read | std::filesystem::perms::others_read);
    RestoreReport restored;
    restored.database_id = note.database_id;
    restored.restored_entry = note.last_entry;
    restored.journal_entry = appendRestoreEntry(staging.folder(), digest, options);
    requireSound(staging.folder(), "backup", options);
    stopIfAsked(options);
    std::filesystem::remove(folder / "lock.mdb");  // its slots are about the file that goes
    staging.moveTo(folder / "data.mdb");
    if (std::filesystem::remove(folder / "LOADING")) {
        syncPath(folder);
    }
    return restored;
}

}  // namespace xinpu::engine
