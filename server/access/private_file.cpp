// server/access/private_file.cpp
// Appends with a sync.
#include "server/access/private_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "xinpu/error.h"

namespace xinpu::server {

void appendPrivately(const std::filesystem::path& file, std::string_view text) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool written = descriptor >= 0 &&
                         ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    const int reason = errno;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!written) {
        throw Error(ErrorCode::Io,
                    fmt::format("'{}' cannot be written: {}.", file.string(), std::strerror(reason)));
    }
}

void cutTornLine(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return;
    }
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const std::size_t end = text.rfind('\n') + 1;  // 0 if there is none
    if (end == text.size()) {
        return;
    }
    std::error_code failed;
    std::filesystem::resize_file(file, end, failed);
    if (failed) {
        throw Error(ErrorCode::Io,
                    fmt::format("'{}' cannot be written: {}.", file.string(), failed.message()));
    }
}

}  // namespace xinpu::server
