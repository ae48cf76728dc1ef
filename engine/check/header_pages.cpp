// engine/check/header_pages.cpp
// Reading the header pages beside a writer that may be changing them.

#include "engine/check/header_pages.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "xinpu/error.h"

namespace xinpu::engine {

using namespace page_layout;

namespace {

constexpr int kReadingsMax = 100;  ///< pairs of readings, until two agree

std::optional<std::array<HeaderPage, 2>> readOnce(const Descriptor& file) {
    const auto first = readHeaderPage(file, 0);
    if (!first || !soundPageBytes(first->meta.trees[0].pad)) {
        return std::nullopt;
    }
    const auto second = readHeaderPage(file, first->meta.trees[0].pad);
    return second ? std::optional(std::array{*first, *second}) : std::nullopt;
}

}  // namespace

Descriptor::Descriptor(const std::filesystem::path& file)
    : number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (number_ < 0) {
        throw Error(ErrorCode::Io, fmt::format("Cannot read '{}': {}", file.string(), std::strerror(errno)));
    }
}

Descriptor::~Descriptor() {
    ::close(number_);
}

std::uint64_t Descriptor::bytes() const noexcept {
    struct stat info {};
    return ::fstat(number_, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

bool Descriptor::read(std::uint64_t at, void* to, std::size_t size) const noexcept {
    return ::pread(number_, to, size, static_cast<off_t>(at)) == static_cast<ssize_t>(size);
}

std::optional<HeaderPage> readHeaderPage(const Descriptor& file, std::uint64_t at) {
    HeaderPage page;
    if (!file.read(at, &page.head, sizeof page.head) ||
        !file.read(at + sizeof page.head, &page.meta, sizeof page.meta)) {
        return std::nullopt;
    }
    return page;
}

bool soundPageBytes(std::uint32_t bytes) noexcept {
    return bytes >= 512 && bytes <= 65'536 && (bytes & (bytes - 1)) == 0;
}

std::optional<std::string> headerFault(const HeaderPage& page, std::uint64_t number,
                                       std::uint32_t page_bytes) {
    if (page.head.number != number || page.head.flags != kMetaPage) {
        return "it is not marked as a header page";
    }
    if (page.meta.magic != kMagic || page.meta.version != kDataVersion) {
        return "magic number or format version is wrong";
    }
    if (page.meta.trees[0].pad != page_bytes) {
        return "the page size is wrong";
    }
    if (page.meta.trees[0].flags != kIntegerKeys || page.meta.trees[1].flags != 0) {
        return "the flags of a tree are wrong";
    }
    return std::nullopt;
}

std::optional<std::string> pairFault(const std::array<HeaderPage, 2>& pages) {
    const std::uint64_t a = pages[0].meta.commit;
    const std::uint64_t b = pages[1].meta.commit;
    if (a == 0 && b == 0) {
        return std::nullopt;
    }
    const std::uint64_t newest = std::max(a, b);
    const std::uint64_t older = std::min(a, b);
    const bool in_place = (newest % 2 == 0 ? a : b) == newest;
    // A compacting copy begins anew with commit 1 beside an empty header page.
    if (!in_place || older + 1 != newest) {
        return fmt::format("the numbers of the last two commits ({} and {}) do not fit together", a, b);
    }
    return std::nullopt;
}

std::optional<std::array<HeaderPage, 2>> readHeaderPages(const Descriptor& file) {
    // A writer beside us may be in the middle of a header page: two equal readings are whole ones.
    for (int reading = 0; reading < kReadingsMax; ++reading) {
        const auto once = readOnce(file);
        const auto again = readOnce(file);
        if (!once || !again) {
            return std::nullopt;
        }
        if (std::memcmp(&*once, &*again, sizeof *once) == 0) {
            return once;
        }
    }
    return std::nullopt;
}

}  // namespace xinpu::engine
