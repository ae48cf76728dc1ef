// query/exec/joins.cpp
// Operators with more than one child.

#include "engine/value/order.h"
#include "query/exec/key_table.h"
#include "query/exec/operators.h"

namespace xinpu::query {

using engine::Value;

namespace {

class Apply final : public Operator {
public:
    Apply(const PlanNode& node, ExecContext& context)
        : Operator(node, context), left_(makeOperator(*node.children[0], context)),
          right_(makeOperator(*node.children[1], context)), input_(context.width(), context.batch_rows) {}
    void reset(Row argument) override {
        left_->reset(argument);
        input_.restart();
        position_ = 0;
        active_ = false;
    }

protected:
    bool pull(Batch& out) override {
        const std::size_t before = out.size();
        while (!out.full()) {
            if (active_) {
                const std::size_t from = out.size();
                if (right_->next(out)) {
                    keepFrom(out, from);
                    continue;
                }
                active_ = false;
                ++position_;
            }
            if (position_ >= input_.size()) {
                input_.clear();
                position_ = 0;
                if (!left_->next(input_)) {
                    break;
                }
            }
            step();
            right_->reset(input_.row(position_));
            active_ = true;
        }
        return out.size() > before;
    }

private:
    void keepFrom(Batch& out, std::size_t from) {
        if (node_.filters.empty()) {
            return;
        }
        std::size_t kept = from;
        for (std::size_t i = from; i < out.size(); ++i) {
            if (keeps(out.row(i))) {
                out.move(i, kept++);
            }
        }
        out.truncate(kept);
    }

    std::unique_ptr<Operator> left_;
    std::unique_ptr<Operator> right_;
    Batch input_;
    std::size_t position_ = 0;
    bool active_ = false;
};

class UnitApply final : public InPlace {
public:
    UnitApply(const PlanNode& node, ExecContext& context)
        : InPlace(node, context), right_(makeOperator(*node.children[1], context)),
          scratch_(context.width(), context.batch_rows) {}

protected:
    bool take(Row row) override {
        right_->reset(row);
        drain(*right_, scratch_);
        return true;
    }

private:
    std::unique_ptr<Operator> right_;
    Batch scratch_;
};

/// The right side run once, of each row the values of `slots`.
class KeptSide {
public:
    KeptSide(const PlanNode& node, ExecContext& context)
        : node_(node), right_(makeOperator(*node.children[1], context)),
          input_(context.width(), context.batch_rows), held_(context) {}

    void reset(Row argument) {
        right_->reset(argument);
        values_.clear();
        held_.release();
        size_ = 0;
        kept_ = false;
    }
    /// Calls `each(Row)` while the rows are there; false leaves one out.
    template <typename Each>
    void keep(Each&& each) {
        if (kept_) {
            return;
        }
        kept_ = true;
        input_.restart();
        while (right_->next(input_)) {
            for (std::size_t i = 0; i < input_.size(); ++i) {
                const Row row = input_.row(i);
                if (!each(row)) {
                    continue;
                }
                std::size_t bytes = 0;
                for (const Slot slot : node_.slots) {
                    values_.push_back(at(row, slot));
                    bytes += sizeof(Value) + values_.back().heapBytes();
                }
                held_.add(bytes);
                ++size_;
            }
            input_.clear();
        }
    }
    void put(std::size_t i, Row row) const {
        const Value* from = values_.data() + i * node_.slots.size();
        for (const Slot slot : node_.slots) {
            at(row, slot) = *from++;
        }
    }
    std::size_t size() const noexcept { return size_; }

private:
    const PlanNode& node_;
    std::unique_ptr<Operator> right_;
    Batch input_;
    std::vector<Value> values_;
    HeldMemory held_;
    std::size_t size_ = 0;
    bool kept_ = false;
};

class CartesianProduct final : public PerRow {
public:
    CartesianProduct(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), right_(node, context) {}
    void reset(Row argument) override {
        PerRow::reset(argument);
        right_.reset(argument);
    }

protected:
    bool begin(Row) override {
        right_.keep([](Row) { return true; });
        next_ = 0;
        return right_.size() != 0;
    }
    bool emit(Row row, Batch& out) override {
        for (; next_ < right_.size(); ++next_) {
            if (out.full()) {
                return true;
            }
            step();
            right_.put(next_, row);
            if (keeps(row)) {
                out.append(row, node_.live);
            }
        }
        return false;
    }

private:
    KeptSide right_;
    std::size_t next_ = 0;
};

class HashJoin final : public PerRow {
public:
    HashJoin(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), right_(node, context), keys_(node.values.size()), key_(node.values.size()) {}
    void reset(Row argument) override {
        PerRow::reset(argument);
        right_.reset(argument);
        keys_.clear();
        firsts_.clear();
        following_.clear();
    }

protected:
    bool begin(Row row) override {
        right_.keep([this](Row one) { return keep(one); });
        if (!readKey(node_.values, row)) {
            return false;
        }
        const auto number = keys_.number(key_.data());
        next_ = number ? firsts_[*number] : kNone;
        return next_ != kNone;
    }
    bool emit(Row row, Batch& out) override {
        for (; next_ != kNone; next_ = following_[next_]) {
            if (out.full()) {
                return true;
            }
            step();
            right_.put(next_, row);
            if (keeps(row)) {
                out.append(row, node_.live);
            }
        }
        return false;
    }

private:
    static constexpr std::uint32_t kNone = 0xffff'ffffU;

    /// False if a value equals nothing, itself neither: null, NaN, or a list or map with such a value inside.
    bool readKey(const std::vector<const Expr*>& exprs, Row row) {
        for (std::size_t k = 0; k < key_.size(); ++k) {
            key_[k] = evaluate(*exprs[k], row, context_);
            if (!engine::equalValues(key_[k], key_[k]).value_or(false)) {
                return false;
            }
        }
        return true;
    }
    bool keep(Row row) {
        if (!readKey(node_.right_values, row)) {
            return false;
        }
        const auto [number, fresh] = keys_.add(key_.data());
        const auto place = static_cast<std::uint32_t>(following_.size());
        following_.push_back(kNone);
        if (fresh) {
            firsts_.push_back(place);
            lasts_.resize(firsts_.size());
        } else {
            following_[lasts_[number]] = place;
        }
        lasts_[number] = place;
        return true;
    }

    KeptSide right_;
    KeyTable keys_;
    std::vector<Value> key_;
    std::vector<std::uint32_t> firsts_;  ///< by key
    std::vector<std::uint32_t> lasts_;
    std::vector<std::uint32_t> following_;  ///< by row of the right side
    std::uint32_t next_ = kNone;
};

class Union final : public Operator {
public:
    Union(const PlanNode& node, ExecContext& context) : Operator(node, context), moved_(node.slots.size()) {
        for (const auto& child : node.children) {
            children_.push_back(makeOperator(*child, context));
        }
    }
    void reset(Row argument) override {
        current_ = 0;
        argument_ = argument;
        children_.front()->reset(argument);
    }

protected:
    bool pull(Batch& out) override {
        const std::size_t before = out.size();
        while (!out.full() && current_ < children_.size()) {
            const std::size_t from = out.size();
            if (!children_[current_]->next(out)) {
                if (++current_ < children_.size()) {
                    children_[current_]->reset(argument_);
                }
                continue;
            }
            if (!node_.slots.empty() && node_.union_slots[current_] != node_.slots) {
                for (std::size_t i = from; i < out.size(); ++i) {
                    moveColumns(out.row(i));
                }
            }
        }
        return out.size() > before;
    }

private:
    void moveColumns(Row row) {
        const std::vector<Slot>& from = node_.union_slots[current_];
        for (std::size_t c = 0; c < from.size(); ++c) {
            moved_[c] = at(row, from[c]);
        }
        for (std::size_t c = 0; c < from.size(); ++c) {
            at(row, node_.slots[c]) = std::move(moved_[c]);
        }
    }

    std::vector<std::unique_ptr<Operator>> children_;
    std::vector<Value> moved_;
    std::size_t current_ = 0;
    Row argument_ = nullptr;
};

}  // namespace

std::unique_ptr<Operator> makeJoin(const PlanNode& node, ExecContext& context) {
    switch (node.op) {
    case Op::Apply:
        return std::make_unique<Apply>(node, context);
    case Op::UnitApply:
        return std::make_unique<UnitApply>(node, context);
    case Op::CartesianProduct:
        return std::make_unique<CartesianProduct>(node, context);
    case Op::HashJoin:
        return std::make_unique<HashJoin>(node, context);
    default:
        return std::make_unique<Union>(node, context);
    }
}

}  // namespace xinpu::query
