// tests/crash/bulk_crash_test.cpp
// kill -9 in the middle of a bulk load: the database says so, and loading again finishes it.

#include <gtest/gtest.h>
#include <time.h>

#include <random>

#include "bulk_pairs.h"
#include "engine/check/check.h"
#include "pairs.h"
#include "process.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint64_t kPairs = 20'000;
constexpr std::uint64_t kWords = 2 * 10 + 2;  ///< lines that the loading process says, at least

/// Whether opening is refused because the load is incomplete.
bool refusedAsIncomplete(const std::filesystem::path& folder) {
    try {
        Database::open(folder, {.read_only = true});
        return false;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt) << error.message();
        EXPECT_EQ(error.message(), "load incomplete: run it again");
        return true;
    }
}

void expectWhole(const std::filesystem::path& folder, const std::string& round) {
    ASSERT_EQ(checkText(folder), "") << round;
    std::string faults;
    EXPECT_EQ(pairsOf(*Database::open(folder, {.read_only = true})->snapshot(), &faults).size(), kPairs)
        << round;
    EXPECT_EQ(faults, "") << round;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename();
        EXPECT_TRUE(name == "data.mdb" || name == "lock.mdb" || name == "writer.lock" || name == "open.lock")
            << round << ": " << name << " was left behind";
    }
}

TEST(Kill, ABulkLoadIsBegunAgainAndFinishes) {
    const std::uint64_t seed = seedWanted();
    std::mt19937_64 random(seed);
    const std::uint64_t rounds = roundsWanted(20, 200);
    std::uint64_t incomplete = 0;
    const CrashFolder folder;
    for (std::uint64_t round = 0; round < rounds && !HasFatalFailure(); ++round) {
        const std::string name = "seed " + std::to_string(seed) + ", round " + std::to_string(round);
        const std::filesystem::path database = folder.path / std::to_string(round);
        makeEmptyPairDatabase(database);
        // Killed once or twice, so that a second load is cut off as well.
        for (std::uint64_t kill = 0; kill <= round % 2; ++kill) {
            CrashWriter loader({"bulk", database.string(), std::to_string(kPairs)});
            for (std::uint64_t lines = 1 + random() % kWords; lines > 0 && loader.line(); --lines) {
            }
            const timespec pause{0, static_cast<long>(random() % 20'000'000)};
            ::nanosleep(&pause, nullptr);
            loader.kill();
            bool done = false;
            while (const auto line = loader.line()) {
                done = done || *line == "done";
            }
            loader.wait();
            const bool refused = refusedAsIncomplete(database);
            EXPECT_FALSE(done && refused) << name;
            if (!refused) {
                break;
            }
            ++incomplete;
            EXPECT_NE(checkText(database).find("a load was interrupted"), std::string::npos) << name;
        }
        if (refusedAsIncomplete(database)) {
            bulkPairs(database, kPairs, [](const std::string&) {});
        }
        expectWhole(database, name);
        std::filesystem::remove_all(database);
    }
    std::printf("%llu rounds, %llu loads cut off\n", static_cast<unsigned long long>(rounds),
                static_cast<unsigned long long>(incomplete));
    EXPECT_GT(incomplete, rounds / 4);
}

}  // namespace
}  // namespace xinpu::engine
