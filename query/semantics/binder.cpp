// query/semantics/binder.cpp
// Statements and queries: slots, scopes of parts and subqueries, which clauses may follow which, columns.
#include "query/semantics/binder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "query/semantics/binding.h"

namespace xinpu::query {

void bind(Statement& statement, const Registry& registry, const engine::Catalog& catalog) {
    semantics::Binding(statement, registry, catalog).run();
}

namespace semantics {
namespace {

bool updating(ClauseKind kind) noexcept {
    switch (kind) {
    case ClauseKind::Create:
    case ClauseKind::Merge:
    case ClauseKind::Set:
    case ClauseKind::Remove:
    case ClauseKind::Delete:
    case ClauseKind::Foreach:
        return true;
    default:
        return false;
    }
}

const char* clauseWord(ClauseKind kind) noexcept {
    switch (kind) {
    case ClauseKind::Match:
        return "MATCH";
    case ClauseKind::Unwind:
        return "UNWIND";
    case ClauseKind::With:
        return "WITH";
    case ClauseKind::Return:
        return "RETURN";
    case ClauseKind::Finish:
        return "FINISH";
    case ClauseKind::LoadCsv:
        return "LOAD CSV";
    case ClauseKind::Use:
        return "USE";
    case ClauseKind::CallProcedure:
    case ClauseKind::CallSubquery:
        return "CALL";
    default:
        return "an updating clause";
    }
}

/// Whether a query may end with it although it has no RETURN.
bool mayEnd(const Clause& clause, bool standalone) noexcept {
    switch (clause.kind) {
    case ClauseKind::CallProcedure:
        return standalone || !clause.yield_given;
    case ClauseKind::CallSubquery:
        return true;
    default:
        return updating(clause.kind) || clause.kind == ClauseKind::Return ||
               clause.kind == ClauseKind::Finish;
    }
}

std::size_t firstClause(const SingleQuery& part) noexcept {
    return !part.clauses.empty() && part.clauses.front().kind == ClauseKind::Use ? 1 : 0;
}

/// WITH a, b (or *): takes variables from outside into CALL { … }.
bool importing(const SingleQuery& part) noexcept {
    const std::size_t first = firstClause(part);
    if (first >= part.clauses.size() || part.clauses[first].kind != ClauseKind::With) {
        return false;
    }
    const auto& items = part.clauses[first].projection.items;
    return std::all_of(items.begin(), items.end(), [](const ProjectionItem& item) {
        return item.expr->kind == ExprKind::Variable && (!item.aliased || item.name == item.expr->name);
    });
}

bool standaloneCall(const SingleQuery& part, QueryUse use) noexcept {
    return use == QueryUse::Statement && part.clauses.size() == firstClause(part) + 1 &&
           part.clauses.back().kind == ClauseKind::CallProcedure;
}

}  // namespace

void refuse(ErrorCode code, std::string detail, std::string message, Position at) {
    throw Error(code, std::move(message), std::move(detail), at);
}

void refuseSyntax(std::string detail, std::string message, Position at) {
    refuse(ErrorCode::Syntax, std::move(detail), std::move(message), at);
}

void Binding::run() {
    if (statement_.query != nullptr) {
        bindQuery(*statement_.query, QueryUse::Statement, nullptr);
    }
    statement_.width = next_slot_;
}

void Binding::touch(Slot slot) {
    for (auto frame = frames_.rbegin(); frame != frames_.rend() && slot < frame->first; ++frame) {
        frame->outer.insert(slot);
    }
}

const Variable& Binding::resolve(const std::string& name, Position at) {
    const Variable* variable = scope_.find(name);
    if (variable == nullptr) {
        undefined(name, at);
    }
    touch(variable->slot);
    return *variable;
}

void Binding::undefined(const std::string& name, Position at) const {
    if (constants_only_) {
        refuseSyntax(
            "NonConstantExpression",
            fmt::format("SKIP and LIMIT take the same number for all rows, but '{}' is a variable.", name),
            at);
    }
    const std::string nearest = scope_.nearest(name);
    refuseSyntax("UndefinedVariable",
                 fmt::format("Variable '{}' is not defined.{}{}", name, nearest.empty() ? "" : " ", nearest),
                 at);
}

void Binding::declareNew(const std::string& name, Slot slot, KindSet type, KindSet element_type,
                         Position at) {
    if (scope_.find(name) != nullptr) {
        refuseSyntax("VariableAlreadyBound",
                     fmt::format("Variable '{}' is already defined; give the new one another name.", name),
                     at);
    }
    scope_.declare({.name = name, .slot = slot, .type = type, .element_type = element_type});
}

void Binding::markUpdating(Position at) {
    for (const Frame& frame : frames_) {
        if (frame.use == QueryUse::Exists || frame.use == QueryUse::Count || frame.use == QueryUse::Collect) {
            refuseSyntax("InvalidClauseComposition",
                         "EXISTS, COUNT and COLLECT only read: no updating clause may stand inside.", at);
        }
    }
    frames_.back().updates = true;
}

void Binding::checkComposition(const SingleQuery& part, QueryUse use) const {
    const std::size_t first = firstClause(part);
    if (first >= part.clauses.size()) {
        refuseSyntax("InvalidClauseComposition", "A query needs a clause behind USE.",
                     part.clauses.empty() ? Position{} : part.clauses.front().at);
    }
    for (std::size_t i = 0; i + 1 < part.clauses.size(); ++i) {
        const ClauseKind kind = part.clauses[i].kind;
        if (kind == ClauseKind::Return || kind == ClauseKind::Finish) {
            refuseSyntax("InvalidClauseComposition",
                         fmt::format("{} ends a query; to go on, use WITH.", clauseWord(kind)),
                         part.clauses[i + 1].at);
        }
    }
    for (std::size_t i = 0; i < part.clauses.size(); ++i) {
        if (part.clauses[i].kind == ClauseKind::Use && (i > 0 || use != QueryUse::Statement)) {
            refuseSyntax("InvalidClauseComposition", "USE may only begin a statement.", part.clauses[i].at);
        }
    }
    const Clause& last = part.clauses.back();
    if (use == QueryUse::Collect && last.kind != ClauseKind::Return) {
        refuseSyntax("InvalidClauseComposition", "COLLECT needs a query that ends with RETURN.", last.at);
    }
    if (use != QueryUse::Exists && use != QueryUse::Count && !mayEnd(last, standaloneCall(part, use))) {
        refuseSyntax("InvalidClauseComposition",
                     fmt::format("A query cannot end with {}; add RETURN or an updating clause.",
                                 clauseWord(last.kind)),
                     last.at);
    }
}

/// Column c of every part is the one that is called as column c of the first.
void Binding::alignColumns(Query& query, std::vector<std::vector<Column>>& parts) const {
    for (std::size_t p = 1; p < parts.size(); ++p) {
        std::vector<Column> aligned;
        for (const Column& column : parts.front()) {
            const auto same = std::find_if(parts[p].begin(), parts[p].end(),
                                           [&](const Column& other) { return other.name == column.name; });
            if (same != parts[p].end()) {
                aligned.push_back(*same);
            }
        }
        if (aligned.size() != parts.front().size() || parts[p].size() != parts.front().size()) {
            const Clause& last = query.parts[p].clauses.back();
            refuseSyntax("DifferentColumnsInUnion", "All parts of a UNION must have the same columns.",
                         last.at);
        }
        parts[p] = std::move(aligned);
    }
}

std::vector<Column> Binding::bindQuery(Query& query, QueryUse use, const Scope* imports) {
    for (std::size_t i = 1; i < query.union_all.size(); ++i) {
        if (query.union_all[i] != query.union_all[0]) {
            refuseSyntax("InvalidClauseComposition", "UNION and UNION ALL cannot be mixed in one query.",
                         query.parts[i + 1].clauses.empty() ? query.at
                                                            : query.parts[i + 1].clauses.front().at);
        }
    }
    frames_.push_back({.first = next_slot_, .use = use});
    const Scope start = scope_;
    std::vector<std::vector<Column>> parts;
    for (SingleQuery& part : query.parts) {
        checkComposition(part, use);
        scope_ = imports != nullptr && importing(part) ? *imports : start;
        parts.push_back(bindPart(part, use));
    }
    alignColumns(query, parts);
    query.columns.clear();
    query.column_slots.assign(parts.size(), {});
    for (const Column& column : parts.front()) {
        query.columns.push_back(column.name);
    }
    for (std::size_t p = 0; p < parts.size(); ++p) {
        for (std::size_t c = 0; c < parts[p].size(); ++c) {
            query.column_slots[p].push_back(parts[p][c].slot);
            if (p > 0) {
                parts[0][c].type |= parts[p][c].type;
                parts[0][c].element_type |= parts[p][c].element_type;
            }
        }
    }
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    query.updates = frame.updates;
    query.outer.assign(frame.outer.begin(), frame.outer.end());
    if (frame.updates && !frames_.empty()) {
        frames_.back().updates = true;
    }
    return std::move(parts.front());
}

std::vector<Column> Binding::bindPart(SingleQuery& part, QueryUse use) {
    std::vector<Column> columns;
    const bool standalone = standaloneCall(part, use);
    for (Clause& clause : part.clauses) {
        bindClause(clause, standalone, columns);
    }
    return columns;
}

void Binding::bindSubquery(Expr& expr, QueryUse use) {
    Scope around = scope_;
    scope_.makeConstant();
    const std::size_t seen = aggregates_seen_;  // its aggregations are its own
    const Scope* order = std::exchange(aggregate_scope_, nullptr);
    const std::vector<Column> columns = bindQuery(*expr.query, use, nullptr);
    aggregate_scope_ = order;
    aggregates_seen_ = seen;
    scope_ = std::move(around);
    switch (use) {
    case QueryUse::Exists:
        expr.type = kBoolean;
        break;
    case QueryUse::Count:
        expr.type = kInteger;
        break;
    default:
        if (columns.size() != 1) {
            refuseSyntax("InvalidClauseComposition", "COLLECT needs a query that returns one column.",
                         expr.at);
        }
        expr.type = kList;
        expr.element_type = columns.front().type;
        break;
    }
}

}  // namespace semantics
}  // namespace xinpu::query
