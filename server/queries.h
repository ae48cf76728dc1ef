// server/queries.h
#pragma once
// /queries: what runs at the moment, and the order to stop it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/principal.h"
#include "server/exchange.h"
#include "server/running_statements.h"
#include "server/transactions.h"

namespace xinpu::server {

class Service;
struct Work;

/// Those that the principal may see.
std::vector<RunningStatement> seenStatements(Service& service, const Principal& principal);
std::vector<OpenTransaction> seenTransactions(Service& service, const Principal& principal);
/// "waiting", "running" or "stopping".
std::string_view stateOf(const RunningStatement& statement) noexcept;
/// Stops a statement, or rolls a transaction back; whose it was. Nothing: there is none of this id that the
/// principal may end.
std::optional<std::string> endQuery(Service& service, const Principal& principal, const std::string& id);

/// GET: running statements and open transactions; all of them for those who may see all, else one's own.
void listQueries(Service& service, Exchange& exchange, Work& work);
/// DELETE /{id}: 204; a statement stops within 50 ms, a transaction is rolled back. 404: none that one may
/// end.
void endQuery(Service& service, Exchange& exchange, Work& work);

}  // namespace xinpu::server
