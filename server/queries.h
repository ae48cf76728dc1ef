// server/queries.h
#pragma once
// /queries: what runs at the moment, and the order to stop it.

#include "server/exchange.h"

namespace xinpu::server {

class Service;
struct Work;

/// GET: running statements and open transactions; all of them for those who may see all, else one's own.
void listQueries(Service& service, Exchange& exchange, Work& work);
/// DELETE /{id}: 204; a statement stops within 50 ms, a transaction is rolled back. 404: none that one may
/// end.
void endQuery(Service& service, Exchange& exchange, Work& work);

}  // namespace xinpu::server
