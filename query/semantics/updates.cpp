// query/semantics/updates.cpp
// Updating clauses: CREATE, MERGE, SET, REMOVE, DELETE, FOREACH.
#include <utility>

#include <fmt/format.h>

#include "query/semantics/binding.h"

namespace xinpu::query::semantics {
namespace {

[[noreturn]] void alreadyBound(const std::string& name, Position at) {
    refuseSyntax(
        "VariableAlreadyBound",
        fmt::format("Variable '{}' is already defined: here it can only stand as an end of a relationship, "
                    "without labels and properties.",
                    name),
        at);
}

}  // namespace

void Binding::checkWritten(const PathPattern& path, bool merge) const {
    const char* word = merge ? "MERGE" : "CREATE";
    if (path.search != PathSearch::All) {
        refuseSyntax("UnexpectedSyntax",
                     fmt::format("{} writes a pattern; it looks for no shortest path.", word), path.at);
    }
    for (const PathStepPattern& step : path.steps) {
        if (step.group != nullptr || step.relationship->length) {
            refuseSyntax("CreatingVarLength", fmt::format("{} needs relationships of length one.", word),
                         step.group != nullptr ? step.group->at : step.relationship->at);
        }
        const RelPattern& relationship = *step.relationship;
        if (!relationship.name.empty() && scope_.find(relationship.name) != nullptr) {
            refuseSyntax("VariableAlreadyBound",
                         fmt::format("Variable '{}' is already defined; {} makes a new relationship.",
                                     relationship.name, word),
                         relationship.at);
        }
        if (relationship.types == nullptr || (relationship.types->kind != LabelExpr::Kind::Name &&
                                              relationship.types->kind != LabelExpr::Kind::Dynamic)) {
            refuseSyntax(
                "NoSingleRelationshipType",
                fmt::format("{} needs exactly one type for each relationship, as in -[:TYPE]->.", word),
                relationship.at);
        }
        if (!merge && relationship.direction == engine::Direction::Both) {
            refuseSyntax("RequiresDirectedRelationship", "CREATE needs a direction: --> or <--.",
                         relationship.at);
        }
        if (relationship.where != nullptr || relationship.valid_on != nullptr) {
            refuseSyntax("UnexpectedSyntax", fmt::format("{} takes no predicates inside of a pattern.", word),
                         relationship.at);
        }
    }
    for (const NodePattern& node : path.nodes) {
        if (node.where != nullptr) {
            refuseSyntax("UnexpectedSyntax", fmt::format("{} takes no predicates inside of a pattern.", word),
                         node.at);
        }
    }
}

void Binding::bindWrittenLabels(LabelExpr& labels) {
    switch (labels.kind) {
    case LabelExpr::Kind::Name:
        return;
    case LabelExpr::Kind::Dynamic:
        return bindExpr(*labels.dynamic, kPlain);
    case LabelExpr::Kind::And:
        for (LabelExpr& child : labels.children) {
            bindWrittenLabels(child);
        }
        return;
    default:
        refuseSyntax("UnexpectedSyntax", "Labels that are written are named one by one: :A:B.", labels.at);
    }
}

void Binding::bindWrittenProperties(ExprPtr& properties, bool merge) {
    if (properties != nullptr) {
        for (const std::string& key : properties->keys) {
            makeKey(key);
        }
    }
    if (merge) {
        return bindMatchedProperties(properties, "MERGE");
    }
    if (properties != nullptr) {
        bindExpr(*properties, kPlain);
    }
}

/// Labels and properties of a node that is to be declared by declareWrittenPath.
void Binding::bindWrittenNode(NodePattern& node, bool alone, Slot first, bool merge) {
    const Variable* known = node.name.empty() ? nullptr : scope_.find(node.name);
    if (known != nullptr) {
        if (alone || node.labels != nullptr || node.properties != nullptr) {
            alreadyBound(node.name, node.at);
        }
        if (never(known->type, kNode)) {
            refuseSyntax("VariableTypeConflict",
                         fmt::format("Variable '{}' is used as Node here but it is {}.", node.name,
                                     kindsText(known->type)),
                         node.at);
        }
        touch(known->slot);
        node.slot = known->slot;
        node.bound = !merge || known->slot < first;
        return;
    }
    if (node.labels != nullptr) {
        bindWrittenLabels(*node.labels);
    }
    bindWrittenProperties(node.properties, merge);
}

void Binding::bindWrittenRelationship(RelPattern& relationship) {
    relationship.slot = newSlot();
    if (!relationship.name.empty()) {
        declareNew(relationship.name, relationship.slot, kRelationship, kAnyKind, relationship.at);
    }
}

void Binding::declareWrittenPath(PathPattern& path) {
    if (!path.name.empty()) {
        path.slot = newSlot();
        declareNew(path.name, path.slot, kPath, kAnyKind, path.at);
    }
}

void Binding::bindCreate(Clause& clause) {
    markUpdating(clause.at);
    const Slot first = next_slot_;
    for (PathPattern& path : clause.patterns) {
        checkWritten(path, false);
        for (std::size_t i = 0; i < path.nodes.size(); ++i) {
            NodePattern& node = path.nodes[i];
            bindWrittenNode(node, path.steps.empty(), first, false);
            if (node.slot == kNoSlot) {
                node.slot = newSlot();
                if (!node.name.empty()) {
                    declareNew(node.name, node.slot, kNode, kAnyKind, node.at);
                }
            }
            if (i < path.steps.size()) {
                RelPattern& relationship = *path.steps[i].relationship;
                bindWrittenLabels(*relationship.types);
                bindWrittenProperties(relationship.properties, false);
                bindWrittenRelationship(relationship);
            }
        }
        declareWrittenPath(path);
    }
}

void Binding::bindMerge(Clause& clause) {
    markUpdating(clause.at);
    const Slot first = next_slot_;
    // The pattern is looked for before it is made, so its expressions see only what was there before.
    for (PathPattern& path : clause.patterns) {
        checkWritten(path, true);
        for (NodePattern& node : path.nodes) {
            bindWrittenNode(node, path.steps.empty(), first, true);
        }
        for (PathStepPattern& step : path.steps) {
            bindWrittenLabels(*step.relationship->types);
            bindWrittenProperties(step.relationship->properties, true);
        }
        for (std::size_t i = 0; i < path.nodes.size(); ++i) {
            NodePattern& node = path.nodes[i];
            const Variable* known = node.name.empty() ? nullptr : scope_.find(node.name);
            if (node.slot == kNoSlot && known != nullptr) {  // met before in this pattern
                bindWrittenNode(node, path.steps.empty(), first, true);
            } else if (node.slot == kNoSlot) {
                node.slot = newSlot();
                if (!node.name.empty()) {
                    declareNew(node.name, node.slot, kNode, kAnyKind, node.at);
                }
            }
            if (i < path.steps.size()) {
                bindWrittenRelationship(*path.steps[i].relationship);
            }
        }
        declareWrittenPath(path);
    }
    bindSetItems(clause.on_create);
    bindSetItems(clause.on_match);
}

void Binding::bindSetItems(std::vector<SetItem>& items) {
    for (SetItem& item : items) {
        bindExpr(*item.target, kPlain);
        const KindSet wanted = item.kind == SetKind::Labels ? kNode : kEntities;
        if (never(item.target->type, wanted)) {
            refuseSyntax("InvalidArgumentType",
                         fmt::format("{} needs {} but this is {}.",
                                     item.kind == SetKind::Labels ? "A label" : "A property",
                                     kindsText(wanted), kindsText(item.target->type)),
                         item.target->at);
        }
        if (item.key != nullptr) {
            bindExpr(*item.key, kPlain);
            if (never(item.key->type, kString)) {
                refuseSyntax(
                    "InvalidArgumentType",
                    fmt::format("A property is named by a String, not {}.", kindsText(item.key->type)),
                    item.key->at);
            }
        }
        if (item.value != nullptr) {
            bindExpr(*item.value, kPlain);
            const bool whole = item.kind == SetKind::Replace || item.kind == SetKind::Merge;
            if (whole && never(item.value->type, kMap | kEntities)) {
                refuseSyntax("InvalidArgumentType",
                             fmt::format("All properties come from a Map, Node or Relationship, not {}.",
                                         kindsText(item.value->type)),
                             item.value->at);
            }
            if (item.kind == SetKind::Property) {
                makeKey(item.name);
            } else if (whole) {
                for (const std::string& key : item.value->keys) {
                    makeKey(key);
                }
            }
        }
        for (LabelExpr& label : item.labels) {
            bindWrittenLabels(label);
        }
    }
}

void Binding::bindDelete(Clause& clause) {
    markUpdating(clause.at);
    for (const ExprPtr& arg : clause.args) {
        if (arg->kind == ExprKind::HasLabels) {
            refuseSyntax("InvalidDelete",
                         "DELETE takes nodes, relationships and paths; labels go with REMOVE.", arg->at);
        }
        bindExpr(*arg, kPlain);
        if (never(arg->type, kEntities | kPath)) {
            refuseSyntax("InvalidArgumentType",
                         fmt::format("DELETE takes nodes, relationships and paths but this is {}.",
                                     kindsText(arg->type)),
                         arg->at);
        }
    }
}

void Binding::bindForeach(Clause& clause) {
    markUpdating(clause.at);
    bindExpr(*clause.expr, kPlain);
    if (never(clause.expr->type, kList)) {
        refuseSyntax("InvalidArgumentType",
                     fmt::format("FOREACH goes over a List but this is {}.", kindsText(clause.expr->type)),
                     clause.expr->at);
    }
    const std::size_t mark = scope_.mark();
    clause.slot = newSlot();
    declareNew(clause.name, clause.slot, clause.expr->type == kList ? clause.expr->element_type : kAnyKind,
               kAnyKind, clause.at);
    for (Clause& inner : clause.body) {
        switch (inner.kind) {
        case ClauseKind::Create:
        case ClauseKind::Merge:
        case ClauseKind::Set:
        case ClauseKind::Remove:
        case ClauseKind::Delete:
        case ClauseKind::Foreach: {
            std::vector<Column> none;
            bindClause(inner, false, none);
            break;
        }
        default:
            refuseSyntax("InvalidClauseComposition", "Only updating clauses may stand in FOREACH.", inner.at);
        }
    }
    scope_.release(mark);
}

}  // namespace xinpu::query::semantics
