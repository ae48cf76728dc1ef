// tests/differential/query/interpreter.h
#pragma once
// A naive interpreter of bound statements: nested loops over all nodes and relationships of a small graph,
// one clause after the other, all rows of a clause before the next. No planner, no index, no batch.

#include <cstdint>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "naive_graph.h"
#include "query/functions/registry.h"
#include "query/syntax/ast.h"

namespace xinpu::naive {

/// The statement makes more rows or steps than are worth waiting for.
class TooMuch : public std::runtime_error {
public:
    TooMuch() : std::runtime_error("too much") {}
};
/// The interpreter does not know a form of the language.
class Unknown : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

using Row = std::vector<engine::Value>;

struct Changes {
    std::uint64_t nodes_created = 0;
    std::uint64_t nodes_deleted = 0;
    std::uint64_t relationships_created = 0;
    std::uint64_t relationships_deleted = 0;
    friend bool operator==(const Changes&, const Changes&) = default;
};

struct Answer {
    std::vector<std::string> fields{};
    std::vector<std::string> rows{};  ///< canonical texts, values joined by " | "
    Changes changes{};
};

/// Runs statements against a graph. A statement that throws leaves the graph changed: work on a copy.
class Interpreter {
public:
    Interpreter(Graph& graph, const query::Registry& registry);

    /// @throws Error as openCypher says; TooMuch; Unknown
    Answer run(const query::Statement& statement);

    // expressions.cpp
    engine::Value evaluate(const query::Expr& expr, Row& row);
    /// True, false or null of a predicate; anything else is a TypeError.
    engine::Value truth(const query::Expr& expr, Row& row);

    // patterns.cpp
    /// Calls `found` with the row of each match; stops when it returns false.
    void match(const std::vector<query::PathPattern>& patterns, bool different, const Row& row,
               const std::function<bool(Row&)>& found);
    bool hasLabels(const query::LabelExpr& labels, const std::set<std::string>& of) const;

    /// Counts one step of work. @throws TooMuch
    void step() {
        if (++steps_ > kStepsMost) {
            throw TooMuch();
        }
    }
    Graph& graph() { return graph_; }

private:
    static constexpr std::uint64_t kStepsMost = 400'000;

    // expressions.cpp
    engine::Value property(const engine::Value& of, const std::string& name, Position at);
    engine::Value call(const query::Expr& expr, Row& row);
    engine::Value compare(const query::Expr& expr, Row& row);
    engine::Value quantified(const query::Expr& expr, Row& row);
    engine::Value caseOf(const query::Expr& expr, Row& row);
    engine::Value projectionOf(const query::Expr& expr, Row& row);
    std::vector<Row> rowsOf(const query::Expr& expr, Row& row);

    // clauses.cpp
    /// Rows of a query for one row from outside; its columns lie in column_slots[0].
    std::vector<Row> query(const query::Query& query, const Row& outer, bool& returns);
    std::vector<Row> clause(const query::Clause& clause, std::vector<Row> rows, const Row& outer);
    std::vector<Row> project(const query::Projection& projection, std::vector<Row> rows, const Row& outer);
    std::vector<Row> aggregate(const query::Projection& projection, const std::vector<Row>& rows,
                               const Row& outer);
    engine::Value aggregateCall(const query::Expr& call, std::vector<Row>& rows);

    // updates.cpp
    void create(const query::PathPattern& pattern, Row& row, std::set<query::Slot>& known);
    void merge(const query::Clause& clause, Row row, std::vector<Row>& out);
    void set(const std::vector<query::SetItem>& items, bool remove, Row& row);
    void setProperty(const engine::Value& target, const std::string& name, const engine::Value& value);
    void erase(const engine::Value& value, bool detach);
    void eraseRelationship(std::size_t place);
    /// @throws Error(Constraint) a deleted node still has a relationship
    void checkDeleted() const;
    Properties* propertiesOf(const engine::Value& entity);

    Graph& graph_;
    const query::Registry& registry_;
    query::Budget budget_{query::BudgetLimits{}};
    query::EvalContext context_{};
    std::mt19937_64 random_{1};
    Changes changes_{};
    std::uint64_t steps_ = 0;
};

}  // namespace xinpu::naive
