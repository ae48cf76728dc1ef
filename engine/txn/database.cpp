// engine/txn/database.cpp
// Opening, the current snapshot, and handing transactions to the writer.

#include "engine/txn/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <mutex>

#include "engine/store/writer_lock.h"
#include "engine/txn/writer.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

std::int64_t nowMicroseconds() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void syncFolder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        ::fsync(descriptor);
        ::close(descriptor);
    }
}

FileLock takeWriterLock(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "writer.lock";
    auto lock = FileLock::tryTake(file, FileLock::Kind::Exclusive);
    if (!lock) {
        throw Error(ErrorCode::Locked,
                    fmt::format("The database in '{}' is locked by process {}: use HTTP, or stop it.",
                                folder.string(), FileLock::holder(file)));
    }
    return std::move(*lock);
}

FileLock takeOpenLock(const std::filesystem::path& folder) {
    auto lock = FileLock::tryTake(folder / "open.lock", FileLock::Kind::Shared);
    if (!lock) {
        throw Error(ErrorCode::Locked,
                    fmt::format("The database in '{}' is being compacted or restored; try again "
                                "when that is done.",
                                folder.string()));
    }
    return std::move(*lock);
}

}  // namespace

struct Database::Impl {
    std::optional<FileLock> open_lock;
    std::optional<FileLock> writer_lock;
    std::shared_ptr<Environment> environment;
    FileHeader header;
    std::mutex mutex;
    std::shared_ptr<const GraphState> state;  ///< of the newest commit seen
    std::shared_ptr<const Snapshot> current;  ///< kept for the next caller; may be empty
    std::unique_ptr<Writer> writer;

    std::shared_ptr<const Snapshot> snapshot() {
        const std::lock_guard lock(mutex);
        const std::uint64_t last = environment->lastCommit();
        if (current != nullptr && current->txn().number() == last) {
            return current;
        }
        StoreTxn txn = environment->beginRead();
        if (state == nullptr) {
            state = GraphState::load(txn);
        } else if (loadState(txn).last_entry != state->file.last_entry) {
            state = state->advance(txn);
        }
        current = std::make_shared<const Snapshot>(std::move(txn), state, environment->pageBytes());
        return current;
    }

    void publish(const CommitOutcome& outcome, std::shared_ptr<const Catalog> catalog) {
        const std::lock_guard lock(mutex);
        try {
            StoreTxn txn = environment->beginRead();
            state = state->after(outcome.file, std::move(catalog),
                                 std::make_shared<const Counts>(outcome.counts), outcome.segment, txn);
            current = std::make_shared<const Snapshot>(std::move(txn), state, environment->pageBytes());
        } catch (...) {
            // It is committed whatever happens here, and must not run again: the next snapshot reads it anew.
            current.reset();
            state.reset();
        }
    }
};

std::filesystem::path databaseFolder(const std::filesystem::path& data, std::string_view name) {
    return data / "databases" / name;
}

bool loadIncomplete(const std::filesystem::path& folder) {
    return std::filesystem::exists(folder / "LOADING");
}

Database::Database(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Database::~Database() {
    impl_->writer.reset();  // before the environment: it may be in the middle of a commit
}

void Database::create(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder / "data.mdb")) {
        throw Error(ErrorCode::Conflict,
                    fmt::format("There is a database in '{}' already.", folder.string()));
    }
    std::filesystem::create_directories(folder);
    const FileLock writer = takeWriterLock(folder);
    const auto environment = Environment::open(folder, {.create = true});
    StoreTxn txn = environment->beginWrite();
    FileHeader header;
    header.database_id = newDatabaseId();
    header.page_bytes = environment->pageBytes();
    header.group_ids = kGroupIds;
    header.created_us = nowMicroseconds();
    storeHeader(txn, header);
    EntryDraft draft;
    draft.time_us = header.created_us;
    draft.kind = EntryKind::Create;
    draft.principal = "local";
    FileState state;
    state.last_entry = appendEntry(txn, draft, {}, header.database_id, environment->pageValueMax()).number;
    storeState(txn, state);
    txn.commit();
    syncFolder(folder);
    syncFolder(folder.parent_path());
}

std::shared_ptr<Database> Database::open(const std::filesystem::path& folder,
                                         const DatabaseOptions& options) {
    if (!std::filesystem::exists(folder / "data.mdb") && !loadIncomplete(folder)) {
        throw Error(
            ErrorCode::NotFound,
            fmt::format("There is no database in '{}'. Make one with `xinpu init`.", folder.string()));
    }
    if (loadIncomplete(folder)) {
        throw Error(ErrorCode::Corrupt, "load incomplete: run it again", "LOAD_INCOMPLETE");
    }
    auto impl = std::make_unique<Impl>();
    impl->open_lock = takeOpenLock(folder);
    if (!options.read_only) {
        impl->writer_lock = takeWriterLock(folder);
    }
    impl->environment =
        Environment::open(folder, {.read_only = options.read_only, .map_bytes = options.map_bytes});
    {
        const StoreTxn txn = impl->environment->beginRead();
        impl->header = loadHeader(txn, impl->environment->pageBytes());
    }
    if (!options.read_only) {
        impl->snapshot();
        Impl* raw = impl.get();
        impl->writer = std::make_unique<Writer>(
            WriterHost{impl->environment, impl->header, [raw] { return raw->snapshot(); },
                       [raw](const CommitOutcome& outcome, std::shared_ptr<const Catalog> catalog) {
                           raw->publish(outcome, std::move(catalog));
                       },
                       nowMicroseconds});
    }
    return std::shared_ptr<Database>(new Database(std::move(impl)));
}

std::shared_ptr<const Snapshot> Database::snapshot() {
    return impl_->snapshot();
}

void Database::releaseIdle() {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->current.use_count() == 1) {
        impl_->current.reset();
    }
}

CommitReceipt Database::write(const WriteContext& context, const std::function<void(WriteTxn&)>& work) {
    if (impl_->writer == nullptr) {
        throw Error(ErrorCode::Locked, "The database was opened for reading only.");
    }
    return impl_->writer->run(context, work);
}

void Database::mergeAll() {
    if (impl_->writer != nullptr) {
        impl_->writer->mergeAll();
    }
}

void Database::backup(const std::filesystem::path& folder, bool compact) const {
    if (std::filesystem::exists(folder / "data.mdb")) {
        throw Error(ErrorCode::Conflict,
                    fmt::format("'{}' holds a database already; choose another folder.", folder.string()));
    }
    std::filesystem::create_directories(folder);
    const std::filesystem::path unfinished = folder / "data.mdb.part";
    std::filesystem::remove(unfinished);
    impl_->environment->copyTo(unfinished, compact);
    std::filesystem::rename(unfinished, folder / "data.mdb");
    syncFolder(folder);
}

const FileHeader& Database::header() const noexcept {
    return impl_->header;
}
const Environment& Database::environment() const noexcept {
    return *impl_->environment;
}
void Database::tune(const WriterTuning& tuning) {
    if (impl_->writer != nullptr) {
        impl_->writer->tune(tuning);
    }
}
Database::Activity Database::activity() const {
    return impl_->writer != nullptr ? impl_->writer->activity() : Activity{};
}

}  // namespace xinpu::engine
