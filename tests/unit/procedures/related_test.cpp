// tests/unit/procedures/related_test.cpp
// The walk against a plain search over the same relationships: random graphs with every kind of value.

#include "query/procedures/related.h"

#include <map>
#include <random>

#include "database_folder.h"
#include "engine/value/order.h"
#include "xinpu/error.h"

namespace xinpu::query {
namespace {

using engine::Date;
using engine::Decimal;
using engine::Direction;
using engine::NodeId;
using engine::RelId;
using engine::SlotCodec;
using engine::Value;
using test::day;
using test::decimal;

/// What the relationships' properties are made of: at, just below and just above the bounds; values that no
/// slot holds; values of other types; nothing.
const std::vector<Value>& shares() {
    static const std::vector<Value> kShares{
        decimal("5"),          decimal("5.00"),        decimal("4.999999"),   decimal("5.000001"),
        decimal("4.99999999"), decimal("33.33333333"), decimal("5.00000001"), decimal("100"),
        decimal("0"),          decimal("7.5"),         decimal("-3"),         decimal("4294967296"),
        Value::of(5),          Value::of(4),           Value::of(5.5),        Value::of("5"),
        Value::null(),         decimal("50"),          decimal("20"),         decimal("0.1")};
    return kShares;
}
const std::vector<Value>& days() {
    static const std::vector<Value> kDays{Value::null(),
                                          Value::null(),
                                          day("2026-11-23"),
                                          day("2026-11-24"),
                                          day("2026-11-25"),
                                          day("2020-01-01"),
                                          day("2031-01-01"),
                                          Value::of(Date{4'000'000'000}),
                                          Value::of(Date{-4'000'000'000}),
                                          Value::of("2026-11-24")};
    return kDays;
}

struct Stake {
    RelId id;
    NodeId from;
    NodeId to;
    Value share;
    Value validFrom;
    Value validTo;
};

struct Variant {
    const char* name;
    std::vector<const char*> covered;  ///< keys of the adjacency index; none: all is read from records
    Direction covered_in = Direction::Both;
    std::uint8_t scale = 6;
    bool merged = false;  ///< everything in base chunks; else half of it is not merged
};
const Variant kVariants[] = {
    {"stake layout, merged", {"share", "validFrom", "validTo"}, Direction::Both, 6, true},
    {"stake layout, half unmerged", {"share", "validFrom", "validTo"}, Direction::Both, 6, false},
    {"two places only", {"share", "validFrom", "validTo"}, Direction::Both, 2, true},
    {"another order", {"validTo", "share", "validFrom"}, Direction::Both, 6, true},
    {"weight alone is covered", {"share"}, Direction::Both, 6, true},
    {"covered in one direction", {"share", "validFrom", "validTo"}, Direction::Out, 6, false},
    {"nothing covered", {}, Direction::Both, 6, true},
};

class RandomStakes {
public:
    RandomStakes(const Variant& variant, std::uint32_t seed) : random_(seed) {
        if (!variant.covered.empty()) {
            folder.write([&](engine::WriteTxn& txn) {
                std::vector<SlotCodec> codecs;
                for (const char* key : variant.covered) {
                    codecs.push_back(std::string_view(key) == "share"
                                         ? SlotCodec{SlotCodec::Kind::Decimal, variant.scale}
                                         : SlotCodec{SlotCodec::Kind::Date, 0});
                }
                engine::IndexDefinition index =
                    test::adjacencyIndex(txn, "INVESTS_IN", variant.covered, std::move(codecs));
                index.direction = variant.covered_in;
                txn.declare(std::move(index));
            });
        }
        folder.write([&](engine::WriteTxn& txn) {
            for (std::uint32_t i = 0; i < kNodes; ++i) {
                nodes.push_back(
                    txn.createNode(test::nodeRecord(txn, {i % 2 == 0 ? "Company" : "Person"}, {})));
            }
        });
        folder.write([&](engine::WriteTxn& txn) { addStakes(txn, kStakes / 2); });
        folder->mergeAll();
        folder.write([&](engine::WriteTxn& txn) { addStakes(txn, kStakes / 2); });
        folder.write([&](engine::WriteTxn& txn) { changeSome(txn); });
        if (variant.merged) {
            folder->mergeAll();
        }
    }

    static constexpr std::uint32_t kNodes = 60;
    static constexpr std::uint32_t kStakes = 500;

    test::DatabaseFolder folder;
    std::vector<NodeId> nodes;
    std::map<std::uint32_t, Stake> stakes;

private:
    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
    const Value& any(const std::vector<Value>& values) {
        return values[below(static_cast<std::uint32_t>(values.size()))];
    }
    // A third of all stakes at one node, so that it has hub blocks; loops and parallel ones happen.
    void addStakes(engine::WriteTxn& txn, std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            Stake stake;
            stake.from = i % 3 == 0 ? nodes[7] : nodes[below(kNodes)];
            stake.to = nodes[below(kNodes)];
            set(stake);
            stake.id = txn.createRelationship(
                {txn.type("INVESTS_IN"), stake.from, stake.to, propertiesOf(txn, stake)});
            stakes.emplace(stake.id.value, stake);
        }
        // Another type that must not be walked.
        txn.createRelationship({txn.type("HOLDS_ROLE"), nodes[below(kNodes)], nodes[below(kNodes)], {}});
    }
    void changeSome(engine::WriteTxn& txn) {
        std::vector<std::uint32_t> ids;
        for (const auto& [id, stake] : stakes) {
            ids.push_back(id);
        }
        for (const std::uint32_t id : ids) {
            if (below(8) == 0) {
                txn.deleteRelationship(RelId{id});
                stakes.erase(id);
            } else if (below(8) == 0) {
                set(stakes.at(id));
                txn.setRelationship(RelId{id}, propertiesOf(txn, stakes.at(id)));
            }
        }
    }
    void set(Stake& stake) {
        stake.share = any(shares());
        stake.validFrom = any(days());
        stake.validTo = any(days());
    }
    static engine::Properties propertiesOf(engine::WriteTxn& txn, const Stake& stake) {
        return test::properties(
            txn, {{"share", stake.share}, {"validFrom", stake.validFrom}, {"validTo", stake.validTo}});
    }

    std::mt19937 random_;
};

bool compares(const Value& a, const Value& b, bool (*wanted)(std::partial_ordering)) {
    const auto order = engine::compareValues(a, b);
    return order && wanted(*order);
}

/// The definition, word by word.
std::map<NodeId, std::uint32_t> plainSearch(const RandomStakes& graph, const RelatedQuery& query) {
    const auto passes = [&query](const Stake& stake) {
        const auto at_least = [](std::partial_ordering order) { return order >= 0; };
        const auto before = [](std::partial_ordering order) { return order < 0; };
        if (query.weight && !compares(stake.share, query.least, at_least)) {
            return false;
        }
        if (!query.on) {
            return true;
        }
        const Value on = Value::of(*query.on);
        return (stake.validFrom.isNull() || compares(on, stake.validFrom, at_least)) &&
               (stake.validTo.isNull() || compares(on, stake.validTo, before));
    };
    std::map<NodeId, std::uint32_t> hops{{query.start, 0}};
    std::vector<NodeId> level{query.start};
    for (std::uint32_t hop = 1; hop <= query.hops; ++hop) {
        std::vector<NodeId> next;
        for (const auto& [id, stake] : graph.stakes) {
            if (!passes(stake)) {
                continue;
            }
            for (const NodeId node : level) {
                const auto reach = [&](NodeId other) {
                    if (hops.emplace(other, hop).second) {
                        next.push_back(other);
                    }
                };
                if (stake.from == node && query.direction != Direction::In) {
                    reach(stake.to);
                }
                if (stake.to == node && query.direction != Direction::Out) {
                    reach(stake.from);
                }
            }
        }
        level = std::move(next);
    }
    return hops;
}

RelatedQuery queryOf(const engine::Snapshot& snapshot, NodeId start) {
    const engine::Catalog& catalog = snapshot.catalog();
    RelatedQuery query;
    query.start = start;
    query.type = *catalog.type("INVESTS_IN");
    query.validFrom = *catalog.key("validFrom");
    query.validTo = *catalog.key("validTo");
    return query;
}

class Related : public testing::TestWithParam<Variant> {};

TEST_P(Related, EqualsPlainSearch) {
    for (const std::uint32_t seed : {1U, 2U, 3U}) {
        const RandomStakes graph(GetParam(), seed);
        const auto snapshot = graph.folder->snapshot();
        RelatedWalker walker;
        const std::vector<Value> bounds{Value::null(),  decimal("5"),         Value::of(5),
                                        Value::of(0.1), decimal("4.9999999"), decimal("0"),
                                        Value::of("5"), decimal("99999999"),  Value::of(5.000001)};
        for (std::size_t b = 0; b < bounds.size(); ++b) {
            for (const auto& on : {std::optional<Date>(), engine::parseIsoDate("2026-11-24"),
                                   std::optional(Date{5'000'000'000})}) {
                for (const Direction direction : {Direction::Both, Direction::Out, Direction::In}) {
                    for (std::uint32_t i = 0; i < 12; ++i) {
                        RelatedQuery query = queryOf(*snapshot, graph.nodes[(i * 7) % RandomStakes::kNodes]);
                        query.direction = direction;
                        query.hops = i % 5;
                        query.on = on;
                        if (b != 0) {
                            query.weight = *snapshot->catalog().key("share");
                            query.least = bounds[b];
                        }
                        std::map<NodeId, std::uint32_t> found;
                        const auto nodes = walker.walk(*snapshot, query, {});
                        std::uint32_t furthest = 0;
                        for (std::size_t at = 0; at < nodes.size(); ++at) {
                            ASSERT_TRUE(found.emplace(nodes[at], walker.hopsOf(at)).second) << "twice";
                            ASSERT_GE(walker.hopsOf(at), furthest) << "order";
                            furthest = walker.hopsOf(at);
                            ASSERT_LT(at, walker.within(furthest));
                        }
                        ASSERT_EQ(nodes.front(), query.start);
                        ASSERT_EQ(found, plainSearch(graph, query))
                            << "seed " << seed << " bound " << b << " start " << query.start.value << " hops "
                            << query.hops << " direction " << static_cast<int>(direction);
                    }
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Layouts, Related, testing::ValuesIn(kVariants), [](const auto& one) {
    std::string name = one.param.name;
    std::erase_if(name, [](char c) { return c == ',' || c == ' '; });
    return name;
});

TEST(RelatedWalker, AStartThatDoesNotExistReachesItself) {
    test::DatabaseFolder folder;
    const auto snapshot = folder->snapshot();
    RelatedQuery query;
    query.start = NodeId{123'456};
    query.type = engine::TypeId{9};
    query.hops = 3;
    RelatedWalker walker;
    const auto nodes = walker.walk(*snapshot, query, {});
    ASSERT_EQ(nodes.size(), 1U);
    EXPECT_EQ(nodes[0], query.start);
    EXPECT_EQ(walker.within(3), 1U);
}

TEST(RelatedWalker, StopsWhenAskedAndCanBeUsedAgain) {
    test::DatabaseFolder folder;
    std::vector<NodeId> nodes;
    constexpr std::uint32_t kLeaves = 20'000;
    folder.write([&](engine::WriteTxn& txn) {
        for (std::uint32_t i = 0; i <= kLeaves; ++i) {
            nodes.push_back(txn.createNode(test::nodeRecord(txn, {"Company"}, {})));
            if (i > 0) {
                txn.createRelationship({txn.type("INVESTS_IN"), nodes[0], nodes[i], {}});
            }
        }
        txn.key("validFrom");
        txn.key("validTo");
    });
    folder->mergeAll();
    const auto snapshot = folder->snapshot();
    RelatedQuery query = queryOf(*snapshot, nodes[1]);
    query.hops = 2;
    RelatedWalker walker;
    int polls = 0;
    const Poll stop = [&polls] {
        if (++polls == 3) {
            throw Error(ErrorCode::Cancelled, "stopped");
        }
    };
    EXPECT_THROW(walker.walk(*snapshot, query, stop), Error);
    EXPECT_EQ(walker.walk(*snapshot, query, {}).size(), kLeaves + 1U);

    query.nodesMax = kLeaves;
    try {
        walker.walk(*snapshot, query, {});
        FAIL() << "no limit";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Limit);
        EXPECT_EQ(error.detail(), "NODE_LIMIT");
    }
    query.nodesMax = kLeaves + 1U;
    EXPECT_EQ(walker.walk(*snapshot, query, {}).size(), kLeaves + 1U);
    query.hops = 0;
    EXPECT_EQ(walker.walk(*snapshot, query, {}).size(), 1U);
}

}  // namespace
}  // namespace xinpu::query
