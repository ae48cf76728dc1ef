// query/exec/procedure_call.cpp
// CALL name(…) YIELD …

#include <algorithm>

#include "query/exec/operators.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Value;

namespace {

class ProcedureCallOperator final : public PerRow {
public:
    ProcedureCallOperator(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), procedure_(*node.clause->procedure), held_(context) {
        for (const YieldItem& item : node.clause->yields) {
            const auto field =
                std::find_if(procedure_.outputs.begin(), procedure_.outputs.end(),
                             [&](const ProcedureField& output) { return output.name == item.field; });
            XINPU_ASSERT(field != procedure_.outputs.end());  // the binder refuses other names
            places_.push_back(static_cast<std::size_t>(field - procedure_.outputs.begin()));
        }
    }

protected:
    bool begin(Row row) override {
        rows_.clear();
        held_.release();
        count_ = 0;
        next_ = 0;
        args_.clear();
        for (const ExprPtr& arg : node_.clause->args) {
            args_.push_back(evaluate(*arg, row, context_));
        }
        args_.resize(std::max(args_.size(), procedure_.inputs.size()));
        try {
            procedure_.call(context_.eval, args_, [this](std::span<const Value> values) { gather(values); });
        } catch (const Error& error) {
            if (error.at()) {
                throw;
            }
            throw Error(error.code(), error.message(), error.detail(), node_.clause->at);
        }
        if (procedure_.outputs.empty()) {
            count_ = 1;  // it is called for what it does; the row goes on
        }
        return count_ != 0;
    }

    bool emit(Row row, Batch& out) override {
        for (; next_ < count_; ++next_) {
            if (out.full()) {
                return true;
            }
            for (std::size_t i = 0; i < places_.size(); ++i) {
                at(row, node_.clause->yields[i].slot) = rows_[next_ * places_.size() + i];
            }
            if (keeps(row)) {
                out.append(row, node_.live);
            }
        }
        return false;
    }

private:
    void gather(std::span<const Value> values) {
        step();
        std::size_t bytes = 0;
        for (const std::size_t place : places_) {
            rows_.push_back(values[place]);
            bytes += sizeof(Value) + values[place].heapBytes();
        }
        held_.add(bytes);
        ++count_;
    }

    const Procedure& procedure_;
    HeldMemory held_;
    std::vector<std::size_t> places_;
    std::vector<Value> args_;
    std::vector<Value> rows_;
    std::size_t count_ = 0;
    std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Operator> makeProcedureCall(const PlanNode& node, ExecContext& context) {
    return std::make_unique<ProcedureCallOperator>(node, context);
}

}  // namespace xinpu::query
