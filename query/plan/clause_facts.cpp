// query/plan/clause_facts.cpp
// Facts about clauses that rewrites and barriers rest on.

#include "query/plan/clause_facts.h"

#include <algorithm>

#include "query/functions/registry.h"

namespace xinpu::query {

bool clauseUpdates(const Clause& clause) {
    switch (clause.kind) {
    case ClauseKind::Create:
    case ClauseKind::Merge:
    case ClauseKind::Set:
    case ClauseKind::Remove:
    case ClauseKind::Delete:
    case ClauseKind::Foreach:
        return true;
    case ClauseKind::CallSubquery:
        return clause.query->updates;
    case ClauseKind::CallProcedure:
        return clause.procedure != nullptr && clause.procedure->updates;
    default:
        return false;
    }
}

bool readsGraph(const PlanNode& node) {
    switch (node.op) {
    case Op::Argument:
    case Op::Eager:
        return false;
    case Op::Unwind:
    case Op::LoadCsv:
        return std::any_of(node.children.begin(), node.children.end(),
                           [](const auto& child) { return readsGraph(*child); });
    default:
        return true;
    }
}

bool changesGraph(const PlanNode& node) {
    switch (node.op) {
    case Op::Create:
    case Op::Merge:
    case Op::Set:
    case Op::Remove:
    case Op::Delete:
    case Op::Foreach:
        return true;
    case Op::ProcedureCall:
        if (node.clause->procedure->updates) {
            return true;
        }
        break;
    default:
        break;
    }
    return std::any_of(node.children.begin(), node.children.end(),
                       [](const auto& child) { return changesGraph(*child); });
}

namespace {

/// For one argument.
bool atMostOneRow(const PlanNode& node) {
    switch (node.op) {
    case Op::Argument:
        return true;
    case Op::UniqueSeek:
        return node.list == nullptr && atMostOneRow(*node.children[0]);
    case Op::Filter:
    case Op::BuildPath:
    case Op::Project:
    case Op::Eager:
        return atMostOneRow(*node.children[0]);
    case Op::CountStore:
        return true;
    case Op::Aggregate:
        return node.assignments.empty();
    default:
        return false;
    }
}

}  // namespace

bool rowsDiffer(const PlanNode& node, const std::vector<Slot>& slots) {
    if (atMostOneRow(node)) {
        return true;
    }
    switch (node.op) {
    case Op::ReachExpand:
    case Op::NodeScan:
    case Op::LabelScan:
    case Op::RangeSeek:
    case Op::BitmapSeek:
    case Op::DateSeek:
        return std::find(slots.begin(), slots.end(), node.to) != slots.end() && atMostOneRow(*node.children[0]);
    case Op::Filter:
    case Op::Project:
    case Op::Eager:
        return rowsDiffer(*node.children[0], slots);
    default:
        return false;
    }
}

namespace {

bool countsNoRepeats(const Expr& call) {
    if (call.kind == ExprKind::CountStar) {
        return false;
    }
    return call.distinct || call.function->name == "min" || call.function->name == "max";
}

}  // namespace

bool consumesDistinct(const std::vector<Clause>& clauses, std::size_t first, bool at_end) {
    for (std::size_t c = first; c < clauses.size(); ++c) {
        const Clause& clause = clauses[c];
        if (clause.kind == ClauseKind::Match || clause.kind == ClauseKind::Unwind) {
            continue;
        }
        if (clause.kind != ClauseKind::With && clause.kind != ClauseKind::Return) {
            return false;
        }
        const Projection& projection = clause.projection;
        if (projection.aggregates) {
            return std::all_of(projection.aggregate_calls.begin(), projection.aggregate_calls.end(),
                               [](const Expr* call) { return countsNoRepeats(*call); });
        }
        if (projection.distinct) {
            return true;
        }
        if (projection.skip || projection.limit) {
            return false;
        }
    }
    return at_end;
}

std::optional<CatalogueCount> catalogueCount(const SingleQuery& part) {
    if (part.clauses.size() != 2 || part.clauses[0].kind != ClauseKind::Match ||
        part.clauses[1].kind != ClauseKind::Return) {
        return {};
    }
    const Clause& match = part.clauses[0];
    const Projection& projection = part.clauses[1].projection;
    if (match.optional || match.where || match.patterns.size() != 1 || projection.items.size() != 1 ||
        !projection.order.empty() || projection.skip || projection.limit ||
        projection.aggregate_calls.size() != 1 ||
        projection.items[0].expr.get() != projection.aggregate_calls[0]) {
        return {};
    }
    const PathPattern& path = match.patterns[0];
    const Expr& call = *projection.aggregate_calls[0];
    if (path.slot != kNoSlot || path.search != PathSearch::All || path.where) {
        return {};
    }
    for (const NodePattern& node : path.nodes) {
        if (node.properties || node.where || node.bound) {
            return {};
        }
    }
    Slot counted = kNoSlot;
    CatalogueCount count;
    count.slot = call.slot;
    if (path.steps.empty()) {
        counted = path.nodes[0].slot;
        if (path.nodes[0].labels) {
            if (path.nodes[0].labels->kind != LabelExpr::Kind::Name) {
                return {};
            }
            count.labels.push_back(path.nodes[0].labels->name);
        }
    } else {
        const RelPattern* relationship = path.steps[0].relationship.get();
        if (path.steps.size() != 1 || relationship == nullptr || relationship->length ||
            relationship->properties || relationship->where || relationship->valid_on ||
            relationship->bound || path.nodes[0].labels || path.nodes[1].labels ||
            path.nodes[0].slot == path.nodes[1].slot || relationship->direction == engine::Direction::Both) {
            return {};
        }
        counted = relationship->slot;
        count.relationships = true;
        if (relationship->types) {
            if (relationship->types->kind != LabelExpr::Kind::Name) {
                return {};
            }
            count.types.push_back(relationship->types->name);
        }
    }
    if (call.kind == ExprKind::CountStar) {
        return count;
    }
    const bool of_it = call.function != nullptr && call.function->name == "count" && call.args.size() == 1 &&
                       call.args[0]->kind == ExprKind::Variable && call.args[0]->slot == counted;
    if (!of_it) {
        return {};
    }
    return count;
}

}  // namespace xinpu::query
