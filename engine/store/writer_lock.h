// engine/store/writer_lock.h
#pragma once
// Locks between processes: who writes, and who has the files open at all.

#include <filesystem>
#include <optional>
#include <utility>

namespace xinpu::engine {

/// An advisory lock on a file, held as long as the object lives. The kernel frees it when the process dies.
class FileLock {
public:
    enum class Kind { Shared, Exclusive };

    /// Takes the lock at once or returns nothing. An exclusive holder's process id is written into the file.
    /// @throws Error(Io) if the file cannot be opened
    static std::optional<FileLock> tryTake(const std::filesystem::path& file, Kind kind);
    /// Process id written by the last exclusive holder, 0 if unknown.
    static long holder(const std::filesystem::path& file) noexcept;

    FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();

private:
    explicit FileLock(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace xinpu::engine
