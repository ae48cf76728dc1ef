// engine/store/environment.cpp
// Opening, transactions, backup and page use on top of LMDB 0.9.

#include "engine/store/environment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <thread>

#include "engine/store/lmdb_impl.h"

namespace xinpu::engine {
namespace {

constexpr std::uint64_t kMapBytesMin = 64ULL << 30;
constexpr int kOpenTriesMax =
    50;  ///< opening can fail while another process opens or closes at the same moment
constexpr std::size_t kPooledReadersMax = 256;
constexpr std::uint64_t kRoomLeastBytes =
    256 << 10;  ///< a disk with less is full: a write that did not fit has taken the rest
constexpr std::size_t kOverflowHeaderBytes = 16;  ///< LMDB's page header before an overflow value

struct FileIdentity {
    std::uint64_t device;
    std::uint64_t inode;
    auto operator<=>(const FileIdentity&) const = default;
};

// LMDB forbids to open one file twice in a process: closing the second would drop the locks of the first.
struct Registry {
    const pid_t process = ::getpid();
    std::mutex mutex;
    std::map<FileIdentity, std::weak_ptr<Environment>> open;
};
/// A forked child begins with an empty one: the parent's environments are not its own, and another thread may
/// have held the mutex at the moment of the fork.
Registry& registry() {
    static std::atomic<Registry*> instance{std::make_unique<Registry>().release()};
    Registry* now = instance.load(std::memory_order_acquire);
    if (now->process != ::getpid()) {
        auto fresh = std::make_unique<Registry>();
        if (instance.compare_exchange_strong(now, fresh.get(), std::memory_order_acq_rel)) {
            now = fresh.release();
        }
    }
    return *now;
}

void refuseNetworkFileSystem(const std::filesystem::path& folder) {
    struct statfs info {};
    if (::statfs(folder.c_str(), &info) != 0) {
        throw Error(ErrorCode::Io,
                    fmt::format("Cannot read the folder '{}': {}", folder.string(), std::strerror(errno)));
    }
    constexpr long kNfs = 0x6969, kSmb = 0x517b, kSmb2 = static_cast<long>(0xfe534d42),
                   kCifs = static_cast<long>(0xff534d42);
    const long type = static_cast<long>(info.f_type);
    if (type == kNfs || type == kSmb || type == kSmb2 || type == kCifs) {
        throw Error(ErrorCode::Io,
                    fmt::format("'{}' lies on a network file system, where locks and memory maps do "
                                "not hold. Put the database on a local disk.",
                                folder.string()));
    }
}

void refuseForeignVersion() {
    int major = 0, minor = 0, patch = 0;
    mdb_version(&major, &minor, &patch);
    if (major != 0 || minor != 9) {
        throw Error(
            ErrorCode::Internal,
            fmt::format("LMDB {}.{}.{} is loaded; its file format differs from 0.9, which xinpu needs.",
                        major, minor, patch));
    }
}

// LMDB calls a write that was cut short an input/output error; mostly the disk or the file's limit is
// reached.
bool isFull(const std::filesystem::path& folder) {
    std::error_code unknown;
    const std::filesystem::space_info space = std::filesystem::space(folder, unknown);
    if (!unknown && space.available < kRoomLeastBytes) {
        return true;
    }
    rlimit limit{};
    const std::uint64_t bytes = std::filesystem::file_size(folder / "data.mdb", unknown);
    return !unknown && ::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
           bytes + kRoomLeastBytes > limit.rlim_cur;
}

// A file shorter than its last page ends in SIGBUS on access: found here and named instead.
void refuseTruncated(MDB_env* env, const std::filesystem::path& file, std::uint32_t page_bytes) {
    MDB_envinfo info{};
    mdb_env_info(env, &info);
    const std::uint64_t need = (static_cast<std::uint64_t>(info.me_last_pgno) + 1) * page_bytes;
    const std::uint64_t have = std::filesystem::file_size(file);
    if (have < need) {
        throw Error(
            ErrorCode::Corrupt,
            fmt::format(
                "'{}' is truncated: {} bytes, but its last page {} ends at {}. Restore it from a backup.",
                file.string(), have, info.me_last_pgno, need));
    }
}

}  // namespace

StoreTxn::Impl::~Impl() {
    if (txn == nullptr) {
        return;
    }
    if (writable) {
        mdb_txn_abort(txn);
        return;
    }
    mdb_txn_reset(txn);
    const std::lock_guard lock(environment->pool_mutex);
    if (environment->pool.size() < kPooledReadersMax) {
        environment->pool.push_back(txn);
    } else {
        mdb_txn_abort(txn);
    }
}

StoreTxn::StoreTxn(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
StoreTxn::StoreTxn(StoreTxn&&) noexcept = default;
StoreTxn& StoreTxn::operator=(StoreTxn&&) noexcept = default;
StoreTxn::~StoreTxn() = default;

std::uint64_t StoreTxn::number() const noexcept {
    return impl_->number;
}
bool StoreTxn::writable() const noexcept {
    return impl_->writable;
}

void StoreTxn::commit() {
    MDB_txn* txn = std::exchange(impl_->txn, nullptr);
    const int code = mdb_txn_commit(txn);
    if (code != 0) {
        impl_->environment->fail(code, "commit");
    }
}

Environment::Impl::~Impl() {
    for (MDB_txn* txn : pool) {
        mdb_txn_abort(txn);
    }
    if (env != nullptr) {
        mdb_env_close(env);
    }
}

void Environment::Impl::fail(int code, const std::string& what) const {
    const std::string where = fmt::format("'{}' ({})", folder.string(), what);
    switch (code == EIO && isFull(folder) ? ENOSPC : code) {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PANIC:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_CURSOR_FULL:
    case MDB_INCOMPATIBLE:
        throw Error(ErrorCode::Corrupt,
                    fmt::format("The database file in {} is damaged: {}. Run `xinpu check`, then "
                                "restore it from a backup.",
                                where, mdb_strerror(code)));
    case MDB_MAP_FULL:
        throw Error(ErrorCode::Limit,
                    fmt::format("The map of the database in {} is full ({} bytes). Open it with a "
                                "larger map.",
                                where, map_bytes));
    case MDB_READERS_FULL:
        throw Error(ErrorCode::Limit,
                    fmt::format("All {} reader slots of the database in {} are taken. Close readers "
                                "or raise the number of slots.",
                                options.readers_max, where));
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        throw Error(ErrorCode::Limit, fmt::format("The disk of {} is full; nothing was changed.", where));
    case MDB_TXN_FULL:
    case MDB_BAD_VALSIZE:
    case MDB_BAD_TXN:
    case MDB_BAD_RSLOT:
    case MDB_BAD_DBI:
        throw Error(ErrorCode::Internal,
                    fmt::format("LMDB refused a call on {}: {}", where, mdb_strerror(code)));
    default:
        throw Error(ErrorCode::Io,
                    fmt::format("The database in {} cannot be used: {}", where, mdb_strerror(code)));
    }
}

Environment::Environment(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Environment::~Environment() {
    const std::lock_guard lock(registry().mutex);
    const auto found = registry().open.find({impl_->device, impl_->inode});
    if (found != registry().open.end() && found->second.expired()) {
        registry().open.erase(found);
    }
    impl_.reset();
}

std::shared_ptr<Environment> Environment::open(const std::filesystem::path& folder,
                                               const EnvironmentOptions& options) {
    refuseForeignVersion();
    const std::filesystem::path file = folder / "data.mdb";
    if (options.create) {
        std::filesystem::create_directories(folder);
    }
    refuseNetworkFileSystem(folder);
    std::shared_ptr<Environment> shared;  // before the lock: if it is the last one, closing takes the lock
    std::unique_lock lock(registry().mutex);
    struct stat before {};
    if (::stat(file.c_str(), &before) == 0) {
        for (auto found = registry().open.find({before.st_dev, before.st_ino});
             found != registry().open.end(); found = registry().open.find({before.st_dev, before.st_ino})) {
            shared = found->second.lock();
            if (shared != nullptr) {
                if (shared->readOnly() && !options.read_only) {
                    throw Error(ErrorCode::Internal,
                                "The database is open read-only in this process already.");
                }
                return shared;
            }
            // Another thread is about to close it, and must be done before the file is opened again.
            lock.unlock();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            lock.lock();
        }
    } else if (!options.create) {
        throw Error(
            ErrorCode::NotFound,
            fmt::format("There is no database in '{}'. Make one with `xinpu init`.", folder.string()));
    }

    if (before.st_size == 0 && !options.create) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("'{}' is truncated: it has no bytes at all. Restore it from a backup.",
                                file.string()));
    }
    auto impl = std::make_unique<Impl>();
    impl->folder = folder;
    impl->options = options;
    impl->map_bytes =
        options.map_bytes != 0
            ? options.map_bytes
            : std::max<std::uint64_t>(kMapBytesMin, static_cast<std::uint64_t>(before.st_size) * 4);
    const unsigned flags = MDB_NOTLS | MDB_NORDAHEAD | (options.read_only ? MDB_RDONLY : 0U);
    for (int attempt = 1;; ++attempt) {
        int code = mdb_env_create(&impl->env);
        if (code == 0) {
            mdb_env_set_mapsize(impl->env, impl->map_bytes);
            mdb_env_set_maxreaders(impl->env, options.readers_max);
            code = mdb_env_open(impl->env, folder.c_str(), flags, 0644);
        }
        if (code == 0) {
            break;
        }
        mdb_env_close(impl->env);
        impl->env = nullptr;
        if (code == ENOMEM && impl->map_bytes > (1ULL << 30)) {
            impl->map_bytes /= 2;  // address space is limited (ulimit -v): a smaller map still serves
            continue;
        }
        if ((code == EAGAIN || code == EBUSY || code == ENOENT) && attempt < kOpenTriesMax) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            continue;
        }
        impl->fail(code, "open");
    }
    MDB_stat stat{};
    mdb_env_stat(impl->env, &stat);
    impl->page_bytes = stat.ms_psize;
    refuseTruncated(impl->env, file, impl->page_bytes);
    struct stat after {};
    if (::stat(file.c_str(), &after) == 0) {
        impl->device = after.st_dev;
        impl->inode = after.st_ino;
    }
    MDB_txn* txn = nullptr;
    int code = mdb_txn_begin(impl->env, nullptr, MDB_RDONLY, &txn);
    if (code == 0) {
        code = mdb_dbi_open(txn, nullptr, 0, &impl->tree);
        mdb_txn_abort(txn);
    }
    if (code != 0) {
        impl->fail(code, "open");
    }
    int dead = 0;
    mdb_reader_check(impl->env, &dead);
    const FileIdentity identity{impl->device, impl->inode};
    shared.reset(new Environment(std::move(impl)));
    registry().open[identity] = shared;
    return shared;
}

StoreTxn Environment::beginRead() const {
    auto result = std::make_unique<StoreTxn::Impl>();
    result->owner = weak_from_this().lock();
    result->environment = impl_.get();
    result->tree = impl_->tree;
    MDB_txn* txn = nullptr;
    {
        const std::lock_guard lock(impl_->pool_mutex);
        if (!impl_->pool.empty()) {
            txn = impl_->pool.back();
            impl_->pool.pop_back();
        }
    }
    int code = 0;
    if (txn != nullptr) {
        code = mdb_txn_renew(txn);
        if (code != 0) {
            mdb_txn_abort(txn);
        }
    } else {
        code = mdb_txn_begin(impl_->env, nullptr, MDB_RDONLY, &txn);
    }
    if (code != 0) {
        impl_->fail(code, "read transaction");
    }
    result->txn = txn;
    result->number = mdb_txn_id(txn);
    return StoreTxn(std::move(result));
}

StoreTxn Environment::beginWrite() {
    auto result = std::make_unique<StoreTxn::Impl>();
    result->owner = weak_from_this().lock();
    result->environment = impl_.get();
    result->tree = impl_->tree;
    result->writable = true;
    const int code = mdb_txn_begin(impl_->env, nullptr, 0, &result->txn);
    if (code != 0) {
        result->txn = nullptr;
        impl_->fail(code, "write transaction");
    }
    result->number = mdb_txn_id(result->txn);
    return StoreTxn(std::move(result));
}

std::uint64_t Environment::lastCommit() const noexcept {
    MDB_envinfo info{};
    mdb_env_info(impl_->env, &info);
    return info.me_last_txnid;
}

std::uint32_t Environment::pageBytes() const noexcept {
    return impl_->page_bytes;
}
std::size_t Environment::pageValueMax() const noexcept {
    return impl_->page_bytes - kOverflowHeaderBytes - kChecksumBytes;
}
std::size_t Environment::pageValueMin() const noexcept {
    // LMDB keeps a node in a leaf as long as two fit into a page: anything above half a page lies on its own.
    return impl_->page_bytes / 2;
}

void Environment::relaxDurability(bool relaxed) {
    mdb_env_set_flags(impl_->env, MDB_NOSYNC | MDB_NOMETASYNC, relaxed ? 1 : 0);
}

void Environment::sync() {
    const int code = mdb_env_sync(impl_->env, 1);
    if (code != 0) {
        impl_->fail(code, "sync");
    }
}

void Environment::copyTo(const std::filesystem::path& file, bool compact) const {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        throw Error(ErrorCode::Io, fmt::format("Cannot make '{}': {}", file.string(), std::strerror(errno)));
    }
    int code = mdb_env_copyfd2(impl_->env, descriptor, compact ? MDB_CP_COMPACT : 0U);
    if (code == 0 && ::fsync(descriptor) != 0) {
        code = errno;
    }
    ::close(descriptor);
    if (code != 0) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
        impl_->fail(code, "copy");
    }
}

int Environment::clearDeadReaders() {
    int dead = 0;
    mdb_reader_check(impl_->env, &dead);
    return dead;
}

std::vector<ReaderSlot> Environment::readers() const {
    std::vector<ReaderSlot> slots;
    mdb_reader_list(
        impl_->env,
        [](const char* line, void* context) {
            ReaderSlot slot;
            char txn[32] = "";
            long process = 0;
            if (std::sscanf(line, "%ld %*s %31s", &process, txn) == 2) {
                slot.process = process;
                slot.snapshot = txn[0] == '-' ? 0 : std::strtoull(txn, nullptr, 10);
                static_cast<std::vector<ReaderSlot>*>(context)->push_back(slot);
            }
            return 0;
        },
        &slots);
    return slots;
}

PageUse Environment::pageUse() const {
    PageUse use;
    use.page_bytes = impl_->page_bytes;
    MDB_envinfo info{};
    mdb_env_info(impl_->env, &info);
    use.file_pages = info.me_last_pgno + 1;
    const StoreTxn txn = beginRead();
    MDB_stat stat{};
    mdb_stat(txn.impl().txn, impl_->tree, &stat);
    use.entries = stat.ms_entries;
    use.depth = stat.ms_depth;
    constexpr MDB_dbi kFreeList = 0;
    MDB_cursor* cursor = nullptr;
    if (mdb_cursor_open(txn.impl().txn, kFreeList, &cursor) != 0) {
        return use;
    }
    std::vector<std::size_t> pages;
    MDB_val key{}, value{};
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        const std::size_t* list = static_cast<const std::size_t*>(value.mv_data);
        pages.insert(pages.end(), list + 1,
                     list + 1 + std::min(list[0], value.mv_size / sizeof(std::size_t) - 1));
    }
    mdb_cursor_close(cursor);
    std::sort(pages.begin(), pages.end());
    use.free_pages = pages.size();
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const bool left = i > 0 && pages[i - 1] + 1 == pages[i];
        const bool right = i + 1 < pages.size() && pages[i] + 1 == pages[i + 1];
        use.free_runs_single += !left && !right ? 1U : 0U;
    }
    return use;
}

const std::filesystem::path& Environment::folder() const noexcept {
    return impl_->folder;
}
bool Environment::readOnly() const noexcept {
    return impl_->options.read_only;
}
std::uint64_t Environment::mapBytes() const noexcept {
    return impl_->map_bytes;
}

}  // namespace xinpu::engine
