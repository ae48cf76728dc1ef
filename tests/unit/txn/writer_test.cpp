// tests/unit/txn/writer_test.cpp
// Waiting for the writer: who gives up, who shares a commit with whom.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "database_folder.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using Clock = std::chrono::steady_clock;

/// Holds the writer from its construction until release().
class Holder {
public:
    explicit Holder(Database& database)
        : thread_([this, &database] {
              WriteContext context;
              context.alone = true;
              database.write(context, [this](WriteTxn& txn) {
                  txn.createNode({{txn.label("Held")}, {}});
                  std::unique_lock lock(mutex_);
                  holds_ = true;
                  changed_.notify_all();
                  changed_.wait(lock, [this] { return released_; });
              });
          }) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return holds_; });
    }
    ~Holder() { release(); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    void release() {
        {
            const std::lock_guard lock(mutex_);
            released_ = true;
            changed_.notify_all();
        }
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool holds_ = false;
    bool released_ = false;
    std::thread thread_;  // last: it uses the others
};

std::uint64_t nodesOf(Database& database) {
    return database.snapshot()->counts().nodes;
}

TEST(Writer, WhoWaitsTooLongIsNeverRun) {
    DatabaseFolder folder;
    Holder holder(*folder);
    bool ran = false;
    WriteContext context;
    context.deadline = Clock::now() + std::chrono::milliseconds(30);
    try {
        folder->write(context, [&](WriteTxn&) { ran = true; });
        FAIL() << "it did not give up";
    } catch (const Error& error) {
        EXPECT_EQ(error.detail(), "TransactionTimedOut");
    }
    holder.release();
    EXPECT_EQ(nodesOf(*folder), 1U);
    EXPECT_FALSE(ran);
}

TEST(Writer, WhoIsToldToStopIsNeverRun) {
    DatabaseFolder folder;
    Holder holder(*folder);
    std::atomic<bool> cancelled{false};
    std::atomic<int> given_up{0};
    std::vector<std::thread> waiting;
    for (int i = 0; i < 20; ++i) {
        waiting.emplace_back([&] {
            WriteContext context;
            context.cancelled = &cancelled;
            try {
                folder->write(context, [](WriteTxn& txn) { txn.createNode({{txn.label("Never")}, {}}); });
            } catch (const Error& error) {
                given_up += error.code() == ErrorCode::Cancelled ? 1 : 0;
            }
        });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    cancelled = true;
    for (std::thread& thread : waiting) {
        thread.join();
    }
    EXPECT_EQ(given_up, 20);
    holder.release();
    EXPECT_EQ(nodesOf(*folder), 1U);
}

TEST(Writer, OnceBegunTheWorkDecidesItself) {
    DatabaseFolder folder;
    std::atomic<bool> cancelled{false};
    WriteContext context;
    context.cancelled = &cancelled;
    context.deadline = Clock::now() + std::chrono::milliseconds(30);
    folder->write(context, [&](WriteTxn& txn) {
        cancelled = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        txn.createNode({{txn.label("Done")}, {}});
    });
    EXPECT_EQ(nodesOf(*folder), 1U);
}

TEST(Writer, OneThatIsAloneSharesNoCommit) {
    DatabaseFolder folder;
    std::vector<std::thread> waiting;
    const auto before = folder->activity();
    {
        Holder holder(*folder);
        for (int i = 0; i < 10; ++i) {
            waiting.emplace_back([&folder, i] {
                WriteContext context;
                context.alone = i % 2 == 0;
                folder->write(context, [](WriteTxn& txn) { txn.createNode({{txn.label("N")}, {}}); });
            });
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    for (std::thread& thread : waiting) {
        thread.join();
    }
    const auto after = folder->activity();
    EXPECT_EQ(after.transactions - before.transactions, 11U);
    EXPECT_GE(after.commits - before.commits, 6U);  // the holder, and the five that are alone
    EXPECT_EQ(nodesOf(*folder), 11U);
}

}  // namespace
}  // namespace xinpu::engine
