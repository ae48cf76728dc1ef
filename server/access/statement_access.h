// server/access/statement_access.h
#pragma once
// What a role makes of a statement: whether it may run, and with which options. HTTP and Bolt ask here.

#include <string_view>

#include "query/session/session.h"
#include "server/access/access.h"

namespace xinpu::server {

/// Refuses what the statement does and the role may not: reading this database, writing, changing the schema,
/// reading files of the server. @throws Error(Denied, Forbidden)
void requireStatement(Access& access, const Principal& principal, const query::Prepared& prepared,
                      std::string_view database);

/// Keeps what a statement did that is to be kept: it touched personal data, or changed the schema. Durable
/// when it returns, and meant to be called before the answer is given. @throws Error(Io)
void recordStatement(Access& access, const Principal& principal, const query::Summary& summary,
                     std::string_view database, std::string_view statement);
/// Whether recordStatement() would have something to keep.
bool isKept(const query::Summary& summary) noexcept;

/// Keeps that a statement failed after rows of it had gone out: what they held is not known any more, so it
/// counts as a view of personal data.
void recordBrokenOff(Access& access, const Principal& principal, std::string_view database,
                     std::string_view statement) noexcept;

/// Options of a run by this principal: masked for those who see no personal data; read only, without files
/// for those who only read, whatever the statement turns out to be.
void limitTo(const Principal& principal, query::RunOptions& options);

}  // namespace xinpu::server
