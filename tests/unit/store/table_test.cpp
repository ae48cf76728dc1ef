// tests/unit/store/table_test.cpp
// Tables that lie side by side in one tree, against std::map; checksums.

#include "engine/store/table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "store_folder.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using Model = std::map<std::string, std::string>;

std::optional<std::pair<std::string, std::string>> copied(const std::optional<TableEntry>& entry) {
    if (!entry) {
        return std::nullopt;
    }
    return std::pair(std::string(asText(entry->key)), std::string(asText(entry->value)));
}

TEST(Table, ReadsAsAMapAmongItsNeighbours) {
    StoreFolder folder;
    std::mt19937 random(1);
    const auto text = [&random](std::size_t most) {
        std::string out(random() % most, '\0');
        for (char& c : out) {
            c = static_cast<char>(random() % 3);
        }
        return out;
    };
    constexpr Table kTables[] = {Table::Nodes, Table::BigNodes, Table::Meta};
    std::map<Table, Model> models;
    for (int round = 0; round < 30; ++round) {
        StoreTxn txn = folder->beginWrite();
        for (int i = 0; i < 60; ++i) {
            const Table table = kTables[random() % 3];
            const std::string key = text(4);
            if (random() % 4 == 0) {
                EXPECT_EQ(TableWriter(txn, table).erase(asBytes(key)), models[table].erase(key) == 1);
            } else {
                const std::string body = text(random() % 8 == 0 ? 9'000 : 50);
                TableWriter(txn, table).put(asBytes(key), asBytes(body));
                models[table][key] = body;
            }
        }
        if (round % 3 == 0) {
            txn.commit();
            txn = folder->beginRead();
        }
        for (const Table table : kTables) {
            const Model& model = models[table];
            const TableReader reader(txn, table);
            for (int i = 0; i < 40; ++i) {
                const std::string key = text(4);
                const auto found = reader.get(asBytes(key));
                const auto expected = model.find(key);
                ASSERT_EQ(found.has_value(), expected != model.end());
                if (found) {
                    EXPECT_EQ(asText(*found), expected->second);
                }
                const auto at = model.lower_bound(key);
                const auto behind = copied(reader.atOrAfter(asBytes(key)));
                ASSERT_EQ(behind.has_value(), at != model.end());
                if (behind) {
                    EXPECT_EQ(*behind, (std::pair<std::string, std::string>(*at)));
                }
                const auto before = copied(reader.before(asBytes(key)));
                ASSERT_EQ(before.has_value(), at != model.begin());
                if (before) {
                    EXPECT_EQ(*before, (std::pair<std::string, std::string>(*std::prev(at))));
                }
            }
            const auto last = copied(reader.last());
            ASSERT_EQ(last.has_value(), !model.empty());
            if (last) {
                EXPECT_EQ(last->first, model.rbegin()->first);
            }
            Model walked;
            TableCursor cursor(txn, table);
            for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
                walked.emplace(asText(entry->key), asText(entry->value));
            }
            EXPECT_EQ(walked, model);
        }
        if (round % 3 == 1) {
            txn.commit();
        } else if (round % 3 == 2) {
            const StoreTxn dropped = std::move(txn);  // not committed: the models go back with it
            models.clear();
        }
        if (models.empty()) {
            const StoreTxn read = [&] {
                { const StoreTxn gone = std::move(txn); }
                return folder->beginRead();
            }();
            for (const Table table : kTables) {
                TableCursor cursor(read, table);
                for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
                    models[table].emplace(asText(entry->key), asText(entry->value));
                }
            }
        }
    }
}

TEST(Table, AppendsOnlyBehindEverything) {
    StoreFolder folder;
    StoreTxn txn = folder->beginWrite();
    TableWriter(txn, Table::Nodes).append(asBytes("b"), asBytes("1"));
    TableWriter(txn, Table::Hubs).append(asBytes("a"), asBytes("2"));
    EXPECT_THROW(TableWriter(txn, Table::Nodes).append(asBytes("c"), asBytes("3")), Error);
}

TEST(Table, ChecksumsCoverTableKeyAndBody) {
    const std::uint32_t sum = valueChecksum(Table::Nodes, asBytes("key"), asBytes("body"));
    EXPECT_EQ(sum, valueChecksum(Table::Nodes, asBytes("key"), asBytes("body")));
    EXPECT_NE(sum, valueChecksum(Table::Hubs, asBytes("key"), asBytes("body")));
    EXPECT_NE(sum, valueChecksum(Table::Nodes, asBytes("kez"), asBytes("body")));
    EXPECT_NE(sum, valueChecksum(Table::Nodes, asBytes("key"), asBytes("bodz")));
}

TEST(KeyBuilder, NumbersSortAsBytes) {
    const std::uint64_t numbers[] = {0, 1, 255, 256, 65'535, 65'536, 1ULL << 32, ~0ULL};
    for (std::size_t i = 1; i < std::size(numbers); ++i) {
        EXPECT_LT(KeyBuilder().u64(numbers[i - 1]).text(), KeyBuilder().u64(numbers[i]).text());
    }
    const std::string key =
        KeyBuilder().u8(7).u16(0x1234).u32(0xdeadbeef).u64(~1ULL).bytes(asBytes("z")).text();
    EXPECT_EQ(key.size(), 16U);
    EXPECT_EQ(keyU16(asBytes(key), 1), 0x1234);
    EXPECT_EQ(keyU32(asBytes(key), 3), 0xdeadbeefU);
    EXPECT_EQ(keyU64(asBytes(key), 7), ~1ULL);
}

}  // namespace
}  // namespace xinpu::engine
