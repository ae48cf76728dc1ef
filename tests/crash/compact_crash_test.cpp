// tests/crash/compact_crash_test.cpp
// kill -9 in the middle of a compaction leaves the old file or the new one, never anything else.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <time.h>

#include <random>

#include "engine/check/maintenance.h"
#include "pairs.h"
#include "process.h"

namespace xinpu::engine {
namespace {

std::set<std::string> pairsIn(const std::filesystem::path& folder) {
    std::string faults;
    const auto database = Database::open(folder, {.read_only = true});
    const std::set<std::string> pairs = pairsOf(*database->snapshot(), &faults);
    EXPECT_EQ(faults, "");
    return pairs;
}

std::uint64_t inodeOf(const std::filesystem::path& file) {
    struct stat info {};
    EXPECT_EQ(::stat(file.c_str(), &info), 0);
    return info.st_ino;
}

TEST(Kill, ACompactionLeavesTheOldFileOrTheNewOne) {
    const std::uint64_t seed = seedWanted();
    std::mt19937_64 random(seed);
    const CrashFolder folder;
    makePairDatabase(folder.path / "db");
    {
        const auto database = Database::open(folder.path / "db", {});
        for (int i = 0; i < 400; ++i) {
            writePair(*database, "k" + std::to_string(i), i % 16 == 0 ? 9'000 : 0);
        }
        for (int i = 0; i < 400; i += 3) {
            erasePair(*database, "k" + std::to_string(i));
        }
    }
    const std::set<std::string> before = pairsIn(folder.path / "db");
    std::uint64_t finished = 0, swapped = 0;
    std::uint64_t last_inode = inodeOf(folder.path / "db" / "data.mdb");
    const std::uint64_t rounds = roundsWanted(20, 300);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        CrashWriter compaction({"compact", (folder.path / "db").string()});
        // At a step of it, the last ones as often as all before: copying is the longest, swapping counts.
        const bool late = random() % 2 == 0;
        while (const auto line = compaction.line()) {
            if (*line == "swap" || (!late && random() % 4 == 0)) {
                break;
            }
        }
        const timespec pause{0, static_cast<long>(random() % (late ? 6'000'000 : 10'000'000))};
        ::nanosleep(&pause, nullptr);
        compaction.kill();
        while (const auto line = compaction.line()) {
            finished += *line == "done" ? 1U : 0U;
        }
        compaction.wait();
        const auto inode = inodeOf(folder.path / "db" / "data.mdb");
        swapped += inode != last_inode ? 1U : 0U;
        last_inode = inode;
        ASSERT_EQ(checkText(folder.path / "db"), "") << "seed " << seed << ", round " << round;
        ASSERT_EQ(pairsIn(folder.path / "db"), before) << "seed " << seed << ", round " << round;
    }
    std::printf("of %llu compactions killed, %llu had swapped the file, %llu had finished\n",
                static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(swapped),
                static_cast<unsigned long long>(finished));
    compactDatabase(folder.path / "db", {});
    EXPECT_FALSE(std::filesystem::exists(folder.path / "db" / "compact.part"));
    EXPECT_EQ(pairsIn(folder.path / "db"), before);
}

}  // namespace
}  // namespace xinpu::engine
