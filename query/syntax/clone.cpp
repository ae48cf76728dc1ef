// query/syntax/clone.cpp
// Deep copies of trees, and comparing them.
#include <algorithm>
#include <unordered_map>

#include "engine/value/order.h"
#include "query/syntax/printer.h"

namespace xinpu::query {
namespace {

class Cloner {
public:
    ExprPtr expr(const ExprPtr& of) { return of ? expr(*of) : nullptr; }

    ExprPtr expr(const Expr& of) {
        auto copy = std::make_unique<Expr>();
        copy->kind = of.kind;
        copy->at = of.at;
        copy->name = of.name;
        copy->name2 = of.name2;
        copy->value = of.value;
        copy->args = exprs(of.args);
        copy->keys = of.keys;
        copy->comparisons = of.comparisons;
        for (const MapProjectionItem& item : of.projection) {
            copy->projection.push_back({item.kind, item.name, expr(item.value)});
        }
        copy->labels = labels(of.labels);
        copy->patterns = paths(of.patterns);
        copy->query = of.query ? query(*of.query) : nullptr;
        copy->unit = of.unit;
        copy->distinct = of.distinct;
        copy->depth = of.depth;
        copy->slot = of.slot;
        copy->slot2 = of.slot2;
        copy->function = of.function;
        copy->aggregate = of.aggregate;
        copy->type = of.type;
        copy->element_type = of.element_type;
        copy->number = of.number;
        if (of.aggregate) {
            aggregates_.emplace(&of, copy.get());
        }
        return copy;
    }

    std::vector<ExprPtr> exprs(const std::vector<ExprPtr>& of) {
        std::vector<ExprPtr> copy;
        copy.reserve(of.size());
        for (const ExprPtr& one : of) {
            copy.push_back(expr(one));
        }
        return copy;
    }

    LabelExpr labels(const LabelExpr& of) {
        LabelExpr copy{of.kind, of.at, of.name, {}, expr(of.dynamic)};
        for (const LabelExpr& child : of.children) {
            copy.children.push_back(labels(child));
        }
        return copy;
    }

    std::unique_ptr<LabelExpr> labels(const std::unique_ptr<LabelExpr>& of) {
        return of ? std::make_unique<LabelExpr>(labels(*of)) : nullptr;
    }

    PathPattern path(const PathPattern& of) {
        PathPattern copy;
        copy.at = of.at;
        copy.name = of.name;
        copy.search = of.search;
        copy.search_function = of.search_function;
        copy.search_count = of.search_count;
        copy.mode = of.mode;
        copy.slot = of.slot;
        copy.bound = of.bound;
        copy.where = expr(of.where);
        for (const NodePattern& node : of.nodes) {
            copy.nodes.push_back({node.at, node.name, labels(node.labels), expr(node.properties),
                                  expr(node.where), node.slot, node.bound});
        }
        for (const PathStepPattern& step : of.steps) {
            PathStepPattern& to = copy.steps.emplace_back();
            if (step.relationship) {
                to.relationship = std::make_unique<RelPattern>(relationship(*step.relationship));
            }
            if (step.group) {
                to.group = std::make_unique<QuantifiedPath>();
                to.group->at = step.group->at;
                to.group->inner = std::make_unique<PathPattern>(path(*step.group->inner));
                to.group->where = expr(step.group->where);
                to.group->quantifier = step.group->quantifier;
                to.group->groups = step.group->groups;
            }
        }
        return copy;
    }

    QueryPtr query(const Query& of) {
        auto copy = std::make_unique<Query>();
        for (const SingleQuery& part : of.parts) {
            copy->parts.push_back({clauses(part.clauses)});
        }
        copy->union_all = of.union_all;
        copy->at = of.at;
        copy->columns = of.columns;
        copy->column_slots = of.column_slots;
        copy->updates = of.updates;
        copy->outer = of.outer;
        return copy;
    }

private:
    RelPattern relationship(const RelPattern& of) {
        return {
            of.at,          of.name,           labels(of.types), of.direction, of.length, expr(of.properties),
            expr(of.where), expr(of.valid_on), of.slot,          of.bound,     of.each};
    }

    std::vector<PathPattern> paths(const std::vector<PathPattern>& of) {
        std::vector<PathPattern> copy;
        copy.reserve(of.size());
        for (const PathPattern& one : of) {
            copy.push_back(path(one));
        }
        return copy;
    }

    std::vector<SetItem> items(const std::vector<SetItem>& of) {
        std::vector<SetItem> copy;
        for (const SetItem& item : of) {
            copy.push_back(
                {item.kind, item.at, expr(item.target), item.name, expr(item.key), expr(item.value), {}});
            for (const LabelExpr& label : item.labels) {
                copy.back().labels.push_back(labels(label));
            }
        }
        return copy;
    }

    Projection projection(const Projection& of) {
        Projection copy;
        copy.distinct = of.distinct;
        copy.star = of.star;
        for (const ProjectionItem& item : of.items) {
            copy.items.push_back(
                {expr(item.expr), item.name, item.aliased, item.at, item.slot, item.has_aggregate});
        }
        for (const SortItem& item : of.order) {
            copy.order.push_back({expr(item.expr), item.descending, item.has_aggregate});
        }
        copy.skip = expr(of.skip);
        copy.limit = expr(of.limit);
        copy.where = expr(of.where);
        copy.aggregates = of.aggregates;
        for (const Expr* call : of.aggregate_calls) {
            const auto found = aggregates_.find(call);
            copy.aggregate_calls.push_back(found == aggregates_.end() ? call : found->second);
        }
        return copy;
    }

    std::vector<Clause> clauses(const std::vector<Clause>& of) {
        std::vector<Clause> copy;
        copy.reserve(of.size());
        for (const Clause& one : of) {
            copy.push_back(clause(one));
        }
        return copy;
    }

    Clause clause(const Clause& of) {
        Clause copy;
        copy.kind = of.kind;
        copy.at = of.at;
        copy.patterns = paths(of.patterns);
        copy.optional = of.optional;
        copy.different_relationships = of.different_relationships;
        copy.where = expr(of.where);
        copy.projection = projection(of.projection);
        copy.expr = expr(of.expr);
        copy.name = of.name;
        copy.slot = of.slot;
        copy.items = items(of.items);
        copy.on_create = items(of.on_create);
        copy.on_match = items(of.on_match);
        copy.args = exprs(of.args);
        copy.detach = of.detach;
        copy.body = clauses(of.body);
        copy.args_given = of.args_given;
        copy.yield_star = of.yield_star;
        copy.yield_given = of.yield_given;
        copy.yields = of.yields;
        copy.procedure = of.procedure;
        copy.query = of.query ? query(*of.query) : nullptr;
        copy.imports_given = of.imports_given;
        copy.imports_star = of.imports_star;
        copy.imports = of.imports;
        copy.with_headers = of.with_headers;
        copy.field_terminator = expr(of.field_terminator);
        copy.recorded_at = expr(of.recorded_at);
        copy.with_history = of.with_history;
        return copy;
    }

    std::unordered_map<const Expr*, const Expr*> aggregates_;  // from the original to its copy
};

bool samePointers(const ExprPtr& a, const ExprPtr& b) {
    return a && b ? sameExpr(*a, *b) : a == b;
}

bool sameProjection(const MapProjectionItem& a, const MapProjectionItem& b) {
    return a.kind == b.kind && a.name == b.name && samePointers(a.value, b.value);
}

bool samePatterns(const std::vector<PathPattern>& a, const std::vector<PathPattern>& b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const PathPattern& one, const PathPattern& other) { return toText(one) == toText(other); });
}

}  // namespace

bool sameLabels(const LabelExpr& a, const LabelExpr& b) {
    return a.kind == b.kind && a.name == b.name && samePointers(a.dynamic, b.dynamic) &&
           std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(), sameLabels);
}

bool sameExpr(const Expr& a, const Expr& b) {
    if (a.kind != b.kind || a.name != b.name || a.name2 != b.name2 || a.args.size() != b.args.size() ||
        a.keys != b.keys || a.comparisons != b.comparisons || a.unit != b.unit || a.distinct != b.distinct) {
        return false;
    }
    if (a.value.kind() != b.value.kind() || !engine::equivalentValues(a.value, b.value)) {
        return false;
    }
    if ((a.labels == nullptr) != (b.labels == nullptr) || (a.labels && !sameLabels(*a.labels, *b.labels))) {
        return false;
    }
    if (!std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), samePointers)) {
        return false;
    }
    if (!std::equal(a.projection.begin(), a.projection.end(), b.projection.begin(), b.projection.end(),
                    sameProjection)) {
        return false;
    }
    if ((a.query == nullptr) != (b.query == nullptr) || (a.query && toText(*a.query) != toText(*b.query))) {
        return false;
    }
    return samePatterns(a.patterns, b.patterns);
}

ExprPtr cloneExpr(const Expr& expr) {
    return Cloner().expr(expr);
}

ExprPtr cloneExpr(const ExprPtr& expr) {
    return Cloner().expr(expr);
}

LabelExpr cloneLabels(const LabelExpr& labels) {
    return Cloner().labels(labels);
}

PathPattern clonePath(const PathPattern& path) {
    return Cloner().path(path);
}

QueryPtr cloneQuery(const Query& query) {
    return Cloner().query(query);
}

}  // namespace xinpu::query
