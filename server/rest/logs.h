// server/rest/logs.h
#pragma once
// /api/v1/journal and /api/v1/access-log: who changed what, and who did or was refused what.

#include "server/exchange.h"

namespace xinpu::server {

class Service;
struct Work;

/// GET ?limit&after&database: entries of a database's journal, ascending.
void listJournal(Service& service, Exchange& exchange, Work& work);
/// GET ?limit&after: entries of the audit, ascending.
void listAccessLog(Service& service, Exchange& exchange, Work& work);

}  // namespace xinpu::server
