// query/plan/covered.h
#pragma once
// Finds the predicates that adjacency entries can answer by themselves.

#include "query/plan/plan.h"

namespace xinpu::query {

/// Fills PlanNode::covered of every expansion.
void annotateCovered(Plan& plan);

}  // namespace xinpu::query
