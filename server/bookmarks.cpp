// server/bookmarks.cpp
// A bookmark names an entry of the journal; entries come in order, so the highest one is enough.
#include "server/bookmarks.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kBookmarkWaitMax{30};

constexpr std::string_view kPrefix = "xb:";
constexpr std::size_t kUuidSize = 36;

bool isUuid(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (hyphen ? text[i] != '-' : !digit) {
            return false;
        }
    }
    return text.size() == kUuidSize;
}

/// Of "xb:<uuid>:<entry>" the entry; 0 for one of another database: clients keep the bookmarks of all
/// databases together and send all of them, and what another database has reached is nothing to wait for
/// here.
/// @throws Error(Usage, InvalidBookmark)
std::uint64_t entryOf(std::string_view bookmark, const OpenDatabase& database) {
    constexpr std::size_t kEntryAt = kPrefix.size() + kUuidSize + 1;
    std::uint64_t entry = 0;
    if (bookmark.size() > kEntryAt && bookmark.starts_with(kPrefix) && bookmark[kEntryAt - 1] == ':') {
        const std::string_view uuid = bookmark.substr(kPrefix.size(), kUuidSize);
        const char* end = bookmark.data() + bookmark.size();
        const auto [stop, status] = std::from_chars(bookmark.data() + kEntryAt, end, entry);
        if (status == std::errc() && stop == end && isUuid(uuid)) {
            return uuid == database.uuid ? entry : 0;
        }
    }
    throw Error(ErrorCode::Usage,
                fmt::format("'{:.80}' is no bookmark: these are 'xb:', a database's uuid, ':' and a number.",
                            bookmark),
                details::kInvalidBookmark);
}

/// The highest one.
std::uint64_t entryOf(const std::vector<std::string>& bookmarks, const OpenDatabase& database) {
    std::uint64_t entry = 0;
    for (const std::string& bookmark : bookmarks) {
        entry = std::max(entry, entryOf(bookmark, database));
    }
    return entry;
}

}  // namespace

bool hasBookmarks(const OpenDatabase& database, const std::vector<std::string>& bookmarks) {
    const std::uint64_t entry = entryOf(bookmarks, database);
    return entry == 0 || database.lastEntry() >= entry;
}

void waitForBookmarks(OpenDatabase& database, const std::vector<std::string>& bookmarks,
                      std::optional<std::chrono::milliseconds> time_max, const std::atomic<bool>& cancelled) {
    const std::uint64_t entry = entryOf(bookmarks, database);
    const auto until = Clock::now() + std::min<std::chrono::milliseconds>(time_max.value_or(kBookmarkWaitMax),
                                                                          kBookmarkWaitMax);
    while (entry > 0 && database.lastEntry() < entry) {
        if (cancelled.load(std::memory_order_relaxed)) {
            throw Error(ErrorCode::Cancelled, "Stopped on request.");
        }
        if (Clock::now() > until) {
            throw Error(ErrorCode::Limit,
                        fmt::format("Database '{}' did not reach the bookmark in time.", database.name),
                        details::kBookmarkTimeout);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace xinpu::server
