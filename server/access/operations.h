// server/access/operations.h
#pragma once
// The roles, what there is to do, and the one table of who may do what (docs/security.md shows it).

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace xinpu::server {

enum class Role : std::uint8_t { Admin, Analyst, Loader, Department, Subject, FinanceOffice, Auditor };

/// One thing that a request asks for. A request of several (a statement that writes) needs each.
enum class Operation : std::uint8_t {
    Discover,           ///< what there is: no key is asked
    Health,             ///< whether the server lives: no key is asked
    ListDatabases,      ///< those that the role may read
    DescribeDatabase,
    CreateDatabase,
    DropDatabase,
    ReadStatement,      ///< also inside a transaction
    WriteStatement,
    ChangeSchema,       ///< by a statement
    LoadCsv,            ///< a statement that reads files of the server
    ReadSchema,
    SeeQueries,
    EndQueries,
    ManageKeys,
    ReadJournal,
    ReadAccessLog,
    ReadMetrics,
};

/// Where a role may do something.
enum class Reach : std::uint8_t {
    Nowhere,
    Own,            ///< what the same principal did or runs
    UsualDatabase,  ///< in `credit` only
    Everywhere,
};

/// "admin", "analyst", "loader", "department", "subject", "finance_office", "auditor".
std::string_view nameOf(Role role) noexcept;
std::optional<Role> roleOf(std::string_view name) noexcept;
std::span<const Role> allRoles() noexcept;

/// "readStatement": the name in the table of docs/security.md and in the access log.
std::string_view nameOf(Operation operation) noexcept;

/// Whether everybody may, without a key.
bool isPublic(Operation operation) noexcept;
Reach reachOf(Role role, Operation operation) noexcept;
/// Whether there is a place where the role may.
bool may(Role role, Operation operation) noexcept;
/// Whether it may in this database (canonical name).
bool may(Role role, Operation operation, std::string_view database) noexcept;

/// Whether properties of class personal come back masked.
bool seesMasked(Role role) noexcept;

}  // namespace xinpu::server
