// server/access/operations.cpp
// The table role x operation. What stands nowhere in it is not allowed.
#include "server/access/operations.h"

#include <algorithm>
#include <array>

#include "server/databases.h"

namespace xinpu::server {
namespace {

constexpr Role kRoles[] = {Role::Admin,   Role::Analyst,       Role::Loader, Role::Department,
                           Role::Subject, Role::FinanceOffice, Role::Auditor};
constexpr std::string_view kRoleNames[] = {"admin",   "analyst",        "loader", "department",
                                           "subject", "finance_office", "auditor"};

constexpr Reach kNo = Reach::Nowhere;
constexpr Reach kOwn = Reach::Own;
constexpr Reach kUsual = Reach::UsualDatabase;
constexpr Reach kAll = Reach::Everywhere;

/// A line: what each role may, in the order of kRoles.
struct Line {
    Operation operation;
    std::string_view name;
    std::array<Reach, std::size(kRoles)> reach;
};

// clang-format off
constexpr Line kLines[] = {
    //                                                     admin  analyst loader department subject finance_office auditor
    {Operation::Discover,         "discover",         {kAll, kAll,   kAll, kAll, kAll, kAll, kAll}},
    {Operation::Health,           "health",           {kAll, kAll,   kAll, kAll, kAll, kAll, kAll}},
    {Operation::ListDatabases,    "listDatabases",    {kAll, kUsual, kNo,  kNo,  kNo,  kNo,  kUsual}},
    {Operation::DescribeDatabase, "describeDatabase", {kAll, kUsual, kNo,  kNo,  kNo,  kNo,  kUsual}},
    {Operation::CreateDatabase,   "createDatabase",   {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kNo}},
    {Operation::DropDatabase,     "dropDatabase",     {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kNo}},
    {Operation::ReadStatement,    "readStatement",    {kAll, kUsual, kNo,  kNo,  kNo,  kNo,  kUsual}},
    {Operation::WriteStatement,   "writeStatement",   {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kNo}},
    {Operation::ChangeSchema,     "changeSchema",     {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kNo}},
    {Operation::LoadCsv,          "loadCsv",          {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kNo}},
    {Operation::ReadSchema,       "readSchema",       {kAll, kUsual, kNo,  kNo,  kNo,  kNo,  kUsual}},
    {Operation::SeeQueries,       "seeQueries",       {kAll, kOwn,   kNo,  kNo,  kNo,  kNo,  kOwn}},
    {Operation::EndQueries,       "endQueries",       {kAll, kOwn,   kNo,  kNo,  kNo,  kNo,  kOwn}},
    {Operation::ManageKeys,       "manageKeys",       {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kNo}},
    {Operation::ReadJournal,      "readJournal",      {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kAll}},
    {Operation::ReadAccessLog,    "readAccessLog",    {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kAll}},
    {Operation::ReadMetrics,      "readMetrics",      {kAll, kNo,    kNo,  kNo,  kNo,  kNo,  kAll}},
};
// clang-format on

constexpr bool everyLineIsInItsPlace() {
    for (std::size_t i = 0; i < std::size(kLines); ++i) {
        if (static_cast<std::size_t>(kLines[i].operation) != i) {
            return false;
        }
    }
    return static_cast<std::size_t>(Operation::ReadMetrics) + 1 == std::size(kLines);
}
static_assert(everyLineIsInItsPlace(), "the table has one line an operation, in the order of the enumeration");

const Line& lineOf(Operation operation) noexcept {
    return kLines[static_cast<std::size_t>(operation)];
}

}  // namespace

std::string_view nameOf(Role role) noexcept {
    return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> roleOf(std::string_view name) noexcept {
    const auto* found = std::find(std::begin(kRoleNames), std::end(kRoleNames), name);
    return found != std::end(kRoleNames) ? std::optional(kRoles[found - std::begin(kRoleNames)])
                                         : std::nullopt;
}

std::span<const Role> allRoles() noexcept {
    return kRoles;
}

std::string_view nameOf(Operation operation) noexcept {
    return lineOf(operation).name;
}

bool isPublic(Operation operation) noexcept {
    return operation == Operation::Discover || operation == Operation::Health;
}

Reach reachOf(Role role, Operation operation) noexcept {
    return lineOf(operation).reach[static_cast<std::size_t>(role)];
}

bool may(Role role, Operation operation) noexcept {
    return reachOf(role, operation) != Reach::Nowhere;
}

bool may(Role role, Operation operation, std::string_view database) noexcept {
    switch (reachOf(role, operation)) {
    case Reach::Nowhere:
        return false;
    case Reach::UsualDatabase:
        return database == kUsualDatabase;
    case Reach::Own:
    case Reach::Everywhere:
        break;
    }
    return true;
}

bool seesMasked(Role role) noexcept {
    return role != Role::Admin;
}

}  // namespace xinpu::server
