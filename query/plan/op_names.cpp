// query/plan/op_names.cpp
// The names of operators, as EXPLAIN, PROFILE and metrics show them.

#include <string_view>

#include "query/plan/plan.h"

namespace xinpu::query {

std::string_view opName(Op op) noexcept {
    switch (op) {
    case Op::Argument:
        return "Argument";
    case Op::NodeScan:
        return "NodeScan";
    case Op::LabelScan:
        return "LabelScan";
    case Op::UniqueSeek:
        return "UniqueSeek";
    case Op::RangeSeek:
        return "RangeSeek";
    case Op::BitmapSeek:
        return "BitmapSeek";
    case Op::DateSeek:
        return "DateSeek";
    case Op::IdSeek:
        return "IdSeek";
    case Op::RelationshipIdSeek:
        return "RelationshipIdSeek";
    case Op::Expand:
        return "Expand";
    case Op::VarExpand:
        return "VarExpand";
    case Op::GroupExpand:
        return "GroupExpand";
    case Op::ReachExpand:
        return "BitmapExpand";
    case Op::ShortestPath:
        return "ShortestPath";
    case Op::BuildPath:
        return "BuildPath";
    case Op::Filter:
        return "Filter";
    case Op::Project:
        return "Project";
    case Op::Aggregate:
        return "Aggregate";
    case Op::Distinct:
        return "Distinct";
    case Op::Sort:
        return "Sort";
    case Op::Top:
        return "Top";
    case Op::Skip:
        return "Skip";
    case Op::Limit:
        return "Limit";
    case Op::Unwind:
        return "Unwind";
    case Op::Apply:
        return "Apply";
    case Op::Optional:
        return "Optional";
    case Op::CartesianProduct:
        return "CartesianProduct";
    case Op::HashJoin:
        return "HashJoin";
    case Op::Union:
        return "Union";
    case Op::Eager:
        return "Eager";
    case Op::UnitApply:
        return "UnitApply";
    case Op::CountStore:
        return "CountStore";
    case Op::Create:
        return "Create";
    case Op::Merge:
        return "Merge";
    case Op::Set:
        return "Set";
    case Op::Remove:
        return "Remove";
    case Op::Delete:
        return "Delete";
    case Op::Foreach:
        return "Foreach";
    case Op::ProcedureCall:
        return "ProcedureCall";
    case Op::LoadCsv:
        return "LoadCsv";
    case Op::Produce:
        return "ProduceResults";
    case Op::Drain:
        return "EmptyResult";
    }
    return "?";
}

}  // namespace xinpu::query
