// query/plan/match_planner.cpp
// Solves the graph of a MATCH greedily: begin where the fewest rows are, always take the cheapest step next.

#include "query/plan/match_planner.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "query/plan/match_solver.h"

namespace xinpu::query {

using engine::Direction;

std::unique_ptr<PlanNode> PlanScope::make(Op op) {
    auto node = std::make_unique<PlanNode>();
    node->op = op;
    node->id = plan.node_count++;
    return node;
}

Expr& PlanScope::keep(ExprPtr expr) {
    plan.made.push_back(std::move(expr));
    return *plan.made.back();
}

std::int32_t PlanScope::addSubplan(std::unique_ptr<PlanNode> root) {
    plan.subplans.push_back(std::move(root));
    return static_cast<std::int32_t>(plan.subplans.size()) - 1;
}

std::unique_ptr<PlanNode> Solver::solve(SlotSet& introduced) {
    rows_ = std::max(1.0, current_->rows_estimated);
    askReady();
    while (takeNext()) {
        buildPaths();
        askReady();
    }
    buildPaths();
    askReady();
    introduced.add(graph_.introduced);
    return std::move(current_);
}

bool Solver::takeNext() {
    if (GraphStep* step = cheapestStep(); step != nullptr) {
        takeStep(*step);
        return true;
    }
    // A bound relationship (or list) gives its ends without a scan.
    for (GraphStep& step : graph_.steps) {
        if (!step.solved && step.relationship != nullptr && step.relationship->bound &&
            !step.variable()) {
            takeBoundRelationship(step);
            return true;
        }
    }
    GraphNode* node = cheapestNode();
    if (node == nullptr) {
        return false;
    }
    takeNode(*node);
    return true;
}

GraphStep* Solver::cheapestStep() {
    GraphStep* best = nullptr;
    double best_factor = std::numeric_limits<double>::infinity();
    for (GraphStep& step : graph_.steps) {
        if (step.solved || !reachable(step)) {
            continue;
        }
        const double factor = factorOf(step);
        if (best == nullptr || (scope_.input.optimize && factor < best_factor)) {
            best = &step;
            best_factor = factor;
        }
    }
    return best;
}

bool Solver::reachable(const GraphStep& step) const {
    const bool left = graph_.nodes[step.left].solved;
    const bool right = graph_.nodes[step.right].solved;
    if (!step.needs.within(bound_) && !stepNeedsMet(step)) {
        return false;
    }
    if (step.search != PathSearch::All) {
        return left && right;
    }
    if (step.group != nullptr) {
        return left;  // groups are walked from left to right
    }
    return left || right;
}

bool Solver::stepNeedsMet(const GraphStep& step) const {
    for (const Slot slot : step.needs.slots()) {
        const bool own = (step.relationship != nullptr && slot == step.relationship->slot) ||
                         (*request_.patterns)[step.path].slot == slot;
        if (!own && !bound_.has(slot)) {
            return false;
        }
    }
    return true;
}

double Solver::factorOf(const GraphStep& step) const {
    const GraphNode& left = graph_.nodes[step.left];
    const GraphNode& right = graph_.nodes[step.right];
    if (step.search != PathSearch::All) {
        return 1;
    }
    const bool from_left = left.solved;
    const GraphNode& from = from_left ? left : right;
    const GraphNode& to = from_left ? right : left;
    const Direction direction =
        step.relationship != nullptr ? step.relationship->direction : Direction::Out;
    double factor = scope_.estimates.degree(step.types, direction, from.labels);
    if (step.variable() || step.group != nullptr) {
        const Quantifier& length =
            step.group != nullptr ? step.group->quantifier : *step.relationship->length;
        const auto steps = static_cast<double>(std::min<std::uint64_t>(length.max.value_or(5), 5));
        factor = std::max(1.0, factor) * (1 + steps * std::max(1.0, factor));
    }
    if (left.solved && right.solved) {
        return factor / std::max(1.0, scope_.estimates.nodes());
    }
    return factor * scope_.estimates.labelShare(to.labels) * shareOfWaiting(to.slot);
}

double Solver::shareOfWaiting(Slot slot) const {
    double share = 1;
    SlotSet then = bound_;
    then.add(slot);
    for (const Predicate& predicate : graph_.predicates) {
        if (!predicate.asked && predicate.needs.has(slot) && predicate.needs.within(then)) {
            share *= Estimates::shareOf(*predicate.expr);
        }
    }
    return share;
}

GraphNode* Solver::cheapestNode() {
    GraphNode* best = nullptr;
    double best_rows = 0;
    for (GraphNode& node : graph_.nodes) {
        if (node.solved) {
            continue;
        }
        const double rows = findAccess(scope_, node, graph_, bound_).rows * shareOfWaiting(node.slot);
        if (best == nullptr || (scope_.input.optimize && rows < best_rows)) {
            best = &node;
            best_rows = rows;
        }
    }
    return best;
}

void Solver::askReady() {
    for (Predicate& predicate : graph_.predicates) {
        if (predicate.asked || !predicate.needs.within(bound_)) {
            continue;
        }
        if (!takes_filters(current_->op) || judgesFound(predicate)) {
            std::unique_ptr<PlanNode> filter = scope_.make(Op::Filter);
            filter->children.push_back(std::move(current_));
            filter->rows_estimated = rows_;
            current_ = std::move(filter);
        }
        current_->filters.push_back(predicate.expr);
        predicate.asked = true;
        rows_ = std::max(1e-3, rows_ * Estimates::shareOf(*predicate.expr));
        current_->rows_estimated = rows_;
    }
}

bool Solver::judgesFound(const Predicate& predicate) const {
    if (current_->op != Op::ShortestPath || !keyword_search_ || predicate.of_search) {
        return false;
    }
    const SlotSet read = slotsOf(*predicate.expr);
    return read.has(current_->path) || read.has(current_->relationship);
}

bool Solver::takes_filters(Op op) noexcept {
    switch (op) {
    case Op::NodeScan:
    case Op::LabelScan:
    case Op::UniqueSeek:
    case Op::RangeSeek:
    case Op::BitmapSeek:
    case Op::DateSeek:
    case Op::IdSeek:
    case Op::RelationshipIdSeek:
    case Op::Expand:
    case Op::VarExpand:
    case Op::GroupExpand:
    case Op::ReachExpand:
    case Op::ShortestPath:
    case Op::BuildPath:
    case Op::Filter:
        return true;
    default:
        return false;
    }
}

std::unique_ptr<PlanNode> planMatch(PlanScope& scope, const MatchRequest& request,
                                    std::unique_ptr<PlanNode> input, SlotSet& introduced) {
    return Solver(scope, request, std::move(input)).solve(introduced);
}

}  // namespace xinpu::query
