// query/procedures/builtin.h
#pragma once
// The procedures of ours and those that clients ask for: graph.*, db.*, dbms.components.

#include "query/functions/registry.h"

namespace xinpu::query {

/// Adds all of them. docs/procedures.md has an example of each.
void registerBuiltinProcedures(Registry& registry);

}  // namespace xinpu::query
