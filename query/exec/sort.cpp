// query/exec/sort.cpp
// Order: all rows, or only the first ones in a heap.

#include <algorithm>

#include "engine/value/order.h"
#include "query/exec/operators.h"
#include "query/plan/clause_facts.h"

namespace xinpu::query {

using engine::Value;

namespace {

/// Keys of the kept rows, one after the other, compared as ORDER BY says.
class SortKeys {
public:
    explicit SortKeys(const PlanNode& node) : order_(node.order) {}

    void evaluateInto(std::vector<Value>& key, Row row, ExecContext& context) const {
        key.resize(order_.size());
        for (std::size_t k = 0; k < order_.size(); ++k) {
            key[k] = evaluate(*order_[k].expr, row, context);
        }
    }
    std::strong_ordering compare(const Value* a, const Value* b) const noexcept {
        for (std::size_t k = 0; k < order_.size(); ++k) {
            const std::strong_ordering one = engine::orderValues(a[k], b[k]);
            if (one != std::strong_ordering::equal) {
                return order_[k].descending ? 0 <=> one : one;
            }
        }
        return std::strong_ordering::equal;
    }
    std::size_t count() const noexcept { return order_.size(); }

private:
    const std::vector<SortKey>& order_;
};

class Sort final : public Operator {
public:
    Sort(const PlanNode& node, ExecContext& context)
        : Operator(node, context), child_(makeOperator(*node.children.front(), context)),
          input_(context.width(), context.batch_rows), keys_(node), rows_(context, node.live),
          held_(context) {}
    void reset(Row argument) override {
        child_->reset(argument);
        rows_.clear();
        values_.clear();
        held_.release();
        places_.clear();
        next_ = 0;
        sorted_ = false;
    }

protected:
    bool pull(Batch& out) override {
        if (!sorted_) {
            sorted_ = true;
            gather();
        }
        const std::size_t before = out.size();
        for (; next_ < places_.size() && !out.full(); ++next_) {
            rows_.moveTo(out, places_[next_]);
        }
        return out.size() > before;
    }

private:
    void gather() {
        input_.restart();
        std::vector<Value> key;
        std::vector<std::size_t> alike;
        while (child_->next(input_)) {
            step(input_.size());
            for (std::size_t i = 0; i < input_.size(); ++i) {
                prefetchRecords(input_, i);
                keys_.evaluateInto(key, input_.row(i), context_);
                const bool null =
                    std::all_of(key.begin(), key.end(), [](const Value& one) { return one.isNull(); });
                (null ? alike : places_).push_back(rows_.size());
                rows_.add(input_.row(i));
                held_.add(keys_.count() * sizeof(Value));
                std::move(key.begin(), key.end(), std::back_inserter(values_));
            }
            input_.clear();
        }
        const auto before = [this](std::size_t a, std::size_t b) {
            step();
            return keys_.compare(keyAt(a), keyAt(b)) < 0;
        };
        std::stable_sort(places_.begin(), places_.end(), before);
        if (!alike.empty()) {
            // Rows whose keys are all null (of an OPTIONAL MATCH, most of them) are equal: they need no
            // comparing.
            const auto place = std::upper_bound(places_.begin(), places_.end(), alike.front(), before);
            places_.insert(place, alike.begin(), alike.end());
        }
    }
    const Value* keyAt(std::size_t place) const noexcept { return values_.data() + place * keys_.count(); }

    std::unique_ptr<Operator> child_;
    Batch input_;
    SortKeys keys_;
    KeptRows rows_;
    std::vector<Value> values_;
    std::vector<std::size_t> places_;
    HeldMemory held_;
    std::size_t next_ = 0;
    bool sorted_ = false;
};

/// Keeps as many rows as are asked for; the last of them is on top of the heap.
class Top final : public Operator {
public:
    Top(const PlanNode& node, ExecContext& context)
        : Operator(node, context), child_(makeOperator(*node.children.front(), context)),
          changes_(changesGraph(*node.children.front())), input_(context.width(), context.batch_rows),
          keys_(node), rows_(context, node.live), held_(context) {}
    void reset(Row argument) override {
        skip_ = node_.skip == nullptr ? 0 : rowCount(*node_.skip, argument, context_);
        limit_ = rowCount(*node_.limit, argument, context_);
        most_ = limit_ == 0 ? 0 : skip_ > kMost - limit_ ? kMost : skip_ + limit_;
        child_->reset(argument);
        rows_.clear();
        heap_.clear();
        values_.clear();
        held_.release();
        gathered_ = false;
    }

protected:
    bool pull(Batch& out) override {
        if (!gathered_) {
            gathered_ = true;
            gather();
            std::sort(heap_.begin(), heap_.end(),
                      [this](const Kept& a, const Kept& b) { return before(a, b); });
            next_ = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, heap_.size()));
        }
        const std::size_t size = out.size();
        for (; next_ < heap_.size() && !out.full(); ++next_) {
            rows_.moveTo(out, heap_[next_].place);
        }
        return out.size() > size;
    }

private:
    static constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    struct Kept {
        std::size_t place;      ///< of the row and its key
        std::uint64_t arrival;  ///< among equals the first stays the first
    };
    const Value* keyOf(const Kept& kept) const { return values_.data() + kept.place * keys_.count(); }
    bool before(const Kept& a, const Kept& b) const {
        const std::strong_ordering order = keys_.compare(keyOf(a), keyOf(b));
        return order != 0 ? order < 0 : a.arrival < b.arrival;
    }

    void gather() {
        input_.restart();
        if (most_ == 0 && !changes_) {
            return;
        }
        std::uint64_t arrival = 0;
        while (child_->next(input_)) {
            step(input_.size());
            for (std::size_t i = 0; i < input_.size(); ++i) {
                prefetchRecords(input_, i);
                keys_.evaluateInto(key_, input_.row(i), context_);
                take(input_.row(i), arrival++);
            }
            input_.clear();
        }
    }

    void take(Row row, std::uint64_t arrival) {
        const auto order = [this](const Kept& a, const Kept& b) { return before(a, b); };
        if (heap_.size() < most_) {
            held_.add(keys_.count() * sizeof(Value));
            std::move(key_.begin(), key_.end(), std::back_inserter(values_));
            rows_.add(row);
            heap_.push_back({rows_.size() - 1, arrival});
            std::push_heap(heap_.begin(), heap_.end(), order);
            return;
        }
        if (most_ == 0 || keys_.compare(key_.data(), keyOf(heap_.front())) >= 0) {
            return;
        }
        std::pop_heap(heap_.begin(), heap_.end(), order);
        const std::size_t place = heap_.back().place;
        std::move(key_.begin(), key_.end(),
                  values_.begin() + static_cast<std::ptrdiff_t>(place * keys_.count()));
        rows_.replace(place, row);
        heap_.back().arrival = arrival;
        std::push_heap(heap_.begin(), heap_.end(), order);
    }

    std::unique_ptr<Operator> child_;
    bool changes_;
    Batch input_;
    SortKeys keys_;
    KeptRows rows_;
    std::vector<Value> values_;
    std::vector<Value> key_;
    std::vector<Kept> heap_;
    HeldMemory held_;
    std::uint64_t skip_ = 0;
    std::uint64_t limit_ = 0;
    std::uint64_t most_ = 0;
    std::size_t next_ = 0;
    bool gathered_ = false;
};

}  // namespace

std::unique_ptr<Operator> makeSort(const PlanNode& node, ExecContext& context) {
    return std::make_unique<Sort>(node, context);
}
std::unique_ptr<Operator> makeTop(const PlanNode& node, ExecContext& context) {
    return std::make_unique<Top>(node, context);
}

}  // namespace xinpu::query
