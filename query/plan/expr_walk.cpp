// query/plan/expr_walk.cpp
// The one place that knows where expressions hang in the tree of a statement.

#include "query/plan/expr_walk.h"

namespace xinpu::query {

namespace {

void walkIf(const ExprPtr& expr, const ExprVisitor& visitor) {
    if (expr) {
        walk(*expr, visitor);
    }
}

void walkLabels(LabelExpr& labels, const ExprVisitor& visitor) {
    walkIf(labels.dynamic, visitor);
    for (LabelExpr& child : labels.children) {
        walkLabels(child, visitor);
    }
}

void walkItems(std::vector<SetItem>& items, const ExprVisitor& visitor) {
    for (SetItem& item : items) {
        walkIf(item.target, visitor);
        walkIf(item.key, visitor);
        walkIf(item.value, visitor);
        for (LabelExpr& label : item.labels) {
            walkLabels(label, visitor);
        }
    }
}

void walkProjection(Projection& projection, const ExprVisitor& visitor) {
    for (ProjectionItem& item : projection.items) {
        walkIf(item.expr, visitor);
    }
    for (SortItem& item : projection.order) {
        walkIf(item.expr, visitor);
    }
    walkIf(projection.skip, visitor);
    walkIf(projection.limit, visitor);
    walkIf(projection.where, visitor);
}

}  // namespace

void walk(Expr& expr, const ExprVisitor& visitor) {
    if (visitor.expr) {
        visitor.expr(expr);
    }
    for (const ExprPtr& arg : expr.args) {
        walkIf(arg, visitor);
    }
    for (MapProjectionItem& item : expr.projection) {
        walkIf(item.value, visitor);
    }
    if (expr.labels) {
        walkLabels(*expr.labels, visitor);
    }
    for (PathPattern& pattern : expr.patterns) {
        walk(pattern, visitor);
    }
    if (expr.query) {
        walk(*expr.query, visitor);
    }
    if (visitor.after) {
        visitor.after(expr);
    }
}

void walk(PathPattern& pattern, const ExprVisitor& visitor) {
    if (visitor.pattern) {
        visitor.pattern(pattern);
    }
    for (NodePattern& node : pattern.nodes) {
        if (node.labels) {
            walkLabels(*node.labels, visitor);
        }
        walkIf(node.properties, visitor);
        walkIf(node.where, visitor);
    }
    for (PathStepPattern& step : pattern.steps) {
        if (step.relationship) {
            RelPattern& relationship = *step.relationship;
            if (relationship.types) {
                walkLabels(*relationship.types, visitor);
            }
            walkIf(relationship.properties, visitor);
            walkIf(relationship.where, visitor);
            walkIf(relationship.valid_on, visitor);
        }
        if (step.group) {
            walk(*step.group->inner, visitor);
            walkIf(step.group->where, visitor);
        }
    }
    walkIf(pattern.where, visitor);
}

void walk(Clause& clause, const ExprVisitor& visitor) {
    for (PathPattern& pattern : clause.patterns) {
        walk(pattern, visitor);
    }
    walkIf(clause.where, visitor);
    walkProjection(clause.projection, visitor);
    walkIf(clause.expr, visitor);
    walkItems(clause.items, visitor);
    walkItems(clause.on_create, visitor);
    walkItems(clause.on_match, visitor);
    for (const ExprPtr& arg : clause.args) {
        walkIf(arg, visitor);
    }
    for (Clause& inner : clause.body) {
        walk(inner, visitor);
    }
    if (clause.query) {
        walk(*clause.query, visitor);
    }
    walkIf(clause.field_terminator, visitor);
    walkIf(clause.recorded_at, visitor);
}

void walk(Query& query, const ExprVisitor& visitor) {
    for (SingleQuery& part : query.parts) {
        for (Clause& clause : part.clauses) {
            walk(clause, visitor);
        }
    }
}

void SlotSet::add(const SlotSet& other) {
    if (marks_.size() < other.marks_.size()) {
        marks_.resize(other.marks_.size(), false);
    }
    for (std::size_t i = 0; i < other.marks_.size(); ++i) {
        if (other.marks_[i]) {
            marks_[i] = true;
        }
    }
}

bool SlotSet::within(const SlotSet& other) const {
    for (std::size_t i = 0; i < marks_.size(); ++i) {
        if (marks_[i] && !other.has(static_cast<Slot>(i))) {
            return false;
        }
    }
    return true;
}

bool SlotSet::meets(const SlotSet& other) const {
    for (std::size_t i = 0; i < marks_.size(); ++i) {
        if (marks_[i] && other.has(static_cast<Slot>(i))) {
            return true;
        }
    }
    return false;
}

SlotSet SlotSet::both(const SlotSet& other) const {
    SlotSet result;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
        if (marks_[i] && other.has(static_cast<Slot>(i))) {
            result.add(static_cast<Slot>(i));
        }
    }
    return result;
}

std::vector<Slot> SlotSet::slots() const {
    std::vector<Slot> result;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
        if (marks_[i]) {
            result.push_back(static_cast<Slot>(i));
        }
    }
    return result;
}

namespace {

void addPattern(const PathPattern& pattern, SlotSet& slots) {
    slots.add(pattern.slot);
    for (const NodePattern& node : pattern.nodes) {
        slots.add(node.slot);
    }
    for (const PathStepPattern& step : pattern.steps) {
        if (step.relationship) {
            slots.add(step.relationship->slot);
        }
        if (step.group) {
            for (const auto& [inside, outside] : step.group->groups) {
                slots.add(outside);
            }
        }
    }
}

}  // namespace

SlotSet slotsOf(const Expr& expr) {
    SlotSet slots;
    ExprVisitor visitor;
    visitor.expr = [&](Expr& found) {
        if (found.kind == ExprKind::Variable) {
            slots.add(found.slot);
        }
        for (const MapProjectionItem& item : found.projection) {
            if (item.value && item.value->kind == ExprKind::Variable) {
                slots.add(item.value->slot);
            }
        }
    };
    visitor.pattern = [&](PathPattern& pattern) { addPattern(pattern, slots); };
    walk(const_cast<Expr&>(expr), visitor);  // the callbacks change nothing
    return slots;
}

SlotSet slotsOf(const PathPattern& pattern) {
    SlotSet slots;
    addPattern(pattern, slots);
    return slots;
}

}  // namespace xinpu::query
