// server/spool.h
#pragma once
// What a statement has produced and a client has not taken yet: first in memory, then in a file without a
// name.

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

namespace xinpu::server {

/// A statement never waits for a socket, so no snapshot does: what a slow client leaves lies here.
/// Threads: one puts, one takes.
class Spool {
public:
    static constexpr std::size_t kMemoryBytesMax = std::size_t{4} << 20;       ///< beyond it the file grows
    static constexpr std::size_t kAllMemoryBytesMax = std::size_t{512} << 20;  ///< of all spools together
    static constexpr std::uint64_t kBytesMax = std::uint64_t{16} << 30;  ///< beyond it the statement is ended

    enum class Taken : std::uint8_t { Piece, NothingYet, End, Broken };

    Spool() = default;
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    /// Less than kBytesMax.
    void limitTo(std::uint64_t bytes) noexcept { bytes_max_ = bytes; }
    /// @throws Error(Limit) beyond the limit; Error(Io) the disk is full
    void put(std::string piece);
    /// Nothing more comes. `broken`: what came is not whole, and the client must not take it for whole.
    void finish(bool broken);
    Taken take(std::string& piece);

    std::uint64_t bytesPut() const noexcept { return put_; }
    /// As new.
    void clear();

private:
    void putToFile(const std::string& piece);
    void countMemory(std::size_t bytes) noexcept;

    mutable std::mutex mutex_;
    std::deque<std::string> memory_;
    std::size_t memory_bytes_ = 0;
    int file_ = -1;
    std::uint64_t file_written_ = 0;
    std::uint64_t file_read_ = 0;
    std::uint64_t put_ = 0;
    std::uint64_t bytes_max_ = kBytesMax;
    bool finished_ = false;
    bool broken_ = false;
};

}  // namespace xinpu::server
