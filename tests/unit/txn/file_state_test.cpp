// tests/unit/txn/file_state_test.cpp
// Header and state of the file: every cut and flip is refused or changes only what the field says.

#include "engine/txn/file_state.h"

#include <gtest/gtest.h>

#include "store_folder.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

TEST(FileState, ReadsBack) {
    StoreFolder folder;
    StoreTxn txn = folder->beginWrite();
    EXPECT_THROW(loadHeader(txn, 4'096), Error) << "an LMDB file without our header";
    EXPECT_THROW(loadState(txn), Error);
    FileHeader header{newDatabaseId(), kFormatVersion, 4'096, 16, -5};
    storeHeader(txn, header);
    storeState(txn, {7, 5, 3, 1'000});
    const FileHeader back = loadHeader(txn, 4'096);
    EXPECT_EQ(back.database_id, header.database_id);
    EXPECT_EQ(back.created_us, -5);
    EXPECT_EQ(loadState(txn).last_entry, 7U);
    EXPECT_EQ(loadState(txn).unmerged, 1'000U);
    EXPECT_THROW(loadHeader(txn, 16'384), Error) << "another page size";
    const std::string text = databaseIdText(header);
    EXPECT_EQ(text.size(), 36U);
    EXPECT_EQ(text[14], '4');
    EXPECT_NE(newDatabaseId(), newDatabaseId());
}

TEST(FileState, DamageIsRefused) {
    StoreFolder folder;
    StoreTxn txn = folder->beginWrite();
    storeHeader(txn, {newDatabaseId(), kFormatVersion, 4'096, 16, 1});
    storeState(txn, {7, 5, 3, 1'000});
    TableWriter table(txn, Table::Meta);
    for (const char* key : {"header", "state"}) {
        const std::string good(asText(*table.get(asBytes(std::string_view(key)))));
        const auto refused = [&](const std::string& damaged) {
            table.put(asBytes(std::string_view(key)), asBytes(damaged));
            try {
                loadHeader(txn, 4'096);
                loadState(txn);
                return false;
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::Corrupt);
                return true;
            }
        };
        for (std::size_t size = 0; size < good.size(); ++size) {
            EXPECT_TRUE(refused(good.substr(0, size))) << key << size;
        }
        for (std::size_t at = 0; at < good.size(); ++at) {
            std::string damaged = good;
            damaged[at] = static_cast<char>(damaged[at] ^ 4);
            const bool fixed = std::string_view(key) == "header" && (at < 8 || (at >= 24 && at < 36));
            EXPECT_EQ(refused(damaged), fixed) << key << at;
        }
        table.put(asBytes(std::string_view(key)), asBytes(good));
    }
}

}  // namespace
}  // namespace xinpu::engine
