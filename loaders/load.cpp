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

namespace xinpu::loaders {

std::string newBatchId(std::int64_t now_us) {
    std::random_device random;
    return fmt::format("{:%Y%m%dT%H%M%SZ}-{:04x}", fmt::gmtime(static_cast<std::time_t>(now_us / 1'000'000)),
                       random() & 0xffffU);
}

LoadOutcome load(const LoadRequest& request, const LoadHooks& hooks) {
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
