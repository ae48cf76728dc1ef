// tests/crash/readers_test.cpp
// Reading processes killed in the middle of a query do not hold the writer up, nor let the file grow.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "engine/graph/record.h"
#include "pairs.h"
#include "process.h"

namespace xinpu::engine {
namespace {

constexpr int kReaders = 50;

/// Rewrites records of the pairs: needs no more pages than there are, unless old ones stay pinned.
void rewrite(Database& database, int commits) {
    for (int i = 0; i < commits; ++i) {
        database.write({.statement = {}}, [i](WriteTxn& txn) {
            const std::vector<NodeId> halves = txn.labelled(txn.label("Half"));
            for (std::size_t k = 0; k < 8; ++k) {
                const NodeId id = halves[(static_cast<std::size_t>(i) * 37 + k * 11) % halves.size()];
                NodeRecord record = *txn.node(id);
                setProperty(record.properties, txn.key("number"), Value::of(std::int64_t{i}));
                txn.setNode(id, std::move(record));
            }
        });
    }
}

int slotsOfOthers(const Environment& environment) {
    int slots = 0;
    for (const ReaderSlot& slot : environment.readers()) {
        slots += slot.process != ::getpid() ? 1 : 0;
    }
    return slots;
}

TEST(Kill, FiftyReadersFreeTheirSlots) {
    const CrashFolder folder;
    makePairDatabase(folder.path / "db");
    const auto database = Database::open(folder.path / "db", {});
    for (int i = 0; i < 300; ++i) {
        writePair(*database, "k" + std::to_string(i), 0);
    }
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> commits{0};
    std::thread writer([&] {
        while (!stop) {
            rewrite(*database, 1);
            ++commits;
        }
    });
    {
        // All of them inside a query at once: each holds the snapshot it began with.
        std::vector<std::unique_ptr<CrashWriter>> readers;
        for (int i = 0; i < kReaders; ++i) {
            readers.push_back(std::make_unique<CrashWriter>(
                std::vector<std::string>{"read", (folder.path / "db").string()}));
        }
        for (const auto& reader : readers) {
            const auto line = reader->line();
            ASSERT_TRUE(line);
            EXPECT_EQ(*line, "reading");
        }
        EXPECT_GE(slotsOfOthers(database->environment()), kReaders);
        for (const auto& reader : readers) {
            reader->kill();
        }
        for (const auto& reader : readers) {
            reader->wait();
            while (const auto line = reader->line()) {
                ADD_FAILURE() << "a reader saw: " << *line;
            }
        }
    }
    const std::uint64_t at_death = commits;
    while (commits < at_death + 200) {
        std::this_thread::yield();
    }
    stop = true;
    writer.join();
    EXPECT_EQ(slotsOfOthers(database->environment()), 0) << "the writer did not free the slots of the dead";
    // With dead slots left, each commit would add some pages; freed ones are used again instead.
    database->mergeAll();
    rewrite(*database, 50);
    const std::uint64_t pages = database->environment().pageUse().file_pages;
    rewrite(*database, 400);
    database->mergeAll();
    const std::uint64_t after = database->environment().pageUse().file_pages;
    std::printf("pages: %llu before 400 commits, %llu after\n", static_cast<unsigned long long>(pages),
                static_cast<unsigned long long>(after));
    EXPECT_LT(after,
              pages + 400);  // the journal grows by less than a page a commit; a pinned tree by 20 and more
    EXPECT_EQ(checkText(folder.path / "db"), "");
}

}  // namespace
}  // namespace xinpu::engine
