// server/bookmarks.cpp
// A bookmark names an entry of the journal; entries come in order, so the highest one is enough.
#include "server/bookmarks.h"

#include <algorithm>
#include <charconv>
#include <thread>

#include <fmt/format.h>

#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kBookmarkWaitMax{30};

/// "xb:<uuid>:<entry>". @throws Error(Usage, InvalidBookmark) also for one of another database
std::uint64_t entryOf(const std::string& bookmark, const OpenDatabase& database) {
    const std::string prefix = fmt::format("xb:{}:", database.uuid);
    std::uint64_t entry = 0;
    if (bookmark.starts_with(prefix)) {
        const char* end = bookmark.data() + bookmark.size();
        const auto [stop, status] = std::from_chars(bookmark.data() + prefix.size(), end, entry);
        if (status == std::errc() && stop == end) {
            return entry;
        }
    }
    throw Error(ErrorCode::Usage,
                fmt::format("'{:.80}' is no bookmark of database '{}'.", bookmark, database.name),
                details::kInvalidBookmark);
}

}  // namespace

void waitForBookmarks(OpenDatabase& database, const std::vector<std::string>& bookmarks,
                      std::optional<std::chrono::milliseconds> time_max, const std::atomic<bool>& cancelled) {
    std::uint64_t entry = 0;
    for (const std::string& bookmark : bookmarks) {
        entry = std::max(entry, entryOf(bookmark, database));
    }
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
