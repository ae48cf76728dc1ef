// tests/unit/server/server_test.cpp
// What requests over HTTP reach badly: the spool's file, lanes of the pool, keys that another process adds.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "server/databases.h"
#include "server/error_status.h"
#include "server/content_coding.h"
#include "server/json/json_input.h"
#include "server/access/keys.h"
#include "server/language.h"
#include "server/negotiation.h"
#include "server/spool.h"
#include "server/transactions.h"
#include "server/worker_pool.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

std::string pieceOf(std::size_t number, std::size_t size) {
    return std::to_string(number) + std::string(size, static_cast<char>('a' + number % 26));
}

TEST(Spool, KeepsTheOrderOverMemoryAndFile) {
    Spool spool;
    std::string wanted;
    std::string got;
    std::string piece;
    const std::size_t size = Spool::kMemoryBytesMax / 8;
    for (std::size_t round = 0; round < 3; ++round) {  // more than memory holds, then drained, then again
        for (std::size_t i = 0; i < 20; ++i) {
            spool.put(pieceOf(i, size));
            wanted += pieceOf(i, size);
            if (i % 4 == 3) {
                ASSERT_EQ(spool.take(piece), Spool::Taken::Piece);
                got += piece;
            }
        }
        while (spool.take(piece) == Spool::Taken::Piece) {
            got += piece;
        }
    }
    EXPECT_EQ(spool.take(piece), Spool::Taken::NothingYet);
    EXPECT_TRUE(got == wanted) << got.size() << " bytes of " << wanted.size();
    spool.put("last");
    spool.finish(false);
    ASSERT_EQ(spool.take(piece), Spool::Taken::Piece);
    EXPECT_EQ(piece, "last");
    EXPECT_EQ(spool.take(piece), Spool::Taken::End);
    spool.clear();
    EXPECT_EQ(spool.take(piece), Spool::Taken::NothingYet);
    spool.finish(true);
    EXPECT_EQ(spool.take(piece), Spool::Taken::Broken);
}

TEST(WorkerPool, ServesTheHolderOfTheWriterWhileAllOthersWait) {
    WorkerPool pool(2);
    std::promise<void> committed;
    const std::shared_future<void> waited = committed.get_future().share();
    std::atomic<int> done{0};
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(pool.submit(WorkerPool::Lane::Usual, [&] {
            waited.wait();
            ++done;
        }));
    }
    ASSERT_TRUE(pool.submit(WorkerPool::Lane::HoldsWriter, [&] { committed.set_value(); }));
    pool.stop();
    EXPECT_EQ(done.load(), 10);
    EXPECT_FALSE(pool.submit(WorkerPool::Lane::Usual, [] {}));
}

class Packing : public testing::TestWithParam<Coding> {};
TEST_P(Packing, PiecesComeBackWhole) {
    const Coding coding = GetParam();
    BodyPacker packer(coding);
    std::string text;
    std::string packed;
    for (std::size_t i = 0; i < 50; ++i) {
        text += pieceOf(i, 10'000);
        packed += packer.write(pieceOf(i, 10'000), false);
    }
    packed += packer.write({}, true);
    EXPECT_LT(packed.size(), text.size() / 10);
    EXPECT_EQ(unpacked(coding, packed, text.size()), text);
    EXPECT_THROW(unpacked(coding, packed, text.size() - 1), Error);
    EXPECT_THROW(unpacked(coding, packed.substr(0, packed.size() / 2), text.size()), Error);
    EXPECT_THROW(unpacked(coding, packed + "x", text.size()), Error);
    EXPECT_THROW(unpacked(coding, "", 10), Error);
}
INSTANTIATE_TEST_SUITE_P(Server, Packing, testing::Values(Coding::Gzip, Coding::Zstd),
                         [](const auto& one) { return one.param == Coding::Gzip ? "gzip" : "zstd"; });

TEST(Keys, AreFoundWhenAnotherProcessAddsThem) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("xinpu-keys-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    Keys ours(folder);
    EXPECT_FALSE(ours.hadAdmin());
    Keys theirs(folder);
    const std::string key =
        theirs.add({.role = Role::Department, .scopes = {"11441900XP000001XM"}, .name = "market supervision"}).text;
    const auto principal = ours.check(key);
    ASSERT_TRUE(principal.has_value());
    EXPECT_EQ(principal->role, Role::Department);
    EXPECT_EQ(principal->scopes, std::vector<std::string>{"11441900XP000001XM"});
    std::string wrong = key;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    for (const std::string& other :
         {wrong, key + "0", key.substr(0, key.size() - 1), std::string("xk__"), std::string()}) {
        EXPECT_FALSE(ours.check(other).has_value()) << other;
    }
    std::ofstream(folder / "keys", std::ios::app) << "no key\n";
    EXPECT_THROW(Keys{folder}, Error);
    std::filesystem::remove_all(folder);
}

class NoRows final : public query::ResultSink {
public:
    void begin(std::span<const std::string>) override {}
    void row(std::span<const engine::Value>, const query::GraphView&) override {}
};

/// An open transaction of a database of its own, given back after one statement.
std::string begun(Transactions& transactions, const std::shared_ptr<OpenDatabase>& database,
                  const char* statement) {
    NoRows rows;
    Transactions::Held held = transactions.add(database, "key", database->engine->begin({}));
    held.transaction().run(statement, {}, {}, rows);
    return held.id();
}

TEST(Transactions, EndByTime) {
    using std::chrono::seconds;
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("xinpu-transactions-" + std::to_string(::getpid()));
    {
        Databases databases(folder, wholeLanguage(), {});
        ASSERT_TRUE(databases.create("first"));
        ASSERT_FALSE(databases.create("first"));
        const auto database = databases.use("first");
        Transactions transactions;
        const auto now = [] { return Transactions::Clock::now(); };

        const std::string reads = begun(transactions, database, "RETURN 1");
        EXPECT_FALSE(transactions.holdsWriter(reads));
        EXPECT_EQ(transactions.expire(now() + Transactions::kIdleMax - seconds(5)), 0U);
        EXPECT_EQ(transactions.openOn("first"), 1U);
        EXPECT_THROW(transactions.hold(reads, "other", "key"), Error);
        EXPECT_THROW(transactions.hold(reads, "first", "another key"), Error);
        EXPECT_EQ(transactions.expire(now() + Transactions::kIdleMax), 1U);
        EXPECT_THROW(transactions.hold(reads, "first", "key"), Error);

        const std::string writes = begun(transactions, database, "CREATE (:A)");
        EXPECT_TRUE(transactions.holdsWriter(writes));
        EXPECT_EQ(transactions.expire(now() + Transactions::kIdleWritingMax - seconds(5)), 0U);
        {
            const Transactions::Held held = transactions.hold(writes, "first", "key");
            EXPECT_THROW(transactions.hold(writes, "first", "key"), Error);
            EXPECT_EQ(transactions.expire(now() + seconds(1'000)), 0U) << "a request uses it";
        }
        EXPECT_EQ(transactions.expire(now() + Transactions::kIdleWritingMax), 1U);
        EXPECT_EQ(transactions.openOn("first"), 0U);

        // Its end set the writer free, and nothing of it stays.
        NoRows rows;
        database->engine->run("CREATE (:B)", {}, {}, rows);
        EXPECT_EQ(database->engine->database()->snapshot()->counts().nodes, 1U);
        EXPECT_THROW(databases.remove("absent"), Error);
    }
    std::filesystem::remove_all(folder);
}

struct Asked {
    const char* accept;
    const char* content_type;  ///< nullptr: 406
};
const Asked kAsked[] = {
    {"", "application/json"},
    {" , ,", nullptr},
    {"application/json;q=0.3;v=1, text/csv ; q=0.31", "text/csv; charset=utf-8"},
    {"text/csv;q=2", "text/csv; charset=utf-8"},
    {"application/*;q=0.1, text/csv;q=0", "application/json"},
    {"application/vnd.neo4j.query.v1.2", nullptr},
};

TEST(Negotiation, TakesTheBestThatIsKnown) {
    for (const Asked& asked : kAsked) {
        const auto form = answerForm(asked.accept);
        EXPECT_EQ(form.has_value(), asked.content_type != nullptr) << asked.accept;
        if (form && asked.content_type != nullptr) {
            EXPECT_EQ(form->content_type, asked.content_type) << asked.accept;
        }
    }
}

TEST(JsonInput, TellsIntegersFromFloats) {
    const engine::Value value =
        parseJson(R"([1, -0, 1.0, 1e2, -9223372036854775808, 1e-400, {"a": 1, "a": 2}])");
    const engine::Kind kinds[] = {engine::Kind::Integer, engine::Kind::Integer, engine::Kind::Float,
                                  engine::Kind::Float,   engine::Kind::Integer, engine::Kind::Float,
                                  engine::Kind::Map};
    ASSERT_EQ(value.list().size(), std::size(kinds));
    for (std::size_t i = 0; i < std::size(kinds); ++i) {
        EXPECT_EQ(value.list()[i].kind(), kinds[i]) << i;
    }
    EXPECT_EQ(value.list()[4].integer(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(value.list()[6].find("a")->integer(), 2);
}

TEST(JsonInput, DepthIsBounded) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_EQ(parseJson(nested(kJsonDepthMax)).nesting(), kJsonDepthMax);
    EXPECT_THROW(parseJson(nested(kJsonDepthMax + 1)), Error);
    EXPECT_THROW(parseJson(nested(10'000'000)), Error);
}

TEST(ErrorStatus, EveryCodeHasAStatusAndACode) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
        const ErrorAnswer answer = errorAnswer(Error(static_cast<ErrorCode>(code), "What happened."), {});
        EXPECT_GE(answer.status, 400) << code;
        EXPECT_LT(answer.status, 600) << code;
        EXPECT_TRUE(answer.code.starts_with("Neo.")) << answer.code;
        EXPECT_EQ(answer.message, "What happened.");
    }
}

}  // namespace
}  // namespace xinpu::server
