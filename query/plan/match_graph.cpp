// query/plan/match_graph.cpp
// Patterns to a graph of nodes and steps; maps, labels and WHERE to predicates.

#include "query/plan/match_graph.h"

#include <algorithm>
#include <utility>

#include "query/syntax/printer.h"

namespace xinpu::query {

using engine::Kind;

namespace {

/// ACYCLIC and SIMPLE are asked of the whole path; a single step sees to it alone.
bool modeSpansSteps(const PathPattern& path) {
    return (path.mode == PathMode::Acyclic || path.mode == PathMode::Simple) &&
           (path.steps.size() > 1 || (path.steps.size() == 1 && path.steps.front().group != nullptr));
}

class PatternReader {
public:
    PatternReader(PlanScope& scope, const MatchRequest& request) : scope_(scope), request_(request) {}

    MatchGraph read() {
        for (std::size_t p = 0; p < request_.patterns->size(); ++p) {
            readPath((*request_.patterns)[p], p);
        }
        if (request_.where != nullptr && *request_.where) {
            addPredicate(cloneExpr(**request_.where));
        }
        for (Predicate& predicate : graph_.predicates) {
            predicate.needs = slotsOf(*predicate.expr).both(graph_.introduced);
        }
        for (GraphStep& step : graph_.steps) {
            for (const Expr* filter : step.step_filters) {
                step.needs.add(slotsOf(*filter).both(graph_.introduced));
            }
            for (const Predicate& predicate : graph_.predicates) {
                if (step.search != PathSearch::All && predicate.of_search == step.path) {
                    step.needs.add(predicate.needs);
                }
            }
        }
        return std::move(graph_);
    }

private:
    void readPath(PathPattern& path, std::size_t number) {
        if (path.slot == kNoSlot && modeSpansSteps(path)) {
            path.slot = scope_.newSlot();  // it is built to be looked at as a whole
        }
        searched_ = path.search != PathSearch::All ? std::optional(number) : std::nullopt;
        std::vector<std::size_t> places;
        for (NodePattern& node : path.nodes) {
            places.push_back(readNode(node));
        }
        const NodePattern& first = path.nodes.front();
        if (path.steps.empty() && first.bound && !first.labels && !first.properties) {
            addPresence(first);
        }
        for (std::size_t s = 0; s < path.steps.size(); ++s) {
            GraphStep step;
            step.relationship = path.steps[s].relationship.get();
            step.group = path.steps[s].group.get();
            step.left = places[s];
            step.right = places[s + 1];
            step.path = number;
            step.search = path.search;
            if (step.relationship != nullptr) {
                readRelationship(*step.relationship, step);
            } else {
                readGroup(*step.group);
            }
            graph_.steps.push_back(std::move(step));
        }
        if (path.where) {
            addPredicate(cloneExpr(*path.where));
        }
        searched_ = std::nullopt;
        if (path.slot != kNoSlot && !path.bound) {
            graph_.introduced.add(path.slot);
        }
    }

    std::size_t readNode(NodePattern& node) {
        auto found = std::find_if(graph_.nodes.begin(), graph_.nodes.end(),
                                  [&](const GraphNode& known) { return known.slot == node.slot; });
        if (found == graph_.nodes.end()) {
            graph_.nodes.push_back(
                {.slot = node.slot, .name = node.name, .labels = {}, .solved = node.bound});
            found = graph_.nodes.end() - 1;
            if (!node.bound) {
                graph_.introduced.add(node.slot);
            }
        }
        const auto place = static_cast<std::size_t>(found - graph_.nodes.begin());
        const auto self = [&] { return makeVariable(node.name, node.slot, kindBit(Kind::Node)); };
        if (node.labels) {
            std::vector<std::string> names;
            if (!graph_.nodes[place].solved && plainLabels(*node.labels, names)) {
                std::vector<std::string>& labels = graph_.nodes[place].labels;
                for (std::string& name : names) {
                    if (std::find(labels.begin(), labels.end(), name) == labels.end()) {
                        labels.push_back(std::move(name));
                    }
                }
            } else {
                addLabelTest(self(), *node.labels);
            }
        }
        addProperties(node.properties, self);
        if (node.where) {
            addPredicate(cloneExpr(*node.where));
        }
        return place;
    }

    void readRelationship(RelPattern& relationship, GraphStep& step) {
        if (!relationship.bound) {
            graph_.introduced.add(relationship.slot);
        }
        const Slot single = relationship.length ? relationship.each : relationship.slot;
        const auto self = [&] {
            return makeVariable(relationship.name, single, kindBit(Kind::Relationship));
        };
        std::vector<ExprPtr> asked;
        if (relationship.types && !plainTypes(*relationship.types, step.types)) {
            step.types.clear();
            auto test = std::make_unique<Expr>();
            test->kind = ExprKind::HasLabels;
            test->args.push_back(self());
            test->labels = std::make_unique<LabelExpr>(cloneLabels(*relationship.types));
            asked.push_back(std::move(test));
        }
        takeProperties(relationship.properties, self, asked);
        if (relationship.where) {
            splitConjunction(cloneExpr(*relationship.where), asked);
        }
        if (relationship.valid_on) {
            auto valid = std::make_unique<Expr>();
            valid->kind = ExprKind::ValidOn;
            valid->at = relationship.valid_on->at;
            valid->args.push_back(self());
            valid->args.push_back(cloneExpr(*relationship.valid_on));
            asked.push_back(std::move(valid));
        }
        for (ExprPtr& expr : asked) {
            if (relationship.length) {
                step.step_filters.push_back(&scope_.keep(std::move(expr)));
            } else {
                addPredicate(std::move(expr));
            }
        }
    }

    void readGroup(QuantifiedPath& group) {
        // Relationships without a variable are listed too: they must differ, and paths are made of them.
        for (PathStepPattern& step : group.inner->steps) {
            if (step.relationship) {
                const Slot slot = step.relationship->slot;
                const bool known = std::any_of(group.groups.begin(), group.groups.end(),
                                               [&](const auto& pair) { return pair.first == slot; });
                if (!known) {
                    group.groups.emplace_back(slot, scope_.newSlot());
                }
            }
        }
        for (const auto& [inside, outside] : group.groups) {
            graph_.introduced.add(outside);
        }
    }

    template <typename Self>
    void addProperties(ExprPtr& properties, const Self& self) {
        std::vector<ExprPtr> asked;
        takeProperties(properties, self, asked);
        for (ExprPtr& expr : asked) {
            addPredicate(std::move(expr));
        }
    }
    template <typename Self>
    void takeProperties(ExprPtr& properties, const Self& self, std::vector<ExprPtr>& asked) {
        if (!properties || properties->kind != ExprKind::Map) {
            return;
        }
        for (std::size_t i = 0; i < properties->keys.size(); ++i) {
            asked.push_back(makeComparison(makeProperty(self(), properties->keys[i]), Comparison::Equal,
                                           cloneExpr(*properties->args[i])));
        }
    }

    void addLabelTest(ExprPtr entity, const LabelExpr& labels) {
        auto test = std::make_unique<Expr>();
        test->kind = ExprKind::HasLabels;
        test->args.push_back(std::move(entity));
        test->labels = std::make_unique<LabelExpr>(cloneLabels(labels));
        addPredicate(std::move(test));
    }
    /// A variable that an OPTIONAL MATCH left without a node is no node.
    void addPresence(const NodePattern& node) {
        auto test = std::make_unique<Expr>();
        test->kind = ExprKind::IsNotNull;
        test->type = kindBit(Kind::Boolean);
        test->args.push_back(makeVariable(node.name, node.slot, kindBit(Kind::Node)));
        addPredicate(std::move(test));
    }
    void addPredicate(ExprPtr expr) {
        std::vector<ExprPtr> leaves;
        splitConjunction(std::move(expr), leaves);
        for (ExprPtr& leaf : leaves) {
            graph_.predicates.push_back({.expr = &scope_.keep(std::move(leaf)), .of_search = searched_});
        }
    }

    PlanScope& scope_;
    const MatchRequest& request_;
    MatchGraph graph_;
    std::optional<std::size_t> searched_;  ///< the path being read, if it is a search
};

}  // namespace

std::vector<Slot> GraphStep::relationshipSlots() const {
    if (relationship != nullptr) {
        return {relationship->slot};
    }
    std::vector<Slot> slots;
    for (const PathStepPattern& step : group->inner->steps) {
        if (!step.relationship) {
            continue;
        }
        for (const auto& [inside, outside] : group->groups) {
            if (inside == step.relationship->slot) {
                slots.push_back(outside);
            }
        }
    }
    return slots;
}

MatchGraph readPatterns(PlanScope& scope, const MatchRequest& request) {
    return PatternReader(scope, request).read();
}

void splitConjunction(ExprPtr expr, std::vector<ExprPtr>& leaves) {
    if (expr->kind != ExprKind::And) {
        leaves.push_back(std::move(expr));
        return;
    }
    for (ExprPtr& arg : expr->args) {
        splitConjunction(std::move(arg), leaves);
    }
}

bool plainLabels(const LabelExpr& labels, std::vector<std::string>& names) {
    if (labels.kind == LabelExpr::Kind::Name) {
        names.push_back(labels.name);
        return true;
    }
    return labels.kind == LabelExpr::Kind::And &&
           std::all_of(labels.children.begin(), labels.children.end(),
                       [&](const LabelExpr& child) { return plainLabels(child, names); });
}

bool plainTypes(const LabelExpr& types, std::vector<std::string>& names) {
    if (types.kind == LabelExpr::Kind::Name) {
        names.push_back(types.name);
        return true;
    }
    return types.kind == LabelExpr::Kind::Or &&
           std::all_of(types.children.begin(), types.children.end(),
                       [&](const LabelExpr& child) { return plainTypes(child, names); });
}

ExprPtr makeVariable(const std::string& name, Slot slot, KindSet type) {
    auto variable = std::make_unique<Expr>();
    variable->kind = ExprKind::Variable;
    variable->name = name;
    variable->slot = slot;
    variable->type = type;
    return variable;
}

ExprPtr makeProperty(ExprPtr entity, const std::string& key) {
    auto property = std::make_unique<Expr>();
    property->kind = ExprKind::Property;
    property->name = key;
    property->args.push_back(std::move(entity));
    return property;
}

ExprPtr makeComparison(ExprPtr left, Comparison comparison, ExprPtr right) {
    auto made = std::make_unique<Expr>();
    made->kind = ExprKind::Comparison;
    made->comparisons.push_back(comparison);
    made->args.push_back(std::move(left));
    made->args.push_back(std::move(right));
    return made;
}

}  // namespace xinpu::query
