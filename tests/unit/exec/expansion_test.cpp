// tests/unit/exec/expansion_test.cpp
// Expansions of random multigraphs against a recursive search in memory, also with covered slots.

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "query/session/session.h"
#include "xinpu/error.h"

namespace xinpu::query {
namespace {

using engine::Value;

class FirstValues final : public ResultSink {
public:
    void begin(std::span<const std::string>) override { values.clear(); }
    void row(std::span<const Value> row, const GraphView&) override {
        if (!row.empty()) {
            values.push_back(row.front());
        }
    }
    std::vector<Value> values;
};

struct Edge {
    int from;
    int to;
    int weight;
};

class Expansion : public testing::TestWithParam<std::size_t> {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("xinpu-exec-" + std::to_string(GetParam()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        engine::Database::create(folder_ / "db");
        auto registry = std::make_shared<Registry>();
        registerBuiltinFunctions(*registry);
        engine_ = std::make_unique<QueryEngine>(engine::Database::open(folder_ / "db", {}), registry,
                                                EngineOptions{.batch_rows = GetParam()});
    }
    void TearDown() override {
        engine_.reset();
        std::filesystem::remove_all(folder_);
    }

    std::vector<Value> run(const std::string& statement) {
        FirstValues sink;
        engine_->run(statement, {}, {}, sink);
        return sink.values;
    }
    std::int64_t number(const std::string& statement) {
        const std::vector<Value> values = run(statement);
        EXPECT_EQ(values.size(), 1U) << statement;
        return values.empty() ? -1 : values.front().integer();
    }
    void fill(std::mt19937& random, const std::string& type, int nodes, int edges) {
        run("MATCH (n) DETACH DELETE n");
        run("UNWIND range(0, " + std::to_string(nodes - 1) + ") AS i CREATE (:N {i: i})");
        edges_.clear();
        for (int e = 0; e < edges; ++e) {
            edges_.push_back({static_cast<int>(random() % static_cast<unsigned>(nodes)),
                              static_cast<int>(random() % static_cast<unsigned>(nodes)),
                              static_cast<int>(random() % 4)});
            run("MATCH (a:N {i: " + std::to_string(edges_.back().from) +
                "}), (b:N {i: " + std::to_string(edges_.back().to) + "}) CREATE (a)-[:" + type +
                " {w: " + std::to_string(edges_.back().weight) + "}]->(b)");
        }
    }

    /// Trails of min..max edges from every node: their number, and the different ends of node 0's.
    struct Trails {
        std::int64_t count = 0;
        std::set<int> ends_of_first;
    };
    Trails trails(bool directed, int min, int max, int least_weight, int nodes) const {
        Trails found;
        std::vector<bool> used(edges_.size());
        std::function<void(int, int, int)> go = [&](int start, int node, int depth) {
            if (depth >= min) {
                ++found.count;
                if (start == 0) {
                    found.ends_of_first.insert(node);
                }
            }
            if (depth == max) {
                return;
            }
            for (std::size_t e = 0; e < edges_.size(); ++e) {
                const Edge& edge = edges_[e];
                if (used[e] || edge.weight < least_weight) {
                    continue;
                }
                const bool outward = edge.from == node;
                const bool inward = !directed && edge.to == node;
                if (outward || inward) {
                    used[e] = true;
                    go(start, outward ? edge.to : edge.from, depth + 1);
                    used[e] = false;
                }
            }
        };
        for (int node = 0; node < nodes; ++node) {
            go(node, node, 0);
        }
        return found;
    }

    std::filesystem::path folder_;
    std::unique_ptr<QueryEngine> engine_;
    std::vector<Edge> edges_;
};

TEST_P(Expansion, TrailsAreThoseOfASearch) {
    // Entries of S carry the weight, those of R do not.
    run("CREATE CONSTRAINT FOR ()-[s:S]-() REQUIRE s.w IS :: INTEGER");
    run("CREATE ADJACENCY INDEX s_w FOR ()-[s:S]-() ON (s.w)");
    std::mt19937 random(7);
    for (int round = 0; round < 6; ++round) {
        const std::string type = round % 2 == 0 ? "R" : "S";
        constexpr int kNodes = 5;
        fill(random, type, kNodes, 8);
        for (const bool directed : {true, false}) {
            for (const auto& [min, max] : {std::pair{0, 2}, {1, 3}, {2, 4}}) {
                const std::string arrow = directed ? "->" : "-";
                const std::string length = "{" + std::to_string(min) + "," + std::to_string(max) + "}";
                const std::string step = "-[r:" + type + " WHERE r.w >= 1]" + arrow;
                const Trails expected = trails(directed, min, max, 1, kNodes);
                EXPECT_EQ(number("MATCH (a:N)" + step + length + "(b) RETURN count(*)"), expected.count)
                    << step;
                EXPECT_EQ(number("MATCH (b)" + step + length + "(a:N) WITH a RETURN count(a)"),
                          expected.count);
                EXPECT_EQ(number("MATCH p = (a:N)" + step + length +
                                 "(b) WHERE length(p) >= " + std::to_string(min) + " RETURN count(p)"),
                          expected.count);
                EXPECT_EQ(number("MATCH (a:N) ((x)" + step + "(y))" + length + "(b) RETURN count(*)"),
                          expected.count);
                std::set<int> ends;
                for (const Value& end :
                     run("MATCH (a:N {i: 0})" + step + length + "(b) WITH DISTINCT b RETURN b.i")) {
                    EXPECT_TRUE(ends.insert(static_cast<int>(end.integer())).second);
                }
                EXPECT_EQ(ends, expected.ends_of_first) << step << length;
            }
        }
    }
}

TEST_P(Expansion, ShortestPathsAreShortest) {
    std::mt19937 random(11);
    constexpr int kNodes = 8;
    fill(random, "R", kNodes, 12);
    for (int from = 0; from < kNodes; ++from) {
        for (int to = 0; to < kNodes; ++to) {
            if (from == to) {
                continue;
            }
            const std::string ends =
                "MATCH (a:N {i: " + std::to_string(from) + "}), (b:N {i: " + std::to_string(to) + "}) ";
            const std::vector<Value> lengths =
                run(ends + "MATCH p = (a)-[:R*..8]->(b) RETURN length(p) AS l ORDER BY l");
            const std::vector<Value> one =
                run(ends + "MATCH p = shortestPath((a)-[:R*]->(b)) RETURN length(p)");
            ASSERT_EQ(one.size(), lengths.empty() ? 0U : 1U);
            const std::vector<Value> all =
                run(ends + "MATCH p = allShortestPaths((a)-[:R*]->(b)) RETURN length(p)");
            std::size_t shortest = 0;
            for (const Value& length : lengths) {
                shortest += length.integer() == lengths.front().integer() ? 1 : 0;
            }
            EXPECT_EQ(all.size(), shortest);
            if (!one.empty()) {
                EXPECT_EQ(one.front().integer(), lengths.front().integer());
                EXPECT_EQ(all.front().integer(), lengths.front().integer());
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(BatchRows, Expansion, testing::Values(std::size_t{1}, std::size_t{1'024}),
                         [](const auto& test) { return "Of" + std::to_string(test.param); });

}  // namespace
}  // namespace xinpu::query
