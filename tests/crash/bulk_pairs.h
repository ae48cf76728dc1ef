// tests/crash/bulk_pairs.h
#pragma once
// Pairs by a bulk load instead of transactions.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace xinpu::engine {

/// A database with the declarations of makePairDatabase() and no nodes.
void makeEmptyPairDatabase(const std::filesystem::path& folder);
/// Loads the hub and pairs "bulk-0" … into an empty or interrupted database; tells each step.
void bulkPairs(const std::filesystem::path& folder, std::uint64_t pairs,
               const std::function<void(const std::string& step)>& say);

}  // namespace xinpu::engine
