// tests/unit/graph/chunk_test.cpp
// Cutting groups into chunks and finding them again.

#include "engine/graph/chunk.h"

#include <gtest/gtest.h>

#include <random>

#include "samples.h"

namespace xinpu::engine {
namespace {

std::vector<ChunkGroup> groupsOf(std::initializer_list<std::pair<std::uint32_t, std::size_t>> list) {
    std::vector<ChunkGroup> groups;
    for (const auto& [id, size] : list) {
        groups.push_back(
            {id, static_cast<std::uint8_t>(id % 4), std::string(size, static_cast<char>('a' + id % 26))});
    }
    return groups;
}

std::vector<EncodedChunk> encoded(const std::vector<ChunkGroup>& groups, ChunkFill fill) {
    return encodeChunks(groups, ChunkKind::Records, 9, test::kLimits.value_min, test::kLimits.value_max,
                        fill);
}

/// All groups of all chunks again; checks the bounds of every chunk.
std::vector<ChunkGroup> decoded(const std::vector<EncodedChunk>& chunks) {
    std::vector<ChunkGroup> groups;
    for (const EncodedChunk& chunk : chunks) {
        EXPECT_GE(chunk.bytes.size(), test::kLimits.value_min);
        EXPECT_LE(chunk.bytes.size(), test::kLimits.value_max);
        const auto view = ChunkView::parse(asBytes(chunk.bytes), ChunkKind::Records);
        if (!view) {
            ADD_FAILURE() << "does not parse";
            continue;
        }
        EXPECT_EQ(view->firstGroup(), chunk.first_group);
        EXPECT_EQ(view->lastGroup(), chunk.last_group);
        EXPECT_EQ(view->merged(), 9U);
        for (ChunkGroup& group : view->copyGroups()) {
            const ChunkView::Group found = view->group(group.group);
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(found.data) % 4,
                      reinterpret_cast<std::uintptr_t>(chunk.bytes.data()) % 4);
            groups.push_back(std::move(group));
        }
    }
    return groups;
}

void expectSame(const std::vector<ChunkGroup>& expected, const std::vector<ChunkGroup>& found) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(found[i].group, expected[i].group);
        EXPECT_EQ(found[i].flags, expected[i].flags);
        std::string padded = expected[i].bytes;
        padded.resize((padded.size() + 3) / 4 * 4, '\0');
        EXPECT_EQ(found[i].bytes, padded) << "group " << expected[i].group;
    }
}

TEST(Chunk, CutsWhereAPageIsFullOrAGapIsWide) {
    const struct {
        std::vector<ChunkGroup> groups;
        std::size_t chunks;
    } cases[] = {
        {groupsOf({{0, 5}}), 1},
        {groupsOf({{7, 64}, {8, 64}, {20, 4}}), 1},
        {groupsOf({{7, 64}, {71, 64}}), 1},
        {groupsOf({{7, 64}, {72, 64}}), 2},
        {groupsOf({{1, 2'000}, {2, 2'000}, {3, 60}}), 2},
        {groupsOf({{1, 4'040}, {2, 4'040}}), 2},
        {groupsOf({{0, 1}, {0xfff'ffffU, 1}}), 2},
    };
    for (const auto& one : cases) {
        const auto chunks = encoded(one.groups, ChunkFill::Greedy);
        EXPECT_EQ(chunks.size(), one.chunks);
        expectSame(one.groups, decoded(chunks));
    }
}

TEST(Chunk, HoldsTheLongestGroupThatIsAllowed) {
    const std::size_t most = groupBytesMax(test::kLimits.value_max);
    const auto groups = groupsOf({{3, most}});
    expectSame(groups, decoded(encoded(groups, ChunkFill::Greedy)));
}

TEST(Chunk, FillsEvenlyWhereItGrowsInTheMiddle) {
    std::vector<ChunkGroup> groups;
    for (std::uint32_t i = 0; i < 42; ++i) {
        groups.push_back({i, 0, std::string(100, 'x')});
    }
    const auto chunks = encoded(groups, ChunkFill::Even);
    ASSERT_EQ(chunks.size(), 2U);
    const auto used = [](const EncodedChunk& chunk) { return chunk.last_group - chunk.first_group + 1; };
    EXPECT_LT(used(chunks[0]), 36U) << "room is left";
    expectSame(groups, decoded(chunks));
}

TEST(Chunk, AbsentGroupsAreAbsent) {
    const auto chunk = encoded(groupsOf({{10, 8}, {12, 8}}), ChunkFill::Greedy).front();
    const auto view = ChunkView::parse(asBytes(chunk.bytes), ChunkKind::Records);
    ASSERT_TRUE(view);
    for (const std::uint32_t absent : {0U, 9U, 11U, 13U, 0xffff'ffffU}) {
        EXPECT_EQ(view->group(absent).data, nullptr) << absent;
    }
    EXPECT_FALSE(ChunkView::parse(asBytes(chunk.bytes), ChunkKind::Adjacency)) << "another kind";
}

TEST(Chunk, AStreamGivesTheSameAsCuttingAtOnce) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<ChunkGroup> groups;
        std::uint32_t id = 0;
        for (int i = 0; i < 60; ++i) {
            id += 1 + (test::drawn(random, 10) == 0 ? test::drawn(random, 100) : 0);
            groups.push_back({id, 0, std::string(1 + test::drawn(random, 700), 'g')});
        }
        const auto at_once = encoded(groups, ChunkFill::Greedy);
        expectSame(groups, decoded(at_once));
        expectSame(groups, decoded(encoded(groups, ChunkFill::Even)));
        ChunkStream stream(ChunkKind::Records, 9, test::kLimits.value_min, test::kLimits.value_max);
        std::vector<EncodedChunk> streamed;
        for (const ChunkGroup& group : groups) {
            if (auto full = stream.add(group)) {
                streamed.push_back(std::move(*full));
            }
        }
        if (auto rest = stream.finish()) {
            streamed.push_back(std::move(*rest));
        }
        ASSERT_EQ(streamed.size(), at_once.size());
        for (std::size_t i = 0; i < streamed.size(); ++i) {
            EXPECT_EQ(streamed[i].bytes, at_once[i].bytes);
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
