// query/semantics/binder.h
#pragma once
// Statement to bound statement: every name resolved, every type known or marked unknown.

#include "engine/catalog/catalog.h"
#include "query/functions/registry.h"
#include "query/syntax/ast.h"

namespace xinpu::query {

/// Fills what ast.h marks "bound" and refuses what openCypher refuses before a statement runs. What is bound
/// stays right as long as the registry lives; the catalogue is asked for notifications only, so a bound
/// statement outlives it.
///
/// Patterns: `bound` of a node, relationship or path means that the variable had a value before the clause
/// (MATCH, MERGE) or before this place (CREATE, where a node of an earlier path may be met again). The same
/// variable twice in one pattern is the same slot twice. CALL { … }: column c becomes a variable outside
/// whose slot is `query->column_slots[0][c]`; other parts of a UNION have slots of their own.
///
/// Threads: any number at once, each with its own statement. Depth is bounded by the parser.
/// @throws Error(Syntax), Error(Semantic), Error(Type), Error(Procedure) with the TCK's detail code and the
/// position
void bind(Statement& statement, const Registry& registry, const engine::Catalog& catalog);

}  // namespace xinpu::query
