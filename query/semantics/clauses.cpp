// query/semantics/clauses.cpp
// Reading clauses: MATCH, UNWIND, CALL { … }, LOAD CSV, and the way to the others.
#include <utility>

#include <fmt/format.h>

#include "query/semantics/binding.h"

namespace xinpu::query::semantics {

void Binding::bindClause(Clause& clause, bool standalone, std::vector<Column>& columns) {
    switch (clause.kind) {
    case ClauseKind::Match:
        return bindMatch(clause);
    case ClauseKind::Unwind:
        return bindUnwind(clause);
    case ClauseKind::With:
        bindProjection(clause.projection, false, clause.at);
        return;
    case ClauseKind::Return:
        columns = bindProjection(clause.projection, true, clause.at);
        return;
    case ClauseKind::Finish:
        return;
    case ClauseKind::Create:
        return bindCreate(clause);
    case ClauseKind::Merge:
        return bindMerge(clause);
    case ClauseKind::Set:
    case ClauseKind::Remove:
        markUpdating(clause.at);
        return bindSetItems(clause.items);
    case ClauseKind::Delete:
        return bindDelete(clause);
    case ClauseKind::Foreach:
        return bindForeach(clause);
    case ClauseKind::CallProcedure:
        return bindProcedure(clause, standalone, columns);
    case ClauseKind::CallSubquery:
        return bindCallSubquery(clause);
    case ClauseKind::LoadCsv:
        return bindLoadCsv(clause);
    case ClauseKind::Use:
        if (clause.recorded_at != nullptr || clause.with_history) {
            refuse(
                ErrorCode::Semantic, "FeatureNotSupported",
                "AT RECORDED TIME and WITH HISTORY are not served yet; leave them out.",
                clause.at);
        }
        return;
    }
}

void Binding::bindWhere(Expr& where, Context context) {
    bindExpr(where, context);
    if (never(where.type, kBoolean)) {
        refuseSyntax("InvalidArgumentType",
                     fmt::format("WHERE needs a Boolean but this is {}.", kindsText(where.type)), where.at);
    }
}

void Binding::bindMatch(Clause& clause) {
    bindPatterns(clause.patterns, PatternUse::Match);
    if (clause.where != nullptr) {
        bindWhere(*clause.where, kPredicate);
    }
    noteCartesian(clause);
}

void Binding::bindUnwind(Clause& clause) {
    bindExpr(*clause.expr, kPlain);
    const KindSet type = clause.expr->type;
    KindSet element = kAnyKind;
    if (type == kList) {
        element = clause.expr->element_type;
    } else if ((type & kList) == 0) {
        element = type;  // a value that is no list is one row
    }
    clause.slot = newSlot();
    declareNew(clause.name, clause.slot, element, kAnyKind, clause.at);
}

void Binding::bindCallSubquery(Clause& clause) {
    Scope around = scope_;
    Scope imports;
    if (clause.imports_given) {
        if (clause.imports_star) {
            imports = scope_;
        } else {
            for (const std::string& name : clause.imports) {
                imports.declare(resolve(name, clause.at));
            }
        }
        imports.makeConstant();  // CALL (a) { … }: WITH inside does not hide them
        scope_ = std::move(imports);
        imports = Scope{};
    } else {
        imports = scope_;
        scope_ = Scope{};
        for (Variable& variable : around.constants()) {
            scope_.declare(std::move(variable));
        }
    }
    const std::vector<Column> columns =
        bindQuery(*clause.query, QueryUse::Call, clause.imports_given ? nullptr : &imports);
    scope_ = std::move(around);
    for (const Column& column : columns) {
        declareNew(column.name, column.slot, column.type, column.element_type, clause.at);
    }
}

void Binding::bindLoadCsv(Clause& clause) {
    bindExpr(*clause.expr, kPlain);
    if (never(clause.expr->type, kString)) {
        refuseSyntax(
            "InvalidArgumentType",
            fmt::format("LOAD CSV needs an address as String but this is {}.", kindsText(clause.expr->type)),
            clause.expr->at);
    }
    if (clause.field_terminator != nullptr) {
        bindExpr(*clause.field_terminator, kPlain);
    }
    clause.slot = newSlot();
    declareNew(clause.name, clause.slot, clause.with_headers ? kMap : kList, kString, clause.at);
}

}  // namespace xinpu::query::semantics
