// query/exec/updates.h
#pragma once
// Changes of single entities, counted, for the operators that change the graph.

#include <span>
#include <vector>

#include "query/exec/context.h"

namespace xinpu::query {

/// Creates what the patterns name and the row does not hold yet; writes nodes, relationships and paths to the
/// row.
/// @throws Error(Type, InvalidPropertyType), Error(NotFound, EntityNotFound) an end that is null
void createPatterns(std::span<const PathPattern> patterns, Row row, ExecContext& context);
/// @throws Error(Semantic, MergeReadOwnWrites) if a property of the pattern is null
void demandNoNulls(std::span<const PathPattern> patterns, Row row, ExecContext& context);

/// SET items in order. A null entity is passed over.
void applySet(std::span<const SetItem> items, Row row, ExecContext& context);
/// REMOVE items in order.
void applyRemove(std::span<const SetItem> items, Row row, ExecContext& context);

/// Deletes a node, a relationship, or all of a path; null and what was deleted before are passed over. A node
/// that still has relationships and is not to be detached waits in `context.doomed`.
void deleteEntity(const engine::Value& entity, bool detach, Position where, ExecContext& context);
/// Deletes nodes that were waiting and have no relationships any more.
void retryDoomed(ExecContext& context);
/// The same at the end of the statement. @throws Error(Constraint, DeleteConnectedNode)
void deleteDoomed(ExecContext& context);

/// @throws Error(Type, InvalidPropertyType) unless it may be a property, or is null
void demandStorable(const engine::Value& value, std::string_view name, Position where);

}  // namespace xinpu::query
