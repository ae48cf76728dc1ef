// server/schema_view.h
#pragma once
// /db/{database}/schema: what a graph is made of, for people and programs that complete statements.

#include "server/exchange.h"

namespace xinpu::server {

class Service;
struct Work;

/// GET: labels, relationship types, their properties with types, which labels a type joins, indexes,
/// constraints. Properties and joins are those of the first kSchemaSample entities of each.
void replySchema(Service& service, Exchange& exchange, Work& work);

}  // namespace xinpu::server
