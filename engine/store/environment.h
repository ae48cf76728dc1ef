// engine/store/environment.h
#pragma once
// One LMDB environment: opening, transactions, backup, page use. The only room that knows LMDB.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/store/table.h"

namespace xinpu::engine {

class Environment;

/// A read or write transaction of the store. Move-only; a write transaction that is not committed is rolled
/// back. Keeps the environment open.
class StoreTxn {
public:
    struct Impl;
    explicit StoreTxn(std::unique_ptr<Impl> impl) noexcept;
    StoreTxn(StoreTxn&&) noexcept;
    StoreTxn& operator=(StoreTxn&&) noexcept;
    ~StoreTxn();

    /// Number of the snapshot that is read, or of the commit that is being written.
    std::uint64_t number() const noexcept;
    bool writable() const noexcept;
    /// Makes the changes durable. @throws Error(Limit) map or disk full, Error(Io) the disk refused
    void commit();
    Impl& impl() const noexcept { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

struct EnvironmentOptions {
    bool read_only = false;
    bool create = false;
    std::uint64_t map_bytes = 0;       ///< 0: 64 GiB or four times the file, whichever is more
    std::uint32_t readers_max = 4096;  ///< slots for read transactions of all processes
};

/// How the file is used, in pages.
struct PageUse {
    std::uint32_t page_bytes = 0;
    std::uint64_t file_pages = 0;
    std::uint64_t free_pages = 0;
    std::uint64_t free_runs_single = 0;  ///< free pages without a free neighbour
    std::uint64_t entries = 0;
    std::uint32_t depth = 0;
};

struct ReaderSlot {
    std::int64_t process = 0;
    std::uint64_t snapshot = 0;  ///< 0: none open
};

/// Threads: every function may be called by any thread; one write transaction at a time.
class Environment : public std::enable_shared_from_this<Environment> {
public:
    /// Opens `folder`/data.mdb. One environment per folder and process: a second open shares the first.
    /// @throws Error(Corrupt) damaged or truncated file, foreign format; Error(Io) not readable, network file
    /// system
    static std::shared_ptr<Environment> open(const std::filesystem::path& folder,
                                             const EnvironmentOptions& options);
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    /// @throws Error(Limit) if all reader slots are taken
    StoreTxn beginRead() const;
    StoreTxn beginWrite();

    /// Number of the last commit by any process. A few loads, no lock.
    std::uint64_t lastCommit() const noexcept;
    std::uint32_t pageBytes() const noexcept;
    /// Largest value body that lies on one page of its own, and the least that surely does.
    std::size_t pageValueMax() const noexcept;
    std::size_t pageValueMin() const noexcept;

    /// Commits do not wait for the disk until sync(): only between the start and the end of a bulk load.
    void relaxDurability(bool relaxed);
    void sync();
    /// Copies a consistent snapshot to `file` while others read and write. `compact` leaves free pages out.
    void copyTo(const std::filesystem::path& file, bool compact) const;
    /// Frees the slots of reader processes that died; returns how many.
    int clearDeadReaders();
    std::vector<ReaderSlot> readers() const;
    PageUse pageUse() const;
    const std::filesystem::path& folder() const noexcept;
    bool readOnly() const noexcept;
    /// Bytes of the map that a snapshot's values lie in (to tell whether a pointer is inside).
    std::uint64_t mapBytes() const noexcept;

    struct Impl;
    Impl& impl() const noexcept { return *impl_; }

private:
    explicit Environment(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

}  // namespace xinpu::engine
