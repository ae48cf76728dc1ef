// tests/unit/graph/hub_test.cpp
// Hub blocks: order, cutting, rewriting only what differs.

#include "engine/graph/hub.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "samples.h"
#include "store_folder.h"

namespace xinpu::engine {
namespace {

using test::entryOf;

const HubKey kHub{TypeId{2}, Direction::In, NodeId{77}};

std::vector<Entry> someEntries(std::uint32_t count) {
    std::vector<Entry> entries;
    std::mt19937 random(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        entries.push_back(entryOf(i % 50, i, static_cast<std::int32_t>(test::drawn(random, 2'000)) - 1'000));
    }
    std::shuffle(entries.begin(), entries.end(), random);
    return entries;
}

TEST(Hub, KeysFollowTheOrderOfTheirLastEntry) {
    EXPECT_LT(hubBlockKey(kHub, -5, 9), hubBlockKey(kHub, 0, 1));
    EXPECT_LT(hubBlockKey(kHub, kSlotAbsent, 9), hubBlockKey(kHub, kSlotSeeRecord, 1));
    EXPECT_LT(hubBlockKey(kHub, 7, 1), hubBlockKey(kHub, 7, 2));
    EXPECT_TRUE(hubBlockKey(kHub, 7, 1).starts_with(hubPrefix(kHub)));
}

TEST(Hub, BlocksAreFullPagesInOrder) {
    for (const int order : {-1, 0}) {
        std::string before;
        std::size_t total = 0;
        for (const auto& [key, value] : encodeHub(kHub, someEntries(1'000), 16, order, test::kLimits)) {
            EXPECT_LT(before, key);
            before = key;
            EXPECT_GE(value.size(), test::kLimits.value_min);
            EXPECT_LE(value.size(), test::kLimits.value_max);
            const auto block = parseHubBlock(asBytes(value), 16);
            ASSERT_TRUE(block);
            EXPECT_FALSE(parseHubBlock(asBytes(value), 12));
            total += block->count;
            Entry last;
            for (std::uint32_t i = 0; i < block->count; ++i) {
                const Entry entry = readEntry(block->first + std::size_t{i} * 16, 16);
                if (i > 0) {
                    EXPECT_TRUE(order < 0 ? last.relationship < entry.relationship
                                          : std::pair(last.slots[0], last.relationship) <
                                                std::pair(entry.slots[0], entry.relationship));
                }
                last = entry;
            }
            EXPECT_EQ(key, hubBlockKey(kHub, order < 0 ? 0 : last.slots[0], last.relationship));
        }
        EXPECT_EQ(total, 1'000U);
    }
}

TEST(Hub, IsReplacedAndErasedWithoutTouchingItsNeighbours) {
    StoreFolder folder;
    const ChunkLimits limits = chunkLimits(*folder);
    const HubKey left{TypeId{2}, Direction::Out, NodeId{77}}, right{TypeId{2}, Direction::In, NodeId{78}};
    StoreTxn txn = folder->beginWrite();
    writeHub(txn, left, someEntries(300), 16, 0, limits);
    writeHub(txn, right, someEntries(400), 16, 0, limits);
    for (const std::uint32_t count : {900U, 40U, 2'000U, 0U}) {
        writeHub(txn, kHub, someEntries(count), 16, 0, limits);
        EXPECT_EQ(copyHub(txn, kHub, 16).size(), count);
    }
    writeHub(txn, kHub, someEntries(500), 16, 0, limits);
    eraseHub(txn, kHub);
    EXPECT_TRUE(readHub(txn, kHub, 16).empty());
    EXPECT_EQ(copyHub(txn, left, 16).size(), 300U);
    EXPECT_EQ(copyHub(txn, right, 16).size(), 400U);
}

}  // namespace
}  // namespace xinpu::engine
