// query/semantics/projections.cpp
// WITH and RETURN: items, grouping keys, aggregate calls, and what ORDER BY and WHERE behind them may see.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "query/semantics/binding.h"
#include "query/semantics/equality.h"
#include "query/syntax/printer.h"

namespace xinpu::query::semantics {
namespace {

ExprPtr variableOf(const ProjectionItem& item, Position at) {
    auto variable = std::make_unique<Expr>();
    variable->kind = ExprKind::Variable;
    variable->at = at;
    variable->name = item.name;
    variable->slot = item.slot;
    variable->type = item.expr->type;
    variable->element_type = item.expr->element_type;
    return variable;
}

/// `n` or `n.name`: what may stand for a grouping key inside of an expression that aggregates.
bool simpleKey(const Expr& key) noexcept {
    const Expr* base = &key;
    while (base->kind == ExprKind::Property) {
        base = base->args[0].get();
    }
    return base->kind == ExprKind::Variable;
}

/// The aggregate calls below an expression; those of subqueries belong to the subqueries.
void collectAggregates(const Expr& expr, std::vector<const Expr*>& calls) {
    if (expr.aggregate) {
        calls.push_back(&expr);
        return;
    }
    for (const ExprPtr& arg : expr.args) {
        if (arg != nullptr) {
            collectAggregates(*arg, calls);
        }
    }
    for (const MapProjectionItem& item : expr.projection) {
        if (item.value != nullptr) {
            collectAggregates(*item.value, calls);
        }
    }
}

}  // namespace

void Binding::expandStar(Projection& projection, bool is_return, Position at) {
    if (!projection.star) {
        return;
    }
    std::vector<ProjectionItem> items;
    for (const Variable& variable : scope_.listed()) {
        auto expr = std::make_unique<Expr>();
        expr->kind = ExprKind::Variable;
        expr->at = at;
        expr->name = variable.name;
        items.push_back({.expr = std::move(expr), .name = variable.name, .at = at});
    }
    const QueryUse use = frames_.back().use;
    if (is_return && items.empty() && use != QueryUse::Exists && use != QueryUse::Count) {
        refuseSyntax("NoVariablesInScope", "RETURN * needs variables, but none is defined here.", at);
    }
    for (ProjectionItem& item : projection.items) {
        items.push_back(std::move(item));
    }
    projection.items = std::move(items);
}

void Binding::bindItems(Projection& projection, bool is_return, std::vector<Slot>& local_from) {
    std::set<std::string> names;
    for (ProjectionItem& item : projection.items) {
        const bool variable = item.expr->kind == ExprKind::Variable;
        local_from.push_back(next_slot_);
        const std::size_t seen = aggregates_seen_;
        bindExpr(*item.expr, kAggregates);
        item.has_aggregate = aggregates_seen_ != seen;
        projection.aggregates = projection.aggregates || item.has_aggregate;
        if (!is_return && !item.aliased && !variable) {
            refuseSyntax(
                "NoExpressionAlias",
                fmt::format("WITH needs a name for the expression '{}': add AS and the name.", item.name),
                item.at);
        }
        if (!names.insert(item.name).second) {
            refuseSyntax("ColumnNameConflict",
                         fmt::format("Two columns are called '{}'; rename one by AS.", item.name), item.at);
        }
        item.slot = variable && item.expr->name == item.name ? item.expr->slot : newSlot();
    }
}

void Binding::groupItems(Projection& projection, const std::vector<Slot>& local_from) {
    Restriction restriction{.simple_only = true, .detail = "AmbiguousAggregationExpression"};
    for (const ProjectionItem& item : projection.items) {
        if (!item.has_aggregate) {
            restriction.keys.push_back(&item);
            restriction.available.insert(item.slot);
        }
    }
    for (std::size_t i = 0; i < projection.items.size(); ++i) {
        if (projection.items[i].has_aggregate) {
            restriction.local_from = local_from[i];
            restrictTo(projection.items[i].expr, restriction);
        }
    }
}

void Binding::restrictSlot(Slot& slot, const std::string& name, Position at, const Restriction& restriction) {
    if (slot >= restriction.local_from || slot < frames_.back().first ||
        restriction.available.count(slot) != 0) {
        return;
    }
    for (const ProjectionItem* key : restriction.keys) {
        if (key->expr->kind == ExprKind::Variable && key->expr->slot == slot) {
            slot = key->slot;
            return;
        }
    }
    if (std::string_view(restriction.detail) == "UndefinedVariable") {
        refuseSyntax(
            restriction.detail,
            fmt::format("Variable '{}' is not defined any more: DISTINCT or an aggregation stands before.",
                        name),
            at);
    }
    refuseSyntax(
        restriction.detail,
        fmt::format("'{}' stands beside an aggregate function but is no column of its own: which of its "
                    "values is meant? Return it as a column, or aggregate in a WITH before.",
                    name),
        at);
}

void Binding::restrictPattern(PathPattern& pattern, const Restriction& restriction) {
    const auto inside = [&](ExprPtr& expr) { restrictTo(expr, restriction); };
    for (NodePattern& node : pattern.nodes) {
        if (!node.name.empty()) {
            restrictSlot(node.slot, node.name, node.at, restriction);
        }
        inside(node.properties);
        inside(node.where);
    }
    inside(pattern.where);
    for (PathStepPattern& step : pattern.steps) {
        if (step.relationship == nullptr) {
            restrictPattern(*step.group->inner, restriction);
            inside(step.group->where);
            continue;
        }
        if (!step.relationship->name.empty()) {
            restrictSlot(step.relationship->slot, step.relationship->name, step.relationship->at,
                         restriction);
        }
        inside(step.relationship->properties);
        inside(step.relationship->where);
        inside(step.relationship->valid_on);
    }
}

/// An aggregate call beside keys sees all variables. Behind them (ORDER BY) it must be a column, be part of
/// one, or mention only what is still there.
void Binding::restrictAggregate(ExprPtr& expr, const Restriction& restriction) {
    if (!restriction.behind) {
        return;
    }
    for (const ProjectionItem* item : restriction.aggregated) {
        if (sameBound(*expr, *item->expr)) {
            expr = variableOf(*item, expr->at);
            return;
        }
        std::vector<const Expr*> calls;
        collectAggregates(*item->expr, calls);
        if (std::any_of(calls.begin(), calls.end(),
                        [&](const Expr* call) { return sameBound(*expr, *call); })) {
            return;
        }
    }
    Restriction arguments = restriction;
    arguments.detail = "UndefinedVariable";
    for (const ExprPtr& arg : expr->args) {
        ExprPtr copy = cloneExpr(arg);  // evaluated before the keys are there: checked, not changed
        restrictTo(copy, arguments);
    }
}

/// Replaces what equals a key by the key's column, and refuses what is left of the variables before.
void Binding::restrictTo(ExprPtr& expr, const Restriction& restriction) {
    if (expr == nullptr || expr->kind == ExprKind::Literal || expr->kind == ExprKind::Parameter) {
        return;
    }
    if (expr->aggregate) {
        return restrictAggregate(expr, restriction);
    }
    for (const ProjectionItem* key : restriction.keys) {
        if ((!restriction.simple_only || simpleKey(*key->expr)) && sameBound(*expr, *key->expr)) {
            expr = variableOf(*key, expr->at);
            return;
        }
    }
    if (expr->kind == ExprKind::Variable) {
        return restrictSlot(expr->slot, expr->name, expr->at, restriction);
    }
    for (ExprPtr& arg : expr->args) {
        restrictTo(arg, restriction);
    }
    for (MapProjectionItem& item : expr->projection) {
        restrictTo(item.value, restriction);
    }
    for (PathPattern& pattern : expr->patterns) {
        restrictPattern(pattern, restriction);
    }
    if (expr->query != nullptr) {
        for (Slot slot : expr->query->outer) {
            const Slot before = slot;
            restrictSlot(slot, "a variable of the subquery", expr->at, restriction);
            if (slot != before) {  // renamed: the subquery reads the old one
                refuseSyntax(restriction.detail,
                             "A subquery beside an aggregation needs its variables unrenamed.", expr->at);
            }
        }
    }
    for (const ProjectionItem* item : restriction.aggregated) {
        if (sameBound(*expr, *item->expr)) {
            expr = variableOf(*item, expr->at);
            return;
        }
    }
}

void Binding::bindOrder(Projection& projection, const Scope& before, const Restriction& visible,
                        bool restricted) {
    aggregate_scope_ = &before;
    for (SortItem& sort : projection.order) {
        Restriction restriction = visible;
        restriction.local_from = next_slot_;
        const std::size_t seen = aggregates_seen_;
        bindExpr(*sort.expr, projection.aggregates ? kAggregates : kPlain);
        restriction.simple_only = aggregates_seen_ != seen;
        if (restricted) {
            restriction.detail =
                restriction.simple_only ? "AmbiguousAggregationExpression" : "UndefinedVariable";
            restrictTo(sort.expr, restriction);
        } else {
            for (const ProjectionItem& item : projection.items) {
                if (sameBound(*sort.expr, *item.expr)) {
                    sort.expr = variableOf(item, sort.expr->at);
                    break;
                }
            }
        }
        std::vector<const Expr*> calls;
        collectAggregates(*sort.expr, calls);
        sort.has_aggregate = !calls.empty();
    }
    aggregate_scope_ = nullptr;
}

void Binding::bindCount(ExprPtr& count, const char* word) {
    if (count == nullptr) {
        return;
    }
    Scope around = std::exchange(scope_, Scope{});
    constants_only_ = true;
    bindExpr(*count, kPlain);
    constants_only_ = false;
    scope_ = std::move(around);
    const Expr* number = count.get();
    bool negative = false;
    if (number->kind == ExprKind::UnaryMinus) {
        number = number->args[0].get();
        negative = true;
    }
    if (number->kind == ExprKind::Literal && number->value.kind() == Kind::Integer &&
        (negative ? number->value.integer() > 0 : number->value.integer() < 0)) {
        refuseSyntax("NegativeIntegerArgument", fmt::format("{} needs a number that is not negative.", word),
                     count->at);
    }
    if (never(count->type, kInteger)) {
        refuseSyntax("InvalidArgumentType",
                     fmt::format("{} needs Integer but this is {}.", word, kindsText(count->type)),
                     count->at);
    }
}

std::vector<Column> Binding::bindProjection(Projection& projection, bool is_return, Position at) {
    expandStar(projection, is_return, at);
    std::vector<Slot> local_from;
    bindItems(projection, is_return, local_from);
    if (projection.aggregates) {
        groupItems(projection, local_from);
    }
    std::vector<Column> columns;
    std::vector<Variable> projected;
    Restriction visible{.behind = true};
    for (const ProjectionItem& item : projection.items) {
        const Expr& expr = *item.expr;
        Variable variable{
            .name = item.name, .slot = item.slot, .type = expr.type, .element_type = expr.element_type};
        if (const Variable* old = expr.kind == ExprKind::Variable ? scope_.find(expr.name) : nullptr) {
            variable.labels = old->labels;
        }
        projected.push_back(std::move(variable));
        columns.push_back(
            {.name = item.name, .slot = item.slot, .type = expr.type, .element_type = expr.element_type});
        (item.has_aggregate ? visible.aggregated : visible.keys).push_back(&item);
        visible.available.insert(item.slot);
    }
    const bool restricted = projection.aggregates || projection.distinct;
    if (!projection.order.empty() || projection.where != nullptr) {
        const Scope before = scope_;
        for (const Variable& variable : projected) {
            scope_.declare(variable);  // hides the old one of the same name
        }
        bindOrder(projection, before, visible, restricted);
        if (projection.where != nullptr) {
            visible.local_from = next_slot_;
            visible.detail = "UndefinedVariable";
            bindWhere(*projection.where, kPredicate);
            if (restricted) {
                restrictTo(projection.where, visible);
            }
        }
    }
    bindCount(projection.skip, "SKIP");
    bindCount(projection.limit, "LIMIT");
    projection.aggregate_calls.clear();
    for (const ProjectionItem& item : projection.items) {
        collectAggregates(*item.expr, projection.aggregate_calls);
    }
    for (const SortItem& sort : projection.order) {
        collectAggregates(*sort.expr, projection.aggregate_calls);
    }
    Scope after;
    for (Variable& variable : scope_.constants()) {
        after.declare(std::move(variable));
    }
    for (Variable& variable : projected) {
        after.declare(std::move(variable));
    }
    scope_ = std::move(after);
    return columns;
}

}  // namespace xinpu::query::semantics
