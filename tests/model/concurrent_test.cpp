// tests/model/concurrent_test.cpp
// Readers in several threads while the writer commits and merges: each sees exactly one commit, whole, for as
// long as it holds it.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "engine/txn/database.h"
#include "follower.h"
#include "operations.h"
#include "snapshot_text.h"

namespace xinpu::engine::model {
namespace {

constexpr std::size_t kReaders = 3;
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kCommits = 60;  // a sanitizer makes each ten times slower
#else
constexpr std::size_t kCommits = 300;
#endif

/// Digests by the number of the last journal entry.
class Digests {
public:
    void add(std::uint64_t sequence, const std::string& digest) {
        const std::lock_guard lock(mutex_);
        const auto [at, fresh] = seen_.emplace(sequence, digest);
        EXPECT_EQ(at->second, digest) << "entry " << sequence << " reads in two ways";
    }
    const std::map<std::uint64_t, std::string>& all() const { return seen_; }

private:
    std::mutex mutex_;
    std::map<std::uint64_t, std::string> seen_;
};

void read(Database& database, const std::atomic<bool>& done, Digests& digests) {
    std::shared_ptr<const Snapshot> held;
    for (std::uint64_t round = 0; !done.load(); ++round) {
        const auto snapshot = database.snapshot();
        digests.add(snapshot->sequence(), digestOf(snapshotText(*snapshot)));
        if (round % 4 == 0) {
            held = snapshot;
        }
        digests.add(held->sequence(), digestOf(snapshotText(*held)));
    }
}

void run(std::uint64_t seed, std::size_t commits) {
    std::string name = (std::filesystem::temp_directory_path() / "xinpu-model-XXXXXX").string();
    const std::filesystem::path folder = mkdtemp(name.data());
    Database::create(folder);
    auto database = Database::open(folder, {.read_only = false, .map_bytes = 1ULL << 30});
    database->tune({.merge_at = 10, .merge_chunks_per_commit = 1});

    Digests expected, seen;
    NaiveGraph graph;
    expected.add(1, digestOf(graph.text()));
    std::atomic<bool> done{false};
    std::vector<std::thread> readers;
    for (std::size_t i = 0; i < kReaders; ++i) {
        readers.emplace_back([&] { read(*database, done, seen); });
    }
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < commits; ++i) {
        const Sequence sequence = makeSequence(random());
        for (const auto& transaction : sequence.steps.front().transactions) {
            NaiveGraph draft;
            try {
                const CommitReceipt receipt = database->write({}, [&](WriteTxn& txn) {
                    draft = graph;
                    Expectation expectation;
                    for (const Op& op : transaction) {
                        applyOp(op, draft, txn, expectation);
                    }
                });
                graph = std::move(draft);
                if (receipt.entry != 0) {
                    expected.add(receipt.entry, digestOf(graph.text()));
                }
            } catch (const Error&) {     // a rule was broken: nothing happened
            } catch (const Accident&) {  // nor here
            }
        }
        if (i % 50 == 49) {
            database->mergeAll();
            expected.add(database->snapshot()->sequence(), digestOf(graph.text()));
        }
    }
    done = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    std::size_t compared = 0;
    for (const auto& [sequence, digest] : seen.all()) {
        const auto found = expected.all().find(sequence);
        if (found != expected.all().end()) {  // entries of single merge slices have no line of their own
            EXPECT_EQ(digest, found->second) << "entry " << sequence;
            ++compared;
        }
    }
    EXPECT_GT(compared, 0U);
    database.reset();
    std::filesystem::remove_all(folder);
}

TEST(Concurrent, ReadersSeeWholeCommitsWhileTheWriterMerges) {
    const std::uint64_t seed = std::random_device{}();
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    run(seed, std::getenv("XINPU_TEST_LONG") != nullptr ? 5'000 : kCommits);
}

}  // namespace
}  // namespace xinpu::engine::model
