// server/access/statement_access.cpp
// Looks at a prepared statement for what it does beyond reading.
#include "server/access/statement_access.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "query/session/prepared.h"
#include "server/log.h"

namespace xinpu::server {
namespace {

/// Whether LOAD CSV stands anywhere in it. By a list of its own: trees may be deep.
bool readsFiles(const query::Plan& plan) {
    std::vector<const query::PlanNode*> left;
    const auto add = [&left](const std::unique_ptr<query::PlanNode>& node) {
        if (node != nullptr) {
            left.push_back(node.get());
        }
    };
    add(plan.root);
    std::for_each(plan.subplans.begin(), plan.subplans.end(), add);
    while (!left.empty()) {
        const query::PlanNode* node = left.back();
        left.pop_back();
        if (node->op == query::Op::LoadCsv) {
            return true;
        }
        std::for_each(node->children.begin(), node->children.end(), add);
    }
    return false;
}

bool writesAnywhere(const Principal& principal) noexcept {
    return may(principal.role, Operation::WriteStatement);
}

}  // namespace

void requireStatement(Access& access, const Principal& principal, const query::Prepared& prepared,
                      std::string_view database) {
    access.require(principal, Operation::ReadStatement, database);
    if (prepared.updates) {
        access.require(principal,
                       prepared.statement().schema ? Operation::ChangeSchema : Operation::WriteStatement,
                       database);
    }
    if (!may(principal.role, Operation::LoadCsv, database) && readsFiles(*prepared.plan)) {
        access.require(principal, Operation::LoadCsv, database);
    }
}

bool isKept(const query::Summary& summary) noexcept {
    const query::Counters& counters = summary.counters;
    return summary.touched_personal || counters.indexes_added + counters.indexes_removed > 0 ||
           counters.constraints_added + counters.constraints_removed + counters.system_updates > 0;
}

void recordStatement(Access& access, const Principal& principal, const query::Summary& summary,
                     std::string_view database, std::string_view statement) {
    if (!isKept(summary)) {
        return;
    }
    const bool personal = summary.touched_personal;
    const Operation operation = !personal                             ? Operation::ChangeSchema
                                : summary.type == query::QueryType::Read ? Operation::ReadStatement
                                                                         : Operation::WriteStatement;
    AuditEntry entry = entryOf(personal ? AuditKind::PersonalData : AuditKind::Administrative, principal,
                               operation, database);
    entry.statement = engine::sha256(statement);
    entry.masked = personal && seesMasked(principal.role);
    access.audit().record(std::move(entry));
}

void recordBrokenOff(Access& access, const Principal& principal, std::string_view database,
                     std::string_view statement) noexcept {
    try {
        AuditEntry entry = entryOf(AuditKind::PersonalData, principal, Operation::ReadStatement, database);
        entry.statement = engine::sha256(statement);
        entry.masked = seesMasked(principal.role);
        entry.reason = "BrokenOff";
        access.audit().record(std::move(entry));
    } catch (const std::exception& failed) {
        logEvent(LogLevel::Error, "access log not written", {{"what", failed.what()}});
    }
}

void limitTo(const Principal& principal, query::RunOptions& options) {
    options.mask_personal = seesMasked(principal.role);
    if (!writesAnywhere(principal)) {
        options.access = query::AccessMode::Read;
        options.csv_folder.reset();
    }
}

}  // namespace xinpu::server
