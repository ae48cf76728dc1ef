// query/exec/evaluator_subplans.cpp
// Patterns and subqueries inside expressions: their subplans run on the row that asks. And labels.

#include <fmt/format.h>

#include <algorithm>

#include "query/exec/operator.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

/// Slot of the one column of a subquery.
Slot onlyColumn(const Expr& expr, const PlanNode& root) {
    if (root.op == Op::Produce && !root.slots.empty()) {
        return root.slots.front();
    }
    XINPU_ASSERT(expr.query != nullptr && !expr.query->column_slots.empty() &&
                 !expr.query->column_slots.front().empty());
    return expr.query->column_slots.front().front();
}

bool anyRow(const Expr& expr, Row row, ExecContext& context) {
    Subplan& subplan = context.subplan(expr.number);
    bool found = false;
    eachRow(*subplan.op, subplan.rows, row, [&found](Row) {
        found = true;
        return false;
    });
    return found;
}

Value gathered(const Expr& expr, Row row, ExecContext& context, const Expr* value, Slot slot) {
    Subplan& subplan = context.subplan(expr.number);
    std::vector<Value> values;
    eachRow(*subplan.op, subplan.rows, row, [&](Row one) {
        values.push_back(value == nullptr ? at(one, slot) : evaluate(*value, one, context));
        return true;
    });
    return Value::of(std::move(values));
}

Value shortestPath(const Expr& expr, Row row, ExecContext& context) {
    const PathPattern& pattern = expr.patterns.front();
    const Slot slot = pattern.slot;
    const bool all = pattern.search == PathSearch::AllShortest;
    Value paths = gathered(expr, row, context, nullptr, slot);
    if (all) {
        return paths;
    }
    return paths.list().empty() ? Value::null() : paths.list().front();
}

bool hasName(const std::string& name, const void* place, const Value& entity, ExecContext& context) {
    const engine::Catalog& catalog = context.graph().catalog();
    if (entity.kind() == Kind::Node) {
        const auto label = context.names.label(place, name, catalog);
        // Asked also where the label has no number: the node may have been deleted.
        return context.graph().hasLabel(entity.node(), label.value_or(engine::LabelId{}));
    }
    const auto type = context.names.type(place, name, catalog);
    return type && context.graph().relationshipOrDeleted(entity.relationship()).type == *type;
}

}  // namespace

Subplan::Subplan(const PlanNode& plan_root, ExecContext& context)
    : root(plan_root), rows(context.width(), context.batch_rows), op(makeOperator(plan_root, context)) {}
Subplan::~Subplan() = default;

Subplan& ExecContext::subplan(std::int32_t number) {
    const auto place = static_cast<std::size_t>(number);
    XINPU_ASSERT(place < plan->subplans.size());
    if (subplans.size() < plan->subplans.size()) {
        subplans.resize(plan->subplans.size());
    }
    if (subplans[place] == nullptr) {
        subplans[place] = std::make_unique<Subplan>(*plan->subplans[place], *this);
    }
    return *subplans[place];
}

std::int64_t countSubplan(const Expr& expr, Row row, ExecContext& context) {
    Subplan& subplan = context.subplan(expr.number);
    std::int64_t count = 0;
    subplan.op->reset(row);
    subplan.rows.restart();
    while (subplan.op->next(subplan.rows)) {
        count += static_cast<std::int64_t>(subplan.rows.size());
        subplan.rows.clear();
    }
    return count;
}

Value evaluateSubplan(const Expr& expr, Row row, ExecContext& context) {
    switch (expr.kind) {
    case ExprKind::PatternPredicate:
    case ExprKind::Exists:
        return Value::of(anyRow(expr, row, context));
    case ExprKind::Count:
        return Value::of(countSubplan(expr, row, context));
    case ExprKind::PatternComprehension:
        return gathered(expr, row, context, expr.args[1].get(), kNoSlot);
    case ExprKind::ShortestPath:
        return shortestPath(expr, row, context);
    default:
        return gathered(expr, row, context, nullptr, onlyColumn(expr, context.subplan(expr.number).root));
    }
}

bool hasLabels(const LabelExpr& labels, const Value& entity, Row row, ExecContext& context) {
    const auto child = [&](const LabelExpr& one) { return hasLabels(one, entity, row, context); };
    switch (labels.kind) {
    case LabelExpr::Kind::Name:
        return hasName(labels.name, &labels, entity, context);
    case LabelExpr::Kind::And:
        return std::all_of(labels.children.begin(), labels.children.end(), child);
    case LabelExpr::Kind::Or:
        return std::any_of(labels.children.begin(), labels.children.end(), child);
    case LabelExpr::Kind::Not:
        return !child(labels.children.front());
    case LabelExpr::Kind::Any: {
        if (entity.kind() == Kind::Relationship) {
            return true;
        }
        const auto record = context.graph().node(entity.node());
        return record && !record->labels.empty();
    }
    case LabelExpr::Kind::Dynamic: {
        const std::vector<std::string> names = labelNames(labels, row, context);
        return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
            const engine::Catalog& catalog = context.graph().catalog();
            if (entity.kind() == Kind::Node) {
                const auto label = catalog.label(name);
                return label && context.graph().hasLabel(entity.node(), *label);
            }
            const auto type = catalog.type(name);
            return type && context.graph().relationshipOrDeleted(entity.relationship()).type == *type;
        });
    }
    }
    return false;
}

std::vector<std::string> labelNames(const LabelExpr& labels, Row row, ExecContext& context) {
    std::vector<std::string> names;
    const auto add = [&](const Value& value) {
        if (value.kind() != Kind::String) {
            throw Error(ErrorCode::Type,
                        fmt::format("A label or type is named by a string, not by a value of type {}.",
                                    engine::kindName(value.kind())),
                        "InvalidArgumentType", labels.at);
        }
        if (value.string().empty()) {
            throw Error(ErrorCode::Argument, "A label or type cannot have an empty name.",
                        "InvalidArgumentValue", labels.at);
        }
        names.emplace_back(value.string());
    };
    switch (labels.kind) {
    case LabelExpr::Kind::Name:
        names.push_back(labels.name);
        break;
    case LabelExpr::Kind::Dynamic: {
        const Value value = evaluate(*labels.dynamic, row, context);
        if (value.kind() == Kind::List) {
            std::for_each(value.list().begin(), value.list().end(), add);
        } else {
            add(value);
        }
        break;
    }
    default:
        for (const LabelExpr& child : labels.children) {
            for (std::string& name : labelNames(child, row, context)) {
                names.push_back(std::move(name));
            }
        }
    }
    return names;
}

}  // namespace xinpu::query
