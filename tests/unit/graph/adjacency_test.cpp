// tests/unit/graph/adjacency_test.cpp
// Groups of adjacency: counts, strides, hub marks, and merging changes into them.

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/graph/adjacency.h"
#include "engine/graph/merge.h"
#include "samples.h"
#include "store_folder.h"

namespace xinpu::engine {
namespace {

using test::entryOf;

TEST(AdjacencyGroup, ReadsWhatItPacked) {
    LooseGroup group = test::sampleGroup();
    group.entries[0][7].assign(254, entryOf(1, 1));
    for (const auto& [out, in] : {std::pair{8U, 8U}, std::pair{12U, 32U}, std::pair{32U, 8U}}) {
        const ChunkGroup packed = group.pack(9, out, in);
        EXPECT_EQ(packed.bytes.size(), group.bytes(out, in));
        const ChunkView::Group view{asBytes(packed.bytes).data(), packed.bytes.size(), packed.flags};
        ASSERT_TRUE(groupIsSound(view, out, in));
        EXPECT_FALSE(groupIsSound(view, out + 4, in));
        for (std::uint32_t k = 0; k < kGroupIds; ++k) {
            const NodeEntries found = nodeEntries(view.data, view.flags, 160 + k, out, in);
            EXPECT_EQ(found.out_count, group.entries[0][k].size());
            EXPECT_EQ(found.in_count, group.entries[1][k].size());
            EXPECT_EQ(found.out_hub, group.hub[0][k]);
            EXPECT_EQ(found.in_hub, group.hub[1][k]);
            for (std::uint32_t i = 0; i < found.in_count; ++i) {
                const Entry entry = readEntry(found.in + std::size_t{i} * in, in);
                EXPECT_EQ(entry.relationship, group.entries[1][k][i].relationship);
            }
        }
        EXPECT_EQ(LooseGroup::from(view, out, in).pack(9, out, in).bytes, packed.bytes);
    }
}

TEST(AdjacencyGroup, LeavesOutADirectionThatIsEmpty) {
    LooseGroup group;
    EXPECT_TRUE(group.empty());
    EXPECT_TRUE(group.pack(0, 8, 8).bytes.empty());
    group.entries[1][4] = {entryOf(1, 2)};
    const ChunkGroup packed = group.pack(0, 8, 8);
    EXPECT_EQ(packed.flags, kGroupIn);
    EXPECT_EQ(packed.bytes.size(), 16U + 8U);
}

/// One node's outgoing entries after each of a row of merges.
struct Merged {
    StoreFolder folder;
    CatalogBuilder catalog = test::sampleCatalog();
    AdjacencyLayout layout;

    std::size_t take(const std::vector<EdgeChange>& changes, bool* hub) {
        StoreTxn txn = folder->beginWrite();
        bool hubs_changed = false;
        ChunkGroup group =
            mergeGroup(txn, TypeId{0}, layout, 0, changes, chunkLimits(*folder), &hubs_changed);
        std::size_t count = 0;
        *hub = false;
        if (!group.bytes.empty()) {
            const NodeEntries found =
                nodeEntries(asBytes(group.bytes).data(), group.flags, 3, layout.stride(Direction::Out),
                            layout.stride(Direction::In));
            *hub = found.out_hub;
            count = found.out_hub
                        ? copyHub(txn, {TypeId{0}, Direction::Out, NodeId{3}}, layout.stride(Direction::Out))
                              .size()
                        : found.out_count;
        }
        replaceGroups(txn, adjacencyOf(0), {std::move(group)}, 1, chunkLimits(*folder));
        txn.commit();
        return count;
    }
};

std::vector<EdgeChange> changes(std::uint32_t from, std::uint32_t to, EdgeOp op) {
    std::vector<EdgeChange> list;
    for (std::uint32_t rel = from; rel < to; ++rel) {
        list.push_back({TypeId{0}, NodeId{3}, Direction::Out, op, entryOf(rel % 7, rel)});
    }
    return list;
}

TEST(MergeGroup, MovesANodeOutAt255EntriesAndBackBelow48) {
    Merged merged;
    bool hub = false;
    EXPECT_EQ(merged.take(changes(0, 254, EdgeOp::Insert), &hub), 254U);
    EXPECT_FALSE(hub);
    EXPECT_EQ(merged.take(changes(254, 255, EdgeOp::Insert), &hub), 255U);
    EXPECT_TRUE(hub);
    EXPECT_EQ(merged.take(changes(255, 1'500, EdgeOp::Insert), &hub), 1'500U);
    EXPECT_TRUE(hub);
    EXPECT_EQ(merged.take(changes(48, 1'500, EdgeOp::Remove), &hub), 48U);
    EXPECT_TRUE(hub);
    EXPECT_EQ(merged.take(changes(47, 48, EdgeOp::Remove), &hub), 47U);
    EXPECT_FALSE(hub);
    const StoreTxn txn = merged.folder->beginRead();
    EXPECT_FALSE(TableReader(txn, Table::Hubs).atOrAfter({})) << "blocks of a hub that is none any more";
}

TEST(MergeGroup, MovesTheLongestListOutWhenTheGroupOutgrowsItsPage) {
    Merged merged;
    merged.layout.slots[0].assign(6, {KeyId{0}, {}, false, {}});  // stride 32: 126 entries fill a page
    bool hub = false;
    EXPECT_EQ(merged.take(changes(0, 120, EdgeOp::Insert), &hub), 120U);
    EXPECT_FALSE(hub);
    EXPECT_EQ(merged.take(changes(120, 140, EdgeOp::Insert), &hub), 140U);
    EXPECT_TRUE(hub);
}

TEST(MergeGroup, TakesTheLastOfSeveralChanges) {
    Merged merged;
    bool hub = false;
    std::vector<EdgeChange> list{changes(5, 6, EdgeOp::Insert)[0], changes(5, 6, EdgeOp::Replace)[0],
                                 changes(5, 6, EdgeOp::Remove)[0], changes(6, 7, EdgeOp::Insert)[0]};
    EXPECT_EQ(merged.take(list, &hub), 1U);
    EXPECT_EQ(merged.take(list, &hub), 1U) << "taken in again after a crash: the same";
    EXPECT_EQ(merged.take(changes(6, 7, EdgeOp::Remove), &hub), 0U);
}

TEST(MergeJob, GivesTheSameInSlicesOfAnySize) {
    for (const std::size_t chunks : {1U, 2U, 100U}) {
        StoreFolder folder;
        std::vector<std::size_t> degree(2'000, 0);
        {
            StoreTxn txn = folder->beginWrite();
            for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
                Segment segment;
                segment.sequence = sequence;
                for (std::uint32_t node = 0; node < 2'000; node += static_cast<std::uint32_t>(sequence)) {
                    segment.changes.push_back(
                        {TypeId{1}, NodeId{node}, Direction::In, EdgeOp::Insert,
                         entryOf(node, node * 8 + static_cast<std::uint32_t>(sequence))});
                    ++degree[node];
                }
                storeSegment(
                    txn, segment, [](TypeId, Direction) { return 8U; }, 4'076);
            }
            txn.commit();
        }
        std::unique_ptr<MergeJob> job;
        for (std::size_t slices = 0; job == nullptr || !job->done(); ++slices) {
            ASSERT_LT(slices, 10'000U);
            StoreTxn txn = folder->beginWrite();
            if (job == nullptr) {
                job = std::make_unique<MergeJob>(txn, 0, 5, test::sampleCatalog().share());
            }
            job->run(txn, chunks, chunkLimits(*folder));
            if (job->done()) {
                EXPECT_GT(eraseSegments(txn, 5), 0U);
            }
            txn.commit();
        }
        const StoreTxn txn = folder->beginRead();
        EXPECT_FALSE(TableReader(txn, Table::Segments).atOrAfter({}));
        const Overlay overlay(5);
        const TypeAdjacency type{TypeId{1}, {}, std::make_shared<SlotTree>(), std::make_shared<HubCache>()};
        const AdjacencyView view(txn, type, overlay, 5, folder->pageBytes());
        for (std::uint32_t node = 0; node < 2'000; ++node) {
            ASSERT_EQ(view.degree(NodeId{node}, Direction::In), degree[node]);
            ASSERT_EQ(view.degree(NodeId{node}, Direction::Out), 0U);
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
