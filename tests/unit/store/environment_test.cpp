// tests/unit/store/environment_test.cpp
// Opening, sharing, locks, copies, and what a damaged or cut file does.

#include "engine/store/environment.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstring>
#include <fstream>
#include <thread>

#include "engine/store/writer_lock.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

namespace fs = std::filesystem;

class EnvironmentTest : public testing::Test {
protected:
    EnvironmentTest() {
        std::string name = (fs::temp_directory_path() / "xinpu-test-XXXXXX").string();
        folder_ = mkdtemp(name.data());
    }
    ~EnvironmentTest() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    static void put(Environment& environment, const std::string& key, const std::string& body) {
        StoreTxn txn = environment.beginWrite();
        TableWriter(txn, Table::Nodes).put(asBytes(key), asBytes(body));
        txn.commit();
    }
    static std::string get(const Environment& environment, const std::string& key) {
        const StoreTxn txn = environment.beginRead();
        const auto found = TableReader(txn, Table::Nodes).get(asBytes(key));
        return found ? std::string(asText(*found)) : "absent";
    }
    std::string bytes() const {
        std::ifstream file(folder_ / "data.mdb", std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    void write(const std::string& content) const {
        std::ofstream(folder_ / "data.mdb", std::ios::binary)
            .write(content.data(), std::streamsize(content.size()));
    }
    static ErrorCode codeOf(const std::function<void()>& work) {
        try {
            work();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::Internal;
    }
    fs::path folder_;
};

TEST_F(EnvironmentTest, IsMadeOnceAndSharedInAProcess) {
    EXPECT_EQ(codeOf([&] { Environment::open(folder_, {}); }), ErrorCode::NotFound);
    const auto first = Environment::open(folder_, {.create = true});
    EXPECT_EQ(Environment::open(folder_, {.read_only = true}), first);
    put(*first, "k", "v");
    EXPECT_EQ(get(*first, "k"), "v");
}

TEST_F(EnvironmentTest, SnapshotsStayWhileOthersWrite) {
    const auto environment = Environment::open(folder_, {.create = true});
    put(*environment, "k", "old");
    const StoreTxn held = environment->beginRead();
    const std::uint64_t before = environment->lastCommit();
    put(*environment, "k", "new");
    EXPECT_GT(environment->lastCommit(), before);
    EXPECT_EQ(held.number(), before);
    EXPECT_EQ(asText(*TableReader(held, Table::Nodes).get(asBytes("k"))), "old");
    EXPECT_EQ(get(*environment, "k"), "new");
    {
        StoreTxn dropped = environment->beginWrite();
        TableWriter(dropped, Table::Nodes).put(asBytes("k"), asBytes("never"));
    }
    EXPECT_EQ(get(*environment, "k"), "new");
}

TEST_F(EnvironmentTest, ATransactionKeepsItsEnvironmentOpen) {
    auto environment = Environment::open(folder_, {.create = true});
    put(*environment, "k", "v");
    auto held = std::make_unique<StoreTxn>(environment->beginRead());
    environment.reset();
    EXPECT_EQ(asText(*TableReader(*held, Table::Nodes).get(asBytes("k"))), "v");
    put(*Environment::open(folder_, {}), "k", "w");
    EXPECT_EQ(asText(*TableReader(*held, Table::Nodes).get(asBytes("k"))), "v");
    held.reset();
    EXPECT_EQ(get(*Environment::open(folder_, {}), "k"), "w");
}

TEST_F(EnvironmentTest, OpensAndClosesInManyThreads) {
    put(*Environment::open(folder_, {.create = true}), "k", "v");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([this] {
            for (int i = 0; i < 200; ++i) {
                EXPECT_EQ(get(*Environment::open(folder_, {}), "k"), "v");
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

TEST_F(EnvironmentTest, ReadsOneSnapshotInManyThreads) {
    const auto environment = Environment::open(folder_, {.create = true});
    for (int i = 0; i < 100; ++i) {
        put(*environment, std::to_string(i), std::string(static_cast<std::size_t>(i * 40), 'x'));
    }
    const StoreTxn txn = environment->beginRead();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&txn] {
            for (int i = 0; i < 100; ++i) {
                const auto found = TableReader(txn, Table::Nodes).get(asBytes(std::to_string(i)));
                ASSERT_TRUE(found);
                EXPECT_EQ(found->size(), static_cast<std::size_t>(i * 40));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

TEST_F(EnvironmentTest, PageBoundsKeepAValueOnAPageOfItsOwn) {
    const auto environment = Environment::open(folder_, {.create = true});
    for (const std::size_t size : {environment->pageValueMin(), environment->pageValueMax()}) {
        const std::string key = std::to_string(size);
        put(*environment, key, std::string(size, 'v'));
        const StoreTxn txn = environment->beginRead();
        const auto value = TableReader(txn, Table::Nodes).get(asBytes(key));
        ASSERT_TRUE(value);
        // Behind LMDB's page header of 16 bytes.
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(value->data()) % environment->pageBytes(), 16U);
    }
}

TEST_F(EnvironmentTest, FindsEveryDamagedByteOfAValue) {
    const std::string body = "a value that stands in the file just once, " + std::string(3'000, 'z');
    put(*Environment::open(folder_, {.create = true}), "k", body);
    const std::string good = bytes();
    const std::size_t at = good.find(body);
    ASSERT_NE(at, std::string::npos);
    for (std::size_t i = 0; i < body.size() + kChecksumBytes; i += i < 60 || i > 2'900 ? 1 : 97) {
        std::string damaged = good;
        damaged[at + i] = static_cast<char>(damaged[at + i] ^ 1);
        write(damaged);
        EXPECT_EQ(codeOf([&] { get(*Environment::open(folder_, {}), "k"); }), ErrorCode::Corrupt) << i;
    }
    write(good);
    EXPECT_EQ(get(*Environment::open(folder_, {}), "k"), body);
}

TEST_F(EnvironmentTest, RefusesACutFileAndAForeignOne) {
    {
        const auto environment = Environment::open(folder_, {.create = true});
        put(*environment, "k", std::string(50'000, 'v'));
    }
    const std::string good = bytes();
    for (const std::size_t size : {good.size() - 4'096, good.size() / 2, std::size_t{2 * 4'096}}) {
        write(good.substr(0, size));
        EXPECT_EQ(codeOf([&] { Environment::open(folder_, {}); }), ErrorCode::Corrupt) << size;
    }
    write("this is no database " + std::string(20'000, 'x'));
    EXPECT_EQ(codeOf([&] { Environment::open(folder_, {}); }), ErrorCode::Corrupt);
}

TEST_F(EnvironmentTest, CopiesWhatWasCommitted) {
    const auto environment = Environment::open(folder_, {.create = true});
    put(*environment, "k", "v");
    for (const bool compact : {false, true}) {
        const fs::path copy = folder_ / (compact ? "compact" : "plain");
        fs::create_directories(copy);
        environment->copyTo(copy / "data.mdb", compact);
        EXPECT_EQ(get(*Environment::open(copy, {}), "k"), "v");
        EXPECT_EQ(codeOf([&] { environment->copyTo(copy / "data.mdb", compact); }), ErrorCode::Io)
            << "is there";
    }
    EXPECT_GT(environment->pageUse().entries, 0U);
}

TEST_F(EnvironmentTest, SaysWhenTheMapIsFullAndChangesNothing) {
    const auto environment = Environment::open(folder_, {.create = true, .map_bytes = 1 << 20});
    put(*environment, "k", "v");
    EXPECT_EQ(codeOf([&] { put(*environment, "k", std::string(4 << 20, 'x')); }), ErrorCode::Limit);
    EXPECT_EQ(get(*environment, "k"), "v");
    put(*environment, "k", "w");
    EXPECT_EQ(get(*environment, "k"), "w");
}

TEST_F(EnvironmentTest, FileLocksExcludeEachOther) {
    const fs::path file = folder_ / "lock";
    {
        const auto exclusive = FileLock::tryTake(file, FileLock::Kind::Exclusive);
        ASSERT_TRUE(exclusive);
        EXPECT_FALSE(FileLock::tryTake(file, FileLock::Kind::Exclusive));
        EXPECT_FALSE(FileLock::tryTake(file, FileLock::Kind::Shared));
        EXPECT_EQ(FileLock::holder(file), ::getpid());
    }
    const auto shared = FileLock::tryTake(file, FileLock::Kind::Shared);
    EXPECT_TRUE(shared);
    EXPECT_TRUE(FileLock::tryTake(file, FileLock::Kind::Shared));
    EXPECT_FALSE(FileLock::tryTake(file, FileLock::Kind::Exclusive));
}

}  // namespace
}  // namespace xinpu::engine
