// query/exec/operators.h
#pragma once
// How each family of operators is made; makeOperator() chooses by Op.

#include <memory>

#include "query/exec/operator.h"

namespace xinpu::query {

std::unique_ptr<Operator> makeRowOperator(const PlanNode& node, ExecContext& context);  ///< rows.cpp
std::unique_ptr<Operator> makeAggregate(const PlanNode& node, ExecContext& context);    ///< aggregate.cpp
std::unique_ptr<Operator> makeSort(const PlanNode& node, ExecContext& context);         ///< sort.cpp
std::unique_ptr<Operator> makeTop(const PlanNode& node, ExecContext& context);          ///< sort.cpp
std::unique_ptr<Operator> makeJoin(const PlanNode& node, ExecContext& context);         ///< joins.cpp
std::unique_ptr<Operator> makeScan(const PlanNode& node, ExecContext& context);         ///< scans.cpp
std::unique_ptr<Operator> makeSeek(const PlanNode& node, ExecContext& context);         ///< seeks.cpp
std::unique_ptr<Operator> makeExpand(const PlanNode& node, ExecContext& context);       ///< expand.cpp
std::unique_ptr<Operator> makeVarExpand(const PlanNode& node, ExecContext& context);    ///< var_expand.cpp
std::unique_ptr<Operator> makeGroupExpand(const PlanNode& node, ExecContext& context);  ///< group_expand.cpp
std::unique_ptr<Operator> makeReachExpand(const PlanNode& node, ExecContext& context);  ///< reach_expand.cpp
std::unique_ptr<Operator> makeShortestPath(const PlanNode& node,
                                           ExecContext& context);                     ///< shortest_path.cpp
std::unique_ptr<Operator> makeBuildPath(const PlanNode& node, ExecContext& context);  ///< build_path.cpp
std::unique_ptr<Operator> makeUpdate(const PlanNode& node, ExecContext& context);     ///< updates.cpp
std::unique_ptr<Operator> makeProcedureCall(const PlanNode& node,
                                            ExecContext& context);                  ///< procedure_call.cpp
std::unique_ptr<Operator> makeLoadCsv(const PlanNode& node, ExecContext& context);  ///< load_csv.cpp

}  // namespace xinpu::query
