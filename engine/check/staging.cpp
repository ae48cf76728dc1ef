// engine/check/staging.cpp
// What backup, restore and compact share.

#include "engine/check/staging.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "xinpu/error.h"

namespace xinpu::engine {

Staging::Staging(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code failure;
    std::filesystem::remove_all(folder_, failure);
    std::filesystem::create_directories(folder_, failure);
    if (failure) {
        throw Error(ErrorCode::Io, fmt::format("Cannot make '{}': {}", folder_.string(), failure.message()));
    }
}

Staging::~Staging() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void Staging::moveTo(const std::filesystem::path& target) const {
    syncPath(file());
    std::error_code failure;
    std::filesystem::rename(file(), target, failure);
    if (failure) {
        throw Error(ErrorCode::Io, fmt::format("Cannot rename '{}' to '{}': {}", file().string(),
                                               target.string(), failure.message()));
    }
    syncPath(target.parent_path());
}

void requireSound(const std::filesystem::path& folder, const char* what, const MaintenanceOptions& options) {
    CheckOptions check;
    check.stop = options.stop;
    check.progress = options.progress;
    const std::vector<Finding> findings = checkInChild(folder, check);
    if (!findings.empty()) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("The {} is damaged ({} findings), nothing was put in place. First: {}", what,
                                findings.size(), findingText(findings.front())));
    }
}

Digest digestOfFile(const std::filesystem::path& file, const MaintenanceOptions& options) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw Error(ErrorCode::Io, fmt::format("Cannot read '{}'.", file.string()));
    }
    const std::uint64_t all = std::filesystem::file_size(file);
    DigestStream digest;
    std::vector<char> bytes(std::size_t{1} << 20);
    std::uint64_t done = 0;
    while (in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || in.gcount() > 0) {
        const auto count = static_cast<std::size_t>(in.gcount());
        digest.add(std::as_bytes(std::span(bytes.data(), count)));
        done += count;
        stopIfAsked(options);
        report(options, "digest", done, all);
    }
    return digest.finish();
}

void syncPath(const std::filesystem::path& path) {
    const std::filesystem::path real = path.empty() ? std::filesystem::path(".") : path;
    const int descriptor = ::open(real.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int reason = errno;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!synced) {
        throw Error(ErrorCode::Io, fmt::format("Cannot sync '{}': {}", real.string(), std::strerror(reason)));
    }
}

void stopIfAsked(const MaintenanceOptions& options) {
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed)) {
        throw Error(ErrorCode::Cancelled, "Stopped; nothing was changed.");
    }
}

void report(const MaintenanceOptions& options, std::string_view step, std::uint64_t done, std::uint64_t all) {
    if (options.progress) {
        options.progress({step, done, all});
    }
}

void requireRoom(const std::filesystem::path& folder, std::uint64_t bytes) {
    std::error_code unknown;
    const std::filesystem::space_info space = std::filesystem::space(folder, unknown);
    if (!unknown && space.available < bytes) {
        throw Error(ErrorCode::Limit, fmt::format("The disk of '{}' has {} bytes left; the copy needs {}.",
                                                  folder.string(), space.available, bytes));
    }
}

}  // namespace xinpu::engine
