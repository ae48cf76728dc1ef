// query/exec/operator.cpp
// The shapes of operators, profiling, and the choice by Op.

#include "query/exec/operator.h"

#include <fmt/format.h>

#include <chrono>

#include "query/exec/operators.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

template <typename Pull>
bool Operator::profiled(const Pull& pull_some) {
    const std::uint64_t reads = context_.reads;
    const auto start = std::chrono::steady_clock::now();
    OperatorProfile& profile = context_.profiles[static_cast<std::size_t>(node_.id)];
    const bool more = pull_some(profile.rows);
    const auto time = std::chrono::steady_clock::now() - start;
    profile.reads += context_.reads - reads;
    profile.nanos +=
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
    return more;
}

bool Operator::nextProfiled(Batch& out) {
    return profiled([&](std::uint64_t& rows) {
        const std::size_t before = out.size();
        const bool more = pull(out);
        rows += out.size() - before;
        return more;
    });
}

bool Operator::nextRunProfiled(NodeRun& run) {
    return profiled([&](std::uint64_t& rows) {
        const bool more = pullRun(run);
        rows += more ? run.nodes.size() : 0;
        return more;
    });
}

bool InPlace::pull(Batch& out) {
    const std::size_t before = out.size();
    while (!out.full()) {
        std::size_t kept = out.size();
        const std::size_t from = kept;
        if (!child_->next(out)) {
            childEnded();
            break;
        }
        step(out.size() - from);
        for (std::size_t i = from; i < out.size(); ++i) {
            const Row row = out.row(i);
            if (take(row) && keeps(row)) {
                out.move(i, kept++);
            }
        }
        out.truncate(kept);
        batchTaken();
    }
    return out.size() > before;
}

bool PerRow::nextInput() {
    for (;;) {
        if (active_) {
            active_ = false;
            ++position_;
        }
        if (position_ == input_.size()) {
            input_.clear();
            position_ = 0;
            if (!child_->next(input_)) {
                return false;
            }
        }
        step();
        active_ = true;
        if (begin(input_.row(position_))) {
            return true;
        }
    }
}

bool PerRow::pull(Batch& out) {
    const std::size_t before = out.size();
    while (!out.full()) {
        if (!active_ && !nextInput()) {
            break;
        }
        if (!emit(input_.row(position_), out)) {
            active_ = false;
            ++position_;
        }
    }
    return out.size() > before;
}

std::uint64_t rowCount(const Expr& expr, Row row, ExecContext& context) {
    const Value value = evaluate(expr, row, context);
    if (value.kind() != Kind::Integer) {
        throw Error(ErrorCode::Syntax,
                    fmt::format("SKIP and LIMIT take a number of rows, not a value of type {}.",
                                engine::kindName(value.kind())),
                    "InvalidArgumentType", expr.at);
    }
    if (value.integer() < 0) {
        throw Error(ErrorCode::Syntax,
                    fmt::format("SKIP and LIMIT take a number of rows that is not negative, not {}.",
                                value.integer()),
                    "NegativeIntegerArgument", expr.at);
    }
    return static_cast<std::uint64_t>(value.integer());
}

void drain(Operator& op, Batch& scratch) {
    scratch.clear();
    while (op.next(scratch)) {
        scratch.clear();
    }
}

std::unique_ptr<Operator> makeOperator(const PlanNode& node, ExecContext& context) {
    switch (node.op) {
    case Op::Argument:
    case Op::Filter:
    case Op::Project:
    case Op::Distinct:
    case Op::Skip:
    case Op::Limit:
    case Op::Unwind:
    case Op::Optional:
    case Op::Eager:
    case Op::Produce:
    case Op::Drain:
        return makeRowOperator(node, context);
    case Op::NodeScan:
    case Op::LabelScan:
    case Op::CountStore:
        return makeScan(node, context);
    case Op::UniqueSeek:
    case Op::RangeSeek:
    case Op::BitmapSeek:
    case Op::DateSeek:
    case Op::IdSeek:
    case Op::RelationshipIdSeek:
        return makeSeek(node, context);
    case Op::Expand:
        return makeExpand(node, context);
    case Op::VarExpand:
        return makeVarExpand(node, context);
    case Op::GroupExpand:
        return makeGroupExpand(node, context);
    case Op::ReachExpand:
        return makeReachExpand(node, context);
    case Op::ShortestPath:
        return makeShortestPath(node, context);
    case Op::BuildPath:
        return makeBuildPath(node, context);
    case Op::Aggregate:
        return makeAggregate(node, context);
    case Op::Sort:
        return makeSort(node, context);
    case Op::Top:
        return makeTop(node, context);
    case Op::Apply:
    case Op::UnitApply:
    case Op::CartesianProduct:
    case Op::HashJoin:
    case Op::Union:
        return makeJoin(node, context);
    case Op::Create:
    case Op::Merge:
    case Op::Set:
    case Op::Remove:
    case Op::Delete:
    case Op::Foreach:
        return makeUpdate(node, context);
    case Op::ProcedureCall:
        return makeProcedureCall(node, context);
    case Op::LoadCsv:
        return makeLoadCsv(node, context);
    }
    throw Error(ErrorCode::Internal, "The plan has an operator that is not known.");
}

}  // namespace xinpu::query
