// tests/crash/crash_test.cpp
// kill -9 at a random moment under four writers: what was acknowledged is there, nothing is half.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <time.h>

#include <random>
#include <set>

#include "pairs.h"
#include "process.h"

namespace xinpu::engine {
namespace {

/// A round does not get slower with the rounds before it: so many share one database.
constexpr std::uint64_t kRoundsPerDatabase = 25;

/// What must be there, must not, and may.
struct Promise {
    std::set<std::string> there;
    std::set<std::string> either;
    std::set<std::string> gone;

    void take(const std::string& line) {
        const std::string key = line.substr(1);
        switch (line[0]) {
        case '+':
            there.insert(key);
            break;
        case '~':
            there.erase(key);
            either.insert(key);
            break;
        case '-':
            either.erase(key);
            gone.insert(key);
            break;
        default:
            ADD_FAILURE() << "the writer said: " << line;
        }
    }
};

void runRound(const std::filesystem::path& folder, std::uint64_t seed, std::mt19937_64& random,
              Promise& promise) {
    CrashWriter writer({"write", folder.string(), std::to_string(seed)});
    const std::uint64_t lines = 1 + random() % 150;
    for (std::uint64_t i = 0; i < lines; ++i) {
        const auto line = writer.line();
        ASSERT_TRUE(line) << "the writer ended by itself, status " << writer.wait();
        promise.take(*line);
    }
    // A random moment inside a commit, not the one at which an acknowledgement was read.
    const timespec pause{0, static_cast<long>(random() % 5'000'000)};
    ::nanosleep(&pause, nullptr);
    writer.kill();
    while (const auto line = writer.line()) {
        promise.take(*line);
    }
    const int status = writer.wait();
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
}

void verify(const std::filesystem::path& folder, const Promise& promise, const std::string& round) {
    ASSERT_EQ(checkText(folder), "") << round;
    const auto database = Database::open(folder, {});
    std::string faults;
    const std::set<std::string> found = pairsOf(*database->snapshot(), &faults);
    EXPECT_EQ(faults, "") << round;
    for (const std::string& key : promise.there) {
        ASSERT_TRUE(found.contains(key)) << round << ": " << key << " was acknowledged and is lost";
    }
    for (const std::string& key : promise.gone) {
        ASSERT_FALSE(found.contains(key)) << round << ": " << key << " was removed and is back";
    }
    // Each thread may have had one transaction that was durable but not acknowledged yet, a round.
    std::uint64_t unknown = 0;
    for (const std::string& key : found) {
        unknown += promise.there.contains(key) || promise.either.contains(key) ? 0U : 1U;
    }
    EXPECT_LE(unknown, 4 * kRoundsPerDatabase) << round;
}

TEST(Kill, FourWritersLoseNothingAcknowledged) {
    const std::uint64_t seed = seedWanted();
    std::mt19937_64 random(seed);
    const std::uint64_t rounds = roundsWanted(20, 10'000);
    std::uint64_t acknowledged = 0;
    std::optional<CrashFolder> folder;
    Promise promise;
    for (std::uint64_t round = 0; round < rounds && !testing::Test::HasFatalFailure(); ++round) {
        if (round % kRoundsPerDatabase == 0) {
            acknowledged += promise.there.size() + promise.gone.size();
            promise = {};
            folder.emplace();
            makePairDatabase(folder->path / "db");
        }
        const std::string name = "seed " + std::to_string(seed) + ", round " + std::to_string(round);
        runRound(folder->path / "db", seed % 1'000'000 + round, random, promise);
        if (!HasFatalFailure()) {
            verify(folder->path / "db", promise, name);
        }
    }
    acknowledged += promise.there.size() + promise.gone.size();
    std::printf("%llu rounds, %llu acknowledged transactions\n", static_cast<unsigned long long>(rounds),
                static_cast<unsigned long long>(acknowledged));
    EXPECT_GT(acknowledged, rounds);
}

/// The merges' own commits, killed in the middle: begun again, they end in the same entries.
TEST(Kill, MergesAreBegunAgain) {
    const std::uint64_t seed = seedWanted();
    std::mt19937_64 random(seed);
    const CrashFolder folder;
    makePairDatabase(folder.path / "db");
    {
        const auto database = Database::open(folder.path / "db", {});
        for (int i = 0; i < 300; ++i) {
            writePair(*database, "before-" + std::to_string(i), 0);
        }
    }
    const std::uint64_t rounds = roundsWanted(20, 1'000);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        CrashWriter writer({"merge", (folder.path / "db").string()});
        ASSERT_TRUE(writer.line());
        const timespec pause{0, static_cast<long>(random() % 8'000'000)};
        ::nanosleep(&pause, nullptr);
        writer.kill();
        writer.wait();
        ASSERT_EQ(checkText(folder.path / "db"), "") << "seed " << seed << ", round " << round;
    }
    std::string faults;
    const auto database = Database::open(folder.path / "db", {.read_only = true});
    EXPECT_GE(pairsOf(*database->snapshot(), &faults).size(), 300U);
    EXPECT_EQ(faults, "");
}

}  // namespace
}  // namespace xinpu::engine
