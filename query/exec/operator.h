// query/exec/operator.h
#pragma once
// What every operator of a running plan is, and the two shapes that most of them have.

#include <memory>
#include <span>

#include "query/exec/batch.h"
#include "query/exec/context.h"
#include "query/exec/evaluator.h"
#include "query/plan/plan.h"

namespace xinpu::query {

/// Rows that differ in one node only, and are not made yet: what they share, and the nodes.
struct NodeRun {
    Row row = nullptr;
    std::span<const engine::NodeId> nodes{};
};

/// Threads: one. An operator owns its children and keeps its memory from one reset to the next.
class Operator {
public:
    Operator(const PlanNode& node, ExecContext& context) : node_(node), context_(context) {}
    virtual ~Operator() = default;
    Operator(const Operator&) = delete;
    Operator& operator=(const Operator&) = delete;

    /// Appends rows to `out`, which is not full, until it is or there are no more. False: it appended none,
    /// and there are none to come.
    bool next(Batch& out) { return context_.profiling ? nextProfiled(out) : pull(out); }
    /// Whether rows may be taken as runs instead, the nodes being meant for `slot`.
    virtual bool givesRuns([[maybe_unused]] Slot slot) const noexcept { return false; }
    /// The next run; it is valid until the next call. False: there are no more.
    bool nextRun(NodeRun& run) { return context_.profiling ? nextRunProfiled(run) : pullRun(run); }
    /// Begins anew, with `argument` as the row outside. The row must stay where it is until the next reset.
    virtual void reset(Row argument) = 0;

protected:
    virtual bool pull(Batch& out) = 0;
    virtual bool pullRun([[maybe_unused]] NodeRun& run) { return false; }

    bool keeps(Row row) const {
        for (const Expr* filter : node_.filters) {
            if (!passes(*filter, row, context_)) {
                return false;
            }
        }
        return true;
    }
    const GraphView& graph() const noexcept { return context_.graph(); }
    /// Row `i` is next: hints that records of rows behind it will be read. In a city's graph they are rarely near.
    void prefetchRecords(Batch& rows, std::size_t i) const {
        constexpr std::size_t kFarAhead = 16;
        constexpr std::size_t kNearAhead = 8;
        for (const Slot slot : node_.record_slots) {
            prefetchRecord(rows, i + kFarAhead, slot, &GraphView::prefetchPlace);
            prefetchRecord(rows, i + kNearAhead, slot, &GraphView::prefetchRecord);
        }
    }
    void step(std::uint64_t work = 1) const { context_.budget().step(work); }

    const PlanNode& node_;
    ExecContext& context_;

private:
    void prefetchRecord(Batch& rows, std::size_t i, Slot slot, void (GraphView::*hint)(engine::NodeId) const) const {
        if (i < rows.size() && at(rows.row(i), slot).kind() == engine::Kind::Node) {
            (graph().*hint)(at(rows.row(i), slot).node());
        }
    }
    bool nextProfiled(Batch& out);
    bool nextRunProfiled(NodeRun& run);
    template <typename Pull>
    bool profiled(const Pull& pull_some);
};

std::unique_ptr<Operator> makeOperator(const PlanNode& node, ExecContext& context);

/// Memory that an operator reports to the budget, given back when it forgets it.
class HeldMemory {
public:
    explicit HeldMemory(ExecContext& context) : context_(&context) {}
    ~HeldMemory() { release(); }
    HeldMemory(const HeldMemory&) = delete;
    HeldMemory& operator=(const HeldMemory&) = delete;
    /// @throws Error(Limit, MemoryPoolOutOfMemoryError)
    void add(std::size_t bytes) {
        bytes_ += bytes;
        context_->budget().memory(static_cast<std::int64_t>(bytes));
    }
    void release() noexcept {
        if (bytes_ != 0) {
            context_->budget().memory(-static_cast<std::int64_t>(bytes_));
            bytes_ = 0;
        }
    }

private:
    ExecContext* context_;
    std::size_t bytes_ = 0;
};

/// Rows that an operator keeps, of each the slots that are needed.
class KeptRows {
public:
    KeptRows(ExecContext& context, std::span<const Slot> slots) : slots_(slots), held_(context) {}

    void add(const engine::Value* row) {
        std::size_t bytes = slots_.size() * sizeof(engine::Value);
        for (const Slot slot : slots_) {
            values_.push_back(row[static_cast<std::size_t>(slot)]);
            bytes += heldBytes(values_.back());
        }
        held_.add(bytes);
        ++size_;
    }
    /// In the place of a row that is not needed any more.
    void replace(std::size_t i, const engine::Value* row) {
        engine::Value* kept = values_.data() + i * slots_.size();
        for (const Slot slot : slots_) {
            *kept++ = row[static_cast<std::size_t>(slot)];
        }
    }
    void copyTo(Row row, std::size_t i) const {
        const engine::Value* kept = values_.data() + i * slots_.size();
        for (const Slot slot : slots_) {
            row[static_cast<std::size_t>(slot)] = *kept++;
        }
    }
    /// Appends the row and forgets its values here.
    Row moveTo(Batch& out, std::size_t i) {
        const Row row = out.appendRow();
        engine::Value* kept = values_.data() + i * slots_.size();
        for (const Slot slot : slots_) {
            row[static_cast<std::size_t>(slot)] = std::move(*kept++);
        }
        return row;
    }
    std::size_t size() const noexcept { return size_; }
    void clear() noexcept {
        values_.clear();
        size_ = 0;
        held_.release();
    }

private:
    /// Asked of each value: most kinds lie inside it.
    static std::size_t heldBytes(const engine::Value& value) noexcept {
        switch (value.kind()) {
        case engine::Kind::Null:
        case engine::Kind::Boolean:
        case engine::Kind::Integer:
        case engine::Kind::Float:
        case engine::Kind::Date:
        case engine::Kind::Node:
        case engine::Kind::Relationship:
            return 0;
        default:
            return value.heapBytes();
        }
    }

    std::span<const Slot> slots_;
    std::size_t size_ = 0;
    std::vector<engine::Value> values_;
    HeldMemory held_;
};

/// The number that SKIP or LIMIT says. @throws Error(Syntax, NegativeIntegerArgument or InvalidArgumentType)
std::uint64_t rowCount(const Expr& expr, Row row, ExecContext& context);
/// Runs an operator to its end for what it does.
void drain(Operator& op, Batch& scratch);

/// Changes or drops rows of its child where they lie.
class InPlace : public Operator {
public:
    InPlace(const PlanNode& node, ExecContext& context)
        : Operator(node, context), child_(makeOperator(*node.children.front(), context)) {}
    void reset(Row argument) override { child_->reset(argument); }

protected:
    bool pull(Batch& out) override;
    /// Whether the row stays.
    virtual bool take(Row row) = 0;
    /// All rows of one pull were taken.
    virtual void batchTaken() {}
    virtual void childEnded() {}

    std::unique_ptr<Operator> child_;
};

/// Makes any number of rows of each row of its child.
class PerRow : public Operator {
public:
    PerRow(const PlanNode& node, ExecContext& context, std::unique_ptr<Operator> child)
        : Operator(node, context), child_(std::move(child)), input_(context.width(), context.batch_rows) {}
    PerRow(const PlanNode& node, ExecContext& context)
        : PerRow(node, context, makeOperator(*node.children.front(), context)) {}
    void reset(Row argument) override {
        child_->reset(argument);
        input_.restart();
        position_ = 0;
        active_ = false;
    }

protected:
    bool pull(Batch& out) override;
    /// Moves to the next row of the child that gives something; emit() is not called for it.
    bool nextInput();
    /// The row at `position_` of `input_` is next; its own slots may be written. False: it gives nothing.
    virtual bool begin(Row row) = 0;
    /// Appends what the row gives. True: `out` is full and there may be more of it.
    virtual bool emit(Row row, Batch& out) = 0;

    std::unique_ptr<Operator> child_;
    Batch input_;
    std::size_t position_ = 0;
    bool active_ = false;
};

/// Reads all rows of `op` from `argument` on, and calls `visit(Row)` for each until it returns false.
template <typename Visit>
void eachRow(Operator& op, Batch& rows, Row argument, Visit&& visit) {
    op.reset(argument);
    rows.restart();
    while (op.next(rows)) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!visit(rows.row(i))) {
                return;
            }
        }
        rows.clear();
    }
}

}  // namespace xinpu::query
