// tests/unit/index/bitmap_index_test.cpp
// Bitmaps in a real store, against a map of sets.

#include "engine/index/bitmap_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "store_folder.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using Model = std::map<std::pair<BitmapFamily, std::string>, std::set<std::uint32_t>>;

std::set<std::uint32_t> idsOf(const NodeSet& nodes) {
    std::set<std::uint32_t> ids;
    nodes.forEach([&](NodeId node) { ids.insert(node.value); });
    return ids;
}

BitmapChangeCounts apply(StoreFolder& store, std::vector<BitmapChange> changes) {
    StoreTxn txn = store->beginWrite();
    const BitmapChangeCounts counts = applyBitmapChanges(txn, changes);
    txn.commit();
    return counts;
}

TEST(BitmapIndex, IsEmptyBeforeItsFirstId) {
    StoreFolder store;
    const StoreTxn txn = store->beginRead();
    const BitmapIndex index(txn, 1);
    EXPECT_TRUE(index.load("").empty());
    EXPECT_EQ(index.count(""), 0U);
    EXPECT_FALSE(index.contains("", NodeId{0}));
}

TEST(BitmapIndex, ReachesTheLastId) {
    StoreFolder store;
    constexpr std::uint32_t kLast = 0xffff'fffe;
    apply(store, {{1, "v", kLast, true}, {1, "v", 0, true}, {1, "w", 0xffff'0000, true}, {2, "v", 5, true}});
    const StoreTxn txn = store->beginRead();
    const BitmapIndex index(txn, 1);
    EXPECT_EQ(idsOf(index.load("v")), (std::set<std::uint32_t>{0, kLast}));
    EXPECT_EQ(idsOf(index.load("w")), (std::set<std::uint32_t>{0xffff'0000}));
    EXPECT_EQ(idsOf(index.loadRange("v", "w")), (std::set<std::uint32_t>{0, 0xffff'0000, kLast}));
    EXPECT_EQ(index.count("v"), 2U);
    EXPECT_TRUE(index.contains("v", NodeId{kLast}));
    EXPECT_FALSE(index.contains("w", NodeId{kLast}));
}

TEST(BitmapIndex, TellsValuesApartThatBeginAlike) {
    StoreFolder store;
    apply(store, {{1, "", 1, true}, {1, "a", 2, true}, {1, "ab", 3, true}, {1, "b", 4, true}});
    const StoreTxn txn = store->beginRead();
    const BitmapIndex index(txn, 1);
    EXPECT_EQ(idsOf(index.load("")), (std::set<std::uint32_t>{1}));
    EXPECT_EQ(idsOf(index.load("a")), (std::set<std::uint32_t>{2}));
    EXPECT_EQ(idsOf(index.loadRange("a", "az")), (std::set<std::uint32_t>{2, 3}));
    EXPECT_TRUE(index.loadRange("b", "a").empty());
}

TEST(BitmapIndex, AddsOneSliceToWhatIsThere) {
    StoreFolder store;
    apply(store, {{1, "v", 2, true}, {1, "v", kSliceIds + 3, true}, {1, "w", kSliceIds + 4, true}});
    const StoreTxn txn = store->beginRead();
    const BitmapIndex index(txn, 1);
    SliceWords words{};
    words[0] = 1;
    EXPECT_TRUE(index.loadSlice("v", 1, words));
    EXPECT_EQ(words[0], 0b1001U);
    EXPECT_FALSE(index.loadSlice("w", 0, words));
    EXPECT_EQ(words[0], 0b1001U);
}

TEST(BitmapIndex, CountsChangesThatChangeNothingAndRemovesEmptyContainers) {
    StoreFolder store;
    apply(store, {{1, "v", 7, true}});
    const BitmapChangeCounts counts =
        apply(store, {{1, "v", 7, true}, {1, "v", 8, false}, {1, "v", 9, true}, {3, "x", 1, false}});
    EXPECT_EQ(counts.set, 1U);
    EXPECT_EQ(counts.present, 1U);
    EXPECT_EQ(counts.absent, 2U);
    EXPECT_EQ(apply(store, {{1, "v", 7, false}, {1, "v", 9, false}}).cleared, 2U);
    EXPECT_EQ(store->pageUse().entries, 0U);
}

TEST(BitmapIndex, AgreesWithSetsAfterEveryBatch) {
    constexpr std::uint64_t kSeed = 20261204;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    StoreFolder store;
    Model model;
    const std::vector<std::string> values = {"",    "a", "aa", "b", std::string(kBitmapValueBytesMax, 'z'),
                                             "\xff"};
    for (int batch = 0; batch < 150; ++batch) {
        SCOPED_TRACE(batch);
        std::vector<BitmapChange> changes;
        std::set<std::tuple<BitmapFamily, std::string, std::uint32_t>> touched;
        for (std::size_t i = 0; i < 1 + random() % 400; ++i) {
            const auto family = static_cast<BitmapFamily>(1 + random() % 3);
            const std::string& value = values[random() % values.size()];
            // Dense at first ids, scattered beyond; often in runs.
            const auto id =
                static_cast<std::uint32_t>(random() % 3 == 0 ? random() % 4'000'000 : random() % 40'000);
            for (std::uint32_t k = 0; k < (random() % 8 == 0 ? 300U : 1U); ++k) {
                if (touched.emplace(family, value, id + k).second) {
                    const bool set = random() % 3 != 0;
                    changes.push_back({family, value, id + k, set});
                    auto& ids = model[{family, value}];
                    if (set) {
                        ids.insert(id + k);
                    } else {
                        ids.erase(id + k);
                    }
                }
            }
        }
        std::shuffle(changes.begin(), changes.end(), random);
        apply(store, changes);

        const StoreTxn txn = store->beginRead();
        for (const auto& [name, ids] : model) {
            const BitmapIndex index(txn, name.first);
            ASSERT_EQ(idsOf(index.load(name.second)), ids);
            ASSERT_EQ(index.count(name.second), ids.size());
            for (int probe = 0; probe < 10; ++probe) {
                const auto id = static_cast<std::uint32_t>(random() % 60'000);
                ASSERT_EQ(index.contains(name.second, NodeId{id}), ids.count(id) == 1);
            }
        }
        const std::string& first = values[random() % values.size()];
        const std::string& last = values[random() % values.size()];
        std::set<std::uint32_t> expected;
        for (const auto& [name, ids] : model) {
            if (name.first == 2 && first <= name.second && name.second <= last) {
                expected.insert(ids.begin(), ids.end());
            }
        }
        ASSERT_EQ(idsOf(BitmapIndex(txn, 2).loadRange(first, last)), expected);
    }
    StoreTxn txn = store->beginWrite();
    dropBitmaps(txn, 2);
    EXPECT_TRUE(BitmapIndex(txn, 2).loadRange("", "\xff").empty());
    EXPECT_EQ(idsOf(BitmapIndex(txn, 3).load("a")), (model[{3, "a"}]));
}

TEST(BitmapIndex, BulkBuiltIsByteForByteTheSameAsApplied) {
    StoreFolder built, applied;
    std::vector<BitmapChange> changes;
    std::mt19937 random(5);
    StoreTxn txn = built->beginWrite();
    for (const BitmapFamily family : {BitmapFamily{1}, BitmapFamily{9}}) {
        BitmapBuilder builder(txn, family);
        for (std::uint32_t id = 0; id < 100'000; id += 1 + static_cast<std::uint32_t>(random() % 7)) {
            for (const char* value : {"x", "yy"}) {
                if (random() % 2 == 0) {
                    builder.add(value, id);
                    changes.push_back({family, value, id, true});
                }
            }
        }
        builder.finish();
    }
    txn.commit();
    apply(applied, changes);
    const StoreTxn left = built->beginRead(), right = applied->beginRead();
    for (const BitmapFamily family : {BitmapFamily{1}, BitmapFamily{9}}) {
        std::vector<std::string> all[2];
        for (int side = 0; side < 2; ++side) {
            BitmapIndex(side == 0 ? left : right, family)
                .eachContainer([&](std::uint32_t slice, std::string_view value, Bytes bytes) {
                    all[side].push_back(std::to_string(slice) + "/" + std::string(value) + "/" +
                                        std::string(asText(bytes)));
                });
        }
        EXPECT_GT(all[0].size(), 12U);
        EXPECT_EQ(all[0], all[1]);
    }
}

TEST(BitmapIndex, BuilderRefusesASliceThatIsWritten) {
    StoreFolder store;
    StoreTxn txn = store->beginWrite();
    BitmapBuilder builder(txn, 1);
    builder.add("v", kSliceIds);
    builder.add("v", kSliceIds + 9);
    EXPECT_THROW(builder.add("v", kSliceIds - 1), Error);
}

TEST(BitmapIndexDamage, IsNamedNotAnsweredFrom) {
    StoreFolder store;
    apply(store, {{5, "v", 7, true}});
    StoreTxn txn = store->beginWrite();
    TableWriter table(txn, Table::Bitmaps);
    const std::string key(asText(table.atOrAfter({})->key));
    table.put(asBytes(key), asBytes("no container"));
    const BitmapIndex index(txn, 5);
    EXPECT_THROW(index.count("v"), Error);
    EXPECT_THROW(index.contains("v", NodeId{7}), Error);
    try {
        index.load("v");
        FAIL() << "answered from a damaged container";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        EXPECT_EQ(error.message(),
                  "Bitmap family 5 is damaged: a container cannot be read. Run `xinpu check`, then "
                  "restore from a backup.");
    }
}

}  // namespace
}  // namespace xinpu::engine
