// query/semantics/binding.h
#pragma once
// One statement while it is being bound. Internal to this room; its functions lie in the file of their
// subject.

#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "query/semantics/scope.h"
#include "query/semantics/types.h"

namespace xinpu::query::semantics {

/// What may stand at a place of an expression.
struct Context {
    bool aggregates = false;        ///< aggregate functions
    bool inside_aggregate = false;  ///< this is an argument of one
    bool predicate = false;         ///< a boolean is asked for: a pattern may stand here
};
inline constexpr Context kPlain{};
inline constexpr Context kPredicate{.aggregates = false, .inside_aggregate = false, .predicate = true};
inline constexpr Context kAggregates{.aggregates = true, .inside_aggregate = false, .predicate = false};

enum class QueryUse { Statement, Exists, Count, Collect, Call };

/// How the variables of a pattern come about.
enum class PatternUse {
    Match,      ///< new ones are declared
    Predicate,  ///< all named ones must exist
};

struct Column {
    std::string name{};
    Slot slot = kNoSlot;
    KindSet type = kAnyKind;
    KindSet element_type = kAnyKind;
};

[[noreturn]] void refuse(ErrorCode code, std::string detail, std::string message, Position at);
[[noreturn]] void refuseSyntax(std::string detail, std::string message, Position at);

class Binding {
public:
    Binding(Statement& statement, const Registry& registry, const engine::Catalog& catalog)
        : statement_(statement), registry_(registry), catalog_(catalog) {}
    void run();

private:
    /// A query whose clauses are being bound; those around it lie below.
    struct Frame {
        Slot first = 0;  ///< slots below are of the queries around
        QueryUse use = QueryUse::Statement;
        std::set<Slot> outer{};
        bool updates = false;
    };
    /// A pattern while its variables are declared.
    struct PatternState {
        PatternUse use = PatternUse::Match;
        Slot first = 0;  ///< slots below had a value before
        bool group = false;
        std::vector<Slot> relationships{};
    };
    /// What may be mentioned beside or behind an aggregation (or DISTINCT), and what stands for what.
    struct Restriction {
        std::vector<const ProjectionItem*> keys{};
        std::vector<const ProjectionItem*> aggregated{};
        std::set<Slot> available{};
        Slot local_from = 0;       ///< variables of comprehensions inside
        bool simple_only = false;  ///< only variables and their properties stand for keys
        bool behind = false;       ///< of ORDER BY and WHERE, which come after the columns
        const char* detail = "";
    };

    // binder.cpp: slots, variables, queries
    Slot newSlot() { return next_slot_++; }
    void touch(Slot slot);
    const Variable& resolve(const std::string& name, Position at);
    [[noreturn]] void undefined(const std::string& name, Position at) const;
    void declareNew(const std::string& name, Slot slot, KindSet type, KindSet element_type, Position at);
    std::vector<Column> bindQuery(Query& query, QueryUse use, const Scope* imports);
    std::vector<Column> bindPart(SingleQuery& part, QueryUse use);
    void bindSubquery(Expr& expr, QueryUse use);
    void checkComposition(const SingleQuery& part, QueryUse use) const;
    void alignColumns(Query& query, std::vector<std::vector<Column>>& parts) const;
    void markUpdating(Position at);

    // clauses.cpp: reading clauses
    void bindClause(Clause& clause, bool standalone, std::vector<Column>& columns);
    void bindMatch(Clause& clause);
    void bindUnwind(Clause& clause);
    void bindCallSubquery(Clause& clause);
    void bindLoadCsv(Clause& clause);
    void bindWhere(Expr& where, Context context);

    // updates.cpp: updating clauses
    void bindCreate(Clause& clause);
    void bindMerge(Clause& clause);
    void bindSetItems(std::vector<SetItem>& items);
    void bindDelete(Clause& clause);
    void bindForeach(Clause& clause);
    void checkWritten(const PathPattern& path, bool merge) const;
    void bindWrittenLabels(LabelExpr& labels);
    void bindWrittenNode(NodePattern& node, bool alone, Slot first, bool merge);
    void bindWrittenRelationship(RelPattern& relationship);
    void bindWrittenProperties(ExprPtr& properties, bool merge);
    void declareWrittenPath(PathPattern& path);

    // procedures.cpp
    void bindProcedure(Clause& clause, bool standalone, std::vector<Column>& columns);
    void bindArguments(Clause& clause, bool standalone);
    void bindYields(Clause& clause, bool standalone);

    // projections.cpp: WITH and RETURN
    std::vector<Column> bindProjection(Projection& projection, bool is_return, Position at);
    void expandStar(Projection& projection, bool is_return, Position at);
    void bindItems(Projection& projection, bool is_return, std::vector<Slot>& local_from);
    void groupItems(Projection& projection, const std::vector<Slot>& local_from);
    void bindOrder(Projection& projection, const Scope& before, const Restriction& visible, bool restricted);
    void bindCount(ExprPtr& count, const char* word);
    void restrictTo(ExprPtr& expr, const Restriction& restriction);
    void restrictAggregate(ExprPtr& expr, const Restriction& restriction);
    void restrictPattern(PathPattern& pattern, const Restriction& restriction);
    void restrictSlot(Slot& slot, const std::string& name, Position at, const Restriction& restriction);

    // patterns.cpp
    void bindPatterns(std::vector<PathPattern>& patterns, PatternUse use);
    void declarePath(PathPattern& path, PatternState& state);
    void declareNode(NodePattern& node, PatternState& state);
    void declareRelationship(RelPattern& relationship, PatternState& state);
    void declareGroup(QuantifiedPath& group, PatternState& state);
    void checkSearch(const PathPattern& path) const;
    void bindPathExpressions(PathPattern& path);
    void bindRelationshipExpressions(RelPattern& relationship);
    void bindLabels(LabelExpr& labels, bool of_relationship);
    void bindMatchedProperties(ExprPtr& properties, const char* clause);

    // expressions.cpp
    void bindExpr(Expr& expr, Context context);
    void bindArgs(Expr& expr, Context context);
    void bindBoolean(Expr& expr, Context context);
    void bindArithmetic(Expr& expr, Context context);
    void bindProperty(Expr& expr, Context context);
    void bindIndex(Expr& expr, Context context);
    void bindWindow(Expr& expr, Context context);
    void bindFunction(Expr& expr, Context context);
    void bindAggregate(Expr& expr, Context context);
    void bindCase(Expr& expr, Context context);
    void bindComprehension(Expr& expr, Context context);
    void bindReduce(Expr& expr, Context context);
    void bindPatternExpr(Expr& expr, Context context);
    void bindMapProjection(Expr& expr, Context context);
    void bindParameter(Expr& expr);
    void checkDate(const Expr& date, const char* what) const;

    // notifications.cpp
    void note(const char* code, const char* title, const std::string& description, const std::string& name,
              Position at);
    void noteLabel(const std::string& name, bool of_relationship, Position at);
    void noteKey(const std::string& name, Position at);
    /// From here on the key exists: the statement writes it.
    void makeKey(const std::string& name) { made_keys_.insert(name); }
    void noteCartesian(const Clause& clause);
    void noteDates(const Expr& comparison);

    Statement& statement_;
    const Registry& registry_;
    const engine::Catalog& catalog_;
    Scope scope_{};
    Slot next_slot_ = 0;
    std::vector<Frame> frames_{};
    bool constants_only_ = false;             // in SKIP and LIMIT
    const Scope* aggregate_scope_ = nullptr;  // in ORDER BY: what arguments of aggregates see
    std::size_t aggregates_seen_ = 0;
    std::unordered_map<const QuantifiedPath*, std::vector<Variable>>
        groups_{};  // variables inside of a group
    std::unordered_set<std::string> noted_{};
    std::unordered_set<std::string> made_keys_{};
};

}  // namespace xinpu::query::semantics
