// tests/unit/semantics/binder_test.cpp
// What the binder refuses, with class, detail code and place, and what it lets pass.
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "query/semantics/binder.h"
#include "query/syntax/parser.h"
#include "tests/unit/semantics/fixtures.h"

namespace xinpu::query {
namespace {

struct Case {
    const char* name;
    const char* statement;
    ErrorCode code = ErrorCode::Internal;
    const char* detail = "";  ///< empty: it binds
    unsigned column = 0;      ///< 0: not looked at
};
std::ostream& operator<<(std::ostream& out, const Case& test) {
    return out << test.name;
}

const Registry& registry() {
    static const Registry kRegistry = [] {
        Registry built;
        registerBuiltinFunctions(built);
        const KindSet integer = kindBit(engine::Kind::Integer);
        built.add(procedureOf("test.one", {{"in", integer, "INTEGER?"}},
                              {{"a", integer, "INTEGER?"}, {"b", integer, "INTEGER?"}}));
        built.add(procedureOf("test.none", {}, {}));
        const KindSet node = kindBit(engine::Kind::Node);
        built.add(procedureOf("graph.near", {{"n", node, "NODE"}, {"how", kAnyKind, "MAP"}},
                              {{"node", node, "NODE"}}));
        return built;
    }();
    return kRegistry;
}

constexpr auto kSyntax = ErrorCode::Syntax;
constexpr auto kType = ErrorCode::Type;
constexpr auto kSemantic = ErrorCode::Semantic;
constexpr auto kProcedure = ErrorCode::Procedure;

const Case kCases[] = {
    // Variables
    {"undefined", "MATCH (n)-[e]->(o) RETURN m", kSyntax, "UndefinedVariable", 27},
    {"undefined_after_with", "MATCH (n), (m) WITH n RETURN m", kSyntax, "UndefinedVariable", 30},
    {"undefined_in_create", "CREATE (b {name: missing}) RETURN b", kSyntax, "UndefinedVariable", 18},
    {"own_property_in_create", "CREATE (b {name: b.x})", kSyntax, "UndefinedVariable"},
    {"earlier_in_create", "CREATE (a {x: 1}), (b {x: a.x})"},
    {"merge_sees_only_before", "MERGE (a {x: 1})-[:R]->(b {x: a.x})", kSyntax, "UndefinedVariable"},
    {"later_in_match", "MATCH (a {x: b.x}), (b) RETURN a"},
    {"unwind_again", "WITH 1 AS x UNWIND [1] AS x RETURN x", kSyntax, "VariableAlreadyBound"},
    {"path_again", "MATCH (p) MATCH p = ()-->() RETURN p", kSyntax, "VariableAlreadyBound"},
    {"path_of_own_node", "MATCH p = (p)-->() RETURN p", kSyntax, "VariableAlreadyBound"},
    {"node_after_path", "MATCH p = ()-->(), (p) RETURN p", kSyntax, "VariableTypeConflict", 20},
    {"relationship_as_node", "MATCH ()-[r]-(r) RETURN r", kSyntax, "VariableTypeConflict"},
    {"node_as_relationship", "MATCH (r) MATCH ()-[r]-() RETURN r", kSyntax, "VariableTypeConflict"},
    {"value_as_node", "WITH 1 AS n MATCH (n) RETURN n", kSyntax, "VariableTypeConflict"},
    {"value_as_relationship", "WITH [1] AS r MATCH ()-[r*]-() RETURN r", kSyntax, "VariableTypeConflict"},
    {"null_as_node", "WITH null AS n MATCH (n) RETURN n"},
    {"unknown_as_node", "WITH $n AS n MATCH (n) RETURN n"},
    {"relationship_twice", "MATCH (a)-[r]->()-[r]->(a) RETURN r", kSyntax, "RelationshipUniquenessViolation"},
    {"bound_relationship_twice", "MATCH ()-[r]->() MATCH ()-[r]->(), ()-[r]->() RETURN r", kSyntax,
     "RelationshipUniquenessViolation"},
    {"bound_relationship_list", "MATCH ()-[r*]->() WITH r MATCH ()-[r*]->() RETURN r"},
    {"group_of_outer_variable", "MATCH (a) MATCH ((a)-->(b)){2} RETURN b", kSyntax, "VariableAlreadyBound"},
    {"group_is_a_list", "MATCH ((a)-->(b)){2} RETURN a.x", kType, "InvalidArgumentType"},
    {"group_inside_is_a_node", "MATCH ((a)-->(b) WHERE a.x < b.x){2} RETURN size(a)"},
    {"list_where_sees_one", "MATCH ()-[r* WHERE r.x = 1]->() RETURN size(r)"},
    // Updating clauses
    {"create_bound", "MATCH (a) CREATE (a)", kSyntax, "VariableAlreadyBound"},
    {"create_bound_with_label", "CREATE (n:A)-[:T]->(), (n:B)-[:T]->()", kSyntax, "VariableAlreadyBound"},
    {"create_bound_with_empty_map", "CREATE (n) CREATE (n {})-[:T]->()", kSyntax, "VariableAlreadyBound"},
    {"create_end_bound", "MATCH (a) CREATE (a)-[:T]->(a)"},
    {"create_without_type", "CREATE ()-->()", kSyntax, "NoSingleRelationshipType"},
    {"create_two_types", "CREATE ()-[:A|:B]->()", kSyntax, "NoSingleRelationshipType"},
    {"create_undirected", "CREATE ()-[:A]-()", kSyntax, "RequiresDirectedRelationship"},
    {"create_both_ways", "CREATE ()<-[:A]->()", kSyntax, "RequiresDirectedRelationship"},
    {"create_long", "CREATE ()-[:A*2]->()", kSyntax, "CreatingVarLength"},
    {"create_relationship_again", "MATCH ()-[r]->() CREATE ()-[r:A]->()", kSyntax, "VariableAlreadyBound"},
    {"create_parameter", "CREATE (n $p)-[:R $q]->()"},
    {"match_parameter", "MATCH (n $p) RETURN n", kSyntax, "InvalidParameterUse"},
    {"match_parameter_relationship", "MATCH ()-[r:R $p]->() RETURN r", kSyntax, "InvalidParameterUse"},
    {"merge_parameter", "MERGE (n $p)", kSyntax, "InvalidParameterUse"},
    {"merge_bound", "MATCH (a) MERGE (a)", kSyntax, "VariableAlreadyBound"},
    {"merge_bound_label", "CREATE (a:A) MERGE (a)-[:R]->(a:B)", kSyntax, "VariableAlreadyBound"},
    {"merge_undirected", "MERGE (a)-[:R]-(b)"},
    {"merge_loop", "MERGE (a:A)-[:R]->(a)"},
    {"merge_null", "MERGE ({n: null})"},
    {"on_match_undefined", "MERGE (n) ON MATCH SET x.n = 1", kSyntax, "UndefinedVariable"},
    {"on_create_own", "MERGE (n) ON CREATE SET n.n = 1 ON MATCH SET n.m = 1"},
    {"delete_label", "MATCH (n) DELETE n:A", kSyntax, "InvalidDelete"},
    {"delete_number", "MATCH () DELETE 1 + 1", kSyntax, "InvalidArgumentType"},
    {"delete_element", "MATCH (n) WITH collect(n) AS ns DELETE ns[0]"},
    {"delete_path", "MATCH p = ()-->() DETACH DELETE p"},
    {"set_of_value", "WITH 1 AS x SET x.y = 1", kSyntax, "InvalidArgumentType"},
    {"set_missing", "MATCH (a) SET a.name = missing RETURN a", kSyntax, "UndefinedVariable"},
    {"foreach", "MATCH (n) FOREACH (x IN [1, 2] | CREATE (:A {x: x, y: n.y}) SET n.z = x)"},
    {"foreach_hides", "FOREACH (x IN [1] | CREATE (m)) RETURN m", kSyntax, "UndefinedVariable"},
    // Clauses
    {"union_columns", "RETURN 1 AS a UNION RETURN 2 AS b", kSyntax, "DifferentColumnsInUnion"},
    {"union_order", "RETURN 1 AS a, 2 AS b UNION RETURN 2 AS b, 1 AS a"},
    {"union_mixed", "RETURN 1 AS a UNION RETURN 2 AS a UNION ALL RETURN 3 AS a", kSyntax,
     "InvalidClauseComposition"},
    {"ends_with_match", "MATCH (n)", kSyntax, "InvalidClauseComposition"},
    {"return_in_the_middle", "RETURN 1 AS x MATCH (n) RETURN n", kSyntax, "InvalidClauseComposition"},
    {"star_of_nothing", "MATCH () RETURN *", kSyntax, "NoVariablesInScope"},
    {"with_star_of_nothing", "CREATE () WITH * CREATE ()"},
    {"match_after_create", "CREATE (a) MATCH (b) RETURN b"},
    {"no_alias", "MATCH (a) WITH a, count(*) RETURN a", kSyntax, "NoExpressionAlias"},
    {"column_twice", "RETURN 1 AS a, 2 AS a", kSyntax, "ColumnNameConflict"},
    {"column_twice_with", "WITH 1 AS a, 2 AS a RETURN a", kSyntax, "ColumnNameConflict"},
    {"skip_variable", "MATCH (n) RETURN n SKIP n.count", kSyntax, "NonConstantExpression"},
    {"limit_negative", "RETURN 1 LIMIT -1", kSyntax, "NegativeIntegerArgument"},
    {"limit_float", "RETURN 1 LIMIT 1.5", kSyntax, "InvalidArgumentType"},
    {"limit_function", "MATCH (n) RETURN n LIMIT toInteger(rand() * 9) + 1"},
    {"limit_parameter", "RETURN 1 SKIP $s LIMIT $l"},
    {"limit_count", "MATCH (n) RETURN n LIMIT count(*)", kSyntax, "InvalidAggregation"},
    {"exists_updates", "MATCH (n) WHERE EXISTS { MATCH (n)-->(m) SET m.x = 1 } RETURN n", kSyntax,
     "InvalidClauseComposition"},
    {"exists_sees_outside", "MATCH (n) WHERE EXISTS { MATCH (m) WITH m WHERE m.x = n.x RETURN m } RETURN n"},
    {"exists_hides", "MATCH (n) WHERE EXISTS { (n)-->(m) } RETURN m", kSyntax, "UndefinedVariable"},
    {"collect_two", "RETURN COLLECT { MATCH (n) RETURN n, 1 AS x } AS c", kSyntax,
     "InvalidClauseComposition"},
    {"call_sees_nothing", "MATCH (n) CALL { RETURN n.x AS x } RETURN x", kSyntax, "UndefinedVariable"},
    {"call_with", "MATCH (n) CALL { WITH n RETURN n.x AS x } RETURN x"},
    {"call_imports", "MATCH (n) CALL (n) { MATCH (m) WITH m RETURN n.x AS x } RETURN x"},
    {"call_again", "MATCH (n) CALL { RETURN 1 AS n } RETURN n", kSyntax, "VariableAlreadyBound"},
    {"use_history", "USE credit WITH HISTORY RETURN 1", kSemantic, "FeatureNotSupported"},
    // Aggregation
    {"count_in_where", "MATCH (a) WHERE count(a) > 1 RETURN a", kSyntax, "InvalidAggregation"},
    {"count_in_unwind", "MATCH (a) UNWIND collect(a) AS b RETURN b", kSyntax, "InvalidAggregation"},
    {"count_of_count", "RETURN count(count(*))", kSyntax, "NestedAggregation"},
    {"count_of_rand", "RETURN count(rand())", kSyntax, "NonConstantExpression"},
    {"count_in_comprehension", "MATCH (n) RETURN [x IN [1] | count(*)]", kSyntax, "InvalidAggregation"},
    {"comprehension_of_collect", "MATCH (n) RETURN [x IN collect(n) | x.name] AS names"},
    {"key_property", "MATCH (a)--(b) RETURN a.age, a.age + count(b.age)"},
    {"key_variable", "MATCH (a)--(b) RETURN a, a.age + count(b.age)"},
    {"key_missing", "MATCH (a)--(b) RETURN a.age + count(b.age)", kSyntax, "AmbiguousAggregationExpression",
     23},
    {"key_not_simple", "MATCH (a)--(b) RETURN a.age + b.age, a.age + b.age + count(*)", kSyntax,
     "AmbiguousAggregationExpression"},
    {"key_parameter", "MATCH (a) RETURN $age + avg(a.age) - 1000"},
    {"order_count_alone", "MATCH (n) RETURN n.a ORDER BY max(n.b)", kSyntax, "InvalidAggregation"},
    {"order_after_distinct", "MATCH (a) RETURN DISTINCT a.name ORDER BY a.age", kSyntax, "UndefinedVariable"},
    {"order_same_after_distinct", "MATCH (a) RETURN DISTINCT a.name ORDER BY a.name"},
    {"order_key", "MATCH (a) RETURN a.name, count(*) ORDER BY count(*) DESC, a.name"},
    {"order_key_in_sum",
     "MATCH (a)--(b) RETURN a.age AS age, count(b.age) AS c ORDER BY a.age + count(b.age)"},
    {"order_alias_in_sum",
     "MATCH (a)--(b) RETURN a.age AS age, count(b.age) AS c ORDER BY age + count(b.age)"},
    {"order_missing", "MATCH (a)--(b) RETURN count(b.age) AS c ORDER BY a.age + count(b.age)", kSyntax,
     "AmbiguousAggregationExpression"},
    {"order_not_simple",
     "MATCH (a)--(b) RETURN a.age + b.age, count(*) AS c ORDER BY a.age + b.age + count(*)", kSyntax,
     "AmbiguousAggregationExpression"},
    {"order_old_and_new", "MATCH (a) WITH a.x AS x ORDER BY a.y, x RETURN x"},
    {"where_old_after_with", "MATCH (a) WITH a.x AS x WHERE a.y = 1 RETURN x"},
    {"where_old_after_count", "MATCH (a) WITH count(*) AS c WHERE a.y = 1 RETURN c", kSyntax,
     "UndefinedVariable"},
    // Patterns as expressions
    {"pattern_in_return", "MATCH (n) RETURN (n)-[]->()", kSyntax, "UnexpectedSyntax"},
    {"pattern_in_size", "MATCH (n) WHERE size((n)-->()) > 1 RETURN n", kSyntax, "UnexpectedSyntax"},
    {"pattern_in_exists", "MATCH (n) RETURN exists((n)-->())"},
    {"pattern_negated", "MATCH (n) WHERE NOT (n)-->() AND (n)<--() RETURN n"},
    {"pattern_new_node", "MATCH (n) WHERE (n)-->(a) RETURN n", kSyntax, "UndefinedVariable"},
    {"pattern_new_relationship", "MATCH (n) WHERE (n)-[r]->() RETURN n", kSyntax, "UndefinedVariable"},
    {"node_as_predicate", "MATCH (n) WHERE (n) RETURN n", kSyntax, "InvalidArgumentType"},
    {"pattern_comprehension", "MATCH (n) RETURN [p = (n)-[r]->(m) WHERE r.x > 1 | m.name]"},
    {"pattern_comprehension_hides", "MATCH (n) RETURN [(n)-->(m) | m.name], m", kSyntax, "UndefinedVariable"},
    {"shortest_path_long", "MATCH p = shortestPath((a)-->()-->(b)) RETURN p", kSyntax, "UnexpectedSyntax"},
    // Functions and types
    {"unknown_function", "RETURN foo(1)", kSyntax, "UnknownFunction", 8},
    {"too_many_arguments", "RETURN size([1], 2)", kSyntax, "InvalidNumberOfArguments"},
    {"and_number", "RETURN null AND 123", kSyntax, "InvalidArgumentType"},
    {"not_text", "RETURN NOT 'a'", kSyntax, "InvalidArgumentType"},
    {"in_text", "RETURN 1 IN 'foo'", kSyntax, "InvalidArgumentType"},
    {"element_type", "RETURN none(x IN ['a'] WHERE x % 2 = 0)", kSyntax, "InvalidArgumentType"},
    {"element_types_mixed", "RETURN none(x IN ['a', 1] WHERE x % 2 = 0)"},
    {"plus_map", "RETURN {a: 1} + 1", kSyntax, "InvalidArgumentType"},
    {"plus_list", "RETURN [1] + {a: 1}, 'a' + 1, date() + duration({days: 1}), null + 1, $p + 1"},
    {"property_of_path", "MATCH p = ()-->() RETURN p.x", kSyntax, "InvalidArgumentType"},
    {"property_of_number", "WITH 1 AS x RETURN x.y", kType, "InvalidArgumentType"},
    {"property_of_date", "WITH date() AS d RETURN d.year"},
    {"element_of_number", "WITH 1 AS x RETURN x[0]", kType, "InvalidArgumentType"},
    {"length_of_node", "MATCH (n) RETURN length(n)", kSyntax, "InvalidArgumentType"},
    {"labels_of_unknown", "MATCH (a) WITH [a, 1] AS list RETURN labels(list[0])"},
    {"unknown_type", "RETURN 1 IS :: FOO", kSyntax, "InvalidType"},
    {"known_type", "RETURN 1 IS :: INTEGER NOT NULL, $p IS NOT TYPED LIST<STRING>"},
    // Procedures
    {"no_procedure", "CALL no.proc()", kProcedure, "ProcedureNotFound"},
    {"standalone", "CALL test.one"},
    {"standalone_star", "CALL test.one(1) YIELD *"},
    {"star_in_query", "CALL test.one(1) YIELD * RETURN a", kSyntax, "UnexpectedSyntax"},
    {"implicit_in_query", "CALL test.one YIELD a RETURN a", kSyntax, "InvalidArgumentPassingMode"},
    {"too_few", "CALL test.one() YIELD a RETURN a", kSyntax, "InvalidNumberOfArguments"},
    {"wrong_type", "CALL test.one(true) YIELD a RETURN a", kSyntax, "InvalidArgumentType"},
    {"yield_twice", "CALL test.one(1) YIELD a AS c, b AS c RETURN c", kSyntax, "VariableAlreadyBound"},
    {"yield_bound", "WITH 1 AS a CALL test.one(1) YIELD a RETURN a", kSyntax, "VariableAlreadyBound"},
    {"no_yield", "CALL test.one(1) RETURN a", kSyntax, "UndefinedVariable"},
    {"void_in_query", "MATCH (n) CALL test.none() RETURN n"},
    {"count_as_argument", "MATCH (n) CALL test.one(count(n)) YIELD a RETURN a", kSyntax,
     "InvalidAggregation"},
    // Our words
    {"valid_on_text", "MATCH ()-[e VALID ON 'yesterday']->() RETURN e", kSyntax, "InvalidArgumentType", 22},
    {"valid_on_compact", "MATCH ()-[e VALID ON '20240101']->() RETURN e", kSyntax, "InvalidArgumentType"},
    {"valid_on_date", "MATCH ()-[e VALID ON '2024-01-01']->() RETURN e"},
    {"valid_on_parameter", "MATCH ()-[e WHERE e.share > 5 VALID ON $d]-{0,3}(f) RETURN f"},
    {"window_text", "MATCH (p) WHERE p.d IN WINDOW 3 YEARS ENDING 'now' RETURN p", kSyntax,
     "InvalidArgumentType"},
    {"window_number", "MATCH (p) WHERE p.d IN WINDOW 1.5 YEARS RETURN p", kSyntax, "InvalidArgumentType"},
    {"window", "MATCH (p) WHERE p.d IN WINDOW 3 YEARS ENDING 7 WORKING DAYS BEFORE $d RETURN p"},
    {"on_of_procedure", "MATCH (n) CALL graph.near(n, {on: 'now'}) YIELD node RETURN node", kSyntax,
     "InvalidArgumentType"},
};

class Binder : public testing::TestWithParam<Case> {};

TEST_P(Binder, RefusesOrBinds) {
    const Case& test = GetParam();
    try {  // some of it is the parser's already
        const auto statement = parseStatement(test.statement);
        bind(*statement, registry(), engine::Catalog{});
        EXPECT_STREQ(test.detail, "") << "it bound: " << test.statement;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), test.code) << error.message();
        EXPECT_EQ(error.detail(), test.detail) << error.message();
        ASSERT_TRUE(error.at().has_value());
        if (test.column != 0) {
            EXPECT_EQ(error.at()->column, test.column) << error.message();
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Semantics, Binder, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(BinderMessages, OfferTheNamesInScope) {
    const auto statement = parseStatement("MATCH (n)-[e]->(o) RETURN m");
    try {
        bind(*statement, registry(), engine::Catalog{});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "Variable 'm' is not defined. Defined here: 'e', 'n', 'o'.");
    }
}

}  // namespace
}  // namespace xinpu::query
