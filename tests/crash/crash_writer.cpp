// tests/crash/crash_writer.cpp
// The process that the crash tests kill.
//
//   xinpu-crash-writer write FOLDER SEED   four threads commit pairs until killed; a line a step on stdout:
//                                          "+KEY" is durable, "~KEY" is about to be removed, "-KEY" is
//                                          removed
//   xinpu-crash-writer read FOLDER         reads until killed; a line when the first answer is under way
//   xinpu-crash-writer compact FOLDER      compacts once; a line at each step
//   xinpu-crash-writer bulk FOLDER PAIRS   loads pairs in bulk; a line at each step
//   xinpu-crash-writer merge FOLDER        merges and commits until killed; a line at each round

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bulk_pairs.h"
#include "engine/check/maintenance.h"
#include "pairs.h"

namespace xinpu::engine {
namespace {

/// One write call: lines of threads do not mix, and what was written stays in the pipe when we die.
void say(const std::string& text) {
    const std::string line = text + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        std::_Exit(3);  // nobody listens any more
    }
}

void writeForever(Database& database, std::uint64_t seed, unsigned thread) {
    std::mt19937_64 random(seed * 8 + thread);
    std::vector<std::string> mine;
    for (std::uint64_t number = 0;; ++number) {
        const std::string key =
            std::to_string(seed) + "-" + std::to_string(thread) + "-" + std::to_string(number);
        // Now and then a record too long for its chunk, or many pages at once.
        const std::uint64_t dice = random() % 64;
        writePair(database, key, dice == 0 ? 20'000 : dice < 4 ? 1'500 : 0);
        say("+" + key);
        mine.push_back(key);
        if (random() % 8 == 0) {
            const std::size_t at = random() % mine.size();
            say("~" + mine[at]);
            erasePair(database, mine[at]);
            say("-" + mine[at]);
            mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
}

void write(const std::filesystem::path& folder, std::uint64_t seed) {
    const auto database = Database::open(folder, {});
    database->tune({.group_max = 1 + seed % 8,
                    .merge_at = std::uint64_t{64} << (seed % 4),
                    .merge_chunks_per_commit = 1 + seed % 3});
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&database, seed, thread] { writeForever(*database, seed, thread); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

void read(const std::filesystem::path& folder) {
    const auto database = Database::open(folder, {.read_only = true});
    std::string faults;
    for (bool first = true;; first = false) {
        const auto snapshot = database->snapshot();
        if (first) {
            say("reading");
        }
        pairsOf(*snapshot, &faults);
        if (!faults.empty()) {
            say(faults);
            std::_Exit(4);
        }
    }
}

void compact(const std::filesystem::path& folder) {
    MaintenanceOptions options;
    std::string step;
    options.progress = [&step](const CheckProgress& progress) {
        if (step != progress.step) {
            step = progress.step;
            say(step);
        }
    };
    compactDatabase(folder, options);
    say("done");
}

void merge(const std::filesystem::path& folder) {
    const auto database = Database::open(folder, {});
    for (std::uint64_t round = 0;; ++round) {
        writePair(*database, "merge-" + std::to_string(::getpid()) + "-" + std::to_string(round), 0);
        say("merge");
        database->mergeAll();
    }
}

}  // namespace
}  // namespace xinpu::engine

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    try {
        if (words.size() == 3 && words[0] == "write") {
            xinpu::engine::write(words[1], std::strtoull(words[2].c_str(), nullptr, 10));
        } else if (words.size() == 3 && words[0] == "bulk") {
            xinpu::engine::bulkPairs(words[1], std::strtoull(words[2].c_str(), nullptr, 10),
                                     xinpu::engine::say);
        } else if (words.size() == 2 && words[0] == "read") {
            xinpu::engine::read(words[1]);
        } else if (words.size() == 2 && words[0] == "compact") {
            xinpu::engine::compact(words[1]);
        } else if (words.size() == 2 && words[0] == "merge") {
            xinpu::engine::merge(words[1]);
        } else {
            std::fputs("usage: xinpu-crash-writer write FOLDER SEED | bulk FOLDER PAIRS | read FOLDER | "
                       "compact FOLDER | merge FOLDER\n",
                       stderr);
            return 2;
        }
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "xinpu-crash-writer: %s\n", error.what());
        return 1;
    }
}
