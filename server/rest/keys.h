// server/rest/keys.h
#pragma once
// /api/v1/keys: administrators make, list and revoke access keys.

#include "server/exchange.h"

namespace xinpu::server {

class Service;
struct Work;

/// POST: 201 with the key, which is shown this once.
void makeKey(Service& service, Exchange& exchange, Work& work);
/// GET ?limit&after: without secrets.
void listKeys(Service& service, Exchange& exchange, Work& work);
/// DELETE /{id}: 204; the key is refused from now on.
void revokeKey(Service& service, Exchange& exchange, Work& work);

}  // namespace xinpu::server
