// engine/txn/database.h
#pragma once
// A database: one folder, snapshots for readers, one writer thread that groups waiting transactions.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/journal/journal.h"
#include "engine/txn/snapshot.h"
#include "engine/txn/write_txn.h"

namespace xinpu::engine {

struct DatabaseOptions {
    bool read_only = false;
    std::uint64_t map_bytes = 0;  ///< 0: as Environment says
};

/// Who writes, and why; ends up in the journal.
struct WriteContext {
    std::string principal = "local";
    EntryKind kind = EntryKind::Statement;
    std::string_view statement{};  ///< its text; only the digest is kept
    /// It may take as long as a client likes: it shares its commit with nobody, since all members of a group
    /// wait for the last one.
    bool alone = false;
    /// Until the work begins it can be given up: at this time, or when another thread sets this.
    std::optional<std::chrono::steady_clock::time_point> deadline{};
    const std::atomic<bool>* cancelled = nullptr;
};

/// How an acknowledged transaction can be named later.
struct CommitReceipt {
    std::uint64_t entry = 0;  ///< number of its journal entry; 0: it changed nothing
    EntryCounts counts;
};

/// Settings of the writer that tests vary; the defaults are right.
struct WriterTuning {
    std::size_t group_max = 64;        ///< transactions per durable commit
    std::uint64_t merge_at = 262'144;  ///< unmerged adjacency changes that start a merge
    std::size_t merge_chunks_per_commit = 64;
};

/// Folder of a named database inside a data folder.
std::filesystem::path databaseFolder(const std::filesystem::path& data, std::string_view name);
/// Whether a bulk load of this database was interrupted.
bool loadIncomplete(const std::filesystem::path& folder);

/// Threads: every function may be called by any thread.
/// Durability: write() returns when its changes survive kill -9 and power loss.
class Database {
public:
    /// Makes an empty database. @throws Error(Conflict) if there is one already
    static void create(const std::filesystem::path& folder);
    /// Opens one. For writing it takes the writer's lock between processes.
    /// @throws Error(NotFound); Error(Locked) another process writes; Error(Corrupt) damaged, or a load is
    /// incomplete
    static std::shared_ptr<Database> open(const std::filesystem::path& folder,
                                          const DatabaseOptions& options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// The newest commit of any process. Cheap when nothing was committed since the last call.
    std::shared_ptr<const Snapshot> snapshot();
    /// Lets go of the snapshot that is kept for the next caller, so that idle processes pin no old pages.
    void releaseIdle();

    /// Runs `work` on the writer thread and makes what it did durable, together with other waiting
    /// transactions. What `work` throws comes out here, and nothing of it is kept. `work` may run twice if
    /// the disk refuses a group.
    /// @throws Error of `work`; Error(Constraint) a rule is broken; Error(Limit) disk full; Error(Locked)
    /// read-only; Error(Cancelled), Error(Limit, TransactionTimedOut) given up before the work began
    CommitReceipt write(const WriteContext& context, const std::function<void(WriteTxn&)>& work);

    /// Merges all segments and rewrites what is due; part of `compact`.
    void mergeAll();
    /// Copies a consistent snapshot to `folder` (made; must not hold a database) while others read and write.
    void backup(const std::filesystem::path& folder, bool compact) const;

    const FileHeader& header() const noexcept;
    const Environment& environment() const noexcept;
    void tune(const WriterTuning& tuning);
    /// Commits made by this process, and transactions in them.
    struct Activity {
        std::uint64_t commits = 0;
        std::uint64_t transactions = 0;
        std::uint64_t merges = 0;
    };
    Activity activity() const;

private:
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

}  // namespace xinpu::engine
