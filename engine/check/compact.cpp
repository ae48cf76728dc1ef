// engine/check/compact.cpp
// Copy without free pages, and swap.

#include <fmt/format.h>

#include "engine/check/staging.h"
#include "engine/store/writer_lock.h"
#include "engine/txn/database.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

/// Both locks, or a refusal that names who holds them.
struct Alone {
    FileLock writer;
    FileLock open;
};

std::string readersText(const std::filesystem::path& folder) {
    std::string text;
    for (const ReaderSlot& slot : Environment::open(folder, {.read_only = true})->readers()) {
        if (slot.process > 0) {
            text += fmt::format("{}{}", text.empty() ? "" : ", ", slot.process);
        }
    }
    return text.empty() ? "" : fmt::format(" (process {})", text);
}

Alone takeAlone(const std::filesystem::path& folder) {
    auto writer = FileLock::tryTake(folder / "writer.lock", FileLock::Kind::Exclusive);
    if (!writer) {
        throw Error(
            ErrorCode::Locked,
            fmt::format(
                "The database in '{}' cannot be compacted: process {} writes it. Stop it, then try again.",
                folder.string(), FileLock::holder(folder / "writer.lock")));
    }
    auto open = FileLock::tryTake(folder / "open.lock", FileLock::Kind::Exclusive);
    if (!open) {
        throw Error(
            ErrorCode::Locked,
            fmt::format(
                "The database in '{}' cannot be compacted: somebody reads it{}. Stop that, then try again.",
                folder.string(), readersText(folder)));
    }
    return {std::move(*writer), std::move(*open)};
}

/// Merges what waits; how many changes that was.
std::uint64_t mergeWaiting(const std::filesystem::path& folder) {
    const std::shared_ptr<Database> database = Database::open(folder, {});
    const std::uint64_t waiting = database->snapshot()->state().file.unmerged;
    if (waiting > 0) {
        database->mergeAll();
    }
    return waiting;
}

}  // namespace

CompactReport compactDatabase(const std::filesystem::path& folder, const MaintenanceOptions& options) {
    const std::filesystem::path file = folder / "data.mdb";
    CompactReport compacted;
    {
        // Asked before anything is written; opening for the merge refuses an absent or unfinished database.
        if (std::filesystem::exists(file)) {
            const Alone probe = takeAlone(folder);
        }
        report(options, "merge", 0, 0);
        compacted.merged_changes = mergeWaiting(folder);
    }
    const Alone alone = takeAlone(folder);
    const Staging staging(folder / "compact.part");
    compacted.bytes_before = std::filesystem::file_size(file);
    {
        const auto environment = Environment::open(folder, {.read_only = true});
        const PageUse use = environment->pageUse();
        compacted.free_pages = use.free_pages;
        compacted.free_runs_single = use.free_runs_single;
        requireRoom(folder, (use.file_pages - use.free_pages) * use.page_bytes);
        report(options, "copy", 0, 0);
        environment->copyTo(staging.file(), true);
    }
    stopIfAsked(options);
    requireSound(staging.folder(), "copy", options);
    stopIfAsked(options);
    report(options, "swap", 0, 0);
    std::filesystem::permissions(staging.file(), std::filesystem::status(file).permissions());
    // First the lock file, whose slots are about the old file: without one LMDB makes a new one.
    std::filesystem::remove(folder / "lock.mdb");
    staging.moveTo(file);
    compacted.bytes_after = std::filesystem::file_size(file);
    return compacted;
}

}  // namespace xinpu::engine
