// query/procedures/graph_calls.h
#pragma once
// What the graph.* procedures run (signatures and columns: docs/procedures.md). A null node gives no rows.

#include <span>

#include "query/functions/registry.h"

namespace xinpu::query {

/// (n, {type, weight?, min?, hops, on?, direction?}): each node once with its least distance, n with 0.
void callRelated(EvalContext& context, std::span<const engine::Value> args, const EmitRow& emit);
/// ({type, weight, min, on?}): nodes with a relationship that passes, by the least element id of their
/// component.
void callGroups(EvalContext& context, std::span<const engine::Value> args, const EmitRow& emit);
/// (n, {type, weight, on?, min?, direction?}): effective shares, greatest first.
void callOwnership(EvalContext& context, std::span<const engine::Value> args, const EmitRow& emit);
/// (n, {type, weight, on?, over?, suspectedFrom?}): who controls n, greatest share of votes first.
void callControllers(EvalContext& context, std::span<const engine::Value> args, const EmitRow& emit);
/// (a, b, {type?, weight?, min?, hops, on?, limit}): paths without a node twice, shortest first.
void callPathsBetween(EvalContext& context, std::span<const engine::Value> args, const EmitRow& emit);

/// The node that an argument gives; an invalid id for null.
/// @throws Error(Type) it is no node; Error(NotFound, DeletedEntityAccess) this transaction deleted it
engine::NodeId nodeArgument(const EvalContext& context, const engine::Value& argument);

}  // namespace xinpu::query
