// query/session/prepared.cpp
// What kind of statement it is, and the cache.

#include "query/session/prepared.h"

#include <algorithm>
#include <bit>

#include "query/plan/clause_facts.h"
#include "query/session/schema_command.h"

namespace xinpu::query {

PlanBasis PlanBasis::of(const engine::Catalog& catalog, const engine::Counts& counts, bool masked) {
    PlanBasis basis;
    basis.names = catalog.labels().size() + catalog.types().size() + catalog.keys().size();
    basis.indexes = catalog.indexes().size();
    basis.last_index = catalog.indexes().empty() ? 0 : catalog.indexes().back().id.value;
    basis.magnitude =
        static_cast<int>(std::bit_width(counts.nodes) / 2 * 64 + std::bit_width(counts.relationships) / 2);
    basis.shapes = masked ? catalog.shapeCount() : 0;
    return basis;
}

namespace {

bool readsRows(const Query& query);

bool clauseReads(const Clause& clause) {
    switch (clause.kind) {
    case ClauseKind::Match:
    case ClauseKind::Return:
    case ClauseKind::LoadCsv:
        return true;
    case ClauseKind::CallSubquery:
        return readsRows(*clause.query);
    case ClauseKind::CallProcedure:
        return clause.procedure == nullptr || !clause.procedure->updates;
    default:
        return false;
    }
}

bool readsRows(const Query& query) {
    return std::any_of(query.parts.begin(), query.parts.end(), [](const SingleQuery& part) {
        return std::any_of(part.clauses.begin(), part.clauses.end(), clauseReads);
    });
}

}  // namespace

Prepared::Prepared(std::string statement_text, std::shared_ptr<const Plan> made_plan, PlanBasis plan_basis,
                   bool for_masked_runs, std::vector<std::string> named_properties)
    : text(std::move(statement_text)), plan(std::move(made_plan)), basis(plan_basis), masked(for_masked_runs),
      properties(std::move(named_properties)) {
    const Statement& parsed = *plan->statement;
    if (parsed.schema) {
        fields_ = schemaFields(*parsed.schema);
        updates = changesSchema(*parsed.schema);
        type = updates ? QueryType::Schema : QueryType::Read;
        return;
    }
    fields_ = parsed.query->columns;
    updates = parsed.query->updates;
    if (updates) {
        type = readsRows(*parsed.query) ? QueryType::ReadWrite : QueryType::Write;
    }
}

std::shared_ptr<const Prepared> StatementCache::find(std::string_view text, const PlanBasis& basis) {
    const std::lock_guard lock(mutex_);
    const auto found = by_text_.find(text);
    if (found == by_text_.end()) {
        return nullptr;
    }
    if ((*found->second)->basis != basis) {
        const Entries::iterator entry = found->second;
        by_text_.erase(found);
        entries_.erase(entry);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front();
}

void StatementCache::put(std::shared_ptr<const Prepared> prepared) {
    const std::lock_guard lock(mutex_);
    if (most_ == 0) {
        return;
    }
    if (const auto found = by_text_.find(prepared->text); found != by_text_.end()) {
        const Entries::iterator entry = found->second;
        by_text_.erase(found);
        entries_.erase(entry);
    }
    while (entries_.size() >= most_) {
        by_text_.erase(entries_.back()->text);
        entries_.pop_back();
    }
    entries_.push_front(std::move(prepared));
    by_text_.emplace(entries_.front()->text, entries_.begin());
}

}  // namespace xinpu::query
