// query/plan/live_slots.h
#pragma once
// Which slots of an operator's rows are read above it: the others need not be copied with the row.

#include "query/plan/plan.h"

namespace xinpu::query {

/// Fills PlanNode::live of every operator.
void annotateLive(Plan& plan);

}  // namespace xinpu::query
