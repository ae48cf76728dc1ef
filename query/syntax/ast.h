// query/syntax/ast.h
#pragma once
// The tree of a statement. The parser makes it, the binder (query/semantics) fills what is marked "bound".
//
// Nodes of one sort share one struct whose `kind` says which fields count and how `args` is laid out; so a walk
// over all expressions is one loop over `args`, `labels`, `patterns`, `query`. Nothing points into the parse
// tree or the text. Threads: immutable once bound; any number of threads may execute it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/value/value.h"
#include "xinpu/error.h"

namespace xinpu::query {

struct Expr;
struct Query;
struct PathPattern;
struct Function;  ///< query/functions/registry.h
using ExprPtr = std::unique_ptr<Expr>;
using QueryPtr = std::unique_ptr<Query>;

/// Place of a variable in the row of a statement. Every declared variable of a statement has one of its own,
/// those of subqueries and comprehensions too, so that one row serves the whole statement.
using Slot = std::int32_t;
inline constexpr Slot kNoSlot = -1;

/// Which kinds a value may have: bit k for engine::Kind k; bit 0 (Null) is not kept: any value may be null.
using KindSet = std::uint32_t;
inline constexpr KindSet kAnyKind = 0xffff'ffffU;
constexpr KindSet kindBit(engine::Kind kind) noexcept {
    return KindSet{1} << static_cast<unsigned>(kind);
}

/// `:A&(B|!C)`; openCypher's `:A:B` is And, types `:A|B` (and `:A|:B`) Or.
struct LabelExpr {
    enum class Kind : std::uint8_t { Name, And, Or, Not, Any /* % */, Dynamic /* $(expr) */ };
    Kind kind = Kind::Name;
    Position at{};
    std::string name{};                  ///< Name
    std::vector<LabelExpr> children{};   ///< And, Or: two or more; Not: one
    ExprPtr dynamic{};                   ///< Dynamic: a string, or a list of strings that are all meant
};

enum class ExprKind : std::uint8_t {
    Literal,        ///< value
    Parameter,      ///< name; bound: slot = place in Statement::parameters
    Variable,       ///< name; bound: slot
    Property,       ///< args[0].name
    Index,          ///< args[0][args[1]]
    Slice,          ///< args[0][args[1]..args[2]]; either bound may be a null pointer
    List,           ///< [args...]
    Map,            ///< {keys[i]: args[i]}
    MapProjection,  ///< args[0] {…}; items in `projection`
    Not,            ///< NOT args[0]
    And,            ///< all of args (two or more)
    Or,
    Xor,
    Comparison,     ///< args[0] comparisons[0] args[1] comparisons[1] args[2] …: true if all neighbours are
    Plus, Minus, Multiply, Divide, Modulo, Power,  ///< args[0], args[1]
    UnaryPlus, UnaryMinus,                         ///< args[0]
    Concat,         ///< args[0] || args[1]
    In,             ///< args[0] IN args[1]
    InWindow,       ///< args[0] IN WINDOW args[1] unit [ENDING [args[2] WORKING DAYS BEFORE] args[3]]; null pointers
    StartsWith, EndsWith, Contains,  ///< args[0], args[1]
    Regex,          ///< args[0] =~ args[1]
    IsNull, IsNotNull,               ///< args[0]
    IsTyped, IsNotTyped,             ///< args[0] IS [NOT] :: `name` (type as written, upper case)
    HasLabels,      ///< args[0]:labels — a predicate over a node or a relationship
    Function,       ///< name(args), `distinct`; bound: function
    CountStar,      ///< count(*)
    Case,           ///< args = [operand or null pointer, when1, then1, when2, then2, …, else or null pointer]; a null then: the next one (WHEN 1, 2)
    ListComprehension,     ///< [name IN args[0] WHERE args[1] | args[2]]; args[1], args[2] may be null pointers; bound: slot
    PatternComprehension,  ///< [patterns[0] WHERE args[0] | args[1]]; args[0] may be a null pointer
    Reduce,         ///< reduce(name = args[0], name2 IN args[1] | args[2]); bound: slot, slot2
    All, Any, None, Single,  ///< all(name IN args[0] WHERE args[1]); args[1] may be a null pointer; bound: slot
    PatternPredicate,  ///< patterns[0] as a boolean; in size(…) and exists(…) also as a list
    ShortestPath,      ///< shortestPath(…) or allShortestPaths(…) as an expression: patterns[0]; a path, or a list of paths
    Exists,         ///< EXISTS { query }
    Count,          ///< COUNT { query }
    Collect,        ///< COLLECT { query }
    ValidOn,        ///< made by the planner of VALID ON: the relationship args[0] is valid on args[1]
};

enum class Comparison : std::uint8_t { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };
enum class WindowUnit : std::uint8_t { Days, Months, Years };

/// An item of `n {.name, .*, key: expr, variable}`.
struct MapProjectionItem {
    enum class Kind : std::uint8_t { Property, AllProperties, Entry, Variable };
    Kind kind = Kind::Property;
    std::string name{};  ///< Property, Entry, Variable: the key
    ExprPtr value{};     ///< Entry, Variable
};

struct Expr {
    ExprKind kind = ExprKind::Literal;
    Position at{};  ///< where it starts
    std::string name{};
    std::string name2{};
    engine::Value value{};
    std::vector<ExprPtr> args{};
    std::vector<std::string> keys{};
    std::vector<Comparison> comparisons{};
    std::vector<MapProjectionItem> projection{};
    std::unique_ptr<LabelExpr> labels{};
    std::vector<PathPattern> patterns;  // no initialiser: the type is not whole yet
    QueryPtr query{};
    WindowUnit unit = WindowUnit::Years;
    bool distinct = false;
    std::uint16_t depth = 1;  ///< levels, with its own; the parser keeps it to kExpressionDepthMax

    // Bound.
    Slot slot = kNoSlot;   ///< of an aggregate call: where the aggregation leaves its result
    Slot slot2 = kNoSlot;
    const Function* function = nullptr;
    bool aggregate = false;          ///< this node is a call of an aggregate function (or CountStar)
    KindSet type = kAnyKind;         ///< what it may evaluate to, beside null
    KindSet element_type = kAnyKind; ///< of lists: what the elements may be
    std::int32_t number = -1;        ///< its place among the statement's subplans (planner) — patterns and subqueries
};

/// `{m,n}`, `*m..n`, `+`, `*`; no upper bound where `max` is absent.
struct Quantifier {
    std::uint64_t min = 1;
    std::optional<std::uint64_t> max{};
    bool gql = false;  ///< written in GQL's form; `*1..3` is openCypher's, where the variable is a list too
    Position at{};
};

struct NodePattern {
    Position at{};
    std::string name{};  ///< empty: no variable
    std::unique_ptr<LabelExpr> labels{};
    ExprPtr properties{};  ///< a map or a parameter
    ExprPtr where{};

    Slot slot = kNoSlot;  ///< bound; nodes without a variable have one too
    bool bound = false;   ///< bound: the variable has a value before this pattern is matched
};

struct RelPattern {
    Position at{};
    std::string name{};
    std::unique_ptr<LabelExpr> types{};
    engine::Direction direction = engine::Direction::Both;
    std::optional<Quantifier> length{};  ///< the variable is a list of relationships then
    ExprPtr properties{};
    ExprPtr where{};    ///< in a quantified relationship it is asked of each relationship
    ExprPtr valid_on{}; ///< VALID ON expr

    Slot slot = kNoSlot;   ///< bound
    bool bound = false;    ///< bound
    Slot each = kNoSlot;   ///< bound: with `length`, the slot of the single relationship that `where` sees
};

struct PathPattern;
/// `((a)-[r]->(b) WHERE …){1,3}`: its variables are lists outside.
struct QuantifiedPath {
    Position at{};
    std::unique_ptr<PathPattern> inner{};
    ExprPtr where{};
    Quantifier quantifier{};
    /// Bound: (slot inside the group, slot of the list outside) of each variable of the group.
    std::vector<std::pair<Slot, Slot>> groups{};
};

/// A path: nodes[0] steps[0] nodes[1] steps[1] … nodes[n]. A step is a relationship or a quantified group
/// (then the nodes beside it are those around the group; the parser puts empty ones where none are written).
struct PathStepPattern {
    std::unique_ptr<RelPattern> relationship{};
    std::unique_ptr<QuantifiedPath> group{};
};

enum class PathSearch : std::uint8_t {
    All,
    Shortest,          ///< shortestPath((a)-[*]-(b)), SHORTEST k, ANY SHORTEST, ANY k
    AllShortest,       ///< allShortestPaths(…), ALL SHORTEST
    ShortestGroups,    ///< SHORTEST k GROUPS
    Any,               ///< ANY [k]
};
enum class PathMode : std::uint8_t { Trail, Walk, Acyclic, Simple };

struct PathPattern {
    Position at{};
    std::string name{};  ///< p = …
    PathSearch search = PathSearch::All;
    bool search_function = false;  ///< written shortestPath(…) or allShortestPaths(…)
    std::uint64_t search_count = 1;
    PathMode mode = PathMode::Trail;
    std::vector<NodePattern> nodes{};
    std::vector<PathStepPattern> steps{};  ///< one fewer than nodes
    ExprPtr where{};      ///< `(path WHERE …)`: in brackets around the whole path; a search asks it of each candidate
    Slot slot = kNoSlot;  ///< bound: of `name`
    bool bound = false;   ///< bound: `name` has a value before (an error in MATCH; a value in expressions)
};

struct ProjectionItem {
    ExprPtr expr{};
    std::string name{};     ///< alias, or the text as written
    bool aliased = false;
    Position at{};
    Slot slot = kNoSlot;    ///< bound: where the value goes; a variable passed on keeps its slot
    bool has_aggregate = false;  ///< bound
};
struct SortItem {
    ExprPtr expr{};
    bool descending = false;
    bool has_aggregate = false;  ///< bound
};

/// WITH and RETURN.
struct Projection {
    bool distinct = false;
    bool star = false;  ///< `*` first, then `items`; the binder puts the variables of the scope before the items
    std::vector<ProjectionItem> items{};
    std::vector<SortItem> order{};
    ExprPtr skip{};
    ExprPtr limit{};
    ExprPtr where{};  ///< WITH … WHERE

    /// Bound: there is an aggregate in an item or in ORDER BY. Keys are the items without one.
    bool aggregates = false;
    /// Bound: the aggregate calls below the items and the order, each with its slot. Sub-expressions of items
    /// with aggregates, and of the order, that are equal to a key were replaced by a Variable of its slot.
    std::vector<const Expr*> aggregate_calls{};
};

enum class SetKind : std::uint8_t {
    Property,      ///< target.name = value (target any expression that gives an entity)
    DynamicProperty,  ///< target[key] = value
    Replace,       ///< variable = map or entity
    Merge,         ///< variable += map or entity
    Labels,        ///< variable:A:B (SET adds, REMOVE takes away)
};
struct SetItem {
    SetKind kind = SetKind::Property;
    Position at{};
    ExprPtr target{};
    std::string name{};
    ExprPtr key{};
    ExprPtr value{};  ///< null pointer in REMOVE
    std::vector<LabelExpr> labels{};  ///< Name or Dynamic
};

enum class ClauseKind : std::uint8_t {
    Match, Unwind, With, Return, Finish, Create, Merge, Set, Remove, Delete, Foreach, CallProcedure, CallSubquery, LoadCsv, Use,
};

struct YieldItem {
    std::string field{};
    std::string name{};  ///< alias, or the field
    Position at{};
    Slot slot = kNoSlot;
};

struct Clause {
    ClauseKind kind = ClauseKind::Match;
    Position at{};

    std::vector<PathPattern> patterns{};  ///< Match, Create, Merge (one)
    bool optional = false;                ///< Match, CallSubquery, CallProcedure
    bool different_relationships = true;  ///< Match: false for REPEATABLE ELEMENTS
    ExprPtr where{};                      ///< Match; CallProcedure after YIELD
    Projection projection{};              ///< With, Return
    ExprPtr expr{};                       ///< Unwind, Foreach: the list; LoadCsv: the address
    std::string name{};                   ///< Unwind, Foreach, LoadCsv: the variable; CallProcedure: the procedure; Use: the database
    Slot slot = kNoSlot;                  ///< bound: of the variable
    std::vector<SetItem> items{};         ///< Set, Remove
    std::vector<SetItem> on_create{};     ///< Merge
    std::vector<SetItem> on_match{};      ///< Merge
    std::vector<ExprPtr> args{};          ///< Delete: what; CallProcedure: arguments
    bool detach = false;                  ///< Delete
    std::vector<Clause> body{};           ///< Foreach: updating clauses
    bool args_given = false;              ///< CallProcedure: written with parentheses
    bool yield_star = false;              ///< CallProcedure
    bool yield_given = false;             ///< CallProcedure
    std::vector<YieldItem> yields{};      ///< CallProcedure
    const struct Procedure* procedure = nullptr;  ///< bound
    QueryPtr query{};                     ///< CallSubquery
    bool imports_given = false;           ///< CallSubquery: CALL (a, b) { … }; else all that a leading WITH names
    bool imports_star = false;            ///< CALL (*) { … }
    std::vector<std::string> imports{};
    bool with_headers = false;            ///< LoadCsv
    ExprPtr field_terminator{};           ///< LoadCsv
    ExprPtr recorded_at{};                ///< Use … AT RECORDED TIME: refused by the binder
    bool with_history = false;            ///< Use … WITH HISTORY: refused by the binder
};

struct SingleQuery {
    std::vector<Clause> clauses{};
};

/// One or more queries joined by UNION.
struct Query {
    std::vector<SingleQuery> parts{};
    std::vector<bool> union_all{};  ///< one fewer than parts
    Position at{};

    /// Bound: the columns, by the first part; columns[p][c] is the slot of column c in part p. Empty where the
    /// query ends without RETURN.
    std::vector<std::string> columns{};
    std::vector<std::vector<Slot>> column_slots{};
    bool updates = false;  ///< bound: some clause below changes the graph
    /// Bound: slots from outside that it reads.
    std::vector<Slot> outer{};
};

enum class SchemaAction : std::uint8_t {
    CreateIndex, DropIndex, CreateConstraint, DropConstraint, ShowIndexes, ShowConstraints, ShowFunctions, ShowProcedures,
    CreatePropertyClass, DropPropertyClass, ShowPropertyClasses,
};
enum class IndexForm : std::uint8_t { Range, Text, Bitmap, Adjacency, Column };
enum class ConstraintForm : std::uint8_t { Unique, NodeKey, NotNull, Typed };

/// CREATE INDEX, CREATE CONSTRAINT, SHOW …, DROP …
struct SchemaCommand {
    SchemaAction action = SchemaAction::CreateIndex;
    Position at{};
    std::string name{};
    bool if_exists = false;      ///< IF EXISTS, IF NOT EXISTS
    IndexForm index = IndexForm::Range;
    ConstraintForm constraint = ConstraintForm::Unique;
    bool of_relationship = false;
    std::string variable{};       ///< of the element
    std::string label{};          ///< label, or type where of_relationship
    engine::Direction direction = engine::Direction::Both;  ///< adjacency
    std::string neighbour_variable{};  ///< adjacency: FOR (p:Penalty)-[r:AGAINST]->() ON (p.decidedOn)
    std::string neighbour_label{};
    bool of_neighbour = false;
    std::vector<std::string> keys{};
    std::string type{};           ///< Typed: the type as written, upper case
    std::string property_class{}; ///< CreatePropertyClass, DropPropertyClass: "personal"
};

enum class Explain : std::uint8_t { None, Explain, Profile };

struct Statement {
    Explain explain = Explain::None;
    std::string database{};  ///< leading USE, or empty
    QueryPtr query{};        ///< or
    std::unique_ptr<SchemaCommand> schema{};
    std::vector<std::string> parameters{};  ///< names in order of first use; the parser fills it

    Slot width = 0;  ///< bound: number of slots
    struct Notification {
        std::string code;
        std::string title;
        std::string description;
        std::optional<Position> at;
    };
    std::vector<Notification> notifications{};  ///< bound
};

}  // namespace xinpu::query
