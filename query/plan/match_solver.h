// query/plan/match_solver.h
#pragma once
// The solver of one MATCH: what it takes next (match_planner.cpp) and the operators that it makes of that
// (match_operators.cpp). For files of this room.

#include <memory>
#include <utility>
#include <vector>

#include "query/plan/access.h"
#include "query/plan/match_graph.h"
#include "query/plan/match_planner.h"

namespace xinpu::query {

/// Begins where the fewest rows are, always takes the cheapest step next. Lifetime: of one MATCH; borrows scope and
/// request.
class Solver {
public:
    Solver(PlanScope& scope, const MatchRequest& request, std::unique_ptr<PlanNode> input)
        : scope_(scope), request_(request), graph_(readPatterns(scope, request)), current_(std::move(input)) {}

    std::unique_ptr<PlanNode> solve(SlotSet& introduced);

private:
    // match_planner.cpp: which one next, and when predicates are asked
    /// One more node or step; false when all are solved.
    bool takeNext();
    GraphStep* cheapestStep();
    bool reachable(const GraphStep& step) const;
    /// What filters of a variable length read beside their own relationship must be there before.
    bool stepNeedsMet(const GraphStep& step) const;
    /// Rows after the step for one row before it.
    double factorOf(const GraphStep& step) const;
    /// Share that the predicates leave which become ready when `slot` has a value.
    double shareOfWaiting(Slot slot) const;
    GraphNode* cheapestNode();
    void askReady();
    /// WHERE behind `SHORTEST …` judges what the search found; `shortestPath(…)` looks for what it lets pass.
    bool judgesFound(const Predicate& predicate) const;
    static bool takes_filters(Op op) noexcept;

    // match_operators.cpp: operators of what was chosen
    void takeNode(GraphNode& node);
    /// A scan that depends on nothing before it is run once and kept: by the value that it is compared with,
    /// if it is.
    void join(const GraphNode& node, std::unique_ptr<PlanNode> scan, double rows);
    void takeBoundRelationship(GraphStep& step);
    /// Marks an end that a step has just given, and asks for its labels where the operator does not.
    void solveEnds(GraphStep& step, GraphNode& node);
    void takeStep(GraphStep& step);
    void takeRelationship(GraphStep& step);
    /// REPEATABLE ELEMENTS lets a relationship come again within one step, too.
    PathMode modeOf(const GraphStep& step) const;
    void takeSearch(GraphStep& step);
    void takeGroup(GraphStep& step);
    /// Whether only "which nodes", not "along which trails" matters, so that a breadth-first search answers.
    bool reachServes(const GraphStep& step, bool into) const;
    std::vector<Slot> differentFrom(const GraphStep& step) const;
    /// Paths whose parts all have values.
    void buildPaths();
    bool pathSolved(std::size_t number) const;
    std::vector<PathPiece> piecesOf(std::size_t number) const;

    PlanScope& scope_;
    const MatchRequest& request_;
    MatchGraph graph_;
    std::unique_ptr<PlanNode> current_;
    SlotSet bound_;  ///< slots of this match that have a value now
    SlotSet paths_built_;
    double rows_ = 1;
    bool keyword_search_ = false;  ///< the ShortestPath on top was written with a keyword
};

}  // namespace xinpu::query
