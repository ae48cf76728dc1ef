// tests/unit/session/personal_test.cpp
// Masked runs beside runs in clear: plans apart, writes refused, and what the summary says for the audit.

#include <gtest/gtest.h>

#include "engine_folder.h"

namespace xinpu::query {
namespace {

const RunOptions kMasked{.mask_personal = true};

class Personal : public testing::Test {
protected:
    Personal() {
        folder.run("CREATE CONSTRAINT FOR (s:Subject) REQUIRE s.uscc IS UNIQUE");
        folder.run("CREATE CONSTRAINT FOR (p:Person) REQUIRE p.pid IS UNIQUE");
        folder.run("CREATE (:Subject {uscc: 'A', name: '甲', legalRepresentative: '张三'})<-[:INVESTS_IN {share: 5}]-"
                   "(:Person {pid: 'k1', nameMasked: '李*'})");
    }
    EngineFolder folder{"personal"};
};

TEST_F(Personal, OneStatementPreparedServesBothRuns) {
    const auto prepared = folder->prepare("MATCH (p:Person {pid: 'k1'}) RETURN p.nameMasked");
    const auto rows = [&](const RunOptions& options) {
        RowsAsText sink;
        folder->run(prepared, {}, options, sink);
        return sink.rows;
    };
    const std::vector<std::string> found{"'李*'"};
    EXPECT_EQ(rows({}), found);
    EXPECT_TRUE(rows(kMasked).empty());
    EXPECT_EQ(rows({}), found);
}

TEST_F(Personal, WritesAreRefusedUnderTheMask) {
    for (const char* statement :
         {"MERGE (p:Person {pid: 'k1'}) RETURN p", "CREATE (:Subject {uscc: 'A'})", "MATCH (p:Person) SET p.x = 1",
          "MATCH (n) DETACH DELETE n", "CREATE INDEX FOR (s:Subject) ON (s.name)"}) {
        const Error error = folder.errorOf(statement, kMasked);
        EXPECT_EQ(error.code(), ErrorCode::Denied) << statement;
        EXPECT_EQ(error.message().find("k1"), std::string::npos);
    }
    const auto transaction = folder->begin(kMasked);
    RowsAsText sink;
    EXPECT_THROW(transaction->run("CREATE (:Subject {uscc: 'A'})", {}, kMasked, sink), Error);
}

TEST_F(Personal, ATransactionMasksAsARunDoes) {
    const auto transaction = folder->begin(kMasked);
    RowsAsText sink;
    const Summary summary =
        transaction->run("MATCH (s:Subject) RETURN s.legalRepresentative", {}, kMasked, sink);
    EXPECT_EQ(sink.rows, std::vector<std::string>{"'张*'"});
    EXPECT_TRUE(summary.touched_personal);
}

TEST_F(Personal, ExplainShowsNoEstimateFromAnIndexOfPersons) {
    const auto estimate = [&](const std::string& pid) {
        const auto answer = folder.run("EXPLAIN MATCH (p:Person {pid: '" + pid + "'}) RETURN p", kMasked);
        std::string plan = planAsText(*answer.summary.plan);
        return plan.replace(plan.find(pid), pid.size(), "?");
    };
    EXPECT_EQ(estimate("k1"), estimate("k9"));
}

struct Touch {
    const char* statement;
    bool in_clear;
    bool masked;
};
constexpr Touch kTouches[] = {
    {"MATCH (s:Subject) RETURN s.name", false, false},
    {"MATCH (s:Subject) RETURN s.legalRepresentative", true, true},
    {"MATCH (s:Subject) WHERE s.legalRepresentative = 'x' RETURN 1", true, true},
    {"MATCH (s:Subject {legalRepresentative: 'x'}) RETURN 1", true, true},
    {"MATCH (p:Person) RETURN p.nameMasked", true, true},
    {"MATCH (p:Person) RETURN p {.nameMasked}", true, true},
    {"MATCH (p:Person) RETURN count(p)", false, false},
    {"MATCH (p:Person)-[r:INVESTS_IN]->(s) RETURN r.share, s.uscc", false, false},
    {"MATCH (p:Person) RETURN p", true, true},
    {"MATCH (s:Subject) RETURN s", true, true},
    {"MATCH (p:Person) RETURN properties(p)", true, true},
    {"MATCH (p:Person) RETURN p['pid']", true, true},
    {"MATCH (s:Subject) RETURN s['name']", false, false},
    {"MATCH (s:Subject) RETURN [(s)<--(p) | p.pid]", true, true},
    {"MATCH (s:Subject) WHERE EXISTS { (s)<--(:Person {pid: 'k1'}) } RETURN 1", true, true},
    {"MATCH (s:Subject) CALL graph.related(s, {type: 'INVESTS_IN', weight: 'share', min: 1, hops: 2}) YIELD node "
     "RETURN count(node)",
     false, false},
    {"EXPLAIN MATCH (p:Person) RETURN p.pid", false, false},
};

TEST_F(Personal, TheSummarySaysWhetherPersonalPropertiesWereRead) {
    for (const Touch& touch : kTouches) {
        EXPECT_EQ(folder.run(touch.statement).summary.touched_personal, touch.in_clear) << touch.statement;
        EXPECT_EQ(folder.run(touch.statement, kMasked).summary.touched_personal, touch.masked) << touch.statement;
    }
    EXPECT_TRUE(folder.run("MATCH (p:Person) SET p.nameMasked = '王*'").summary.touched_personal);
}

TEST_F(Personal, ADeclarationHoldsFromItsCommitOn) {
    const char* statement = "MATCH (s:Subject) RETURN s.name";
    EXPECT_EQ(folder.run(statement, kMasked).rows, std::vector<std::string>{"'甲'"});
    folder.run("MATCH (s:Subject) SET s.name = '甲乙丙'");
    folder.run("CREATE PROPERTY CLASS personal FOR (s:Subject) ON (s.name)");
    EXPECT_EQ(folder.run(statement, kMasked).rows, std::vector<std::string>{"'甲**'"});
    EXPECT_EQ(folder.run(statement).rows, std::vector<std::string>{"'甲乙丙'"});
    EXPECT_TRUE(folder.run(statement).summary.touched_personal);
    folder.run("DROP PROPERTY CLASS personal FOR (s:Subject) ON (s.name)");
    EXPECT_EQ(folder.run(statement, kMasked).rows, std::vector<std::string>{"'甲乙丙'"});
}

TEST_F(Personal, ARunInClearBesideAnOpenWriterMasksNothing) {
    const auto transaction = folder->begin({});
    RowsAsText sink;
    transaction->run("CREATE (:Person {pid: 'k2', nameMasked: '孙*'})", {}, {}, sink);
    const Summary summary = transaction->run("MATCH (p:Person) RETURN p.pid ORDER BY p.pid", {}, {}, sink);
    EXPECT_EQ(sink.rows, (std::vector<std::string>{"'k1'", "'k2'"}));
    EXPECT_TRUE(summary.touched_personal);
    transaction->rollback();
}

}  // namespace
}  // namespace xinpu::query
