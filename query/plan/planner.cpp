// query/plan/planner.cpp
// Clauses one after the other: each puts its operators on top of what is there.

#include "query/plan/planner.h"

#include <algorithm>
#include <utility>

#include "query/functions/registry.h"
#include "query/plan/clause_facts.h"
#include "query/plan/covered.h"
#include "query/plan/live_slots.h"
#include "query/plan/match_planner.h"

namespace xinpu::query {

namespace {

using NodePtr = std::unique_ptr<PlanNode>;

class QueryPlanner {
public:
    explicit QueryPlanner(PlanScope& scope) : scope_(scope) {}

    /// The rows of a query for the one row of `Argument`. Slots of its columns: column_slots[0].
    NodePtr planQuery(Query& query, bool distinct_consumer) {
        if (query.parts.size() == 1) {
            return planPart(query.parts[0], distinct_consumer);
        }
        NodePtr result = scope_.make(Op::Union);
        for (SingleQuery& part : query.parts) {
            result->children.push_back(planPart(part, !query.union_all[0] || distinct_consumer));
            result->rows_estimated += result->children.back()->rows_estimated;
        }
        result->union_slots = query.column_slots;
        if (!query.columns.empty()) {
            result->slots = query.column_slots[0];
            if (!query.union_all[0]) {
                result = on(Op::Distinct, std::move(result));
                result->slots = query.column_slots[0];
            }
        }
        return result;
    }

    NodePtr planRoot(Query& query) {
        NodePtr rows = planQuery(query, false);
        const bool returns = !query.columns.empty();
        NodePtr root = on(returns ? Op::Produce : Op::Drain, std::move(rows));
        if (returns) {
            root->slots = query.column_slots[0];
            root->fields = query.columns;
        }
        return root;
    }

    /// Gives every pattern and subquery inside an expression a subplan; the innermost first, since planning
    /// moves predicates out of the patterns.
    void planInner(Query& query) {
        ExprVisitor visitor;
        visitor.after = [this](Expr& found) { planOne(found); };
        walk(query, visitor);
    }

private:
    NodePtr on(Op op, NodePtr child) {
        NodePtr node = scope_.make(op);
        node->rows_estimated = child->rows_estimated;
        node->children.push_back(std::move(child));
        return node;
    }

    void planOne(Expr& expr) {
        if (expr.number >= 0) {
            return;
        }
        switch (expr.kind) {
        case ExprKind::PatternPredicate:
        case ExprKind::PatternComprehension: {
            expr.number = reserve();
            ExprPtr none;
            const bool comprehension = expr.kind == ExprKind::PatternComprehension;
            MatchRequest request{.patterns = &expr.patterns,
                                 .where = comprehension && !expr.args.empty() ? &expr.args[0] : &none,
                                 .distinct_consumer = !comprehension};
            SlotSet introduced;
            put(expr.number, planMatch(scope_, request, scope_.make(Op::Argument), introduced));
            break;
        }
        case ExprKind::ShortestPath: {
            PathPattern& path = expr.patterns[0];
            if (path.slot == kNoSlot) {
                path.slot = scope_.newSlot();
            }
            expr.number = reserve();
            ExprPtr none;
            MatchRequest request{.patterns = &expr.patterns, .where = &none};
            SlotSet introduced;
            put(expr.number, planMatch(scope_, request, scope_.make(Op::Argument), introduced));
            break;
        }
        case ExprKind::Exists:
        case ExprKind::Count:
        case ExprKind::Collect:
            expr.number = reserve();
            put(expr.number, planQuery(*expr.query, expr.kind == ExprKind::Exists));
            break;
        default:
            break;
        }
    }
    std::int32_t reserve() { return scope_.addSubplan(nullptr); }
    void put(std::int32_t number, NodePtr root) {
        scope_.plan.subplans[static_cast<std::size_t>(number)] = std::move(root);
    }

    NodePtr planPart(SingleQuery& part, bool distinct_consumer) {
        NodePtr current = scope_.make(Op::Argument);
        if (NodePtr counted = countFromCatalogue(part)) {
            return counted;
        }
        for (std::size_t c = 0; c < part.clauses.size(); ++c) {
            Clause& clause = part.clauses[c];
            const bool updates = clauseUpdates(clause);
            if (updates && readsGraph(*current)) {
                current = on(Op::Eager, std::move(current));
            }
            const bool distinct = consumesDistinct(part.clauses, c + 1, distinct_consumer);
            current = planClause(clause, std::move(current), distinct);
            if (updates && c + 1 < part.clauses.size()) {
                current = on(Op::Eager, std::move(current));
            }
        }
        return current;
    }

    NodePtr planClause(Clause& clause, NodePtr current, bool distinct_consumer) {
        switch (clause.kind) {
        case ClauseKind::Match:
            return planMatchClause(clause, std::move(current), distinct_consumer);
        case ClauseKind::Unwind: {
            current = on(Op::Unwind, std::move(current));
            current->list = clause.expr.get();
            current->to = clause.slot;
            current->rows_estimated *= 10;
            return current;
        }
        case ClauseKind::With:
        case ClauseKind::Return:
            return planProjection(clause, std::move(current));
        case ClauseKind::Finish: {
            current = on(Op::Drain, std::move(current));
            return current;
        }
        case ClauseKind::Create:
            return withClause(Op::Create, clause, std::move(current));
        case ClauseKind::Set:
            return withClause(Op::Set, clause, std::move(current));
        case ClauseKind::Remove:
            return withClause(Op::Remove, clause, std::move(current));
        case ClauseKind::Delete:
            return withClause(Op::Delete, clause, std::move(current));
        case ClauseKind::Merge:
            return planMerge(clause, std::move(current));
        case ClauseKind::Foreach:
            return planForeach(clause, std::move(current));
        case ClauseKind::CallProcedure:
            return planProcedure(clause, std::move(current));
        case ClauseKind::CallSubquery:
            return planSubquery(clause, std::move(current));
        case ClauseKind::LoadCsv: {
            current = withClause(Op::LoadCsv, clause, std::move(current));
            current->to = clause.slot;
            current->list = clause.expr.get();
            current->rows_estimated *= 1000;
            return current;
        }
        case ClauseKind::Use:
            return current;
        }
        return current;
    }

    NodePtr withClause(Op op, const Clause& clause, NodePtr current) {
        current = on(op, std::move(current));
        current->clause = &clause;
        return current;
    }

    NodePtr planMatchClause(Clause& clause, NodePtr current, bool distinct_consumer) {
        MatchRequest request{.patterns = &clause.patterns,
                             .where = &clause.where,
                             .different_relationships = clause.different_relationships,
                             .distinct_consumer = distinct_consumer};
        SlotSet introduced;
        if (!clause.optional) {
            return planMatch(scope_, request, std::move(current), introduced);
        }
        NodePtr found = planMatch(scope_, request, scope_.make(Op::Argument), introduced);
        const bool one_step = found->op == Op::Expand && !found->into && !found->relationship_bound &&
                              found->children[0]->op == Op::Argument;
        if (one_step && scope_.input.optimize) {
            found->optional = true;
            found->rows_estimated = current->rows_estimated * std::max(1.0, found->rows_estimated);
            found->children[0] = std::move(current);
            return found;
        }
        NodePtr optional = on(Op::Optional, std::move(found));
        optional->slots = introduced.slots();
        optional->rows_estimated = std::max(1.0, optional->rows_estimated);
        return apply(std::move(current), std::move(optional), Op::Apply);
    }

    NodePtr apply(NodePtr left, NodePtr right, Op op) {
        NodePtr node = scope_.make(op);
        node->rows_estimated = left->rows_estimated * (op == Op::Apply ? right->rows_estimated : 1);
        node->children.push_back(std::move(left));
        node->children.push_back(std::move(right));
        return node;
    }

    NodePtr planProjection(Clause& clause, NodePtr current) {
        Projection& projection = clause.projection;
        std::vector<Slot> slots;
        for (const ProjectionItem& item : projection.items) {
            slots.push_back(item.slot);
        }
        if (projection.aggregates) {
            current = on(Op::Aggregate, std::move(current));
            for (const ProjectionItem& item : projection.items) {
                if (!item.has_aggregate) {
                    current->assignments.push_back({item.slot, item.expr.get()});
                }
            }
            current->aggregates = projection.aggregate_calls;
            current->rows_estimated =
                current->assignments.empty() ? 1 : std::max(1.0, current->rows_estimated * 0.3);
        }
        std::vector<Assignment> assignments;
        for (const ProjectionItem& item : projection.items) {
            const bool passes_on = item.expr->kind == ExprKind::Variable && item.expr->slot == item.slot;
            if (!passes_on && item.has_aggregate == projection.aggregates) {
                assignments.push_back({item.slot, item.expr.get()});
            }
        }
        if (!assignments.empty()) {
            current = on(Op::Project, std::move(current));
            current->assignments = std::move(assignments);
        }
        if (projection.distinct && !(scope_.input.optimize && rowsDiffer(*current, slots))) {
            current = on(Op::Distinct, std::move(current));
            current->slots = slots;
        }
        return planOrder(projection, std::move(current));
    }

    NodePtr planOrder(const Projection& projection, NodePtr current) {
        const bool ordered = !projection.order.empty();
        if (ordered) {
            const bool top = projection.limit != nullptr && scope_.input.optimize;
            current = on(top ? Op::Top : Op::Sort, std::move(current));
            for (const SortItem& item : projection.order) {
                current->order.push_back({item.expr.get(), item.descending});
            }
            if (top) {
                current->skip = projection.skip.get();
                current->limit = projection.limit.get();
                current->rows_estimated = std::min(current->rows_estimated, 100.0);
            }
        }
        if (!ordered || current->op == Op::Sort) {
            if ((projection.skip || projection.limit) && changesGraph(*current)) {
                current = on(Op::Eager, std::move(current));  // what is not returned is written all the same
            }
            if (projection.skip) {
                current = on(Op::Skip, std::move(current));
                current->skip = projection.skip.get();
            }
            if (projection.limit) {
                current = on(Op::Limit, std::move(current));
                current->limit = projection.limit.get();
                current->rows_estimated = std::min(current->rows_estimated, 100.0);
            }
        }
        if (projection.where) {
            current = on(Op::Filter, std::move(current));
            current->filters.push_back(projection.where.get());
            current->rows_estimated *= kOtherShare;
        }
        return current;
    }

    NodePtr planMerge(Clause& clause, NodePtr current) {
        ExprPtr none;
        MatchRequest request{.patterns = &clause.patterns, .where = &none};
        SlotSet introduced;
        const std::int32_t body =
            scope_.addSubplan(planMatch(scope_, request, scope_.make(Op::Argument), introduced));
        current = withClause(Op::Merge, clause, std::move(current));
        current->body = body;
        current->slots = introduced.slots();
        return current;
    }

    NodePtr planForeach(Clause& clause, NodePtr current) {
        NodePtr body = scope_.make(Op::Argument);
        for (std::size_t c = 0; c < clause.body.size(); ++c) {
            body = planClause(clause.body[c], std::move(body), false);
            if (c + 1 < clause.body.size()) {
                body = on(Op::Eager, std::move(body));
            }
        }
        const std::int32_t number = scope_.addSubplan(on(Op::Drain, std::move(body)));
        current = withClause(Op::Foreach, clause, std::move(current));
        current->list = clause.expr.get();
        current->to = clause.slot;
        current->body = number;
        return current;
    }

    NodePtr planProcedure(Clause& clause, NodePtr current) {
        NodePtr call = withClause(Op::ProcedureCall, clause,
                                  clause.optional ? scope_.make(Op::Argument) : std::move(current));
        if (!clause.yields.empty()) {
            call->rows_estimated *= 10;
        }
        if (clause.where) {
            call = on(Op::Filter, std::move(call));
            call->filters.push_back(clause.where.get());
        }
        if (!clause.optional) {
            return call;
        }
        NodePtr optional = on(Op::Optional, std::move(call));
        for (const YieldItem& item : clause.yields) {
            optional->slots.push_back(item.slot);
        }
        return apply(std::move(current), std::move(optional), Op::Apply);
    }

    NodePtr planSubquery(Clause& clause, NodePtr current) {
        NodePtr inner = planQuery(*clause.query, false);
        if (clause.query->columns.empty()) {
            return apply(std::move(current), on(Op::Drain, std::move(inner)), Op::UnitApply);
        }
        if (clause.query->updates) {
            inner = on(Op::Eager, std::move(inner));
        }
        if (clause.optional) {
            inner = on(Op::Optional, std::move(inner));
            inner->slots = clause.query->column_slots[0];
        }
        return apply(std::move(current), std::move(inner), Op::Apply);
    }

    /// MATCH (n:L) RETURN count(n) and the like: the catalogue knows.
    NodePtr countFromCatalogue(SingleQuery& part) {
        if (!scope_.input.optimize) {
            return nullptr;
        }
        const std::optional<CatalogueCount> count = catalogueCount(part);
        if (!count) {
            return nullptr;
        }
        NodePtr node = on(Op::CountStore, scope_.make(Op::Argument));
        node->to = count->slot;
        node->labels = count->labels;
        node->types = count->types;
        node->counts_relationships = count->relationships;
        const Projection& projection = part.clauses.back().projection;
        std::vector<Assignment> assignments;
        for (const ProjectionItem& item : projection.items) {
            assignments.push_back({item.slot, item.expr.get()});
        }
        node = on(Op::Project, std::move(node));
        node->assignments = std::move(assignments);
        return node;
    }

    PlanScope& scope_;
};

}  // namespace

std::shared_ptr<const Plan> makePlan(std::unique_ptr<Statement> statement, const PlannerInput& input) {
    auto plan = std::make_shared<Plan>();
    plan->statement = std::move(statement);
    plan->width = plan->statement->width;
    if (!plan->statement->query) {
        return plan;
    }
    Query& query = *plan->statement->query;
    PlanScope scope{*plan, input, Estimates(input.catalog, input.counts), {}};
    ExprVisitor uses;
    uses.expr = [&](Expr& expr) {
        if (expr.kind == ExprKind::Variable) {
            scope.used.add(expr.slot);
        }
    };
    walk(query, uses);
    QueryPlanner planner(scope);
    planner.planInner(query);
    plan->root = planner.planRoot(query);
    annotateCovered(*plan);
    annotateLive(*plan);
    return plan;
}

}  // namespace xinpu::query
