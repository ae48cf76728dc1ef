// server/spool.cpp
// A queue of pieces whose tail goes to an unlinked temporary file.
#include "server/spool.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::size_t kFilePieceBytes = 256 * 1024;

std::atomic<std::size_t> all_memory_bytes{0};  // ten thousand slow clients have no 4 MiB each

int openUnnamed() {
    std::string name = (std::filesystem::temp_directory_path() / "xinpu-spool-XXXXXX").string();
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) {
        throw Error(ErrorCode::Io, fmt::format("No temporary file can be made: {}.", std::strerror(errno)));
    }
    ::unlink(name.c_str());
    return file;
}

}  // namespace

Spool::~Spool() {
    countMemory(0);
    if (file_ >= 0) {
        ::close(file_);
    }
}

void Spool::put(std::string piece) {
    const std::lock_guard lock(mutex_);
    if (put_ + piece.size() > bytes_max_) {
        throw Error(ErrorCode::Limit,
                    fmt::format("The answer grew beyond {} MiB. Add a LIMIT.", bytes_max_ >> 20),
                    "RowLimitExceeded");
    }
    put_ += piece.size();
    if (file_written_ > file_read_ || memory_bytes_ + piece.size() > kMemoryBytesMax ||
        all_memory_bytes.load(std::memory_order_relaxed) + piece.size() > kAllMemoryBytesMax) {
        putToFile(piece);
        return;
    }
    countMemory(memory_bytes_ + piece.size());
    memory_.push_back(std::move(piece));
}

void Spool::countMemory(std::size_t bytes) noexcept {
    all_memory_bytes.fetch_add(bytes - memory_bytes_, std::memory_order_relaxed);
    memory_bytes_ = bytes;
}

void Spool::putToFile(const std::string& piece) {
    if (file_ < 0) {
        file_ = openUnnamed();
    }
    std::size_t done = 0;
    while (done < piece.size()) {
        const ssize_t written = ::pwrite(file_, piece.data() + done, piece.size() - done,
                                         static_cast<off_t>(file_written_ + done));
        if (written < 0 && errno != EINTR) {
            throw Error(ErrorCode::Io,
                        fmt::format("The temporary file cannot be written: {}.", std::strerror(errno)));
        }
        done += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
    file_written_ += piece.size();
}

void Spool::finish(bool broken) {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    broken_ = broken;
}

Spool::Taken Spool::take(std::string& piece) {
    const std::lock_guard lock(mutex_);
    if (!memory_.empty()) {
        piece = std::move(memory_.front());
        memory_.pop_front();
        countMemory(memory_bytes_ - piece.size());
        return Taken::Piece;
    }
    if (file_written_ > file_read_) {
        piece.resize(std::min<std::uint64_t>(kFilePieceBytes, file_written_ - file_read_));
        const ssize_t got = ::pread(file_, piece.data(), piece.size(), static_cast<off_t>(file_read_));
        if (got <= 0) {
            return Taken::Broken;
        }
        piece.resize(static_cast<std::size_t>(got));
        file_read_ += static_cast<std::uint64_t>(got);
        return Taken::Piece;
    }
    if (!finished_) {
        return Taken::NothingYet;
    }
    return broken_ ? Taken::Broken : Taken::End;
}

void Spool::clear() {
    const std::lock_guard lock(mutex_);
    memory_.clear();
    countMemory(0);
    if (file_ >= 0) {
        ::close(file_);
    }
    file_ = -1;
    file_written_ = file_read_ = put_ = 0;
    finished_ = broken_ = false;
}

}  // namespace xinpu::server
