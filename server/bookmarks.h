// server/bookmarks.h
#pragma once
// Waiting until a database has what a client has seen of it before.

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "server/databases.h"

namespace xinpu::server {

/// Whether it has them now; nothing is waited for. @throws as waitForBookmarks()
bool hasBookmarks(const OpenDatabase& database, const std::vector<std::string>& bookmarks);

/// Returns when the database has the entries of all its `bookmarks`; at most `time_max`, and 30 s. Those of
/// other databases are passed over.
/// @throws Error(Usage, InvalidBookmark) a text that is none; Error(Limit, BookmarkTimeout); Error(Cancelled)
void waitForBookmarks(OpenDatabase& database, const std::vector<std::string>& bookmarks,
                      std::optional<std::chrono::milliseconds> time_max, const std::atomic<bool>& cancelled);

}  // namespace xinpu::server
