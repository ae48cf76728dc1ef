// query/session/schema_command.h
#pragma once
// CREATE INDEX, CREATE CONSTRAINT, DROP …, SHOW …: statements about the schema.

#include <span>
#include <string>

#include "query/exec/result.h"
#include "query/functions/registry.h"
#include "query/syntax/ast.h"

namespace xinpu::query {

/// Of the two families that SHOW tells apart.
inline bool isConstraint(const engine::IndexDefinition& definition) noexcept {
    return definition.kind == engine::IndexKind::Unique || definition.kind == engine::IndexKind::Rule;
}

bool changesSchema(const SchemaCommand& command) noexcept;
/// Columns of a SHOW; empty for the others.
std::span<const std::string> schemaFields(const SchemaCommand& command);

/// Declares or drops; builds on what exists.
/// @throws Error(Constraint) naming the values that break it; Error(Conflict,
/// EquivalentSchemaRuleAlreadyExists …)
void changeSchema(const SchemaCommand& command, engine::WriteTxn& txn, Counters& counters);
/// Rows of a SHOW.
void showSchema(const SchemaCommand& command, const GraphView& graph, const Registry& registry,
                ResultSink& sink);

}  // namespace xinpu::query
