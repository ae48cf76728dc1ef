// query/plan/live_slots.h
#pragma once
// What the executor would otherwise have to find out in each run: which slots of a row are read, and by what.

#include "query/plan/plan.h"

namespace xinpu::query {

/// Fills PlanNode::live and key_slots of every operator, CoveredTest::repeatable and reads.
void annotateLive(Plan& plan);

}  // namespace xinpu::query
