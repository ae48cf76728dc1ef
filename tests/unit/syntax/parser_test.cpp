// tests/unit/syntax/parser_test.cpp
// What parses, by the canonical text of its tree; what fails, by place and detail code.
#include "query/syntax/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "query/syntax/prediction_memory.h"
#include "query/syntax/printer.h"

namespace xinpu::query {
namespace {

std::string printed(const std::string& text) {
    try {
        return toText(*parseStatement(text));
    } catch (const Error& error) {
        const Position at = error.at().value_or(Position{0, 0, 0});
        return error.detail() + " " + std::to_string(at.line) + ":" + std::to_string(at.column);
    }
}

std::string repeated(const std::string& part, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) {
        out += part;
    }
    return out;
}

struct Case {
    const char* text;
    const char* tree;
};

void expectAll(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        EXPECT_EQ(printed(one.text), one.tree) << one.text;
    }
}

void expectExpressions(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        EXPECT_EQ(printed("RETURN " + std::string(one.text)), "RETURN " + std::string(one.tree)) << one.text;
    }
}

// Already canonical.
void expectKept(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        EXPECT_EQ(printed(text), text);
    }
}

TEST(Parser, PrecedenceIsOpenCyphers) {
    expectExpressions({
        {"a OR b XOR c AND NOT d", "a OR b XOR c AND NOT d"},
        {"((a OR b) XOR c) AND (NOT d)", "((a OR b) XOR c) AND NOT d"},
        {"NOT a = b", "NOT a = b"},
        {"(NOT a) = b", "(NOT a) = b"},
        {"NOT (NOT a)", "NOT NOT a"},
        {"1 < 2 < 3 = x", "1 < 2 < 3 = x"},
        {"(1 < 2) < 3", "(1 < 2) < 3"},
        {"1 < (2 < 3)", "1 < (2 < 3)"},
        {"a = b IS NULL", "a = b IS NULL"},
        {"(a = b) IS NULL", "(a = b) IS NULL"},
        {"a + b IN c + d", "a + b IN c + d"},
        {"a IN b IN c", "a IN b IN c"},
        {"a IN (b IN c)", "a IN (b IN c)"},
        {"a STARTS WITH b ENDS WITH c CONTAINS d =~ e", "a STARTS WITH b ENDS WITH c CONTAINS d =~ e"},
        {"1 - (2 - 3) - 4", "1 - (2 - 3) - 4"},
        {"(1 - 2) - 3", "1 - 2 - 3"},
        {"1 + 2 * 3 ^ 4 ^ 5 % 6 / 7", "1 + 2 * 3 ^ 4 ^ 5 % 6 / 7"},
        {"(1 + 2) * (3 ^ (4 ^ 5))", "(1 + 2) * 3 ^ (4 ^ 5)"},
        {"-a ^ 2", "-a ^ 2"},
        {"-(a ^ 2)", "-(a ^ 2)"},
        {"- - + a", "--+a"},
        {"a || b + c", "a || b + c"},
        {"-a.b", "-a.b"},
        {"(-a).b", "(-a).b"},
        {"NOT a.b[0] IS NOT NULL", "NOT a.b[0] IS NOT NULL"},
    });
}

TEST(Parser, Literals) {
    expectExpressions({
        {"1, 0, -1, - 1, -(1)", "1, 0, -1, -1, -(1)"},
        {"0x1F, 0XabC, 0o17, 0O7, 017", "31, 2748, 15, 7, 15"},
        {"9223372036854775807, -9223372036854775808", "9223372036854775807, -9223372036854775808"},
        {"-0x8000000000000000", "-9223372036854775808"},
        {"1.5, .5, 1e3, 1E-3, 1.5e+2, -.5", "1.5, 0.5, 1000.0, 0.001, 150.0, -0.5"},
        {"1e-400", "0.0"},
        {"true, FALSE, Null", "true, false, null"},
        {R"('a"b', "a'b", 'a\'b', "\"", '\\')", R"('a"b', 'a\'b', 'a\'b', '"', '\\')"},
        {R"('\u4E2D\u56fd', '\U0001F600', '\uD83D\uDE00', '\t\n\b\f\r')",
         "'中国', '😀', '😀', '\\t\\n\\b\\f\\r'"},
        {"[], [1, [2]], {}, {a: 1, `b c`: {d: 2}, end: 3}",
         "[], [1, [2]], {}, {a: 1, `b c`: {d: 2}, end: 3}"},
        {"$a, $`a b`, $match, $12", "$a, $`a b`, $match, $`12`"},
    });
}

TEST(Parser, Forms) {
    expectExpressions({
        {"count(*), count ( DISTINCT x ), f(), a.b.c(1, 2)", "count(*), count(DISTINCT x), f(), a.b.c(1, 2)"},
        {"date.truncate('day', x).year", "date.truncate('day', x).year"},
        {"x[1], x[1..2], x[..2], x[1..], x[..], x['a'][0]",
         "x[1], x[1..2], x[..2], x[1..], x[..], x['a'][0]"},
        {"[x IN xs], [x IN xs WHERE x > 1], [x IN xs | x], [x IN a + b WHERE c | d]",
         "[x IN xs], [x IN xs WHERE x > 1], [x IN xs | x], [x IN a + b WHERE c | d]"},
        {"[(x IN xs)], [x IN xs, y], [1 IN xs]", "[(x IN xs)], [x IN xs, y], [(1 IN xs)]"},
        {"[(a)-->(b) | b.x], [p = (a)-[:R]->() WHERE a.x | p]",
         "[(a)-->(b) | b.x], [p = (a)-[:R]->() WHERE a.x | p]"},
        {"all(x IN xs WHERE x), ANY(x IN xs), none(x in xs where x), single(x IN xs WHERE x = 1)",
         "all(x IN xs WHERE x), any(x IN xs), none(x IN xs WHERE x), single(x IN xs WHERE x = 1)"},
        {"reduce(s = 0, x IN xs | s + x)", "reduce(s = 0, x IN xs | s + x)"},
        {"CASE x WHEN 1 THEN a WHEN 2 THEN b ELSE c END, CASE WHEN a THEN b END",
         "CASE x WHEN 1 THEN a WHEN 2 THEN b ELSE c END, CASE WHEN a THEN b END"},
        {"CASE WHEN (a)-->() THEN 1 END", "CASE WHEN (a)-->() THEN 1 END"},
        {"n {.a, .*, b: 1, c}, count {.x}", "n {.a, .*, b: 1, c}, count {.x}"},
        {"n:A, n:A:B, n:A|B, n:!A&B, n:(A|B)&%, n:$('A')",
         "n:A, n:A&B, n:(A|B), n:!A&B, n:(A|B)&%, n:$('A')"},
        {"[x IN xs WHERE x:A|x.name], [x IN xs WHERE x:A|x], [x IN xs WHERE x:A|B|x.y]",
         "[x IN xs WHERE x:A | x.name], [x IN xs WHERE x:A | x], [x IN xs WHERE x:(A|B) | x.y]"},
        {"x IS :: INTEGER, x IS NOT TYPED list<string not null> NOT NULL, x IS :: zoned datetime, x IS TYPED "
         "any",
         "x IS :: INTEGER, x IS NOT :: LIST<STRING NOT NULL> NOT NULL, x IS :: ZONED DATETIME, x IS :: ANY"},
        {"x IN WINDOW 3 YEARS, x in window n month ending d, x IN WINDOW 3 DAYS ENDING 7 WORKING DAYS BEFORE "
         "$d",
         "x IN WINDOW 3 YEARS, x IN WINDOW n MONTHS ENDING d, x IN WINDOW 3 DAYS ENDING 7 WORKING DAYS "
         "BEFORE $d"},
        {"x IN WINDOW n + 1 YEARS ENDING date() - d AND y",
         "x IN WINDOW n + 1 YEARS ENDING date() - d AND y"},
        {"x IN window, x IN window.a, x IN window[0] AND y",
         "x IN window, x IN window.a, x IN window[0] AND y"},
        {"EXISTS { (a)-->(b) WHERE b.x }, COUNT { MATCH (n) RETURN n }, COLLECT { MATCH (n) RETURN n.x }",
         "EXISTS { MATCH (a)-->(b) WHERE b.x }, COUNT { MATCH (n) RETURN n }, COLLECT { MATCH (n) RETURN n.x "
         "}"},
        {"exists((a)-->()), exists(n.x), NOT (a)-->() OR (b)<-[:R]-(c)",
         "exists((a)-->()), exists(n.x), NOT (a)-->() OR (b)<-[:R]-(c)"},
        {"shortestPath((a)-[*]-(b)), allShortestPaths((a)-[:R*..3]->(b))",
         "shortestPath((a)-[*]-(b)), allShortestPaths((a)-[:R*1..3]->(b))"},
        {"(a)-(b), a - -(b), (a)-[1]", "a - b, a - -b, a - [1]"},
    });
}

TEST(Parser, EveryKeywordIsAName) {
    for (const std::string word :
         {"match",  "return",   "where",   "end",   "time",  "window", "valid",  "count",  "exists",
          "then",   "order",    "by",      "limit", "skip",  "union",  "all",    "any",    "none",
          "single", "shortest", "index",   "on",    "in",    "with",   "as",     "and",    "or",
          "xor",    "is",       "collect", "call",  "yield", "set",    "create", "history"}) {
        const std::string text = "MATCH (" + word + ":" + word + " {" + word + ": 1})-[" + word +
                                 "2:" + word + "]->() WHERE " + word + "." + word + " RETURN " + word + "." +
                                 word + " AS " + word + ", $" + word;
        EXPECT_EQ(printed(text), text);
    }
    EXPECT_EQ(printed("MATCH (not {true: 1}) RETURN `not`.null"),
              "MATCH (`not` {`true`: 1}) RETURN `not`.`null`");
    EXPECT_EQ(printed("RETURN `distinct` + 1"), "RETURN `distinct` + 1");
    EXPECT_EQ(printed("MATCH (中文:企业 {名称: '甲'}) RETURN 中文.名称 AS 名"),
              "MATCH (`中文`:`企业` {`名称`: '甲'}) RETURN `中文`.`名称` AS `名`");
}

TEST(Parser, Patterns) {
    expectAll({
        {"MATCH (a)-->(b)<--(c)--(d)<-->(e) RETURN a", "MATCH (a)-->(b)<--(c)--(d)--(e) RETURN a"},
        {"MATCH (a)-[r]->(b)<-[:R|:S]-(c)-[x:R|S&!T {k: 1}]-(d) RETURN a",
         "MATCH (a)-[r]->(b)<-[:R|S]-(c)-[x:R|S&!T {k: 1}]-(d) RETURN a"},
        {"MATCH ()-[*]-()-[*2]-()-[*1..3]-()-[*..3]-()-[r:R*2.. {k: 1}]->() RETURN 1",
         "MATCH ()-[*]-()-[*2]-()-[*1..3]-()-[*1..3]-()-[r:R*2.. {k: 1}]->() RETURN 1"},
        {"MATCH (a)—[r]—(b)⟨–[:R]−(c)－－＞(d) RETURN a", "MATCH (a)-[r]-(b)<-[:R]-(c)-->(d) RETURN a"},
        {"MATCH (a)-[:R]->{1,3}(b)-[:R]-+(c)--*(d)-->{2}(e)-->{,4}(f)-->{5,}(g) RETURN a",
         "MATCH (a)-[:R]->{1,3}(b)-[:R]-+(c)--*(d)-->{2}(e)-->{0,4}(f)-->{5,}(g) RETURN a"},
        {"MATCH (x) ((a)-[r]->(b) WHERE a.x < b.x){1,3} (y) RETURN a",
         "MATCH (x)((a)-[r]->(b) WHERE a.x < b.x){1,3}(y) RETURN a"},
        {"MATCH ((a)-->(b))+ ((c)-->(d))* RETURN a", "MATCH ((a)-->(b))+((c)-->(d))* RETURN a"},
        {"MATCH ((a)-->(b)) RETURN a", "MATCH (a)-->(b) RETURN a"},
        {"MATCH (a:A|B:C WHERE a.x = 1)-[r:R WHERE r.x > 2 VALID ON $d]->(), ()-[VALID ON d WHERE x]-() "
         "RETURN a",
         "MATCH (a:A|B&C WHERE a.x = 1)-[r:R WHERE r.x > 2 VALID ON $d]->(), ()-[WHERE x VALID ON d]-() "
         "RETURN a"},
        {"MATCH p = shortestPath((a)-[:R*]-(b)), ALLSHORTESTPATHS((a)-[*]-(c)) RETURN p",
         "MATCH p = shortestPath((a)-[:R*]-(b)), allShortestPaths((a)-[*]-(c)) RETURN p"},
        {"MATCH p = ANY SHORTEST (a)-->+(b), SHORTEST 3 PATHS (a)-->+(b), ALL SHORTEST ACYCLIC PATH "
         "(a)-->+(b), "
         "SHORTEST 2 GROUPS (a)-->+(b), ANY 2 SIMPLE (a)-->+(b), WALK (a)-->{2}(b), ALL PATHS (a)-->(b) "
         "RETURN p",
         "MATCH p = SHORTEST 1 (a)-->+(b), SHORTEST 3 (a)-->+(b), ALL SHORTEST ACYCLIC (a)-->+(b), "
         "SHORTEST 2 GROUPS (a)-->+(b), ANY 2 SIMPLE (a)-->+(b), WALK (a)-->{2}(b), (a)-->(b) RETURN p"},
        {"MATCH REPEATABLE ELEMENTS (a)-->(b) MATCH DIFFERENT RELATIONSHIPS (c) MATCH REPEATABLE ELEMENT "
         "BINDINGS (d) RETURN a",
         "MATCH REPEATABLE ELEMENTS (a)-->(b) MATCH (c) MATCH REPEATABLE ELEMENTS (d) RETURN a"},
    });
}

TEST(Parser, Clauses) {
    expectKept({
        "OPTIONAL MATCH (n) WHERE n.x = 1 WITH DISTINCT n, n.y AS y ORDER BY y DESC, n SKIP 1 LIMIT 2 WHERE "
        "y > 1 RETURN *",
        "UNWIND [1, 2] AS x RETURN x UNION ALL RETURN 2 AS x UNION ALL RETURN 3 AS x",
        "RETURN 1 AS x UNION RETURN 2 AS x",
        "CREATE (a:A&B {x: 1})-[:R {y: 2}]->(b)<-[:S]-(:$(c)) FINISH",
        "MERGE p = (a)-[r:R]-(b) ON CREATE SET a.x = 1, b += {y: 2} ON MATCH SET r = {}, a:A:B",
        "MATCH (n) SET n.x = 1, n[k] = 2, (head(ns)).x = 3 REMOVE n.x, n:A:$(x), n[k] DETACH DELETE n, m",
        "FOREACH (x IN [1] | CREATE (n) FOREACH (y IN [2] | SET n.y = y))",
        "CALL db.labels",
        "CALL db.labels() YIELD *",
        "CALL graph.related(n, {hops: 3}) YIELD node AS f, hops WHERE hops > 1 RETURN f",
        "CALL { WITH a RETURN 1 AS x UNION RETURN 2 AS x } RETURN x",
        "OPTIONAL CALL (a, b) { CREATE (n) } CALL (*) { MATCH (n) RETURN n } CALL () { RETURN 1 AS y } "
        "RETURN n",
        "LOAD CSV WITH HEADERS FROM 'a.csv' AS row FIELDTERMINATOR ';' RETURN row",
        "LOAD CSV FROM $file AS row CREATE (n)",
        "USE credit MATCH (n) RETURN n",
        "USE credit AT RECORDED TIME $t MATCH (n) RETURN n",
        "USE credit WITH HISTORY MATCH (n) RETURN n",
        "EXPLAIN RETURN 1",
        "PROFILE RETURN 1",
        "RETURN *, 1 AS x ORDER BY x",
    });
    expectAll({
        {"use My-Db return 1;", "USE `My-Db` RETURN 1"},
        {"RETURN 1 AS x OFFSET 1 ;; ", "RETURN 1 AS x SKIP 1"},
        {"RETURN 1 // c\n/* d\n*/ AS x", "RETURN 1 AS x"},
        {"WITH history AS h RETURN h", "WITH history AS h RETURN h"},
        {"USE a WITH history AS h RETURN h", "USE a WITH history AS h RETURN h"},
    });
}

TEST(Parser, SchemaCommands) {
    expectKept({
        "CREATE RANGE INDEX FOR (n:L) ON (n.a, n.b)",
        "CREATE TEXT INDEX i IF NOT EXISTS FOR ()-[r:T]-() ON (r.p)",
        "CREATE ADJACENCY INDEX FOR ()-[r:T]-() ON (r.a, r.b)",
        "CREATE ADJACENCY INDEX a FOR (p:Penalty)-[r:AGAINST]->() ON (p.decidedOn)",
        "CREATE CONSTRAINT c IF NOT EXISTS FOR (n:L) REQUIRE n.p IS UNIQUE",
        "CREATE CONSTRAINT FOR (n:L) REQUIRE (n.a, n.b) IS UNIQUE",
        "CREATE CONSTRAINT FOR (n:L) REQUIRE (n.a) IS NODE KEY",
        "CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE (r.a) IS RELATIONSHIP KEY",
        "CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE r.p IS NOT NULL",
        "CREATE CONSTRAINT FOR (n:L) REQUIRE n.p IS :: INTEGER | FLOAT",
        "DROP INDEX i IF EXISTS",
        "DROP CONSTRAINT c",
        "SHOW INDEXES",
        "SHOW CONSTRAINTS",
        "SHOW FUNCTIONS",
        "SHOW PROCEDURES",
        "CREATE PROPERTY CLASS personal FOR (n:L) ON (n.p)",
        "CREATE PROPERTY CLASS personal IF NOT EXISTS FOR ()-[r:T]-() ON (r.p, r.q)",
        "DROP PROPERTY CLASS personal FOR (n:L) ON (n.p)",
        "DROP PROPERTY CLASS personal IF EXISTS FOR ()-[r:T]-() ON (r.p)",
        "SHOW PROPERTY CLASSES",
    });
    expectAll({
        {"create index for (n:L) on (n.a)", "CREATE RANGE INDEX FOR (n:L) ON (n.a)"},
        {"CREATE ADJACENCY INDEX FOR ()<-[r:AGAINST]-(p:Penalty) ON (p.d)",
         "CREATE ADJACENCY INDEX FOR (p:Penalty)-[r:AGAINST]->() ON (p.d)"},
        {"CREATE ADJACENCY INDEX FOR (n:L) ON (n.a)", "UnexpectedSyntax 1:1"},
        {"CREATE INDEX FOR (n:L) ON (m.a)", "UndefinedVariable 1:28"},
        {"CREATE CONSTRAINT FOR (n:L) REQUIRE n.p IS REL KEY", "UnexpectedSyntax 1:44"},
        {"CREATE CONSTRAINT FOR (n:L) REQUIRE (n.a, n.b) IS NOT NULL", "UnexpectedSyntax 1:51"},
        {"CREATE index = (a)-[:R]->(b)", "CREATE index = (a)-[:R]->(b)"},
    });
}

TEST(Parser, Failures) {
    expectAll({
        {"", "UnexpectedSyntax 1:1"},
        {" ; ", "UnexpectedSyntax 1:1"},
        {"RETRUN 1", "UnexpectedSyntax 1:1"},
        {"RETURN", "UnexpectedSyntax 1:7"},
        {"RETURN 1; RETURN 2", "UnexpectedSyntax 1:11"},
        {"MATCH (n)\r\nWHERE n.名 ==\n 2 RETURN n", "UnexpectedSyntax 2:12"},
        {"RETURN 'abc", "UnexpectedSyntax 1:8"},
        {"RETURN \"abc\\\"", "UnexpectedSyntax 1:8"},
        {"RETURN `abc", "UnexpectedSyntax 1:8"},
        {"RETURN ``", "UnexpectedSyntax 1:8"},
        {"RETURN 1 /* x", "UnexpectedSyntax 1:10"},
        {"RETURN '\\q'", "UnexpectedSyntax 1:8"},
        {"RETURN '\\uH'", "InvalidUnicodeLiteral 1:8"},
        {"RETURN '\\u12'", "InvalidUnicodeLiteral 1:8"},
        {"RETURN '\\uD83D'", "InvalidUnicodeLiteral 1:8"},
        {"RETURN '\\uDE00'", "InvalidUnicodeLiteral 1:8"},
        {"RETURN '\\UFFFFFFFF'", "InvalidUnicodeLiteral 1:8"},
        {"RETURN 42 — 41", "InvalidUnicodeCharacter 1:11"},
        {"RETURN “x”", "InvalidUnicodeCharacter 1:8"},
        {"RETURN '\xff'", "InvalidUnicodeCharacter 1:9"},
        {"RETURN \xc3", "InvalidUnicodeCharacter 1:8"},
        {"RETURN 9223372036854775808", "IntegerOverflow 1:8"},
        {"RETURN -9223372036854775809", "IntegerOverflow 1:9"},
        {"RETURN 1 - 9223372036854775808", "IntegerOverflow 1:12"},
        {"RETURN 0x8000000000000000", "IntegerOverflow 1:8"},
        {"MATCH ()-[*1..99999999999999999999]-() RETURN 1", "IntegerOverflow 1:15"},
        {"RETURN 1.34E999", "FloatingPointOverflow 1:8"},
        {"RETURN 0x", "InvalidNumberLiteral 1:8"},
        {"RETURN 0o8", "InvalidNumberLiteral 1:8"},
        {"RETURN 08", "InvalidNumberLiteral 1:8"},
        {"RETURN 12ab", "InvalidNumberLiteral 1:8"},
        {"RETURN 1.5e", "InvalidNumberLiteral 1:8"},
        {"RETURN 9223372#54775808", "UnexpectedSyntax 1:15"},
        {"RETURN {1B2c3e67: 1}", "UnexpectedSyntax 1:9"},
        {"RETURN [, ]", "UnexpectedSyntax 1:9"},
        {"RETURN [[[]]", "UnexpectedSyntax 1:13"},
        {"RETURN 1 = NOT true", "UnexpectedSyntax 1:12"},
        {"RETURN (n)-->()", "UnexpectedSyntax 1:8"},
        {"RETURN size((a)-->())", "UnexpectedSyntax 1:13"},
        {"MATCH (n) WHERE (n)-->() = true RETURN n", "UnexpectedSyntax 1:17"},
        {"RETURN [x IN xs WHERE x, 1]", "UnexpectedSyntax 1:24"},
        {"RETURN [1 | x]", "UnexpectedSyntax 1:11"},
        {"RETURN f(x WHERE y)", "UnexpectedSyntax 1:12"},
        {"RETURN reduce(s, x IN xs | s)", "UnexpectedSyntax 1:15"},
        {"RETURN (a).b()", "UnexpectedSyntax 1:13"},
        {"RETURN x[]", "UnexpectedSyntax 1:10"},
        {"MATCH (n RETURN n", "UnexpectedSyntax 1:10"},
        {"MATCH (a)-->b RETURN a", "UnexpectedSyntax 1:13"},
        {"MATCH (a)(b) RETURN a", "UnexpectedSyntax 1:10"},
        {"MATCH (a)--> RETURN a", "UnexpectedSyntax 1:10"},
        {"MATCH (a)-[:LIKES..]->(c) RETURN c", "InvalidRelationshipPattern 1:18"},
        {"MATCH (a)-[:LIKES*-2]->(c) RETURN c", "InvalidRelationshipPattern 1:19"},
        {"MATCH (a)-->{3,1}(b) RETURN a", "UnexpectedSyntax 1:13"},
        {"MATCH (a)-[*]->+(b) RETURN a", "UnexpectedSyntax 1:16"},
        {"MATCH ((a)){2} RETURN a", "UnexpectedSyntax 1:7"},
        {"MATCH ((a)-->(b) WHERE a.x)(c) RETURN a", "UnexpectedSyntax 1:7"},
        {"MATCH shortestPath((a)-->(b)-->(c)) RETURN a", "UnexpectedSyntax 1:7"},
        {"MATCH (n $p) RETURN n", "InvalidParameterUse 1:10"},
        {"MERGE (n $p) RETURN n", "InvalidParameterUse 1:10"},
        {"CREATE (a)-[:R]-(b)", "RequiresDirectedRelationship 1:11"},
        {"CREATE (a)-->(b)", "NoSingleRelationshipType 1:11"},
        {"CREATE (a)-[r:R|S]->(b)", "NoSingleRelationshipType 1:11"},
        {"MERGE (a)-[:R*2]->(b)", "CreatingVarLength 1:10"},
        {"CREATE (a:A|B)", "UnexpectedSyntax 1:11"},
        {"MATCH (n) DELETE n:Person", "InvalidDelete 1:18"},
        {"MATCH (n) WITH n.x RETURN 1", "NoExpressionAlias 1:16"},
        {"MATCH (n)", "InvalidClauseComposition 1:1"},
        {"RETURN 1 MATCH (n) RETURN n", "InvalidClauseComposition 1:10"},
        {"RETURN 1 AS x UNION RETURN 2 AS x UNION ALL RETURN 3 AS x", "InvalidClauseComposition 1:35"},
        {"MATCH (n) WHERE EXISTS { MATCH (n) SET n.x = 1 } RETURN n", "InvalidClauseComposition 1:36"},
        {"MATCH (n) WHERE EXISTS { CALL { CREATE (n) } RETURN 1 } RETURN n", "InvalidClauseComposition 1:33"},
        {"RETURN COLLECT { MATCH (n) }", "InvalidClauseComposition 1:18"},
        {"FOREACH (x IN [1] | MATCH (n))", "InvalidClauseComposition 1:21"},
        {"MATCH (n) CALL p YIELD x RETURN x", "InvalidArgumentPassingMode 1:11"},
        {"MATCH (n) CALL p() YIELD * RETURN x", "UnexpectedSyntax 1:11"},
        {"MATCH (n) CALL p() YIELD x", "InvalidClauseComposition 1:11"},
        {"MATCH (n) SET n.x", "UnexpectedSyntax 1:15"},
        {"MATCH (n) SET n.x += 1", "UnexpectedSyntax 1:19"},
        {"MATCH (n) SET n:A|B", "UnexpectedSyntax 1:17"},
        {"MATCH (n) REMOVE n", "UnexpectedSyntax 1:18"},
        {"USE a", "InvalidClauseComposition 1:1"},
    });
}

TEST(Parser, MessagesSayWhatWasExpected) {
    const auto messageOf = [](const std::string& text) -> std::string {
        try {
            parseStatement(text);
        } catch (const Error& error) {
            return error.message();
        }
        return "";
    };
    EXPECT_EQ(messageOf("RETRUN 1").substr(0, 40), "Invalid input 'RETRUN': expected RETURN,");
    EXPECT_EQ(messageOf("MATCH (n) WERE n.x RETURN n").substr(0, 37),
              "Invalid input 'WERE': expected WHERE,");
    EXPECT_EQ(messageOf("RETURN"), "The statement ends too early: expected an expression or '*'.");
    EXPECT_EQ(messageOf("MATCH (n RETURN n"),
              "Invalid input 'RETURN': expected WHERE, ')', '{', ':', '$' or '='.");
    EXPECT_EQ(messageOf("CREATE (n {x 1})"), "Invalid input '1': expected ':'.");
    EXPECT_EQ(messageOf("RETURN 1; RETURN 2; ; RETURN 3"),
              "Expected exactly one statement, but there are 3.");
}

TEST(Parser, NamesOfColumnsAreTheText) {
    const auto statement =
        parseStatement("MATCH (n) RETURN n . name , count( * ),`a b`, n.x  AS y, 1+/*c*/2 , -1");
    std::vector<std::string> names;
    for (const ProjectionItem& item : statement->query->parts[0].clauses[1].projection.items) {
        names.push_back(item.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"n . name", "count( * )", "a b", "y", "1+/*c*/2", "-1"}));
}

TEST(Parser, ParametersInOrderOfFirstUse) {
    const auto statement = parseStatement("MATCH (n {x: $b}) WHERE n.y = $a AND n.z = $b RETURN $c LIMIT $a");
    EXPECT_EQ(statement->parameters, (std::vector<std::string>{"b", "a", "c"}));
}

TEST(Parser, PositionsCountCodePoints) {
    const auto statement = parseStatement("/* 企业😀 */ MATCH (n)\n  RETURN n.名, x");
    const Clause& clause = statement->query->parts[0].clauses[1];
    EXPECT_EQ(clause.at.line, 2U);
    EXPECT_EQ(clause.at.column, 3U);
    EXPECT_EQ(clause.at.offset, 22U);
    EXPECT_EQ(clause.projection.items[1].at.column, 15U);
}

TEST(Parser, HostileTextsFailOrPass) {
    const auto detailOf = [](const std::string& text) -> std::string {
        try {
            return parseStatement(text) ? "fine" : "";
        } catch (const Error& error) {
            return error.detail();
        }
    };
    EXPECT_EQ(detailOf("RETURN " + repeated("(", 199) + "1" + repeated(")", 199)), "fine");
    EXPECT_EQ(detailOf("RETURN " + repeated("(", 201) + "1" + repeated(")", 201)), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("RETURN " + repeated("[", 1'000'000)), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("RETURN " + repeated("(", 10'000'000)), "STATEMENT_TOO_LONG");
    EXPECT_EQ(detailOf("RETURN [" + repeated("1,", 400'000) + "1]"), "STATEMENT_TOO_LONG");
    EXPECT_EQ(detailOf("RETURN 1" + repeated("+1", 1'990)), "fine");
    EXPECT_EQ(detailOf("RETURN 1" + repeated("+1", 40'000)), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("RETURN x" + repeated(" AND x", 40'000)), "fine");
    EXPECT_EQ(detailOf("RETURN x" + repeated(" = x", 40'000)), "fine");
    EXPECT_EQ(detailOf("RETURN " + repeated("NOT ", 40'000) + "x"), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("RETURN " + repeated("- ", 40'000) + "x"), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("RETURN a" + repeated(".b", 40'000)), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("RETURN a" + repeated("[0]", 30'000)), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("RETURN a" + repeated(" IS NULL", 30'000)), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("RETURN " + repeated("CASE ", 20'000)), "NESTING_LIMIT");
    EXPECT_EQ(detailOf("MATCH (n:" + repeated("!", 40'000) + "A) RETURN n"), "fine");
    EXPECT_EQ(detailOf("RETURN '" + repeated("中", 340'000) + "'"), "fine");
    EXPECT_EQ(detailOf("RETURN '" + repeated("x", 1'000'000)), "UnexpectedSyntax");
    // Chains inside of subqueries count together.
    EXPECT_EQ(detailOf("MATCH (n) WHERE " + repeated("EXISTS {(n) WHERE ", 99) + "1" +
                       repeated(repeated("+1", 21) + "}", 99) + " RETURN n"),
              "NESTING_LIMIT");
    EXPECT_EQ(detailOf("MATCH (n) WHERE " + repeated("EXISTS {(n) WHERE ", 99) + "1" +
                       repeated(repeated("+1", 18) + "}", 99) + " RETURN n"),
              "fine");
}

TEST(Parser, ForgetsWhatItLearned) {
    const std::string text =
        "MATCH (n {x: (1)}) WHERE (n)-[:R]->() AND (n.x) RETURN [x IN [1] WHERE x:A|x.y]";
    const std::string before = printed(text);
    PredictionMemory& memory = PredictionMemory::shared();
    const std::size_t learned = memory.states();
    EXPECT_GT(learned, 0U);
    memory.parsed(0, 0);  // too few tokens to look
    EXPECT_EQ(memory.states(), learned);
    memory.parsed(1'000'000, learned);
    EXPECT_EQ(memory.states(), learned);
    memory.parsed(1'000'000, 0);
    EXPECT_EQ(memory.states(), 0U);
    EXPECT_EQ(printed(text), before);
    EXPECT_GT(memory.states(), 0U);
}

}  // namespace
}  // namespace xinpu::query
