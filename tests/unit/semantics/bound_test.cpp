// tests/unit/semantics/bound_test.cpp
// What the binder fills: slots, columns, keys of an aggregation, types, what subqueries read, notifications.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "query/semantics/binder.h"
#include "query/syntax/parser.h"
#include "tests/unit/semantics/fixtures.h"

namespace xinpu::query {
namespace {

using engine::Kind;

engine::CatalogBuilder catalogOf(std::initializer_list<const char*> labels,
                                 std::initializer_list<const char*> types,
                                 std::initializer_list<const char*> keys) {
    engine::CatalogBuilder builder(std::make_shared<const engine::Catalog>());
    for (const char* label : labels) {
        builder.label(label);
    }
    for (const char* type : types) {
        builder.type(type);
    }
    for (const char* key : keys) {
        builder.key(key);
    }
    return builder;
}

std::unique_ptr<Statement> bound(std::string_view text, const engine::Catalog& catalog = {}) {
    static const Registry kRegistry = [] {
        Registry built;
        registerBuiltinFunctions(built);
        return built;
    }();
    auto statement = parseStatement(text);
    bind(*statement, kRegistry, catalog);
    return statement;
}

std::vector<Clause>& clausesOf(Statement& statement) {
    return statement.query->parts[0].clauses;
}

TEST(Bound, EachVariableHasASlotOfItsOwn) {
    const auto statement =
        bound("MATCH (a)-->()-[r*]->(b) RETURN a, [x IN [1] | x] AS l, [x IN [2] | x] AS m");
    const PathPattern& path = clausesOf(*statement)[0].patterns[0];
    std::set<Slot> slots;
    for (const NodePattern& node : path.nodes) {
        slots.insert(node.slot);
        EXPECT_FALSE(node.bound);
    }
    for (const PathStepPattern& step : path.steps) {
        slots.insert(step.relationship->slot);
    }
    slots.insert(path.steps[1].relationship->each);
    const auto& items = clausesOf(*statement)[1].projection.items;
    slots.insert(items[1].expr->slot);
    slots.insert(items[2].expr->slot);
    slots.insert(items[1].slot);
    slots.insert(items[2].slot);
    EXPECT_EQ(slots.size(), 10U);
    EXPECT_EQ(slots.count(kNoSlot), 0U);
    EXPECT_LT(*slots.rbegin(), statement->width);
    EXPECT_EQ(items[0].slot, path.nodes[0].slot) << "a variable passed on keeps its slot";
}

TEST(Bound, AVariableOfAnEarlierClauseIsBound) {
    const auto statement = bound("MATCH (a) MATCH (a)-->(b), (b)-->(a) RETURN b");
    const auto& paths = clausesOf(*statement)[1].patterns;
    EXPECT_TRUE(paths[0].nodes[0].bound);
    EXPECT_FALSE(paths[0].nodes[1].bound);
    EXPECT_FALSE(paths[1].nodes[0].bound);
    EXPECT_EQ(paths[0].nodes[1].slot, paths[1].nodes[0].slot);
    EXPECT_EQ(paths[0].nodes[0].slot, paths[1].nodes[1].slot);
}

TEST(Bound, RenamedVariablesHaveNewSlots) {
    const auto statement = bound("MATCH (a), (b) WITH a AS b, b AS a, a AS c RETURN *");
    const auto& items = clausesOf(*statement)[1].projection.items;
    std::set<Slot> slots{items[0].expr->slot, items[1].expr->slot};
    for (const auto& item : items) {
        slots.insert(item.slot);
    }
    EXPECT_EQ(slots.size(), 5U);
    EXPECT_EQ(statement->query->columns, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(statement->query->column_slots[0],
              (std::vector<Slot>{items[1].slot, items[0].slot, items[2].slot}));
}

TEST(Bound, KeysStandForWhatEqualsThem) {
    const auto statement = bound("MATCH (a)--(b) RETURN a.age AS age, a.age + count(b) AS c, sum(b.x) AS s "
                                 "ORDER BY s, a.age, "
                                 "max(a.age)");
    const Projection& projection = clausesOf(*statement)[1].projection;
    EXPECT_TRUE(projection.aggregates);
    ASSERT_EQ(projection.aggregate_calls.size(), 3U);
    const Expr& sum = *projection.items[1].expr;
    EXPECT_TRUE(projection.items[1].has_aggregate);
    EXPECT_FALSE(projection.items[0].has_aggregate);
    EXPECT_EQ(sum.args[0]->kind, ExprKind::Variable);
    EXPECT_EQ(sum.args[0]->slot, projection.items[0].slot);
    EXPECT_EQ(sum.args[1].get(), projection.aggregate_calls[0]);
    EXPECT_NE(sum.args[1]->slot, kNoSlot);
    EXPECT_EQ(projection.order[0].expr->slot, projection.items[2].slot);
    EXPECT_EQ(projection.order[1].expr->slot, projection.items[0].slot);
    EXPECT_TRUE(projection.order[2].has_aggregate);
}

TEST(Bound, AnAggregateInTheOrderThatIsAColumnIsThatColumn) {
    const auto statement = bound("MATCH (n) RETURN n.d, count(*) ORDER BY count(*) DESC, n.d");
    const Projection& projection = clausesOf(*statement)[1].projection;
    EXPECT_EQ(projection.aggregate_calls.size(), 1U);
    EXPECT_EQ(projection.order[0].expr->kind, ExprKind::Variable);
    EXPECT_EQ(projection.order[0].expr->slot, projection.items[1].slot);
    EXPECT_FALSE(projection.order[0].has_aggregate);
}

TEST(Bound, DeepExpressionsFitOnTheStack) {
    std::string sum = "RETURN n.x";
    for (std::size_t i = 2; i < kExpressionDepthMax; ++i) {
        sum += " + n.x";
    }
    const auto statement = bound("MATCH (n) " + sum + ", count(*) AS c ORDER BY " + sum.substr(7));
    const Projection& projection = clausesOf(*statement)[1].projection;
    EXPECT_EQ(projection.order[0].expr->slot, projection.items[0].slot);
}

TEST(Bound, OrderSeesTheNewVariableFirst) {
    const auto statement = bound("MATCH (n) RETURN n.num AS n ORDER BY n + 2");
    const Projection& projection = clausesOf(*statement)[1].projection;
    EXPECT_EQ(projection.order[0].expr->args[0]->slot, projection.items[0].slot);
}

TEST(Bound, SubqueriesKnowWhatTheyRead) {
    const auto statement =
        bound("MATCH (n), (m) WHERE EXISTS { (n)-->(o) WHERE COUNT { (o)-->(m) } > 1 } RETURN n");
    const Clause& match = clausesOf(*statement)[0];
    const Slot n = match.patterns[0].nodes[0].slot;
    const Slot m = match.patterns[1].nodes[0].slot;
    EXPECT_EQ(match.where->query->outer, (std::vector<Slot>{n, m}));
    EXPECT_TRUE(statement->query->outer.empty());
    const Clause& inner = match.where->query->parts[0].clauses[0];
    const Slot o = inner.patterns[0].nodes[1].slot;
    EXPECT_EQ(inner.where->args[0]->query->outer, (std::vector<Slot>{m, o}));
    EXPECT_FALSE(match.where->query->updates);
}

TEST(Bound, CallGivesTheColumnsOfItsFirstPart) {
    const auto statement =
        bound("MATCH (n) CALL (n) { RETURN n.x AS x, 1 AS y UNION RETURN 2 AS y, n.z AS x } RETURN x, y");
    const Query& call = *clausesOf(*statement)[1].query;
    const auto& items = clausesOf(*statement)[2].projection.items;
    EXPECT_EQ(call.columns, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(items[0].slot, call.column_slots[0][0]);
    EXPECT_EQ(items[1].slot, call.column_slots[0][1]);
    EXPECT_EQ(call.column_slots[1][0], call.parts[1].clauses[0].projection.items[1].slot);
    EXPECT_EQ(items[1].expr->type, kindBit(Kind::Integer));
}

TEST(Bound, UpdatesOfSubqueriesCount) {
    EXPECT_TRUE(bound("MATCH (n) CALL (n) { SET n.x = 1 } RETURN n")->query->updates);
    EXPECT_TRUE(bound("MATCH (n) FOREACH (x IN [1] | SET n.x = x)")->query->updates);
    EXPECT_FALSE(bound("MATCH (n) RETURN n")->query->updates);
}

TEST(Bound, GroupsAreListsOutside) {
    const auto statement = bound("MATCH (s) ((a)-[r]->(b)){1,3} (t) RETURN a, r, b");
    const PathPattern& path = clausesOf(*statement)[0].patterns[0];
    const auto group =
        std::find_if(path.steps.begin(), path.steps.end(), [](const auto& s) { return s.group != nullptr; });
    ASSERT_NE(group, path.steps.end());
    const auto& pairs = group->group->groups;
    ASSERT_EQ(pairs.size(), 3U);
    const auto& items = clausesOf(*statement)[1].projection.items;
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(items[i].slot, pairs[i].second);
        EXPECT_EQ(items[i].expr->type, kindBit(Kind::List));
    }
    EXPECT_EQ(pairs[0].first, group->group->inner->nodes[0].slot);
    EXPECT_EQ(items[1].expr->element_type, kindBit(Kind::Relationship));
}

TEST(Bound, CreateMeetsItsOwnNodesAgain) {
    const auto statement = bound("CREATE (a), (a)-[:R]->(b), (b)-[:R]->(a)");
    const auto& paths = clausesOf(*statement)[0].patterns;
    EXPECT_FALSE(paths[0].nodes[0].bound);
    EXPECT_TRUE(paths[1].nodes[0].bound);
    EXPECT_FALSE(paths[1].nodes[1].bound);
    EXPECT_TRUE(paths[2].nodes[0].bound);
}

TEST(Bound, StandaloneCallTakesParameters) {
    Registry registry;
    registry.add(
        procedureOf("p", {{"name", kAnyKind, "ANY"}}, {{"x", kAnyKind, "ANY"}, {"y", kAnyKind, "ANY"}}));
    const auto statement = parseStatement("CALL p");
    bind(*statement, registry, engine::Catalog{});
    EXPECT_EQ(statement->parameters, std::vector<std::string>{"name"});
    EXPECT_EQ(statement->query->columns, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(clausesOf(*statement)[0].args[0]->slot, 0);
}

struct TypeCase {
    const char* name;
    const char* expression;
    KindSet type;
};
constexpr KindSet operator|(Kind a, KindSet b) {
    return kindBit(a) | b;
}
const TypeCase kTypes[] = {
    {"integer", "1 + 2", kindBit(Kind::Integer)},
    {"float", "1 + 2.5", kindBit(Kind::Float)},
    {"division", "1 / 2", kindBit(Kind::Integer)},
    {"power", "2 ^ 2", kindBit(Kind::Float)},
    {"text", "'a' + 1", kindBit(Kind::String)},
    {"list", "[1] + 'a'", kindBit(Kind::List)},
    {"element", "[1, 'a'][0]", Kind::Integer | kindBit(Kind::String)},
    {"case", "CASE WHEN true THEN 1 ELSE 'a' END", Kind::Integer | kindBit(Kind::String)},
    {"null", "null", 0},
    {"unknown", "$p", kAnyKind},
    {"comparison", "1 < 2", kindBit(Kind::Boolean)},
    {"coalesce", "coalesce(null, 1, 'a')", Kind::Integer | kindBit(Kind::String)},
    {"head", "head([1])", kindBit(Kind::Integer)},
    {"comprehension", "[x IN [1] | x * 1.5]", kindBit(Kind::List)},
};
class BoundType : public testing::TestWithParam<TypeCase> {};
TEST_P(BoundType, OfExpression) {
    const auto statement = bound(std::string("RETURN ") + GetParam().expression + " AS x");
    EXPECT_EQ(clausesOf(*statement)[0].projection.items[0].expr->type, GetParam().type);
}
INSTANTIATE_TEST_SUITE_P(Semantics, BoundType, testing::ValuesIn(kTypes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Notifications, NameWhatTheDatabaseDoesNotHave) {
    const auto builder = catalogOf({"Company"}, {"OWNS"}, {"name"});
    const auto statement =
        bound("MATCH (c:Company:Nope)-[:OWNS|OWNED {share: 1}]->(d {name: 1}) WHERE c.nmae = 1 RETURN d",
              builder.catalog());
    ASSERT_EQ(statement->notifications.size(), 4U);
    EXPECT_EQ(statement->notifications[0].code, "Neo.ClientNotification.Statement.UnknownLabelWarning");
    EXPECT_NE(statement->notifications[0].description.find("(the missing label name is: Nope)"),
              std::string::npos);
    EXPECT_EQ(statement->notifications[0].at->column, 18U);
    EXPECT_EQ(statement->notifications[1].code,
              "Neo.ClientNotification.Statement.UnknownRelationshipTypeWarning");
    EXPECT_EQ(statement->notifications[2].code, "Neo.ClientNotification.Statement.UnknownPropertyKeyWarning");
    EXPECT_NE(statement->notifications[3].description.find("nmae"), std::string::npos);
}

TEST(Notifications, CartesianProduct) {
    const auto builder = catalogOf({}, {}, {});
    const auto count = [&](const char* text) { return bound(text, builder.catalog())->notifications.size(); };
    EXPECT_EQ(count("MATCH (a), (b) RETURN a, b"), 1U);
    EXPECT_EQ(count("MATCH (a)-->(c), (b)-->(c) RETURN a, b"), 0U);
    EXPECT_EQ(count("MATCH (a) MATCH (a)-->(b), (c) RETURN a, b, c"), 0U);
}

TEST(Notifications, DatesComparedWithTexts) {
    auto builder = catalogOf({"Penalty"}, {}, {"decidedOn"});
    builder.addIndex({.name = "typed",
                      .kind = engine::IndexKind::Rule,
                      .rules = engine::kRuleTyped,
                      .value_kind = Kind::Date,
                      .label = *builder.catalog().label("Penalty"),
                      .keys = {*builder.catalog().key("decidedOn")}});
    const auto count = [&](const char* text) { return bound(text, builder.catalog())->notifications.size(); };
    EXPECT_EQ(count("MATCH (p:Penalty) WHERE p.decidedOn >= '2024-01-01' RETURN p"), 1U);
    EXPECT_EQ(count("MATCH (p:Penalty) WHERE '2024-01-01' = p.decidedOn RETURN p"), 1U);
    EXPECT_EQ(count("MATCH (p:Penalty) WHERE p.decidedOn >= date('2024-01-01') RETURN p"), 0U);
    EXPECT_EQ(count("MATCH (p) WHERE p.decidedOn >= '2024-01-01' RETURN p"), 0U);
}

}  // namespace
}  // namespace xinpu::query
