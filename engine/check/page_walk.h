// engine/check/page_walk.h
#pragma once
// Walks the pages of a database file byte by byte, without LMDB: it must survive what would crash LMDB.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/store/table.h"

namespace xinpu::engine {

/// A fault of the page structure.
struct PageFault {
    std::uint64_t page = 0;
    std::string what;
};

/// What a file holds in pages, as its header page says.
struct PageTree {
    std::uint16_t depth = 0;
    std::uint64_t branch_pages = 0;
    std::uint64_t leaf_pages = 0;
    std::uint64_t overflow_pages = 0;
    std::uint64_t entries = 0;
    std::uint64_t root = 0;
    std::uint16_t flags = 0;
    std::uint32_t pad = 0;
};

/// The file of one database, mapped for reading, as of one snapshot (LMDB 0.9 file format, data version 1,
/// 64 bit). The caller pins the snapshot by a read transaction, so that a writer beside it does not reuse its
/// pages. Lifetime: bytes given to callbacks are valid as long as this object.
class PageWalk {
public:
    /// Maps the file and picks the header page of `snapshot`. Nothing if a writer has replaced both header
    /// pages since: take a newer snapshot. Faults of the header pages are kept for walk().
    /// @throws Error(Io) if the file cannot be read
    static std::unique_ptr<PageWalk> open(const std::filesystem::path& file, std::uint64_t snapshot);
    /// What is wrong with the file as a whole before anything is opened: length, magic, version, page size.
    static std::optional<std::string> fileFault(const std::filesystem::path& file);

    PageWalk(const PageWalk&) = delete;
    PageWalk& operator=(const PageWalk&) = delete;
    ~PageWalk();

    struct Visitor {
        std::function<void(const PageFault&)> fault;
        /// Every entry of the main tree in key order: the page it lies on, its key (with the table byte) and
        /// its value (with the checksum).
        std::function<void(std::uint64_t page, Bytes key, Bytes value)> entry;
        /// After each page; false stops the walk.
        std::function<bool(std::uint64_t pages_done, std::uint64_t pages_all)> progress;
    };
    /// Visits every page: structure, order of keys, separators of branches, use of each page exactly once,
    /// list of free pages, figures of the header pages. False if it was stopped.
    bool walk(const Visitor& visitor);

    std::uint64_t filePages() const noexcept { return bytes_ / page_bytes_; }
    std::uint32_t pageBytes() const noexcept { return page_bytes_; }

private:
    struct Walker;
    PageWalk() = default;

    const std::byte* data_ = nullptr;
    std::uint64_t bytes_ = 0;
    std::uint32_t page_bytes_ = 0;
    std::uint64_t last_page_ = 0;
    std::uint64_t snapshot_ = 0;
    PageTree free_;
    PageTree main_;
    std::vector<PageFault> header_faults_;
};

}  // namespace xinpu::engine
