// tests/unit/procedures/graph_procedures_test.cpp
// graph.related, graph.groups and graph.pathsBetween against plain searches; options refused; names listed.

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "engine/value/order.h"
#include "procedure_call.h"

namespace xinpu::query {
namespace {

using engine::Direction;
using engine::NodeId;
using engine::RelId;
using engine::Value;
using test::call;
using test::day;
using test::decimal;
using test::NamedStake;
using test::options;
using test::StakeGraph;
using test::stakeOptions;

struct PlainStake {
    RelId id;
    NodeId from;
    NodeId to;
};

/// A random graph, the stakes that pass `share >= 5` on 2026-11-24, and views of it: the snapshot, and a
/// transaction that changed some of it.
class RandomGraph {
public:
    explicit RandomGraph(std::uint32_t seed, bool covered) : random_(seed), graph_(firstStakes(), covered) {
        remember(0);
    }
    void onSnapshot(const std::function<void(const GraphView&)>& use) {
        const auto snapshot = graph_.folder->snapshot();
        use(GraphView(*snapshot));
    }
    void insideTransaction(const std::function<void(const GraphView&)>& use) {
        graph_.folder.write([&](engine::WriteTxn& txn) {
            const std::size_t before = graph_.relationships.size();
            for (int i = 0; i < 12; ++i) {
                graph_.add(txn, any());
                given_.push_back(last_);
            }
            remember(before);
            for (int i = 0; i < 6; ++i) {
                const RelId gone = graph_.relationships[random_() % graph_.relationships.size()];
                if (txn.exists(gone)) {
                    txn.deleteRelationship(gone);
                    std::erase_if(stakes, [gone](const PlainStake& stake) { return stake.id == gone; });
                }
            }
            use(GraphView(txn));
        });
    }
    std::vector<NodeId> nodes() const {
        std::vector<NodeId> all;
        for (const auto& [name, node] : graph_.nodes) {
            all.push_back(node);
        }
        return all;
    }
    std::vector<PlainStake> stakes;  // those that pass

private:
    NamedStake any() {
        static const char* const kNames[] = {"A", "B",  "C",  "D",  "E", "F", "G",
                                             "H", "P1", "P2", "P3", "I", "J", "K"};
        static const std::vector<Value> kShares{decimal("5"),  decimal("4.9999"), decimal("4.999999"),
                                                Value::of(5),  Value::of(4.9999), Value::null(),
                                                decimal("60"), decimal("60"),     decimal("60")};
        static const std::vector<Value> kFrom{Value::null(), Value::null(), day("2026-11-24"),
                                              day("2026-11-25")};
        static const std::vector<Value> kTo{Value::null(), Value::null(), day("2026-11-25"),
                                            day("2026-11-24")};
        const auto pick = [&](const auto& list) { return list[random_() % std::size(list)]; };
        last_ = {pick(kNames), pick(kNames), pick(kShares), pick(kFrom), pick(kTo)};
        return last_;
    }
    std::vector<NamedStake> firstStakes() {
        for (int i = 0; i < 45; ++i) {
            given_.push_back(any());
        }
        return given_;
    }
    void remember(std::size_t first) {
        for (std::size_t i = first; i < given_.size(); ++i) {
            const NamedStake& one = given_[i];
            const auto heavy = engine::compareValues(one.share, decimal("5"));
            const Value on = day("2026-11-24");
            const bool valid = (one.validFrom.isNull() || *engine::compareValues(one.validFrom, on) <= 0) &&
                               (one.validTo.isNull() || *engine::compareValues(on, one.validTo) < 0);
            if (heavy && *heavy >= 0 && valid) {
                stakes.push_back(
                    {graph_.relationships[i], graph_.nodes.at(one.from), graph_.nodes.at(one.to)});
            }
        }
    }
    std::mt19937 random_;
    NamedStake last_;
    std::vector<NamedStake> given_;
    StakeGraph graph_;
};

Value filtered(std::vector<engine::MapEntry> more) {
    more.push_back({"min", decimal("5")});
    more.push_back({"on", Value::of("2026-11-24")});
    return stakeOptions(std::move(more));
}

void checkRelated(const RandomGraph& graph, const GraphView& view) {
    for (const auto& [word, direction] : std::vector<std::pair<const char*, Direction>>{
             {"both", Direction::Both}, {"out", Direction::Out}, {"in", Direction::In}}) {
        for (const NodeId start : graph.nodes()) {
            for (const int hops : {0, 1, 2, 4}) {
                std::map<NodeId, std::int64_t> wanted{{start, 0}};
                for (int hop = 1; hop <= hops; ++hop) {
                    const auto before = wanted;
                    for (const PlainStake& stake : graph.stakes) {
                        if (direction != Direction::In && before.contains(stake.from)) {
                            wanted.emplace(stake.to, hop);
                        }
                        if (direction != Direction::Out && before.contains(stake.to)) {
                            wanted.emplace(stake.from, hop);
                        }
                    }
                }
                std::map<NodeId, std::int64_t> found;
                std::int64_t last = 0;
                for (const auto& row : call(view, "graph.related",
                                            {Value::of(start), filtered({{"hops", Value::of(hops)},
                                                                         {"direction", Value::of(word)}})})) {
                    ASSERT_TRUE(found.emplace(row[0].node(), row[1].integer()).second);
                    ASSERT_GE(row[1].integer(), last);
                    last = row[1].integer();
                }
                ASSERT_EQ(found, wanted) << word << " hops " << hops;
            }
        }
    }
}

void checkGroups(const RandomGraph& graph, const GraphView& view) {
    std::map<NodeId, NodeId> group;
    for (const PlainStake& stake : graph.stakes) {
        group.emplace(stake.from, stake.from);
        group.emplace(stake.to, stake.to);
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (const PlainStake& stake : graph.stakes) {
            const NodeId least = std::min(group[stake.from], group[stake.to]);
            changed = changed || group[stake.from] != least || group[stake.to] != least;
            group[stake.from] = group[stake.to] = least;
        }
    }
    std::vector<std::pair<std::string, NodeId>> wanted;
    for (const auto& [node, least] : group) {
        wanted.emplace_back("n:" + std::to_string(least.value), node);
    }
    std::vector<std::pair<std::string, NodeId>> found;
    for (const auto& row : call(view, "graph.groups", {filtered({})})) {
        found.emplace_back(row[0].string(), row[1].node());
    }
    std::sort(wanted.begin(), wanted.end());
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found, wanted);
}

void checkPaths(const RandomGraph& graph, const GraphView& view) {
    const std::vector<NodeId> nodes = graph.nodes();
    for (std::size_t i = 0; i < nodes.size(); i += 2) {
        const NodeId a = nodes[i];
        const NodeId b = nodes[(i * 5 + 3) % nodes.size()];
        for (const std::size_t hops : {0U, 1U, 2U, 3U, 5U}) {
            std::set<engine::Path> wanted;
            engine::Path path{a, {}};
            std::set<NodeId> used{a};
            const std::function<void(NodeId)> walk = [&](NodeId at) {
                if (at == b) {
                    wanted.insert(path);
                    return;
                }
                if (path.steps.size() == hops) {
                    return;
                }
                for (const PlainStake& stake : graph.stakes) {
                    for (const Direction direction : {Direction::Out, Direction::In}) {
                        const NodeId here = direction == Direction::Out ? stake.from : stake.to;
                        const NodeId there = direction == Direction::Out ? stake.to : stake.from;
                        if (here == at && used.insert(there).second) {
                            path.steps.push_back({stake.id, there, direction});
                            walk(there);
                            path.steps.pop_back();
                            used.erase(there);
                        }
                    }
                }
            };
            walk(a);
            const auto ask = [&](std::int64_t limit) {
                return call(view, "graph.pathsBetween",
                            {Value::of(a), Value::of(b),
                             filtered({{"hops", Value::of(static_cast<std::int64_t>(hops))},
                                       {"limit", Value::of(limit)}})});
            };
            std::set<engine::Path> found;
            std::vector<std::int64_t> lengths;
            for (const auto& row : ask(100'000)) {
                ASSERT_TRUE(found.insert(row[0].path()).second) << "twice";
                ASSERT_EQ(static_cast<std::int64_t>(row[0].path().steps.size()), row[1].integer());
                lengths.push_back(row[1].integer());
            }
            ASSERT_EQ(found, wanted) << "hops " << hops;
            ASSERT_TRUE(std::is_sorted(lengths.begin(), lengths.end()));
            const auto first = ask(3);
            ASSERT_EQ(first.size(), std::min<std::size_t>(3, wanted.size()));
            for (std::size_t k = 0; k < first.size(); ++k) {
                ASSERT_EQ(first[k][1].integer(), lengths[k]) << "not the shortest";
            }
        }
    }
}

TEST(GraphProcedures, EqualPlainSearches) {
    for (std::uint32_t seed = 1; seed <= 16; ++seed) {
        RandomGraph graph(seed, seed % 2 == 0);
        SCOPED_TRACE(seed);
        const auto check = [&](const GraphView& view) {
            checkRelated(graph, view);
            checkGroups(graph, view);
            checkPaths(graph, view);
        };
        graph.onSnapshot(check);
        graph.insideTransaction(check);
        graph.onSnapshot(check);
    }
}

struct Refusal {
    const char* name;
    const char* procedure;
    std::vector<engine::MapEntry> options;
    ErrorCode code;
    const char* detail;
    const char* says;
};
const engine::MapEntry kType{"type", Value::of("INVESTS_IN")};
const engine::MapEntry kWeight{"weight", Value::of("share")};
const engine::MapEntry kHops{"hops", Value::of(3)};
const Refusal kRefusals[] = {
    {"unknown_option",
     "graph.related",
     {kType, kHops, {"maxHops", Value::of(3)}},
     ErrorCode::Argument,
     "UnknownOption",
     "has no option 'maxHops'"},
    {"type_missing",
     "graph.related",
     {kHops},
     ErrorCode::Argument,
     "MissingOption",
     "needs the option 'type'"},
    {"hops_missing", "graph.related", {kType}, ErrorCode::Argument, "MissingOption", "'hops'"},
    {"hops_null",
     "graph.related",
     {kType, {"hops", Value::null()}},
     ErrorCode::Argument,
     "MissingOption",
     "'hops'"},
    {"hops_negative",
     "graph.related",
     {kType, {"hops", Value::of(-1)}},
     ErrorCode::Argument,
     "NumberOutOfRange",
     "-1"},
    {"hops_a_text",
     "graph.related",
     {kType, {"hops", Value::of("3")}},
     ErrorCode::Type,
     "InvalidArgumentType",
     "INTEGER"},
    {"type_a_number",
     "graph.related",
     {{"type", Value::of(1)}, kHops},
     ErrorCode::Type,
     "InvalidArgumentType",
     "a STRING"},
    {"min_negative",
     "graph.related",
     {kType, kHops, kWeight, {"min", Value::of(-0.1)}},
     ErrorCode::Argument,
     "NumberOutOfRange",
     "must not be negative"},
    {"min_a_text",
     "graph.related",
     {kType, kHops, kWeight, {"min", Value::of("5")}},
     ErrorCode::Type,
     "InvalidArgumentType",
     "a number"},
    {"min_without_weight",
     "graph.related",
     {kType, kHops, {"min", Value::of(5)}},
     ErrorCode::Argument,
     "MissingOption",
     "'weight'"},
    {"on_another_form",
     "graph.related",
     {kType, kHops, {"on", Value::of("24.11.2026")}},
     ErrorCode::Type,
     "InvalidArgumentType",
     "YYYY-MM-DD"},
    {"on_no_such_day",
     "graph.related",
     {kType, kHops, {"on", Value::of("2026-02-29")}},
     ErrorCode::Type,
     "InvalidArgumentType",
     "YYYY-MM-DD"},
    {"on_a_number",
     "graph.related",
     {kType, kHops, {"on", Value::of(20261124)}},
     ErrorCode::Type,
     "InvalidArgumentType",
     "INTEGER"},
    {"direction_unknown",
     "graph.related",
     {kType, kHops, {"direction", Value::of("up")}},
     ErrorCode::Argument,
     "InvalidArgumentValue",
     "'both', 'out' or 'in'"},
    {"direction_both",
     "graph.ownership",
     {kType, kWeight, {"direction", Value::of("both")}},
     ErrorCode::Argument,
     "InvalidArgumentValue",
     "'out' or 'in'"},
    {"weight_missing", "graph.ownership", {kType}, ErrorCode::Argument, "MissingOption", "'weight'"},
    {"min_in_percent",
     "graph.ownership",
     {kType, kWeight, {"min", Value::of(25)}},
     ErrorCode::Argument,
     "NumberOutOfRange",
     "0.25 is 25 %"},
    {"over_too_much",
     "graph.controllers",
     {kType, kWeight, {"over", Value::of(101)}},
     ErrorCode::Argument,
     "NumberOutOfRange",
     "percent"},
};
class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, WithASentence) {
    const StakeGraph graph({{"A", "B", decimal("60")}});
    const auto snapshot = graph.folder->snapshot();
    try {
        call(GraphView(*snapshot), GetParam().procedure,
             {Value::of(graph.nodes.at("A")), options(GetParam().options)});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), GetParam().code);
        EXPECT_EQ(error.detail(), GetParam().detail);
        EXPECT_NE(error.message().find(GetParam().says), std::string::npos) << error.message();
    }
}
INSTANTIATE_TEST_SUITE_P(Procedures, Refused, testing::ValuesIn(kRefusals),
                         [](const auto& one) { return one.param.name; });

TEST(GraphProcedures, ANullNodeGivesNoRows) {
    const StakeGraph graph({{"A", "B", decimal("60")}});
    const auto snapshot = graph.folder->snapshot();
    const GraphView view(*snapshot);
    EXPECT_TRUE(call(view, "graph.related", {Value::null(), options({kType, kHops})}).empty());
    EXPECT_TRUE(call(view, "graph.ownership", {Value::null(), stakeOptions()}).empty());
    EXPECT_TRUE(call(view, "graph.controllers", {Value::null(), stakeOptions()}).empty());
    EXPECT_TRUE(
        call(view, "graph.pathsBetween",
             {Value::of(graph.nodes.at("A")), Value::null(), options({kHops, {"limit", Value::of(1)}})})
            .empty());
}

TEST(GraphProcedures, UnknownTypesAndWeightsAreCarriedByNothing) {
    const StakeGraph graph({{"A", "B", decimal("60")}});
    const auto snapshot = graph.folder->snapshot();
    const GraphView view(*snapshot);
    const Value a = Value::of(graph.nodes.at("A"));
    EXPECT_EQ(graph.text(call(view, "graph.related", {a, options({{"type", Value::of("OWNS")}, kHops})})),
              "A=0");
    EXPECT_EQ(
        graph.text(call(view, "graph.related", {a, options({kType, kHops, {"weight", Value::of("votes")}})})),
        "A=0");
    EXPECT_EQ(graph.text(call(view, "graph.related", {a, options({kType, kHops})})), "A=0 B=1");
}

TEST(GraphProcedures, ADeletedNodeIsRefused) {
    StakeGraph graph({{"A", "B", decimal("60")}});
    graph.folder.write([&](engine::WriteTxn& txn) {
        txn.deleteRelationship(graph.relationships[0]);
        txn.deleteNode(graph.nodes.at("A"));
        try {
            call(GraphView(txn), "graph.related", {Value::of(graph.nodes.at("A")), options({kType, kHops})});
            FAIL() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.detail(), "DeletedEntityAccess");
        }
    });
}

std::string names(const test::Rows& rows) {
    std::string all;
    for (const auto& row : rows) {
        all += std::string(row[0].string()) + " ";
    }
    return all;
}

TEST(GraphProcedures, NamesAreListed) {
    StakeGraph graph({{"A", "P", decimal("60")}});
    const auto snapshot = graph.folder->snapshot();
    EXPECT_EQ(names(call(GraphView(*snapshot), "db.labels", {})), "Person Subject ");
    EXPECT_EQ(names(call(GraphView(*snapshot), "db.relationshipTypes", {})), "INVESTS_IN ");
    EXPECT_EQ(names(call(GraphView(*snapshot), "db.propertyKeys", {})), "share uscc validFrom validTo ");
    graph.folder.write([&](engine::WriteTxn& txn) {
        const NodeId node = txn.createNode(test::nodeRecord(txn, {"Licence"}, {}));
        txn.createRelationship({txn.type("AGAINST"), node, graph.nodes.at("A"), {}});
        txn.deleteRelationship(graph.relationships[0]);
        txn.deleteNode(graph.nodes.at("P"));
        EXPECT_EQ(names(call(GraphView(txn), "db.labels", {})), "Licence Subject ");
        EXPECT_EQ(names(call(GraphView(txn), "db.relationshipTypes", {})), "AGAINST ");
    });
    const auto components = call(GraphView(*snapshot), "dbms.components", {});
    ASSERT_EQ(components.size(), 2U);
    EXPECT_EQ(components[0][1].list()[0].string(), "5.26.0");
    EXPECT_EQ(components[1][0].string(), "xinpu");
    EXPECT_EQ(components[1][1].list().size(), 1U);
}

}  // namespace
}  // namespace xinpu::query
