// tests/unit/session/messages_test.cpp
// What statements say where no row shows it: texts of errors, notifications, the memory budget.

#include <gtest/gtest.h>

#include <algorithm>

#include "engine_folder.h"

namespace xinpu::query {
namespace {

class Messages : public testing::Test {
protected:
    std::vector<std::string> notes(const std::string& statement) {
        std::vector<std::string> codes;
        for (const Statement::Notification& note : folder.run(statement).summary.notifications) {
            codes.push_back(note.code.substr(note.code.rfind('.') + 1));
        }
        return codes;
    }
    EngineFolder folder{"messages"};
};

TEST_F(Messages, ADeletedEntityIsNamedAsClientsNameIt) {
    folder.run("CREATE (:A {x: 1})-[:R]->(:B)");
    const Error node = folder.errorOf("MATCH (b:B) DETACH DELETE b RETURN b.x");
    EXPECT_EQ(node.message(), "The node n:1024 was deleted in this transaction.");
    const Error label = folder.errorOf("MATCH (a:A) DETACH DELETE a RETURN labels(a)");
    EXPECT_EQ(label.message(), "The node n:0 was deleted in this transaction.");
    ASSERT_TRUE(label.at());
    const Error relationship = folder.errorOf("MATCH ()-[r:R]->() DELETE r RETURN r.x");
    EXPECT_EQ(relationship.message(), "The relationship r:0 was deleted in this transaction.");
    ASSERT_TRUE(relationship.at());
    EXPECT_EQ(relationship.at()->column, 36U);
    const Error set = folder.errorOf("MATCH (a:A) DETACH DELETE a SET a.x = 2");
    EXPECT_EQ(set.message(), "The node n:0 was deleted in this transaction.");
}

TEST_F(Messages, HistoryIsRefusedInPlainWords) {
    const Error error = folder.errorOf("USE neo4j WITH HISTORY RETURN 1");
    EXPECT_EQ(error.detail(), "FeatureNotSupported");
    EXPECT_EQ(error.message().find("FeatureNotSupported"), std::string::npos) << error.message();
}

TEST_F(Messages, AMissingPartOfATimeNamesThePartThatIsGiven) {
    const Error error = folder.errorOf("RETURN localtime({hour: 1, minute: 2, millisecond: 3})");
    EXPECT_NE(error.message().find("millisecond"), std::string::npos) << error.message();
    EXPECT_EQ(error.message().find("nanosecond"), std::string::npos) << error.message();
}

TEST_F(Messages, AKeyThatTheStatementWritesIsKnownFromThereOn) {
    const std::vector<std::string> none;
    EXPECT_EQ(notes("CREATE (n {made: 1}) RETURN n.made"), none);
    EXPECT_EQ(notes("MERGE (n {merged: 1}) RETURN n.merged"), none);
    EXPECT_EQ(notes("MATCH (n) SET n.set = 1 RETURN n.set"), none);
    EXPECT_EQ(notes("MATCH (n) SET n += {added: 1} WITH n WHERE n.added > 0 RETURN n.added"), none);
    EXPECT_EQ(notes("CREATE ()-[r:R {between: 1}]->() RETURN r.between"), none);
    EXPECT_EQ(notes("MATCH (n) RETURN n.never"), std::vector<std::string>{"UnknownPropertyKeyWarning"});
    EXPECT_EQ(notes("MATCH (n) WHERE n.early = 1 SET n.early = 2"),
              std::vector<std::string>{"UnknownPropertyKeyWarning"});
}

TEST_F(Messages, AWalkCountsAgainstTheMemory) {
    folder.run("CREATE (h:Hub) WITH h UNWIND range(1, 20000) AS i CREATE (h)-[:R {w: 1}]->(:N {i: i})");
    RunOptions small;
    small.limits.memory_bytes_max = 64 << 10;
    for (const char* statement :
         {"MATCH (h:Hub) CALL graph.related(h, {type: 'R', hops: 1}) YIELD node RETURN count(node)",
          "MATCH (h:Hub)-[:R]-{0,2}(n) RETURN count(DISTINCT n)"}) {
        EXPECT_EQ(folder.errorOf(statement, small).detail(), "MemoryPoolOutOfMemoryError") << statement;
        EXPECT_EQ(folder.run(statement).rows, std::vector<std::string>{"20001"}) << statement;
    }
}

}  // namespace
}  // namespace xinpu::query
