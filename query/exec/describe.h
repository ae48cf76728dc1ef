// query/exec/describe.h
#pragma once
// Plans as EXPLAIN and PROFILE show them.

#include <span>

#include "query/exec/context.h"

namespace xinpu::query {

/// `profiles` by operator id; empty: as planned. Plans inside expressions stand below the operator that asks.
PlanDescription describe(const Plan& plan, std::span<const OperatorProfile> profiles);

}  // namespace xinpu::query
