// query/plan/match_operators.cpp
// The operators of what the solver chose: scans and joins, expansions, searches, groups, paths.

#include <algorithm>
#include <utility>

#include "query/plan/match_solver.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Direction;

namespace {

/// From so many rows on a scan is kept rather than run anew for each.
constexpr double kRowsWorthKeeping = 1.5;

/// Whether one relationship could be found by both.
bool typesMeet(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return a.empty() || b.empty() || std::any_of(a.begin(), a.end(), [&](const std::string& type) {
               return std::find(b.begin(), b.end(), type) != b.end();
           });
}

}  // namespace

void Solver::takeNode(GraphNode& node) {
    Access access = findAccess(scope_, node, graph_, bound_);
    std::unique_ptr<PlanNode> scan = scope_.make(access.op);
    scan->to = node.slot;
    scan->labels = node.labels;
    scan->index = access.index;
    scan->values = access.values;
    scan->low = access.low;
    scan->high = access.high;
    scan->list = access.list;
    scan->numeric = access.numeric;
    const bool scans = access.op == Op::NodeScan || access.op == Op::LabelScan;
    node.solved = true;
    if (scans && scope_.input.optimize && rows_ > kRowsWorthKeeping) {
        join(node, std::move(scan), access.rows);
        return;
    }
    rows_ *= access.rows;
    scan->rows_estimated = rows_;
    scan->children.push_back(std::move(current_));
    current_ = std::move(scan);
    bound_.add(node.slot);
}

void Solver::join(const GraphNode& node, std::unique_ptr<PlanNode> scan, double rows) {
    SlotSet own;
    own.add(node.slot);
    scan->children.push_back(scope_.make(Op::Argument));
    for (Predicate& predicate : graph_.predicates) {
        // Nothing but the node itself: what stands left of the join differs from row to row.
        if (!predicate.asked && predicate.needs.has(node.slot) && slotsOf(*predicate.expr).within(own)) {
            scan->filters.push_back(predicate.expr);
            predicate.asked = true;
            rows *= Estimates::shareOf(*predicate.expr);
        }
    }
    scan->rows_estimated = rows;
    std::unique_ptr<PlanNode> made = scope_.make(Op::CartesianProduct);
    for (const Predicate& predicate : graph_.predicates) {
        const Expr& expr = *predicate.expr;
        if (predicate.asked || expr.kind != ExprKind::Comparison || expr.comparisons.size() != 1 ||
            expr.comparisons[0] != Comparison::Equal) {
            continue;
        }
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            const SlotSet here = slotsOf(*expr.args[side]);
            const SlotSet there = slotsOf(*expr.args[1 - side]);
            if (here.has(node.slot) && here.within(own) && !there.has(node.slot) &&
                there.both(graph_.introduced).within(bound_) && !there.slots().empty()) {
                made->op = Op::HashJoin;
                made->right_values.push_back(expr.args[side].get());
                made->values.push_back(expr.args[1 - side].get());
                break;
            }
        }
    }
    rows_ *= made->op == Op::HashJoin ? std::max(1.0, rows * kEqualShare) : std::max(1.0, rows);
    made->rows_estimated = rows_;
    made->slots = {node.slot};
    made->children.push_back(std::move(current_));
    made->children.push_back(std::move(scan));
    current_ = std::move(made);
    bound_.add(node.slot);
}

void Solver::takeBoundRelationship(GraphStep& step) {
    std::unique_ptr<PlanNode> seek = scope_.make(Op::RelationshipIdSeek);
    seek->relationship = step.relationship->slot;
    seek->relationship_bound = true;
    seek->from = graph_.nodes[step.left].slot;
    seek->to = graph_.nodes[step.right].slot;
    seek->into = step.left == step.right;
    seek->direction = step.relationship->direction;
    seek->types = step.types;
    seek->different_from = differentFrom(step);
    seek->rows_estimated = rows_;
    seek->children.push_back(std::move(current_));
    current_ = std::move(seek);
    solveEnds(step, graph_.nodes[step.left]);
    solveEnds(step, graph_.nodes[step.right]);
}

void Solver::solveEnds(GraphStep& step, GraphNode& node) {
    step.solved = true;
    if (node.solved) {
        return;
    }
    node.solved = true;
    bound_.add(node.slot);
    if (node.labels.empty()) {
        return;
    }
    auto test = std::make_unique<Expr>();
    test->kind = ExprKind::HasLabels;
    test->args.push_back(makeVariable(node.name, node.slot, kindBit(engine::Kind::Node)));
    test->labels = std::make_unique<LabelExpr>();
    test->labels->kind = LabelExpr::Kind::And;
    for (const std::string& name : node.labels) {
        LabelExpr label;
        label.name = name;
        test->labels->children.push_back(std::move(label));
    }
    current_->filters.push_back(&scope_.keep(std::move(test)));
}

void Solver::takeStep(GraphStep& step) {
    const double factor = factorOf(step);
    if (step.search != PathSearch::All) {
        takeSearch(step);
    } else if (step.group != nullptr) {
        takeGroup(step);
    } else {
        takeRelationship(step);
    }
    rows_ = std::max(rows_ * factor, 1e-3);
    current_->rows_estimated = rows_;
    step.solved = true;
    for (const Slot slot : step.relationshipSlots()) {
        bound_.add(slot);
    }
}

void Solver::takeRelationship(GraphStep& step) {
    const bool from_left = graph_.nodes[step.left].solved;
    GraphNode& from = graph_.nodes[from_left ? step.left : step.right];
    GraphNode& to = graph_.nodes[from_left ? step.right : step.left];
    const RelPattern& pattern = *step.relationship;
    const PathMode mode = modeOf(step);
    Op op = Op::Expand;
    if (step.variable()) {
        op = reachServes(step, to.solved) ? Op::ReachExpand : Op::VarExpand;
    }
    std::unique_ptr<PlanNode> expand = scope_.make(op);
    expand->from = from.slot;
    expand->to = to.slot;
    expand->into = to.solved;
    expand->relationship = pattern.slot;
    expand->relationship_bound = pattern.bound;
    expand->direction = from_left ? pattern.direction : turned(pattern.direction);
    expand->types = step.types;
    expand->different_from = op == Op::ReachExpand ? std::vector<Slot>{} : differentFrom(step);
    expand->mode = mode;
    expand->reversed = !from_left;
    if (step.variable()) {
        expand->min = pattern.length->min;
        expand->max = pattern.length->max;
        expand->each = pattern.each;
        expand->step_filters = step.step_filters;
    }
    if (!to.solved) {
        expand->labels = to.labels;
    }
    expand->children.push_back(std::move(current_));
    current_ = std::move(expand);
    to.solved = true;
    bound_.add(to.slot);
}

PathMode Solver::modeOf(const GraphStep& step) const {
    PathMode mode = (*request_.patterns)[step.path].mode;
    if (mode == PathMode::Trail && !request_.different_relationships) {
        mode = PathMode::Walk;
    }
    const Quantifier* length = step.group != nullptr ? &step.group->quantifier
                               : step.variable()     ? &*step.relationship->length
                                                     : nullptr;
    if (mode == PathMode::Walk && length != nullptr && !length->max) {
        throw Error(ErrorCode::Syntax,
                    "A walk may go round for ever: give its quantifier an upper bound, as in {1,5}.",
                    "UnboundedWalk", length->at);
    }
    return mode;
}

void Solver::takeSearch(GraphStep& step) {
    const PathPattern& path = (*request_.patterns)[step.path];
    if (step.relationship == nullptr || path.steps.size() != 1) {
        throw Error(
            ErrorCode::Semantic,
            "A search for shortest paths takes one relationship pattern between two nodes; write longer "
            "patterns without SHORTEST.",
            "FeatureNotSupported", path.at);
    }
    const RelPattern& pattern = *step.relationship;
    std::unique_ptr<PlanNode> search = scope_.make(Op::ShortestPath);
    search->from = graph_.nodes[step.left].slot;
    search->to = graph_.nodes[step.right].slot;
    search->into = true;
    search->relationship = pattern.slot;
    search->each = pattern.length ? pattern.each : pattern.slot;
    search->path = path.slot;
    search->direction = pattern.direction;
    search->types = step.types;
    search->min = pattern.length ? pattern.length->min : 1;
    search->max = pattern.length ? pattern.length->max : std::optional<std::uint64_t>(1);
    search->step_filters = step.step_filters;
    search->search = path.search;
    search->search_count = path.search_count;
    search->mode = path.mode;
    search->list_of_relationships = pattern.length.has_value();
    search->children.push_back(std::move(current_));
    current_ = std::move(search);
    keyword_search_ = !path.search_function;
    if (path.slot != kNoSlot) {
        bound_.add(path.slot);
        paths_built_.add(path.slot);
    }
}

void Solver::takeGroup(GraphStep& step) {
    QuantifiedPath& group = *step.group;
    PathPattern& inner = *group.inner;
    GraphNode& to = graph_.nodes[step.right];
    std::unique_ptr<PlanNode> expand = scope_.make(Op::GroupExpand);
    expand->from = graph_.nodes[step.left].slot;
    expand->to = to.slot;
    expand->into = to.solved;
    expand->min = group.quantifier.min;
    expand->max = group.quantifier.max;
    expand->groups = group.groups;
    expand->inner_from = inner.nodes.front().slot;
    expand->inner_to = inner.nodes.back().slot;
    expand->different_from = differentFrom(step);
    expand->mode = modeOf(step);
    for (const PathStepPattern& inner_step : inner.steps) {
        if (inner_step.relationship) {
            expand->group_relationships.push_back(inner_step.relationship->slot);
        }
    }
    if (!to.solved) {
        expand->labels = to.labels;
    }
    inner.nodes.front().bound = true;
    std::vector<PathPattern> patterns;
    patterns.push_back(std::move(inner));
    MatchRequest request{.patterns = &patterns,
                         .where = &group.where,
                         .different_relationships = request_.different_relationships};
    SlotSet ignored;
    expand->body = scope_.addSubplan(planMatch(scope_, request, scope_.make(Op::Argument), ignored));
    inner = std::move(patterns.front());
    expand->children.push_back(std::move(current_));
    current_ = std::move(expand);
    to.solved = true;
    bound_.add(to.slot);
}

bool Solver::reachServes(const GraphStep& step, bool into) const {
    const RelPattern& pattern = *step.relationship;
    const PathPattern& path = (*request_.patterns)[step.path];
    if (!scope_.input.optimize || !request_.distinct_consumer || into || pattern.bound ||
        path.slot != kNoSlot || scope_.used.has(pattern.slot) || path.mode == PathMode::Acyclic ||
        path.mode == PathMode::Simple) {
        return false;
    }
    // With a lower bound a node may be reached by a trail but by no shortest one. From 1 on only the
    // start itself is in question, and along directed relationships the shortest way back to it is a
    // trail.
    const std::uint64_t min = pattern.length->min;
    if (min > 1 || (min == 1 && pattern.direction == Direction::Both)) {
        return false;
    }
    if (!request_.different_relationships) {
        return true;
    }
    return std::none_of(graph_.steps.begin(), graph_.steps.end(), [&](const GraphStep& other) {
        return &other != &step && (other.group != nullptr || typesMeet(other.types, step.types));
    });
}

std::vector<Slot> Solver::differentFrom(const GraphStep& step) const {
    std::vector<Slot> slots;
    if (!request_.different_relationships) {
        return slots;
    }
    for (const GraphStep& other : graph_.steps) {
        const bool there = other.solved || (other.relationship != nullptr && other.relationship->bound);
        if (&other == &step || !there || other.search != PathSearch::All) {
            continue;
        }
        if (step.group != nullptr || other.group != nullptr || typesMeet(other.types, step.types)) {
            const std::vector<Slot> more = other.relationshipSlots();
            slots.insert(slots.end(), more.begin(), more.end());
        }
    }
    return slots;
}

void Solver::buildPaths() {
    for (std::size_t p = 0; p < request_.patterns->size(); ++p) {
        const PathPattern& path = (*request_.patterns)[p];
        if (path.slot == kNoSlot || path.bound || paths_built_.has(path.slot) || !pathSolved(p)) {
            continue;
        }
        std::unique_ptr<PlanNode> build = scope_.make(Op::BuildPath);
        build->path = path.slot;
        build->mode = path.mode;
        build->pieces = piecesOf(p);
        build->rows_estimated = rows_;
        build->children.push_back(std::move(current_));
        current_ = std::move(build);
        paths_built_.add(path.slot);
        bound_.add(path.slot);
    }
}

bool Solver::pathSolved(std::size_t number) const {
    const PathPattern& path = (*request_.patterns)[number];
    const bool nodes = std::all_of(path.nodes.begin(), path.nodes.end(), [&](const NodePattern& node) {
        return node.bound || bound_.has(node.slot);
    });
    return nodes && std::all_of(graph_.steps.begin(), graph_.steps.end(), [&](const GraphStep& step) {
               return step.path != number || step.solved;
           });
}

std::vector<PathPiece> Solver::piecesOf(std::size_t number) const {
    const PathPattern& path = (*request_.patterns)[number];
    std::vector<PathPiece> pieces;
    pieces.push_back({PathPiece::Kind::Node, {path.nodes[0].slot}});
    std::size_t place = 0;
    for (const GraphStep& step : graph_.steps) {
        if (step.path != number) {
            continue;
        }
        PathPiece::Kind kind = PathPiece::Kind::Relationship;
        if (step.group != nullptr) {
            kind = PathPiece::Kind::Group;
        } else if (step.variable()) {
            kind = PathPiece::Kind::Relationships;
        }
        pieces.push_back({kind, step.relationshipSlots()});
        ++place;
        pieces.push_back({PathPiece::Kind::Node, {path.nodes[place].slot}});
    }
    return pieces;
}

}  // namespace xinpu::query
