// tests/unit/graph/segment_test.cpp
// Segments: cut into parts, read back, erased up to a sequence.

#include "engine/graph/segment.h"

#include <gtest/gtest.h>

#include "samples.h"
#include "store_folder.h"

namespace xinpu::engine {
namespace {

std::uint32_t strideOf(TypeId type, Direction direction) {
    return 8 + 4 * (type.value % 3) + (direction == Direction::In ? 4U : 0U);
}

Segment manyChanges(std::uint32_t count) {
    Segment segment;
    segment.sequence = count;
    for (std::uint32_t i = 0; i < count; ++i) {
        Entry entry = test::entryOf(i, i * 3);
        const TypeId type{i % 5};
        const auto direction = static_cast<Direction>(i / 2 % 2);
        for (std::uint32_t k = 0; 8 + 4 * k < strideOf(type, direction); ++k) {
            entry.slots[k] = static_cast<std::int32_t>(i + k);
        }
        segment.changes.push_back({type, NodeId{i / 3}, direction, static_cast<EdgeOp>(1 + i % 3), entry});
        if (i % 10 == 0) {
            segment.touched.push_back(
                {i % 20 == 0 ? nodeRecords() : adjacencyOf(i), {{i, i + 5}, {i + 9, i + 9}}});
            segment.touched_hubs.push_back(TypeId{i});
        }
    }
    return segment;
}

TEST(Segment, PartsReadBackWhole) {
    for (const std::uint32_t count : {0U, 1U, 7U, 500U, 5'000U}) {
        Segment segment = manyChanges(count);
        const auto parts = encodeSegment(segment, strideOf, 4'076);
        ASSERT_FALSE(parts.empty());
        Segment back;
        for (const std::string& part : parts) {
            EXPECT_LE(part.size(), 4'076U);
            ASSERT_TRUE(decodeSegmentPart(asBytes(part), back));
        }
        ASSERT_EQ(back.changes.size(), count);
        for (std::size_t i = 0; i < back.changes.size(); ++i) {
            const EdgeChange& a = segment.changes[i];
            const EdgeChange& b = back.changes[i];
            EXPECT_EQ(std::tie(a.type, a.node, a.direction, a.op, a.entry.neighbour, a.entry.relationship,
                               a.entry.slots),
                      std::tie(b.type, b.node, b.direction, b.op, b.entry.neighbour, b.entry.relationship,
                               b.entry.slots));
        }
        std::size_t ranges = 0;
        for (const TouchedChunks& touched : back.touched) {
            ranges += touched.ranges.size();
        }
        EXPECT_EQ(ranges, segment.touched.size() * 2);
        EXPECT_EQ(back.touched_hubs, segment.touched_hubs);
    }
}

TEST(Segment, EmptySegmentsAreOnePart) {
    Segment segment;
    EXPECT_EQ(encodeSegment(segment, strideOf, 4'076), (std::vector<std::string>{"\x01"}));
}

TEST(Segment, AreVisitedInOrderAndErasedUpToASequence) {
    StoreFolder folder;
    StoreTxn txn = folder->beginWrite();
    for (const std::uint32_t sequence : {3U, 300U, 70'000U}) {
        Segment segment = manyChanges(sequence % 1'000 + 1);
        segment.sequence = sequence;
        storeSegment(txn, segment, strideOf, 4'076);
    }
    const auto sequences = [&txn](std::uint64_t after) {
        std::vector<std::uint64_t> list;
        eachSegment(txn, after, [&list](const Segment& segment) {
            list.push_back(segment.sequence);
            EXPECT_EQ(segment.changes.size(), segment.sequence % 1'000 + 1);
        });
        return list;
    };
    EXPECT_EQ(sequences(0), (std::vector<std::uint64_t>{3, 300, 70'000}));
    EXPECT_EQ(sequences(3), (std::vector<std::uint64_t>{300, 70'000}));
    EXPECT_GT(eraseSegments(txn, 300), 1U);
    EXPECT_EQ(sequences(0), (std::vector<std::uint64_t>{70'000}));
    EXPECT_EQ(eraseSegments(txn, 69'999), 0U);
}

}  // namespace
}  // namespace xinpu::engine
