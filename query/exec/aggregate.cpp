// query/exec/aggregate.cpp
// Groups rows by their keys and gathers the aggregates of each group.

#include "query/exec/key_table.h"
#include "query/exec/operators.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Value;

namespace {

/// How one aggregate of the projection is gathered.
struct Gathering {
    enum class Kind : std::uint8_t { CountRows, CountValues, Function };
    Kind kind = Kind::Function;
    const Expr* call = nullptr;
    bool distinct = false;
    bool nulls_count = false;

    explicit Gathering(const Expr& expr) : call(&expr), distinct(expr.distinct) {
        if (expr.kind == ExprKind::CountStar) {
            kind = Kind::CountRows;
        } else if (expr.function->name == "count") {
            kind = Kind::CountValues;
        } else {
            nulls_count = !expr.function->null_in_null_out;
        }
    }
};

/// What one group has gathered for one aggregate.
struct Gathered {
    std::int64_t count = 0;
    std::unique_ptr<Accumulator> accumulator{};
    std::unique_ptr<KeyTable> seen{};
    std::unique_ptr<NumberSet> seen_nodes{};  ///< those of `seen` that are nodes
    std::size_t bytes = 0;
};

class Aggregate final : public Operator {
public:
    Aggregate(const PlanNode& node, ExecContext& context)
        : Operator(node, context), child_(makeOperator(*node.children.front(), context)),
          input_(context.width(), context.batch_rows), groups_(node.assignments.size()),
          key_(node.assignments.size()), firsts_(context, node.live), held_(context),
          last_(node.key_slots.size()) {
        for (const Expr* call : node.aggregates) {
            gatherings_.emplace_back(*call);
        }
    }
    void reset(Row argument) override {
        argument_ = argument;
        child_->reset(argument);
        groups_.clear();
        firsts_.clear();
        gathered_.clear();
        held_.release();
        next_ = 0;
        complete_ = false;
        last_group_ = kNone;
    }

protected:
    bool pull(Batch& out) override {
        if (!complete_) {
            complete_ = true;
            gather();
        }
        const std::size_t before = out.size();
        for (; next_ < firsts_.size() && !out.full(); ++next_) {
            const Row row = firsts_.moveTo(out, next_);
            for (std::size_t k = 0; k < key_.size(); ++k) {
                at(row, node_.assignments[k].slot) = groups_.key(next_)[k];
            }
            for (std::size_t a = 0; a < gatherings_.size(); ++a) {
                at(row, gatherings_[a].call->slot) =
                    result(gatherings_[a], gathered_[next_ * gatherings_.size() + a]);
            }
            if (!keeps(row)) {
                out.truncate(out.size() - 1);
            }
        }
        return out.size() > before || (next_ < firsts_.size() && pull(out));
    }

private:
    void gather() {
        input_.restart();
        if (key_.empty()) {
            beginGroup(argument_);
        }
        bool any = false;
        while (child_->next(input_)) {
            step(input_.size());
            if (key_.empty() && !any) {
                firsts_.replace(0, input_.row(0));
                any = true;
            }
            for (std::size_t i = 0; i < input_.size(); ++i) {
                const Row row = input_.row(i);
                prefetchRecords(input_, i);
                Gathered* group = &gathered_[groupOf(row) * gatherings_.size()];
                for (std::size_t a = 0; a < gatherings_.size(); ++a) {
                    take(gatherings_[a], group[a], row);
                }
            }
            input_.clear();
        }
    }

    std::size_t groupOf(Row row) {
        if (key_.empty()) {
            return 0;
        }
        if (last_group_ != kNone && sameAsLast(row)) {
            return last_group_;
        }
        for (std::size_t k = 0; k < key_.size(); ++k) {
            key_[k] = evaluate(*node_.assignments[k].expr, row, context_);
        }
        const auto [number, fresh] = groups_.add(key_.data());
        if (fresh) {
            held_.add(groups_.bytesOfKey());
            beginGroup(row);
        }
        if (!node_.key_slots.empty()) {
            last_group_ = number;
            for (std::size_t i = 0; i < node_.key_slots.size(); ++i) {
                last_[i] = at(row, node_.key_slots[i]);
            }
        }
        return number;
    }

    /// Rows of one node often come one after the other. Where keys are properties of it, the group is told
    /// without reading them again.
    bool sameAsLast(Row row) const {
        for (std::size_t i = 0; i < node_.key_slots.size(); ++i) {
            const Value& value = at(row, node_.key_slots[i]);
            const bool same = value.kind() == last_[i].kind() &&
                              ((value.kind() == engine::Kind::Node && value.node() == last_[i].node()) ||
                               (value.kind() == engine::Kind::Relationship &&
                                value.relationship() == last_[i].relationship()));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    void beginGroup(Row row) {
        firsts_.add(row);
        held_.add(gatherings_.size() * sizeof(Gathered));
        for (const Gathering& gathering : gatherings_) {
            Gathered& fresh = gathered_.emplace_back();
            if (gathering.kind == Gathering::Kind::Function) {
                fresh.accumulator = gathering.call->function->accumulator();
            }
            if (gathering.distinct) {
                fresh.seen = std::make_unique<KeyTable>(1);
            }
        }
        if (gatherings_.empty()) {
            gathered_.emplace_back();  // so that the group has a place
        }
    }

    void take(const Gathering& gathering, Gathered& group, Row row) {
        if (gathering.kind == Gathering::Kind::CountRows) {
            ++group.count;
            return;
        }
        const Expr& call = *gathering.call;
        Value holder;
        const Value& value = operand(*call.args.front(), row, context_, holder);
        if (value.isNull() && !gathering.nulls_count) {
            return;
        }
        if (gathering.distinct && !isNew(group, value)) {
            return;
        }
        if (gathering.kind == Gathering::Kind::CountValues) {
            ++group.count;
            return;
        }
        accumulate(call, group, value, row);
    }

    bool isNew(Gathered& group, const Value& value) {
        if (value.kind() != engine::Kind::Node) {
            if (!group.seen->add(&value).second) {
                return false;
            }
            held_.add(group.seen->bytesOfKey() + value.heapBytes());
            return true;
        }
        if (!group.seen_nodes) {
            group.seen_nodes = std::make_unique<NumberSet>();
        }
        if (!group.seen_nodes->add(value.node().value)) {
            return false;
        }
        held_.add(NumberSet::kBytesOfNumber);
        return true;
    }

    void accumulate(const Expr& call, Gathered& group, const Value& value, Row row) {
        try {
            if (call.args.size() == 1) {
                group.accumulator->add(context_.eval, {&value, 1});
            } else {
                std::vector<Value> args{value};
                for (std::size_t i = 1; i < call.args.size(); ++i) {
                    args.push_back(evaluate(*call.args[i], row, context_));
                }
                group.accumulator->add(context_.eval, args);
            }
        } catch (const Error& error) {
            if (error.at()) {
                throw;
            }
            throw Error(error.code(), error.message(), error.detail(), call.at);
        }
        if (const std::size_t bytes = group.accumulator->heapBytes(); bytes > group.bytes) {
            held_.add(bytes - group.bytes);
            group.bytes = bytes;
        }
    }

    static Value result(const Gathering& gathering, Gathered& group) {
        return gathering.kind == Gathering::Kind::Function ? group.accumulator->result()
                                                           : Value::of(group.count);
    }

    std::unique_ptr<Operator> child_;
    Batch input_;
    std::vector<Gathering> gatherings_;
    KeyTable groups_;
    std::vector<Value> key_;
    KeptRows firsts_;  ///< of each group, so that what lies outside it stays in the row
    std::vector<Gathered> gathered_;
    HeldMemory held_;
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::vector<Value> last_;  ///< their values in the row before
    std::size_t last_group_ = kNone;
    Row argument_ = nullptr;
    std::size_t next_ = 0;
    bool complete_ = false;
};

}  // namespace

std::unique_ptr<Operator> makeAggregate(const PlanNode& node, ExecContext& context) {
    return std::make_unique<Aggregate>(node, context);
}

}  // namespace xinpu::query
