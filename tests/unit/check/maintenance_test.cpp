// tests/unit/check/maintenance_test.cpp
// Backup, restore and compaction: what they keep, what they refuse, what they leave behind.

#include "engine/check/maintenance.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "sample_database.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

std::uint64_t contentOf(const std::filesystem::path& folder) {
    return contentSum(*Database::open(folder, {.read_only = true})->snapshot());
}

std::string idOf(const std::filesystem::path& folder) {
    return databaseIdText(Database::open(folder, {.read_only = true})->header());
}

/// The code that `work` is refused with.
template <typename Work>
ErrorCode refusalOf(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        EXPECT_FALSE(error.message().empty());
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::Internal;
}

void changeByte(const std::filesystem::path& file, std::uint64_t at) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(at));
    const int old = bytes.get();
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put(static_cast<char>(old ^ 0x40));
}

std::size_t filesIn(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        ++count;
    }
    return count;
}

TEST(Backup, HoldsWhatTheDatabaseHeld) {
    for (const bool compact : {false, true}) {
        const TemporaryFolder folder;
        const std::filesystem::path destination = folder.path() / "backup";
        const BackupReport report = backupDatabase(sample().folder, destination, compact, {});
        EXPECT_EQ(report.bytes, std::filesystem::file_size(destination / "data.mdb"));
        EXPECT_EQ(filesIn(destination), 2U) << "data.mdb and backup.json, nothing else";
        EXPECT_EQ(contentOf(destination), contentOf(sample().folder));
        const BackupReport read = readBackup(destination);
        EXPECT_EQ(read.database_id, idOf(sample().folder));
        EXPECT_EQ(read.last_entry,
                  Database::open(sample().folder, {.read_only = true})->snapshot()->sequence());
        EXPECT_EQ(read.sha256, report.sha256);
        EXPECT_EQ(read.created_us, report.created_us);
        EXPECT_EQ(compact, report.bytes < std::filesystem::file_size(sample().folder / "data.mdb"));
    }
}

TEST(Backup, IsOfOneMomentWhileOthersWrite) {
    const TemporaryFolder folder;
    copySample(folder.path() / "db");
    const auto database = Database::open(folder.path() / "db", {});
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        const SampleNames& names = sample().names;
        while (!stop) {
            database->write({.statement = {}}, [&](WriteTxn& txn) {
                const NodeId a = txn.createNode({{names.person}, {}});
                txn.createRelationship({names.invests, a, names.hub, {}});
            });
        }
    });
    const std::uint64_t persons = database->snapshot()->counts().by_label.at(sample().names.person.value);
    const std::uint64_t stakes = database->snapshot()->counts().by_type.at(sample().names.invests.value);
    for (int i = 0; i < 6; ++i) {
        const std::filesystem::path destination = folder.path() / std::to_string(i);
        const BackupReport report = backupDatabase(folder.path() / "db", destination, i % 2 == 1, {});
        const auto copy = Database::open(destination, {.read_only = true});
        EXPECT_EQ(copy->snapshot()->sequence(), report.last_entry);
        const Counts& counts = copy->snapshot()->counts();
        EXPECT_EQ(counts.by_label.at(sample().names.person.value) - persons,
                  counts.by_type.at(sample().names.invests.value) - stakes);
    }
    stop = true;
    writer.join();
}

TEST(Backup, RefusesAPlaceThatIsTakenAndADamagedDatabase) {
    const TemporaryFolder folder;
    EXPECT_EQ(refusalOf([&] { backupDatabase(sample().folder, sample().folder, false, {}); }),
              ErrorCode::Conflict);
    EXPECT_EQ(refusalOf([&] { backupDatabase(folder.path() / "absent", folder.path() / "b", false, {}); }),
              ErrorCode::NotFound);
    copySample(folder.path() / "damaged");
    tamper(folder.path() / "damaged", [](StoreTxn& txn, const Environment&) {
        TableWriter(txn, Table::Journal).erase(KeyBuilder().u64(3).view());
    });
    EXPECT_EQ(refusalOf([&] { backupDatabase(folder.path() / "damaged", folder.path() / "c", false, {}); }),
              ErrorCode::Corrupt);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "c" / "data.mdb"));
    EXPECT_EQ(refusalOf([&] { readBackup(folder.path() / "c"); }), ErrorCode::NotFound);
}

TEST(Backup, BeginsAnewWhereOneWasCutOff) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path() / "b" / "unfinished");
    std::ofstream(folder.path() / "b" / "unfinished" / "data.mdb") << "half";
    backupDatabase(sample().folder, folder.path() / "b", false, {});
    EXPECT_EQ(filesIn(folder.path() / "b"), 2U);
}

TEST(Restore, KeepsContentAndIdsAndNotesItself) {
    const TemporaryFolder folder;
    const std::filesystem::path backup = folder.path() / "backup";
    const std::filesystem::path restored = folder.path() / "data" / "databases" / "credit";
    const BackupReport made = backupDatabase(sample().folder, backup, true, {});
    MaintenanceOptions options;
    options.principal = "operator";
    const RestoreReport report = restoreDatabase(backup, restored, RestoreMode::IntoAbsent, options);
    EXPECT_EQ(report.database_id, made.database_id);
    EXPECT_EQ(report.restored_entry, made.last_entry);
    EXPECT_EQ(report.journal_entry, made.last_entry + 1);
    EXPECT_EQ(textOf(findingsOf(restored)), "");
    EXPECT_EQ(contentOf(restored), contentOf(sample().folder));
    EXPECT_EQ(idOf(restored), idOf(sample().folder));
    const auto database = Database::open(restored, {});
    const auto entry = findEntry(database->snapshot()->txn(), report.journal_entry);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->kind, EntryKind::Restore);
    EXPECT_EQ(entry->principal, "operator");
    // It goes on from there.
    const CommitReceipt receipt = database->write({.statement = {}}, [](WriteTxn& txn) {
        txn.createNode({{sample().names.person}, {}});
    });
    EXPECT_EQ(receipt.entry, report.journal_entry + 1);
}

TEST(Restore, ReplacesOnlyWhenAskedAndWhenNobodyIsThere) {
    const TemporaryFolder folder;
    const std::filesystem::path target = folder.path() / "db";
    backupDatabase(sample().folder, folder.path() / "backup", false, {});
    Database::create(target);
    const std::string other = idOf(target);
    const auto restore = [&](RestoreMode mode) {
        restoreDatabase(folder.path() / "backup", target, mode, {});
    };
    EXPECT_EQ(refusalOf([&] { restore(RestoreMode::IntoAbsent); }), ErrorCode::Conflict);
    {
        const auto reader = Database::open(target, {.read_only = true});
        EXPECT_EQ(refusalOf([&] { restore(RestoreMode::Replace); }), ErrorCode::Locked);
    }
    {
        const auto writer = Database::open(target, {});
        EXPECT_EQ(refusalOf([&] { restore(RestoreMode::Replace); }), ErrorCode::Locked);
    }
    EXPECT_EQ(idOf(target), other);
    std::ofstream(target / "LOADING") << "x";
    restore(RestoreMode::Replace);
    EXPECT_EQ(idOf(target), idOf(sample().folder));
    EXPECT_EQ(contentOf(target), contentOf(sample().folder));
    EXPECT_FALSE(std::filesystem::exists(target / "restore.part"));
}

TEST(Restore, RefusesABackupThatHasChanged) {
    const TemporaryFolder folder;
    const std::filesystem::path backup = folder.path() / "backup";
    const std::filesystem::path target = folder.path() / "db";
    const BackupReport made = backupDatabase(sample().folder, backup, false, {});
    const auto restore = [&] { restoreDatabase(backup, target, RestoreMode::IntoAbsent, {}); };
    for (const std::uint64_t at : {std::uint64_t{100}, made.bytes / 2, made.bytes - 1}) {
        changeByte(backup / "data.mdb", at);
        EXPECT_EQ(refusalOf(restore), ErrorCode::Corrupt) << at;
        EXPECT_FALSE(std::filesystem::exists(target / "data.mdb"));
        changeByte(backup / "data.mdb", at);
    }
    std::filesystem::resize_file(backup / "data.mdb", made.bytes - 4096);
    EXPECT_EQ(refusalOf(restore), ErrorCode::Corrupt);
    std::filesystem::remove(backup / "data.mdb");
    EXPECT_EQ(refusalOf(restore), ErrorCode::Corrupt);
    for (const char* note : {"", "{", "[]", "{}", R"({"format":1})",
                             R"({"format":2,"databaseId":"a","lastEntry":1,"bytes":1,"sha256":"b"})"}) {
        std::ofstream(backup / "backup.json", std::ios::trunc) << note;
        EXPECT_EQ(refusalOf(restore), ErrorCode::Corrupt) << note;
    }
    std::filesystem::remove(backup / "backup.json");
    EXPECT_EQ(refusalOf(restore), ErrorCode::NotFound);
}

TEST(Compact, GivesBackPagesAndKeepsContent) {
    const TemporaryFolder folder;
    copySample(folder.path());
    const std::uint64_t content = contentOf(folder.path());
    std::filesystem::create_directories(folder.path() / "compact.part");
    std::ofstream(folder.path() / "compact.part" / "data.mdb") << "of a run that was cut off";
    const CompactReport report = compactDatabase(folder.path(), {});
    EXPECT_LT(report.bytes_after, report.bytes_before);
    EXPECT_EQ(report.bytes_after, std::filesystem::file_size(folder.path() / "data.mdb"));
    EXPECT_GT(report.free_pages, 0U);
    EXPECT_LE(report.free_runs_single, report.free_pages);
    EXPECT_GT(report.merged_changes, 0U);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "compact.part"));
    EXPECT_EQ(textOf(findingsOf(folder.path())), "");
    EXPECT_EQ(contentOf(folder.path()), content);
    const CompactReport again = compactDatabase(folder.path(), {});
    EXPECT_EQ(again.free_pages, 0U);
    EXPECT_EQ(again.merged_changes, 0U);
    EXPECT_EQ(contentOf(folder.path()), content);
}

TEST(Compact, RefusesWhileAnybodyIsThere) {
    const TemporaryFolder folder;
    copySample(folder.path());
    const auto compact = [&] { compactDatabase(folder.path(), {}); };
    {
        const auto reader = Database::open(folder.path(), {.read_only = true});
        const auto snapshot = reader->snapshot();
        EXPECT_EQ(refusalOf(compact), ErrorCode::Locked);
    }
    {
        const auto writer = Database::open(folder.path(), {});
        EXPECT_EQ(refusalOf(compact), ErrorCode::Locked);
    }
    compact();
    EXPECT_EQ(refusalOf([&] { compactDatabase(folder.path() / "absent", {}); }), ErrorCode::NotFound);
}

TEST(Compact, LeavesADamagedDatabaseAlone) {
    const TemporaryFolder folder;
    copySample(folder.path());
    tamper(folder.path(), [](StoreTxn& txn, const Environment&) {
        TableWriter(txn, Table::Journal).erase(KeyBuilder().u64(3).view());
    });
    EXPECT_EQ(refusalOf([&] { compactDatabase(folder.path(), {}); }), ErrorCode::Corrupt);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "compact.part"));
    EXPECT_NE(textOf(findingsOf(folder.path())).find("entry 3"), std::string::npos);
}

TEST(Maintenance, StopsWhenAsked) {
    const TemporaryFolder folder;
    copySample(folder.path() / "db");
    backupDatabase(sample().folder, folder.path() / "b", false, {});
    const std::atomic<bool> stop{true};
    MaintenanceOptions options;
    options.stop = &stop;
    EXPECT_EQ(refusalOf([&] { backupDatabase(folder.path() / "db", folder.path() / "c", false, options); }),
              ErrorCode::Cancelled);
    EXPECT_EQ(refusalOf([&] { compactDatabase(folder.path() / "db", options); }), ErrorCode::Cancelled);
    EXPECT_EQ(refusalOf([&] {
                  restoreDatabase(folder.path() / "b", folder.path() / "d", RestoreMode::IntoAbsent, options);
              }),
              ErrorCode::Cancelled);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "c" / "data.mdb"));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "d" / "data.mdb"));
    EXPECT_EQ(textOf(findingsOf(folder.path() / "db")), "");
}

}  // namespace
}  // namespace xinpu::engine
