// tests/unit/graph/slot_tree_test.cpp
// Versions of a slot tree share what they may and nothing else.

#include "engine/graph/slot_tree.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "samples.h"

namespace xinpu::engine {
namespace {

TEST(SlotTree, StartsEmptyUpToTheLastGroup) {
    SlotTree tree;
    for (const std::uint32_t group : {0U, 511U, 512U, 0x3fff'ffffU}) {
        EXPECT_EQ(tree.load(group), 0U);
        tree.slot(group).store(group + 8);
        EXPECT_EQ(tree.load(group), group + 8U);
    }
}

TEST(SlotTree, ACopyForgetsRangesAndHidesLaterStores) {
    SlotTree old;
    for (const std::uint32_t group : {1U, 2U, 700U, 600'000U}) {
        old.slot(group).store(group);
    }
    const GroupRange ranges[] = {{2, 2}, {600, 600'000}};
    const auto copy = old.copyWithout(ranges);
    EXPECT_EQ(copy->load(1), 1U);
    EXPECT_EQ(copy->load(2), 0U);
    EXPECT_EQ(copy->load(700), 0U);
    EXPECT_EQ(copy->load(600'000), 0U);
    EXPECT_EQ(old.load(700), 700U);
    old.slot(2).store(22);  // an old reader fills its own
    old.slot(650).store(65);
    EXPECT_EQ(copy->load(2), 0U);
    EXPECT_EQ(copy->load(650), 0U);
    copy->slot(2).store(222);
    EXPECT_EQ(old.load(2), 22U);
}

TEST(SlotTree, ManyVersionsStayWhatTheyAre) {
    std::mt19937 random(3);
    std::vector<std::shared_ptr<SlotTree>> versions{std::make_shared<SlotTree>()};
    std::vector<std::map<std::uint32_t, std::uint64_t>> expected(1);
    for (int round = 0; round < 300; ++round) {
        // What a version may learn later holds for all that share it: here each slot is set only before it is
        // copied.
        for (int i = 0; i < 20; ++i) {
            const std::uint32_t group =
                test::drawn(random, 4) == 0 ? test::drawn(random, 2'000'000) : test::drawn(random, 3'000);
            const std::uint64_t address = 8 + random();
            versions.back()->slot(group).store(address);
            expected.back()[group] = address;
        }
        std::vector<GroupRange> ranges;
        std::uint32_t at = test::drawn(random, 1'000);
        for (int i = 0; i < 3; ++i) {
            ranges.push_back({at, at + test::drawn(random, 800)});
            at = ranges.back().last + 1 + test::drawn(random, 1'000);
        }
        auto next = expected.back();
        for (const GroupRange& range : ranges) {
            next.erase(next.lower_bound(range.first), next.upper_bound(range.last));
        }
        versions.push_back(versions.back()->copyWithout(ranges));
        expected.push_back(std::move(next));
        if (versions.size() > 6) {
            versions.erase(versions.begin());
            expected.erase(expected.begin());
        }
        const std::size_t newest = versions.size() - 1;
        for (const auto& [group, address] : expected[newest]) {
            ASSERT_EQ(versions[newest]->load(group), address);
        }
        for (const GroupRange& range : ranges) {
            ASSERT_EQ(versions[newest]->load(range.first), 0U);
            ASSERT_EQ(versions[newest]->load(range.last), 0U);
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
