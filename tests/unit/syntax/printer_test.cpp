// tests/unit/syntax/printer_test.cpp
// Copies equal their originals, other expressions do not; errors and scripts as text.
#include "query/syntax/printer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "query/syntax/parser.h"
#include "query/syntax/statement_text.h"

namespace xinpu::query {
namespace {

ExprPtr parsed(const std::string& text) {
    const auto statement = parseStatement("RETURN " + text);
    return std::move(statement->query->parts[0].clauses[0].projection.items[0].expr);
}

const std::vector<std::string>& expressions() {
    static const std::vector<std::string> kAll{"1",
                                               "1.0",
                                               "'1'",
                                               "true",
                                               "null",
                                               "$p",
                                               "$q",
                                               "x",
                                               "y",
                                               "x.a",
                                               "y.a",
                                               "x.b",
                                               "x[0]",
                                               "x[1]",
                                               "x[0..]",
                                               "x[..0]",
                                               "[]",
                                               "[1]",
                                               "[1, 1]",
                                               "{a: 1}",
                                               "{b: 1}",
                                               "{a: 2}",
                                               "x {.a}",
                                               "x {.b}",
                                               "x {.*}",
                                               "x {a: 1}",
                                               "x {a}",
                                               "NOT x",
                                               "x AND y",
                                               "y AND x",
                                               "x AND y AND x",
                                               "x OR y",
                                               "x XOR y",
                                               "x = y",
                                               "x < y",
                                               "x < y < x",
                                               "x + y",
                                               "x - y",
                                               "x * y",
                                               "-x",
                                               "+x",
                                               "x || y",
                                               "x IN y",
                                               "x IN WINDOW 3 YEARS",
                                               "x IN WINDOW 3 MONTHS",
                                               "x IN WINDOW 3 YEARS ENDING y",
                                               "x IN WINDOW 3 YEARS ENDING 7 WORKING DAYS BEFORE y",
                                               "x IS NULL",
                                               "x IS NOT NULL",
                                               "x IS :: DATE",
                                               "x IS :: TIME",
                                               "x:A",
                                               "x:B",
                                               "x:A|B",
                                               "x:A&B",
                                               "x:!A",
                                               "x:$(y)",
                                               "f(x)",
                                               "f(DISTINCT x)",
                                               "g(x)",
                                               "count(*)",
                                               "CASE x WHEN 1 THEN 2 END",
                                               "CASE WHEN x THEN 2 END",
                                               "CASE WHEN x THEN 2 ELSE 3 END",
                                               "[x IN y]",
                                               "[x IN y WHERE x]",
                                               "[x IN y | x]",
                                               "[z IN y | z]",
                                               "[(x)-->(y) | 1]",
                                               "[(x)--(y) | 1]",
                                               "[p = (x)-->(y) | 1]",
                                               "reduce(a = 0, b IN x | a)",
                                               "all(b IN x WHERE b)",
                                               "any(b IN x WHERE b)",
                                               "shortestPath((x)-[*]-(y))",
                                               "exists((x)-->())",
                                               "EXISTS { (x)-->() }",
                                               "COUNT { (x)-->() }",
                                               "COUNT { (x)-->() WHERE x.a }",
                                               "COLLECT { MATCH (x) RETURN x }"};
    return kAll;
}

TEST(Printer, SameExpressionsAloneAreSame) {
    std::vector<ExprPtr> once;
    std::vector<ExprPtr> again;
    for (const std::string& text : expressions()) {
        once.push_back(parsed(text));
        again.push_back(parsed("  " + text));
    }
    for (std::size_t i = 0; i < once.size(); ++i) {
        for (std::size_t k = 0; k < again.size(); ++k) {
            EXPECT_EQ(sameExpr(*once[i], *again[k]), i == k)
                << expressions()[i] << " and " << expressions()[k];
        }
    }
}

TEST(Printer, CopiesAreSame) {
    for (const std::string& text : expressions()) {
        const ExprPtr expr = parsed(text);
        expr->slot = 7;
        const ExprPtr copy = cloneExpr(*expr);
        EXPECT_TRUE(sameExpr(*expr, *copy)) << text;
        EXPECT_EQ(toText(*expr), toText(*copy));
        EXPECT_EQ(copy->slot, 7);
        EXPECT_EQ(copy->depth, expr->depth);
    }
    EXPECT_EQ(cloneExpr(ExprPtr()), nullptr);
}

TEST(Printer, CopiesOfQueries) {
    for (const std::string text :
         {"MATCH p = (a:A {x: 1} WHERE a.y)-[r:R*1..2 {z: 1} WHERE r.q VALID ON $d]->(b)((c)-->(d) WHERE "
          "c.x)+(e) WHERE a.x RETURN DISTINCT a",
          "UNWIND xs AS x WITH x, count(*) AS c ORDER BY c DESC SKIP 1 LIMIT 2 WHERE c > 1 RETURN * UNION "
          "ALL RETURN 1 AS x",
          "MERGE (a) ON CREATE SET a.x = 1 ON MATCH SET a:A:B SET a[k] = 2 REMOVE a.x DETACH DELETE a",
          "FOREACH (x IN xs | CREATE (n)) CALL (a) { RETURN 1 AS y } CALL p.q(1) YIELD z AS w WHERE w RETURN "
          "y",
          "LOAD CSV WITH HEADERS FROM 'f' AS row FIELDTERMINATOR ';' RETURN row"}) {
        const auto statement = parseStatement(text);
        EXPECT_EQ(toText(*cloneQuery(*statement->query)), text);
    }
}

TEST(Printer, CopiesKeepTheirOwnAggregates) {
    const auto statement = parseStatement("MATCH (n) RETURN count(n) AS c");
    Projection& projection = statement->query->parts[0].clauses[1].projection;
    projection.items[0].expr->aggregate = true;
    projection.aggregate_calls.push_back(projection.items[0].expr.get());
    const QueryPtr copy = cloneQuery(*statement->query);
    const Projection& copied = copy->parts[0].clauses[1].projection;
    EXPECT_EQ(copied.aggregate_calls[0], copied.items[0].expr.get());
}

TEST(StatementText, ShowsThePlace) {
    const auto textOf = [](const std::string& statement) -> std::string {
        try {
            parseStatement(statement);
        } catch (const Error& error) {
            return errorText(error, statement);
        }
        return "";
    };
    EXPECT_EQ(textOf("RETURN 0x"), "Invalid number '0x'. (line 1, column 8 (offset: 7))\n\"RETURN 0x\"\n     "
                                   "   ^\nInvalidNumberLiteral");
    EXPECT_EQ(textOf("MATCH (企业)\r\nRETURN 中, 0x\r\n"),
              "Invalid number '0x'. (line 2, column 11 (offset: 22))\n\"RETURN 中, 0x\"\n           "
              "^\nInvalidNumberLiteral");
    const std::string shown =
        textOf("RETURN '" + std::string(2'000, 'x') + "', 0x, '" + std::string(2'000, 'y') + "'");
    EXPECT_LT(shown.size(), 800U);
    const std::size_t line = shown.find('\n') + 1;
    const std::size_t caret = shown.find('\n', line) + 1;
    EXPECT_EQ(shown.substr(line + (shown.find('^') - caret), 2), "0x");
    EXPECT_EQ(
        errorText(Error(ErrorCode::Parameter, "Expected parameter(s): a", "MissingParameter"), "RETURN $a"),
        "Expected parameter(s): a\nMissingParameter");
    EXPECT_EQ(errorText(Error(ErrorCode::Io, "No."), "RETURN 1"), "No.");
}

TEST(StatementText, SplitsScripts) {
    EXPECT_EQ(splitStatements("RETURN 1;\n  RETURN ';' ; // a; b\n;; /* ; */ ; RETURN `;`, \"\\\";\""),
              (std::vector<std::string>{"RETURN 1", "RETURN ';'", "RETURN `;`, \"\\\";\""}));
    EXPECT_EQ(splitStatements(" \n;; // nothing\n"), std::vector<std::string>{});
    EXPECT_EQ(splitStatements("RETURN 'open; x"), (std::vector<std::string>{"RETURN 'open; x"}));
    EXPECT_EQ(splitStatements("RETURN 1; /* open ; x"),
              (std::vector<std::string>{"RETURN 1", "/* open ; x"}));
}

}  // namespace
}  // namespace xinpu::query
