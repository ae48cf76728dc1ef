// engine/store/writer_lock.cpp
// File locks by flock(2): freed by the kernel when the holder dies, so kill -9 leaves nothing to repair.

#include "engine/store/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "xinpu/error.h"

namespace xinpu::engine {

std::optional<FileLock> FileLock::tryTake(const std::filesystem::path& file, Kind kind) {
    int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0 && kind == Kind::Shared) {
        descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    }
    if (descriptor < 0) {
        throw Error(ErrorCode::Io, "Cannot open the lock file '" + file.string() +
                                       "': " + std::strerror(errno) +
                                       ". Check that the folder exists and is writable.");
    }
    FileLock lock(descriptor);
    while (::flock(descriptor, (kind == Kind::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return std::nullopt;
        }
        if (errno != EINTR) {
            throw Error(ErrorCode::Io, "Cannot lock '" + file.string() + "': " + std::strerror(errno));
        }
    }
    if (kind == Kind::Exclusive) {
        const std::string text = std::to_string(::getpid()) + "\n";
        if (::ftruncate(descriptor, 0) != 0 ||
            ::pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
            throw Error(ErrorCode::Io,
                        "Cannot write the lock file '" + file.string() + "': " + std::strerror(errno));
        }
    }
    return lock;
}

long FileLock::holder(const std::filesystem::path& file) noexcept {
    try {
        std::ifstream in(file);
        long process = 0;
        return in >> process ? process : 0;
    } catch (...) {  // a lock file that cannot be read names nobody
        return 0;
    }
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    if (this != &other) {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

}  // namespace xinpu::engine
