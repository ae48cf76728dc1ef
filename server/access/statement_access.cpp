// server/access/statement_access.cpp
// Looks at a prepared statement for what it does beyond reading.
#include "server/access/statement_access.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "query/session/prepared.h"

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

void limitTo(const Principal& principal, query::RunOptions& options) {
    if (!writesAnywhere(principal)) {
        options.access = query::AccessMode::Read;
        options.csv_folder.reset();
    }
}

}  // namespace xinpu::server
