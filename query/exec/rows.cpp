// query/exec/rows.cpp
// Operators that hand on, drop, keep or multiply rows without looking at the graph.

#include "query/exec/key_table.h"
#include "query/exec/operators.h"
#include "query/plan/clause_facts.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

class Argument final : public Operator {
public:
    using Operator::Operator;
    void reset(Row argument) override { row_ = argument; }

protected:
    bool pull(Batch& out) override {
        if (row_ == nullptr) {
            return false;
        }
        const Row row = out.append(row_, node_.live);
        row_ = nullptr;
        if (!keeps(row)) {
            out.truncate(out.size() - 1);
            return false;
        }
        return true;
    }

private:
    Row row_ = nullptr;
};

class Filter final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row) override { return true; }
};

class Project final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row row) override {
        for (const Assignment& assignment : node_.assignments) {
            at(row, assignment.slot) = evaluate(*assignment.expr, row, context_);
        }
        return true;
    }
};

class Distinct final : public InPlace {
public:
    Distinct(const PlanNode& node, ExecContext& context)
        : InPlace(node, context), seen_(node.slots.size()), key_(node.slots.size()), held_(context) {}
    void reset(Row argument) override {
        InPlace::reset(argument);
        seen_.clear();
        held_.release();
    }

protected:
    bool take(Row row) override {
        std::size_t bytes = seen_.bytesOfKey();
        for (std::size_t i = 0; i < key_.size(); ++i) {
            key_[i] = at(row, node_.slots[i]);
            bytes += key_[i].heapBytes();
        }
        if (!seen_.add(key_.data()).second) {
            return false;
        }
        held_.add(bytes);
        return true;
    }

private:
    KeyTable seen_;
    std::vector<Value> key_;
    HeldMemory held_;
};

class Skip final : public InPlace {
public:
    using InPlace::InPlace;
    void reset(Row argument) override {
        left_ = rowCount(*node_.skip, argument, context_);
        InPlace::reset(argument);
    }

protected:
    bool take(Row) override {
        if (left_ == 0) {
            return true;
        }
        --left_;
        return false;
    }

private:
    std::uint64_t left_ = 0;
};

/// Pulls no more than it needs, unless the rows beyond it change the graph.
class Limit final : public Operator {
public:
    Limit(const PlanNode& node, ExecContext& context)
        : Operator(node, context), child_(makeOperator(*node.children.front(), context)),
          changes_(changesGraph(*node.children.front())), scratch_(context.width(), context.batch_rows) {}
    void reset(Row argument) override {
        left_ = rowCount(*node_.limit, argument, context_);
        ended_ = false;
        child_->reset(argument);
    }

protected:
    bool pull(Batch& out) override {
        const std::size_t before = out.size();
        while (!ended_ && left_ != 0 && !out.full()) {
            const std::size_t from = out.size();
            if (!child_->next(out)) {
                ended_ = true;
                break;
            }
            const std::size_t taken = out.size() - from;
            if (taken > left_) {
                out.truncate(from + static_cast<std::size_t>(left_));
            }
            left_ -= out.size() - from;
        }
        if (left_ == 0 && !ended_) {
            ended_ = true;
            if (changes_) {
                drain(*child_, scratch_);
            }
        }
        return out.size() > before;
    }

private:
    std::unique_ptr<Operator> child_;
    bool changes_;
    Batch scratch_;
    std::uint64_t left_ = 0;
    bool ended_ = false;
};

class Unwind final : public PerRow {
public:
    using PerRow::PerRow;

protected:
    bool begin(Row row) override {
        list_ = evaluate(*node_.list, row, context_);
        element_ = 0;
        return !list_.isNull();
    }
    bool emit(Row row, Batch& out) override {
        const std::span<const Value> elements =
            list_.kind() == Kind::List ? list_.list() : std::span<const Value>(&list_, 1);
        while (element_ < elements.size()) {
            if (out.full()) {
                return true;
            }
            step();
            at(row, node_.to) = elements[element_++];
            if (keeps(row)) {
                out.append(row, node_.live);
            }
        }
        return false;
    }

private:
    Value list_;
    std::size_t element_ = 0;
};

class Optional final : public Operator {
public:
    Optional(const PlanNode& node, ExecContext& context)
        : Operator(node, context), child_(makeOperator(*node.children.front(), context)) {}
    void reset(Row argument) override {
        argument_ = argument;
        met_ = false;
        child_->reset(argument);
    }

protected:
    bool pull(Batch& out) override {
        if (child_->next(out)) {
            met_ = true;
            return true;
        }
        if (met_) {
            return false;
        }
        met_ = true;
        const Row row = out.append(argument_, node_.live);
        for (const Slot slot : node_.slots) {
            at(row, slot) = Value::null();
        }
        return true;
    }

private:
    std::unique_ptr<Operator> child_;
    Row argument_ = nullptr;
    bool met_ = false;
};

class Eager final : public Operator {
public:
    Eager(const PlanNode& node, ExecContext& context)
        : Operator(node, context), child_(makeOperator(*node.children.front(), context)),
          input_(context.width(), context.batch_rows), rows_(context, node.live) {}
    void reset(Row argument) override {
        child_->reset(argument);
        rows_.clear();
        next_ = 0;
        gathered_ = false;
    }

protected:
    bool pull(Batch& out) override {
        if (!gathered_) {
            gathered_ = true;
            input_.restart();
            while (child_->next(input_)) {
                step(input_.size());
                for (std::size_t i = 0; i < input_.size(); ++i) {
                    rows_.add(input_.row(i));
                }
                input_.clear();
            }
        }
        const std::size_t before = out.size();
        for (; next_ < rows_.size() && !out.full(); ++next_) {
            rows_.moveTo(out, next_);
        }
        return out.size() > before;
    }

private:
    std::unique_ptr<Operator> child_;
    Batch input_;
    KeptRows rows_;
    std::size_t next_ = 0;
    bool gathered_ = false;
};

class Drain final : public Operator {
public:
    Drain(const PlanNode& node, ExecContext& context)
        : Operator(node, context), child_(makeOperator(*node.children.front(), context)),
          scratch_(context.width(), context.batch_rows) {}
    void reset(Row argument) override { child_->reset(argument); }

protected:
    bool pull(Batch&) override {
        drain(*child_, scratch_);
        return false;
    }

private:
    std::unique_ptr<Operator> child_;
    Batch scratch_;
};

}  // namespace

std::unique_ptr<Operator> makeRowOperator(const PlanNode& node, ExecContext& context) {
    switch (node.op) {
    case Op::Argument:
        return std::make_unique<Argument>(node, context);
    case Op::Project:
        return std::make_unique<Project>(node, context);
    case Op::Distinct:
        return std::make_unique<Distinct>(node, context);
    case Op::Skip:
        return std::make_unique<Skip>(node, context);
    case Op::Limit:
        return std::make_unique<Limit>(node, context);
    case Op::Unwind:
        return std::make_unique<Unwind>(node, context);
    case Op::Optional:
        return std::make_unique<Optional>(node, context);
    case Op::Eager:
        return std::make_unique<Eager>(node, context);
    case Op::Drain:
        return std::make_unique<Drain>(node, context);
    default:
        return std::make_unique<Filter>(node, context);  // Filter, and Produce: the root reads its slots
    }
}

}  // namespace xinpu::query
