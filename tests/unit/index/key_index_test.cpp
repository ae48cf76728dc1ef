// tests/unit/index/key_index_test.cpp
// Unique and range indexes in a real store, against a sorted set.

#include "engine/index/key_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "store_folder.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using Model = std::set<std::pair<std::string, std::uint32_t>>;  // Keys in stored form.
constexpr IndexId kIndex{7};

/// Ends a key, so that none is the beginning of another.
std::string ended(std::string text) {
    return text.append("\0\0", 2);
}

Model scanned(const StoreTxn& txn, IndexId index, const KeyRange& range, ScanOrder order) {
    KeyScan scan(TableReader(txn, Table::Keys), index, range, order);
    Model out;
    std::optional<std::pair<std::string, std::uint32_t>> before;
    while (const auto entry = scan.next()) {
        std::pair<std::string, std::uint32_t> now(entry->key, entry->id);
        if (before) {
            EXPECT_TRUE(order == ScanOrder::Ascending ? *before < now : now < *before);
        }
        before = now;
        EXPECT_EQ(entry->recheck, entry->key.size() > kPlainKeyBytesMax);
        out.insert(now);
    }
    EXPECT_FALSE(scan.next()) << "stays at its end";
    return out;
}

KeyChangeCounts apply(StoreFolder& store, IndexId index, std::vector<KeyChange> changes) {
    StoreTxn txn = store->beginWrite();
    TableWriter table(txn, Table::Keys);
    const KeyChangeCounts counts = applyKeyChanges(table, index, changes);
    txn.commit();
    return counts;
}

void expectHolds(StoreFolder& store, IndexId index, const Model& model) {
    const StoreTxn txn = store->beginRead();
    EXPECT_EQ(scanned(txn, index, {}, ScanOrder::Ascending), model);
    EXPECT_EQ(scanned(txn, index, {}, ScanOrder::Descending), model);
    EXPECT_EQ(KeyIndex(TableReader(txn, Table::Keys), index).firstFault(), std::nullopt);
}

TEST(KeyIndex, IsEmptyBeforeItsFirstKey) {
    StoreFolder store;
    expectHolds(store, kIndex, {});
    const StoreTxn txn = store->beginRead();
    EXPECT_FALSE(KeyIndex(TableReader(txn, Table::Keys), kIndex).find("a"));
}

TEST(KeyIndex, KeepsIndexesApart) {
    StoreFolder store;
    const std::string key = ended("91441927MA9FAFN17W");
    apply(store, IndexId{0}, {{key, 10, true}});
    apply(store, IndexId{1}, {{key, 11, true}, {ended("a"), 1, true}});
    apply(store, IndexId{0xffff}, {{key, 12, true}});
    for (const auto& [index, id] : {std::pair{0U, 10U}, {1U, 11U}, {0xffffU, 12U}}) {
        const StoreTxn txn = store->beginRead();
        EXPECT_EQ(KeyIndex(TableReader(txn, Table::Keys), IndexId{index}).find(key)->id, id);
    }
    expectHolds(store, IndexId{0xffff}, {{key, 12}});
    StoreTxn txn = store->beginWrite();
    TableWriter table(txn, Table::Keys);
    dropKeyIndex(table, IndexId{1});
    txn.commit();
    expectHolds(store, IndexId{0}, {{key, 10}});
    expectHolds(store, IndexId{1}, {});
    expectHolds(store, IndexId{0xffff}, {{key, 12}});
}

TEST(KeyIndex, CountsChangesThatChangeNothing) {
    StoreFolder store;
    apply(store, kIndex, {{ended("a"), 1, true}});
    const KeyChangeCounts counts =
        apply(store, kIndex,
              {{ended("b"), 2, false}, {ended("a"), 1, true}, {ended("a"), 3, true}, {ended("c"), 1, true}});
    EXPECT_EQ(counts.added, 2U);
    EXPECT_EQ(counts.present, 1U);
    EXPECT_EQ(counts.missing, 1U);
    EXPECT_EQ(counts.removed, 0U);
}

TEST(KeyIndex, HoldsLongKeysByDigest) {
    StoreFolder store;
    const std::string start(kPlainKeyBytesMax, 'x');
    const std::string plain = start.substr(0, kPlainKeyBytesMax - 2) + std::string("\0\0", 2);
    const std::string a = ended(start + "a"), b = ended(start + "b"), big = ended(std::string(100'000, 'y'));
    apply(store, kIndex,
          {{plain, 1, true}, {a, 2, true}, {b, 3, true}, {big, 4, true}, {ended("z"), 5, true}});
    const StoreTxn txn = store->beginRead();
    const KeyIndex index(TableReader(txn, Table::Keys), kIndex);
    EXPECT_EQ(index.firstFault(), std::nullopt);
    struct Row {
        std::string key;
        std::uint32_t id;
        bool recheck;
    };
    for (const Row& row :
         {Row{plain, 1, false}, {a, 2, true}, {b, 3, true}, {big, 4, true}, {ended("z"), 5, false}}) {
        const auto hit = index.find(row.key);
        ASSERT_TRUE(hit);
        EXPECT_EQ(hit->id, row.id);
        EXPECT_EQ(hit->recheck, row.recheck);
    }
    EXPECT_FALSE(index.find(ended(start + "c")));
    // A range that ends or begins inside the common start takes all long keys with it, to be checked again.
    EXPECT_EQ(scanned(txn, kIndex, {a, b}, ScanOrder::Ascending).size(), 2U);
    EXPECT_EQ(scanned(txn, kIndex, {b, std::nullopt}, ScanOrder::Ascending).size(), 4U);
    EXPECT_EQ(scanned(txn, kIndex, {"", a}, ScanOrder::Descending).size(), 3U);
}

TEST(KeyIndex, BulkBuiltHoldsTheSameAsApplied) {
    StoreFolder store;
    Model model;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        model.emplace(ended("91441927MA9F" + std::to_string(i * 17)), i);
    }
    {
        StoreTxn txn = store->beginWrite();
        TableWriter table(txn, Table::Keys);
        for (const IndexId index : {IndexId{1}, IndexId{2}, IndexId{3}}) {
            KeyIndexBuilder builder(table, index);
            for (const auto& [key, id] : model) {
                if (index != IndexId{2}) {
                    builder.add(key, id);
                }
            }
            builder.finish();
            EXPECT_EQ(builder.entries(), index == IndexId{2} ? 0U : model.size());
        }
        txn.commit();
    }
    std::vector<KeyChange> changes;
    for (const auto& [key, id] : model) {
        changes.push_back({key, id, true});
    }
    apply(store, IndexId{2}, changes);
    for (const IndexId index : {IndexId{1}, IndexId{2}, IndexId{3}}) {
        expectHolds(store, index, model);
    }
}

TEST(KeyIndex, BuilderRefusesKeysThatDoNotAscend) {
    StoreFolder store;
    StoreTxn txn = store->beginWrite();
    TableWriter table(txn, Table::Keys);
    KeyIndexBuilder builder(table, kIndex);
    builder.add("b", 2);
    EXPECT_THROW(builder.add("b", 2), Error);
    EXPECT_THROW(builder.add("a", 3), Error);
}

TEST(KeyIndex, GrowingKeysLeaveFullBlocks) {
    StoreFolder store;
    for (std::uint32_t commit = 0; commit < 60; ++commit) {
        std::vector<KeyChange> changes;
        for (std::uint32_t i = 0; i < 100; ++i) {
            changes.push_back(
                {ended("doc" + std::to_string(1'000'000 + commit * 100 + i)), commit * 100 + i, true});
        }
        apply(store, kIndex, changes);
    }
    const StoreTxn txn = store->beginRead();
    std::size_t blocks = 0, bytes = 0;
    TableCursor cursor(txn, Table::Keys);
    for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
        ++blocks;
        bytes += entry->value.size();
    }
    EXPECT_GT(bytes / blocks, kKeyBlockShareBytes * 4 / 5);
}

TEST(KeyIndex, EmptiedBlocksGoAndSmallOnesJoin) {
    StoreFolder store;
    std::vector<KeyChange> changes;
    for (std::uint32_t i = 0; i < 5'000; ++i) {
        changes.push_back({ended(std::to_string(100'000 + i)), i, true});
    }
    apply(store, kIndex, changes);
    const auto entries = [&] { return store->pageUse().entries; };
    const std::uint64_t full = entries();
    Model left;
    for (KeyChange& change : changes) {
        change.add = false;
        if (change.id % 20 == 0) {
            left.emplace(change.key, change.id);
        }
    }
    std::erase_if(changes, [](const KeyChange& change) { return change.id % 20 == 0; });
    apply(store, kIndex, changes);
    expectHolds(store, kIndex, left);
    EXPECT_LT(entries() * 2, full);
    std::vector<KeyChange> rest;
    for (const auto& [key, id] : left) {
        rest.push_back({key, id, false});
    }
    apply(store, kIndex, rest);
    EXPECT_EQ(entries(), 0U);
}

/// Makes keys of a kind; `name` says which.
struct KeyMaker {
    const char* name;
    std::string (*make)(std::mt19937_64& random);
};

const KeyMaker kKeyMakers[] = {
    {"numbers", [](std::mt19937_64& random) { return ended(std::to_string(random() % 3'000)); }},
    {"hex",
     [](std::mt19937_64& random) {
         std::string key;
         for (int i = 0; i < 32; ++i) {
             key.push_back("0123456789abcdef"[random() % 16]);
         }
         return ended(key);
     }},
    {"few_keys_many_ids", [](std::mt19937_64& random) { return ended(std::string(1 + random() % 3, 'v')); }},
    {"any_length",
     [](std::mt19937_64& random) {
         return ended(std::string(random() % 700, static_cast<char>('a' + random() % 3)) +
                      std::to_string(random() % 9));
     }},
};

class KeyIndexModel : public testing::TestWithParam<KeyMaker> {};

TEST_P(KeyIndexModel, AgreesAfterEveryBatch) {
    constexpr std::uint64_t kSeed = 20261202;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    StoreFolder store;
    Model model;
    apply(store, IndexId{6}, {{ended("neighbour"), 6, true}});
    apply(store, IndexId{8}, {{ended("neighbour"), 8, true}});
    for (int batch = 0; batch < 120; ++batch) {
        SCOPED_TRACE(batch);
        const unsigned removals = batch % 40 < 25 ? 3 : 8;  // Of ten: grows, then shrinks.
        std::vector<KeyChange> changes;
        Model next = model;
        std::set<std::pair<std::string, std::uint32_t>> touched;
        for (std::size_t i = 0; i < 1 + random() % 200; ++i) {
            if (random() % 10 < removals && !model.empty()) {
                auto at = model.lower_bound(
                    {storedKey(GetParam().make(random)), static_cast<std::uint32_t>(random())});
                at = at == model.end() ? model.begin() : at;
                if (at->first.size() <= kPlainKeyBytesMax && touched.insert(*at).second) {
                    changes.push_back({at->first, at->second, false});
                    next.erase(*at);
                }
                continue;
            }
            std::string key = GetParam().make(random);
            const auto id = static_cast<std::uint32_t>(random() % 100'000);
            if (touched.emplace(storedKey(key), id).second) {
                next.emplace(storedKey(key), id);
                changes.push_back({key, id, true});
            }
        }
        std::shuffle(changes.begin(), changes.end(), random);
        apply(store, kIndex, changes);
        model = std::move(next);
        if (batch % 8 == 0) {
            expectHolds(store, kIndex, model);
        }

        const StoreTxn txn = store->beginRead();
        const KeyIndex index(TableReader(txn, Table::Keys), kIndex);
        for (int probe = 0; probe < 30; ++probe) {
            const std::string key = GetParam().make(random);
            const auto at = model.lower_bound({storedKey(key), 0});
            const bool present = at != model.end() && at->first == storedKey(key);
            const auto hit = index.find(key);
            ASSERT_EQ(hit.has_value(), present);
            if (present) {
                ASSERT_EQ(hit->id, at->second);
            }
        }
        std::string lo = GetParam().make(random).substr(0, kPlainKeyBytesMax);
        std::string hi = GetParam().make(random).substr(0, kPlainKeyBytesMax);
        const Model range = lo < hi ? Model(model.lower_bound({lo, 0}), model.lower_bound({hi, 0})) : Model{};
        ASSERT_EQ(scanned(txn, kIndex, {lo, hi}, ScanOrder::Ascending), range);
        ASSERT_EQ(scanned(txn, kIndex, {lo, hi}, ScanOrder::Descending), range);
    }
    expectHolds(store, IndexId{6}, {{ended("neighbour"), 6}});
    expectHolds(store, IndexId{8}, {{ended("neighbour"), 8}});
}

INSTANTIATE_TEST_SUITE_P(Index, KeyIndexModel, testing::ValuesIn(kKeyMakers),
                         [](const auto& of) { return of.param.name; });

TEST(KeyIndexDamage, IsNamedNotAnsweredFrom) {
    StoreFolder store;
    apply(store, kIndex, {{ended("a"), 1, true}});
    StoreTxn txn = store->beginWrite();
    TableWriter table(txn, Table::Keys);
    const auto entry = table.atOrAfter({});
    const std::string key(asText(entry->key));
    table.put(asBytes(key), asBytes("no block"));
    const KeyIndex index(table, kIndex);
    EXPECT_EQ(index.firstFault(), "index 7: a block cannot be read");
    try {
        index.find(ended("a"));
        FAIL() << "answered from a damaged block";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        EXPECT_EQ(
            error.message(),
            "Index 7 is damaged: a key block cannot be read. Run `xinpu check`, then restore from a backup.");
    }
    KeyScan scan(table, kIndex, {}, ScanOrder::Ascending);
    EXPECT_THROW(scan.next(), Error);
}

TEST(KeyIndexDamage, FaultsBetweenBlocksAreFound) {
    const auto faultOf = [](const std::vector<std::pair<std::string, std::string>>& blocks) {
        StoreFolder store;
        StoreTxn txn = store->beginWrite();
        TableWriter table(txn, Table::Keys);
        for (const auto& [bound, held] : blocks) {
            KeyBlockBuilder builder;
            builder.tryAdd(held, 1, kKeyBlockShareBytes);
            const std::string body = builder.finish();
            table.put(asBytes(std::string("\0\x07", 2) + bound), asBytes(body));
        }
        return KeyIndex(table, kIndex).firstFault().value_or("none");
    };
    const auto bound = [](const std::string& key) {
        return std::string(1, '\0') + key + std::string("\0\0\0\1", 4);
    };
    EXPECT_EQ(faultOf({{bound("a"), "a"}, {"\xff", "b"}}), "none");
    EXPECT_EQ(faultOf({{bound("b"), "b"}, {"\xff", "a"}}), "index 7: two blocks overlap");
    EXPECT_EQ(faultOf({{bound("a"), "b"}}), "index 7: a block holds a key greater than its bound");
    EXPECT_EQ(faultOf({{"\xff", "b"}, {"\xff\x01", "c"}}), "index 7: a block lies behind the last one");
    EXPECT_EQ(faultOf({{"\x05", "b"}}), "index 7: a block has an unknown kind of key");
}

TEST(KeyIndex, FindsAKeyBehindABlockThatLostItsLastEntry) {
    for (const std::uint32_t others : {74U, 189U, 281U}) {
        StoreFolder store;
        StoreTxn txn = store->beginWrite();
        TableWriter table(txn, Table::Keys);
        std::vector<KeyChange> changes;
        for (std::uint32_t id = 0; id < 600; ++id) {
            changes.push_back({ended(id < others ? "a" : "b"), id, true});
        }
        applyKeyChanges(table, kIndex, changes);
        for (std::uint32_t id = others; id < 599; ++id) {
            std::vector<KeyChange> gone{{ended("b"), id, false}};
            applyKeyChanges(table, kIndex, gone);
            const auto hit = KeyIndex(table, kIndex).find(ended("b"));
            ASSERT_TRUE(hit) << "behind id " << id;
            ASSERT_EQ(hit->id, id + 1);
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
