// query/plan/plan.h
#pragma once
// The plan of a statement: a tree of operators, and one more for each subquery inside an expression.
//
// Operators pull rows from their first child. A row is one flat array of values for the whole statement; an
// operator writes its slots and leaves the others as they came. Expressions are borrowed from the bound
// statement, which the plan owns, or from `made`. Immutable once made; any number of threads may execute one
// plan at the same time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog/catalog.h"
#include "query/syntax/ast.h"

namespace xinpu::query {

enum class Op : std::uint8_t {
    // Where rows begin.
    Argument,    ///< the one row that was handed in (statement: all null; subplan: the row outside)
    NodeScan,    ///< for each row of the child, each node: `to`
    LabelScan,   ///< … each node with all of `labels`
    UniqueSeek,  ///< … the node that `index` finds for `values`, if it has all of `labels`; or, with `list`,
                 ///< the nodes
    ///< that it finds for each different element
    RangeSeek,   ///< … the nodes whose indexed property equals values[0], or lies between `low` and `high`
    BitmapSeek,  ///< … the nodes whose indexed property equals values[0]
    DateSeek,    ///< … the nodes whose indexed date lies in [low, high], both included, or equals values[0]
    IdSeek,      ///< … the node whose elementId (or, `numeric`, id) is values[0]; a list: each
    RelationshipIdSeek,  ///< … the ends of `relationship`, which is bound (relationship_bound) or whose
                         ///< elementId is values[0]:
    ///< `from`, `to`; where `direction` is Both two rows, one of a loop; `into`: only loops

    // Patterns. `from` is bound; `relationship` and `to` are written, or compared where `into` /
    // `relationship_bound`.
    Expand,       ///< one relationship of `types` in `direction`
    VarExpand,    ///< trails of `min`..`max` relationships; `relationship` gets the list, `each` the one that
                  ///< `step_filters` see
    GroupExpand,  ///< quantified group: repeats subplan `body` (reads `from` as its first node slot
                  ///< `inner_from`, ends at `inner_to`)
    ReachExpand,  ///< each node that VarExpand would reach, once: breadth first over bitmaps; `relationship`
                  ///< stays null
    ShortestPath,  ///< between `from` and `to`, both bound: `search`, `search_count`, `min`..`max`;
                   ///< `relationship` the list, `path` the path
    BuildPath,     ///< `path` from `pieces`

    // Rows.
    Filter,     ///< `filters`
    Project,    ///< `assignments`
    Aggregate,  ///< groups by `assignments` (keys), `aggregates`; without keys one row also of no input
    Distinct,   ///< first row of each combination of `slots`
    Sort,       ///< `order`
    Top,        ///< the first `limit` (after `skip`) of `order`
    Skip,       ///< `skip`
    Limit,      ///< `limit`
    Unwind,     ///< `list` into `to`
    Apply,      ///< children: left, right; right runs once per row of left with it as its Argument
    Optional,   ///< the rows of the child; if none, its argument with `slots` null
    CartesianProduct,  ///< children: left, right; right does not depend on left: it is run once and kept;
                       ///< `slots` are right's
    HashJoin,  ///< children: left, right; right is run once; rows where `values` (left) equal `right_values`;
               ///< `slots` are right's
    Union,     ///< the rows of each child, its `union_slots[child]` moved to `slots`
    Eager,     ///< all rows of the child before the first is handed on
    UnitApply,  ///< children: left, right; right is run to its end per row of left, whose row goes on (CALL {
                ///< } without RETURN)
    CountStore,  ///< `to` = number of nodes (with labels[0], if any) or relationships (of types[0], if any)
                 ///< from the catalogue

    // Changes. Row by row; the planner puts Eager before them where they might see their own changes.
    Create,  ///< `clause->patterns` (nodes and relationships that are not bound yet), paths too
    Merge,  ///< child; subplan `body` matches (Argument: the row); no row: creates; then on_match / on_create
    Set,    ///< `clause->items`
    Remove,         ///< `clause->items`
    Delete,         ///< `clause->args`, `clause->detach`
    Foreach,        ///< runs subplan `body` for each element of `list` in `to`
    ProcedureCall,  ///< `clause->procedure`, `clause->args`, yields to the slots of `clause->yields`; a
                    ///< procedure without outputs passes rows on
    LoadCsv,        ///< `clause`

    Produce,  ///< the result: `slots` named `fields`; the root of a statement with RETURN
    Drain,    ///< runs the child to its end and gives no row; the root of a statement without RETURN
};
std::string_view opName(Op op) noexcept;

struct Assignment {
    Slot slot = kNoSlot;
    const Expr* expr = nullptr;
};
struct SortKey {
    const Expr* expr = nullptr;
    bool descending = false;
};
/// Part of a path in order: a node, a relationship, a list of relationships (of a variable length), or lists
/// that take turns (a quantified group with as many relationships as `slots`).
struct PathPiece {
    enum class Kind : std::uint8_t { Node, Relationship, Relationships, Group };
    Kind kind = Kind::Node;
    std::vector<Slot> slots{};
};
struct Bound {
    const Expr* expr = nullptr;
    bool included = true;
};
/// A test of a property that adjacency entries carry, so that no record need be read: `key` of the
/// relationship or of the neighbour compared with `value`. The same test stands in `filters` (`step_filters`)
/// too, where the executor leaves it out if the layout of the type covers the key.
struct CoveredTest {
    std::size_t filter = 0;  ///< place in filters or step_filters
    enum class Kind : std::uint8_t { Compare, ValidOn, InWindow };
    Kind kind = Kind::Compare;
    Comparison comparison = Comparison::Equal;  ///< Compare: property comparison value
    bool of_neighbour = false;
    std::string key{};             ///< Compare, InWindow
    const Expr* value = nullptr;   ///< Compare, ValidOn: does not depend on what the step binds
    const Expr* window = nullptr;  ///< InWindow: the whole predicate
    bool repeatable = true;        ///< the same row gives the same value
    std::vector<Slot> reads{};     ///< of the row, by `value` or the window's bounds
};

struct PlanNode {
    Op op = Op::Argument;
    std::int32_t id = 0;  ///< place in the plan, for PROFILE
    double rows_estimated = 1;
    std::vector<std::unique_ptr<PlanNode>> children{};

    /// Asked of every row that the operator makes, in this order; the row is dropped unless all are true.
    std::vector<const Expr*> filters{};
    std::vector<CoveredTest> covered{};

    /// Slots of its rows that are read above it; the others may hold anything. Ascending.
    std::vector<Slot> live{};

    Slot from = kNoSlot;
    Slot relationship = kNoSlot;
    Slot to = kNoSlot;
    Slot each = kNoSlot;
    Slot path = kNoSlot;
    bool optional = false;  ///< Expand: a row that finds nothing goes on with `relationship` and `to` null
    bool into = false;                ///< `to` is bound: only what ends there
    bool relationship_bound = false;  ///< `relationship` is bound: only it (a list in VarExpand)
    bool reversed = false;  ///< walked against the pattern as written: lists are turned round at the end
    bool list_of_relationships =
        true;  ///< ShortestPath: `relationship` takes a list; false: the one relationship
    engine::Direction direction = engine::Direction::Both;
    std::vector<std::string> types{};   ///< any of; empty: every type
    std::vector<std::string> labels{};  ///< all of, asked of `to`
    std::uint64_t min = 1;
    std::optional<std::uint64_t> max{};
    std::vector<const Expr*>
        step_filters{};  ///< VarExpand, ReachExpand, ShortestPath: asked with `each` bound
    /// Relationships (or lists of them) bound before in the same MATCH, from which what is found must differ.
    std::vector<Slot> different_from{};
    PathSearch search = PathSearch::All;
    PathMode mode = PathMode::Trail;
    std::uint64_t search_count = 1;
    std::vector<PathPiece> pieces{};

    engine::IndexId index{};
    std::vector<const Expr*> values{};
    std::vector<const Expr*> right_values{};
    std::optional<Bound> low{};
    std::optional<Bound> high{};
    bool numeric = false;

    std::vector<Assignment> assignments{};
    std::vector<const Expr*> aggregates{};  ///< calls; each has its slot
    /// Aggregate: what the keys read, if they read properties and the same slots give the same keys.
    std::vector<Slot> key_slots{};
    std::vector<SortKey> order{};
    /// Nodes of the child's rows whose properties the operator reads: their records are fetched ahead.
    std::vector<Slot> record_slots{};
    const Expr* skip = nullptr;
    const Expr* limit = nullptr;
    const Expr* list = nullptr;
    std::vector<Slot> slots{};
    std::vector<std::vector<Slot>> union_slots{};
    std::vector<std::string> fields{};

    bool counts_relationships = false;  ///< CountStore

    const Clause* clause = nullptr;
    std::int32_t body = -1;  ///< subplan
    Slot inner_from = kNoSlot;
    Slot inner_to = kNoSlot;
    std::vector<std::pair<Slot, Slot>> groups{};  ///< GroupExpand: (inside, list outside)
    std::vector<Slot>
        group_relationships{};  ///< GroupExpand: slots inside whose relationships must differ over all rounds
};

/// A subquery or pattern inside an expression; `Expr::number` is its place in Plan::subplans.
struct Plan {
    std::unique_ptr<Statement> statement{};
    std::unique_ptr<PlanNode> root{};  ///< null for schema commands
    std::vector<std::unique_ptr<PlanNode>> subplans{};
    std::vector<ExprPtr> made{};  ///< expressions that the planner made
    Slot width = 0;
    std::int32_t node_count = 0;  ///< ids are 0 .. node_count - 1
    std::uint64_t catalog_version = 0;
};

}  // namespace xinpu::query
