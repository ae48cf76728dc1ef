// tests/unit/graph/chunk_table_test.cpp
// Replacing groups in a real store, against a map.

#include "engine/graph/chunk_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engine/graph/column.h"
#include "samples.h"
#include "store_folder.h"

namespace xinpu::engine {
namespace {

using Model = std::map<std::uint32_t, std::string>;

Model stored(const StoreTxn& txn, const ChunkSpace& space, ChunkLimits limits) {
    Model model;
    TableCursor cursor(txn, space.table);
    std::uint64_t next = 0;
    for (auto entry = cursor.seek(asBytes(space.prefix));
         entry && asText(entry->key).starts_with(space.prefix); entry = cursor.next()) {
        const auto view = ChunkView::parse(entry->value, space.kind);
        if (!view) {
            ADD_FAILURE() << "does not parse";
            break;
        }
        EXPECT_GE(entry->value.size(), limits.value_min);
        EXPECT_LE(entry->value.size(), limits.value_max);
        EXPECT_GE(view->firstGroup(), next) << "chunks overlap";
        EXPECT_EQ(keyU32(entry->key, space.prefix.size()), view->lastGroup());
        next = std::uint64_t{view->lastGroup()} + 1;
        for (ChunkGroup& group : view->copyGroups()) {
            model[group.group] = std::move(group.bytes);
        }
    }
    return model;
}

TEST(ChunkTable, ReplacesAndRemovesGroupsAndNamesWhatMoved) {
    StoreFolder folder;
    const ChunkLimits limits = chunkLimits(*folder);
    const ChunkSpace space = adjacencyOf(3);
    std::mt19937 random(11);
    Model model;
    for (int round = 0; round < 150; ++round) {
        StoreTxn txn = folder->beginWrite();
        replaceGroups(txn, adjacencyOf(2), {{round % 5U, 0, "left"}}, 1, limits);  // neighbours in the table
        replaceGroups(txn, adjacencyOf(4), {{round % 5U, 0, "right"}}, 1, limits);
        std::map<std::uint32_t, std::string> drawn;
        for (std::uint32_t i = 0; i < 1 + test::drawn(random, 40); ++i) {
            const std::uint32_t group =
                round % 3 == 0 ? test::drawn(random, 4'000) : test::drawn(random, 200);
            drawn[group] = test::drawn(random, 3) == 0 ? ""
                                                       : std::string(4 * (1 + test::drawn(random, 300)),
                                                                     static_cast<char>('a' + round % 26));
        }
        std::vector<ChunkGroup> changes;
        const Model before = model;
        for (const auto& [group, bytes] : drawn) {
            changes.push_back({group, 0, bytes});
            if (bytes.empty()) {
                model.erase(group);
            } else {
                model[group] = bytes;
            }
        }
        const auto touched =
            replaceGroups(txn, space, std::move(changes), static_cast<std::uint64_t>(round), limits);
        for (const auto& [group, bytes] : drawn) {
            EXPECT_TRUE(std::any_of(touched.begin(), touched.end(),
                                    [group = group](const GroupRange& range) {
                                        return range.first <= group && group <= range.last;
                                    }))
                << "group " << group << " changed and is not named";
        }
        ASSERT_EQ(stored(txn, space, limits), model) << "round " << round;
        for (const auto& [group, bytes] : model) {
            const ChunkView::Group found = findGroup(txn, space, group);
            ASSERT_EQ(asText({found.data, found.size}), bytes);
        }
        EXPECT_EQ(findGroup(txn, space, 5'000).data, nullptr);
        txn.commit();
    }
}

TEST(ChunkTable, ColumnsTakeChangesAndAreDropped) {
    StoreFolder folder;
    const ChunkLimits limits = chunkLimits(*folder);
    std::map<std::uint32_t, std::int32_t> model;
    std::mt19937 random(5);
    for (int round = 0; round < 40; ++round) {
        StoreTxn txn = folder->beginWrite();
        std::map<std::uint32_t, std::int32_t> drawn;
        for (int i = 0; i < 50; ++i) {
            drawn[test::drawn(random, 5'000)] = test::drawn(random, 4) == 0
                                                    ? kSlotAbsent
                                                    : static_cast<std::int32_t>(test::drawn(random, 1'000));
        }
        std::vector<SlotChange> changes;
        for (const auto& [id, slot] : drawn) {
            changes.push_back({NodeId{id}, slot});
            model[id] = slot;
        }
        changeColumn(txn, 8, changes, limits);
        changeColumn(txn, 9, changes, limits);
        txn.commit();
        const StoreTxn read = folder->beginRead();
        SlotTree groups;
        const ColumnView column(read, 8, groups);
        for (std::uint32_t id = 0; id < 5'020; ++id) {
            const auto expected = model.find(id);
            ASSERT_EQ(column.slot(NodeId{id}), expected == model.end() ? kSlotAbsent : expected->second);
        }
    }
    StoreTxn txn = folder->beginWrite();
    dropColumn(txn, 8);
    SlotTree groups, others;
    const ColumnView gone(txn, 8, groups), other(txn, 9, others);
    for (const auto& [id, slot] : model) {
        EXPECT_EQ(gone.slot(NodeId{id}), kSlotAbsent);
        EXPECT_EQ(other.slot(NodeId{id}), slot);
    }
}

}  // namespace
}  // namespace xinpu::engine
