// tests/unit/value/node_set_test.cpp
// Node sets against std::set, in every mixture of sparse and dense.

#include "engine/value/node_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace xinpu::engine {
namespace {

using Model = std::set<NodeId>;

std::vector<NodeId> listOf(const Model& model) {
    return {model.begin(), model.end()};
}

void expectSame(const NodeSet& set, const Model& model) {
    ASSERT_EQ(set.count(), model.size());
    ASSERT_EQ(set.empty(), model.empty());
    ASSERT_EQ(set.toVector(), listOf(model));
    std::vector<NodeId> visited;
    set.forEach([&visited](NodeId node) { visited.push_back(node); });
    ASSERT_EQ(visited, listOf(model));
    ASSERT_EQ(set, NodeSet::fromSorted(listOf(model))) << "equal sets must be equal however they came about";
}

struct Pair {
    NodeSet set;
    Model model;
};

Pair randomSet(std::mt19937_64& random) {
    static constexpr std::uint32_t kSpans[] = {1, 64, 200, 5'000, 200'000};
    static constexpr std::uint32_t kStarts[] = {0, 1, 63, 64, 1'000, 4'294'000'000};
    const std::uint32_t span = kSpans[random() % std::size(kSpans)];
    const std::uint32_t start = kStarts[random() % std::size(kStarts)];
    const std::uint64_t count = random() % 3 == 0 ? random() % 4 : random() % (span < 2'000 ? span : 2'000);
    std::vector<NodeId> ids;
    for (std::uint64_t i = 0; i < count; ++i) {
        ids.push_back(NodeId{start + static_cast<std::uint32_t>(random() % span)});
    }
    return {NodeSet::fromIds(ids), Model(ids.begin(), ids.end())};
}

TEST(NodeSet, OperationsAgreeWithAModel) {
    constexpr std::uint64_t kSeed = 20261127;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    for (int round = 0; round < 3'000; ++round) {
        const Pair a = randomSet(random);
        const Pair b = randomSet(random);
        expectSame(a.set, a.model);
        Model both;
        Model either;
        Model rest;
        std::set_intersection(a.model.begin(), a.model.end(), b.model.begin(), b.model.end(),
                              std::inserter(both, both.end()));
        std::set_union(a.model.begin(), a.model.end(), b.model.begin(), b.model.end(),
                       std::inserter(either, either.end()));
        std::set_difference(a.model.begin(), a.model.end(), b.model.begin(), b.model.end(),
                            std::inserter(rest, rest.end()));
        expectSame(a.set & b.set, both);
        expectSame(a.set | b.set, either);
        expectSame(andNot(a.set, b.set), rest);
        for (int probe = 0; probe < 20 && !a.model.empty(); ++probe) {
            const NodeId near{a.model.begin()->value + static_cast<std::uint32_t>(random() % 300) - 2};
            ASSERT_EQ(a.set.contains(near), a.model.contains(near)) << near.value;
        }
    }
}

TEST(NodeSet, RangesHoldTheirEnds) {
    struct Case {
        std::uint32_t first;
        std::uint32_t end;
    };
    const Case cases[] = {{0, 0},  {5, 5},   {7, 3},   {0, 1},     {0, 64},
                          {0, 65}, {63, 64}, {63, 65}, {100, 300}, {64, 128}};
    for (const Case& c : cases) {
        Model model;
        for (std::uint32_t id = c.first; id < c.end; ++id) {
            model.insert(NodeId{id});
        }
        expectSame(NodeSet::fromRange(NodeId{c.first}, NodeId{c.end}), model);
    }
}

TEST(NodeSet, WordsMayBeEmptyAtTheEnds) {
    expectSame(NodeSet::fromWords(3, {0, 0b101, ~std::uint64_t{0}, 0}), [] {
        Model model = {NodeId{256}, NodeId{258}};
        for (std::uint32_t id = 320; id < 384; ++id) {
            model.insert(NodeId{id});
        }
        return model;
    }());
    expectSame(NodeSet::fromWords(3, {0, 0}), {});
    expectSame(NodeSet::fromWords(0, {}), {});
    expectSame(NodeSet(), {});
    EXPECT_FALSE(NodeSet().contains(NodeId{0}));
}

}  // namespace
}  // namespace xinpu::engine
