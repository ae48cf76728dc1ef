// query/semantics/patterns.cpp
// Patterns that are matched: first all their variables, then the expressions inside, which may mention any of
// them.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "query/semantics/binding.h"

namespace xinpu::query::semantics {
namespace {

[[noreturn]] void conflict(const std::string& name, KindSet wanted, KindSet is, Position at) {
    refuseSyntax(
        "VariableTypeConflict",
        fmt::format("Variable '{}' is used as {} here but it is {}.", name, kindsText(wanted), kindsText(is)),
        at);
}

/// Names that every value certainly carries.
void demanded(const LabelExpr* labels, std::vector<std::string>& names) {
    if (labels == nullptr) {
        return;
    }
    if (labels->kind == LabelExpr::Kind::Name) {
        names.push_back(labels->name);
    } else if (labels->kind == LabelExpr::Kind::And) {
        for (const LabelExpr& child : labels->children) {
            demanded(&child, names);
        }
    }
}

}  // namespace

void Binding::bindPatterns(std::vector<PathPattern>& patterns, PatternUse use) {
    PatternState state{.use = use, .first = next_slot_};
    for (PathPattern& path : patterns) {
        checkSearch(path);
        declarePath(path, state);
    }
    for (PathPattern& path : patterns) {
        bindPathExpressions(path);
    }
}

void Binding::declarePath(PathPattern& path, PatternState& state) {
    for (std::size_t i = 0; i < path.nodes.size(); ++i) {
        declareNode(path.nodes[i], state);
        if (i < path.steps.size()) {
            if (path.steps[i].relationship != nullptr) {
                declareRelationship(*path.steps[i].relationship, state);
            } else {
                declareGroup(*path.steps[i].group, state);
            }
        }
    }
    if (!path.name.empty()) {
        path.slot = newSlot();
        declareNew(path.name, path.slot, kPath, kAnyKind, path.at);
    }
}

void Binding::declareNode(NodePattern& node, PatternState& state) {
    if (node.name.empty()) {
        node.slot = newSlot();
        return;
    }
    const Variable* known = scope_.find(node.name);
    if (known == nullptr || (state.group && known->slot < state.first)) {
        if (known != nullptr) {
            refuseSyntax(
                "VariableAlreadyBound",
                fmt::format("Variable '{}' is defined outside of the quantified group; it would be a list "
                            "there. Give the one inside another name.",
                            node.name),
                node.at);
        }
        if (state.use == PatternUse::Predicate && !state.group) {
            undefined(node.name, node.at);
        }
        node.slot = newSlot();
        Variable variable{.name = node.name, .slot = node.slot, .type = kNode};
        demanded(node.labels.get(), variable.labels);
        scope_.declare(std::move(variable));
        return;
    }
    if (never(known->type, kNode)) {
        conflict(node.name, kNode, known->type, node.at);
    }
    touch(known->slot);
    node.slot = known->slot;
    node.bound = known->slot < state.first;
}

void Binding::declareRelationship(RelPattern& relationship, PatternState& state) {
    if (relationship.length) {
        relationship.each = newSlot();
    }
    const KindSet wanted = relationship.length ? kList : kRelationship;
    if (relationship.name.empty()) {
        relationship.slot = newSlot();
        return;
    }
    const Variable* known = scope_.find(relationship.name);
    if (known == nullptr || (state.group && known->slot < state.first)) {
        if (known != nullptr) {
            refuseSyntax(
                "VariableAlreadyBound",
                fmt::format("Variable '{}' is defined outside of the quantified group.", relationship.name),
                relationship.at);
        }
        if (state.use == PatternUse::Predicate && !state.group) {
            undefined(relationship.name, relationship.at);
        }
        relationship.slot = newSlot();
        Variable variable{.name = relationship.name,
                          .slot = relationship.slot,
                          .type = wanted,
                          .element_type = relationship.length ? kRelationship : kAnyKind};
        demanded(relationship.types.get(), variable.labels);
        scope_.declare(std::move(variable));
    } else {
        if (never(known->type, wanted)) {
            conflict(relationship.name, wanted, known->type, relationship.at);
        }
        if (relationship.length && never(known->element_type, kRelationship)) {
            conflict(relationship.name, kRelationship, known->element_type, relationship.at);
        }
        const auto& seen = state.relationships;
        if (known->slot >= state.first || std::find(seen.begin(), seen.end(), known->slot) != seen.end()) {
            refuseSyntax(
                "RelationshipUniquenessViolation",
                fmt::format("A pattern meets each relationship once, so '{}' cannot stand in it twice.",
                            relationship.name),
                relationship.at);
        }
        touch(known->slot);
        relationship.slot = known->slot;
        relationship.bound = true;
    }
    state.relationships.push_back(relationship.slot);
}

void Binding::declareGroup(QuantifiedPath& group, PatternState& state) {
    const std::size_t mark = scope_.mark();
    PatternState inside{.use = state.use, .first = next_slot_, .group = true};
    declarePath(*group.inner, inside);
    std::vector<Variable> variables = scope_.since(mark);
    scope_.release(mark);
    group.groups.clear();
    for (const Variable& variable : variables) {
        const Slot list = newSlot();
        group.groups.emplace_back(variable.slot, list);
        declareNew(variable.name, list, kList, variable.type, group.at);
    }
    groups_[&group] = std::move(variables);
}

void Binding::checkSearch(const PathPattern& path) const {
    if (!path.search_function) {
        return;
    }
    if (path.steps.size() != 1 || path.steps[0].relationship == nullptr) {
        refuseSyntax("UnexpectedSyntax",
                     "shortestPath and allShortestPaths take one relationship between two nodes.", path.at);
    }
    const auto& length = path.steps[0].relationship->length;
    if (length && length->min > 1) {
        refuseSyntax("UnexpectedSyntax",
                     "The shortest path is looked for from length 0 or 1 on, not from more.", length->at);
    }
}

void Binding::bindPathExpressions(PathPattern& path) {
    for (NodePattern& node : path.nodes) {
        if (node.labels != nullptr) {
            bindLabels(*node.labels, false);
        }
        bindMatchedProperties(node.properties, "MATCH");
        if (node.where != nullptr) {
            bindWhere(*node.where, kPredicate);
        }
    }
    for (PathStepPattern& step : path.steps) {
        if (step.relationship != nullptr) {
            bindRelationshipExpressions(*step.relationship);
            continue;
        }
        const std::size_t mark = scope_.mark();
        for (const Variable& variable : groups_[step.group.get()]) {
            scope_.declare(variable);
        }
        bindPathExpressions(*step.group->inner);
        if (step.group->where != nullptr) {
            bindWhere(*step.group->where, kPredicate);
        }
        scope_.release(mark);
    }
    if (path.where != nullptr) {
        bindWhere(*path.where, kPredicate);
    }
}

void Binding::bindRelationshipExpressions(RelPattern& relationship) {
    if (relationship.types != nullptr) {
        bindLabels(*relationship.types, true);
    }
    bindMatchedProperties(relationship.properties, "MATCH");
    if (relationship.where != nullptr) {
        const std::size_t mark = scope_.mark();
        if (relationship.length && !relationship.name.empty()) {
            Variable each{.name = relationship.name, .slot = relationship.each, .type = kRelationship};
            demanded(relationship.types.get(), each.labels);
            scope_.declare(std::move(each));
        }
        bindWhere(*relationship.where, kPredicate);
        scope_.release(mark);
    }
    if (relationship.valid_on != nullptr) {
        bindExpr(*relationship.valid_on, kPlain);
        checkDate(*relationship.valid_on, "VALID ON");
    }
}

void Binding::bindLabels(LabelExpr& labels, bool of_relationship) {
    if (labels.kind == LabelExpr::Kind::Name) {
        noteLabel(labels.name, of_relationship, labels.at);
    } else if (labels.kind == LabelExpr::Kind::Dynamic) {
        bindExpr(*labels.dynamic, kPlain);
        if (never(labels.dynamic->type, kString | kList)) {
            refuseSyntax("InvalidArgumentType",
                         fmt::format("A label is a String or a list of them, not {}.",
                                     kindsText(labels.dynamic->type)),
                         labels.at);
        }
    }
    for (LabelExpr& child : labels.children) {
        bindLabels(child, of_relationship);
    }
}

void Binding::bindMatchedProperties(ExprPtr& properties, const char* clause) {
    if (properties == nullptr) {
        return;
    }
    if (properties->kind == ExprKind::Parameter) {
        refuseSyntax(
            "InvalidParameterUse",
            fmt::format("{} cannot take all properties from the parameter '{}'; name them: {{key: ${}.key}}.",
                        clause, properties->name, properties->name),
            properties->at);
    }
    for (const std::string& key : properties->keys) {
        noteKey(key, properties->at);
    }
    bindExpr(*properties, kPlain);
}

}  // namespace xinpu::query::semantics
