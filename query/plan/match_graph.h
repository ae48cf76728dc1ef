// query/plan/match_graph.h
#pragma once
// The patterns of a MATCH as a graph of nodes and steps, with the predicates that wait to be asked.

#include <optional>
#include <string>
#include <vector>

#include "query/plan/match_planner.h"

namespace xinpu::query {

struct GraphNode {
    Slot slot = kNoSlot;
    std::string name{};
    std::vector<std::string> labels{};  ///< all asked for by name; other label expressions are predicates
    bool solved = false;                ///< it has a value
};

/// A relationship, a quantified group, or a search for shortest paths between two nodes.
struct GraphStep {
    RelPattern* relationship = nullptr;
    QuantifiedPath* group = nullptr;
    std::size_t left = 0;  ///< places among the nodes, as written
    std::size_t right = 0;
    std::size_t path = 0;  ///< place among the patterns
    std::vector<std::string> types{};
    std::vector<const Expr*> step_filters{};  ///< of a variable length: asked of each relationship
    SlotSet needs{};                          ///< slots of this match that step_filters read beside their own
    PathSearch search = PathSearch::All;
    bool solved = false;

    bool variable() const noexcept { return relationship != nullptr && relationship->length.has_value(); }
    /// Slots that hold its relationships.
    std::vector<Slot> relationshipSlots() const;
};

struct Predicate {
    const Expr* expr = nullptr;
    SlotSet needs{};  ///< slots of this match
    bool asked = false;
    std::optional<std::size_t> of_search{};  ///< written inside of this path, a search: asked of each candidate
};

struct MatchGraph {
    std::vector<GraphNode> nodes{};
    std::vector<GraphStep> steps{};
    std::vector<Predicate> predicates{};
    SlotSet introduced{};
};

/// Takes the patterns apart. They stay as they are: expressions around them are still asked what they read.
MatchGraph readPatterns(PlanScope& scope, const MatchRequest& request);

/// `NOT a = b`-like leaves of a conjunction.
void splitConjunction(ExprPtr expr, std::vector<ExprPtr>& leaves);
/// The names of a conjunction of labels, or of a disjunction of types; false if it is something else.
bool plainLabels(const LabelExpr& labels, std::vector<std::string>& names);
bool plainTypes(const LabelExpr& types, std::vector<std::string>& names);

ExprPtr makeVariable(const std::string& name, Slot slot, KindSet type);
ExprPtr makeProperty(ExprPtr entity, const std::string& key);
ExprPtr makeComparison(ExprPtr left, Comparison comparison, ExprPtr right);

}  // namespace xinpu::query
