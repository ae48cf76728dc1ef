// loaders/load.cpp
// Choosing the path: bulk into what is absent, empty or interrupted; by key into what is not.

#include "loaders/load.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <random>

#include "engine/txn/database.h"
#include "loaders/bulk_load.h"
#include "loaders/incremental_load.h"
#include "loaders/row_feed.h"

namespace xinpu::loaders {
namespace {

/// Files that are missing, or whose headers are not theirs, are refused before the database is touched.
void requireReadable(const LoadRequest& request) {
    for (std::size_t i = 0; i < kDatasets; ++i) {
        if (!request.files[i]) {
            continue;
        }
        if (!std::filesystem::is_regular_file(*request.files[i])) {
            throw Error(
                ErrorCode::Usage,
                fmt::format("There is no file '{}'. A load reads its files more than once: pipes will "
                            "not do.",
                            *request.files[i]));
        }
        const RowFeed header(static_cast<Dataset>(i), *request.files[i], request.today, nullptr, {}, 0, 0,
                             {});
    }
}

}  // namespace

std::string newBatchId(std::int64_t now_us) {
    std::random_device random;
    return fmt::format("{:%Y%m%dT%H%M%SZ}-{:04x}", fmt::gmtime(static_cast<std::time_t>(now_us / 1'000'000)),
                       random() & 0xffffU);
}

LoadOutcome load(const LoadRequest& request, const LoadHooks& hooks) {
    requireReadable(request);
    const std::int64_t now_us = std::chrono::duration_cast<std::chrono::microseconds>(
                                    std::chrono::system_clock::now().time_since_epoch())
                                    .count();
    const std::string batch = newBatchId(now_us);
    const std::filesystem::path folder = engine::databaseFolder(request.data, request.database);
    bool empty = engine::loadIncomplete(folder) || !std::filesystem::exists(folder / "data.mdb");
    if (!empty) {
        const auto database = engine::Database::open(folder, {.read_only = true});
        empty = database->snapshot()->counts().nodes == 0;
    }
    return empty ? bulkLoad(request, hooks, batch, now_us) : incrementalLoad(request, hooks, batch, now_us);
}

}  // namespace xinpu::loaders
