// tests/unit/check/check_test.cpp
// A sound database has no findings; beside a writer neither; a stopped check says so.

#include "engine/check/check.h"

#include <gtest/gtest.h>

#include <thread>

#include "sample_database.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

TEST(Check, FindsNothingInASoundDatabase) {
    EXPECT_EQ(textOf(checkDatabase(sample().folder, {})), "");
    EXPECT_EQ(textOf(checkInChild(sample().folder, {})), "");
}

TEST(Check, FindsNothingInAnEmptyDatabase) {
    const TemporaryFolder folder;
    Database::create(folder.path() / "d");
    EXPECT_EQ(textOf(findingsOf(folder.path() / "d")), "");
}

TEST(Check, FindsNothingInTheMergedSample) {
    const TemporaryFolder folder;
    copySample(folder.path());
    Database::open(folder.path(), {})->mergeAll();
    EXPECT_EQ(textOf(findingsOf(folder.path())), "");
}

TEST(Check, RefusesWhatIsNotThere) {
    const TemporaryFolder folder;
    try {
        findingsOf(folder.path() / "absent");
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::NotFound);
    }
}

TEST(Check, NamesAnInterruptedLoad) {
    const TemporaryFolder folder;
    copySample(folder.path());
    std::filesystem::copy_file(folder.path() / "data.mdb", folder.path() / "LOADING");
    EXPECT_NE(textOf(findingsOf(folder.path())).find("run it again"), std::string::npos);
}

TEST(Check, StopsWhenAsked) {
    const std::atomic<bool> stop{true};
    CheckOptions options;
    options.stop = &stop;
    for (const auto check : {checkDatabase, checkInChild}) {
        try {
            check(sample().folder, options);
            FAIL() << "the check went on";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Cancelled);
        }
    }
}

TEST(Check, ReportsHowFarItIs) {
    for (const auto check : {checkDatabase, checkInChild}) {
        std::string steps;
        CheckOptions options;
        options.progress = [&steps](const CheckProgress& progress) {
            if (!steps.ends_with(std::string(progress.step) + " ")) {
                steps += std::string(progress.step) + " ";
            }
            EXPECT_TRUE(progress.all == 0 || progress.done <= progress.all) << progress.step;
        };
        EXPECT_TRUE(check(sample().folder, options).empty());
        EXPECT_NE(steps.find("nodes relationships"), std::string::npos) << steps;
    }
}

TEST(Check, GoesOnBesideAWriter) {
    const TemporaryFolder folder;
    copySample(folder.path());
    const auto database = Database::open(folder.path(), {});
    database->tune({.merge_at = 400, .merge_chunks_per_commit = 3});
    std::atomic<bool> stop{false};
    std::uint64_t commits = 0;
    std::thread writer([&] {
        const SampleNames& names = sample().names;
        while (!stop) {
            database->write({.statement = {}}, [&](WriteTxn& txn) {
                const NodeId person = txn.createNode({{names.person}, {}});
                txn.createRelationship({names.invests, person, names.hub, {}});
            });
            ++commits;
        }
    });
    for (int round = 0; round < 12; ++round) {
        EXPECT_EQ(textOf(checkInChild(folder.path(), {})), "");
        EXPECT_EQ(textOf(checkDatabase(folder.path(), {})), "");
    }
    stop = true;
    writer.join();
    EXPECT_GT(commits, 0U);
    EXPECT_EQ(textOf(checkInChild(folder.path(), {})), "");
}

}  // namespace
}  // namespace xinpu::engine
