// query/exec/executor.cpp
// The root of a run: pulls rows and hands them to the sink.

#include "query/exec/executor.h"

#include <random>

#include "query/exec/describe.h"
#include "query/exec/operator.h"
#include "query/exec/updates.h"
#include "xinpu/assert.h"

namespace xinpu::query {

using engine::Value;

namespace {

/// Seeding costs more than a small statement: a thread keeps one.
std::mt19937_64& keptRandom() {
    thread_local std::mt19937_64 random{std::random_device{}()};
    return random;
}

}  // namespace

struct Execution::Impl {
    ExecContext context{};
};

Execution::Execution(const Plan& plan, const GraphView& view, std::span<const Value> parameters,
                     ExecOptions options, Budget& budget)
    : impl_(std::make_unique<Impl>()) {
    ExecContext& context = impl_->context;
    context.eval = {&view, &budget, std::move(options.clock), &keptRandom()};
    context.plan = &plan;
    context.parameters = parameters;
    context.batch_rows = options.batch_rows;
    context.profiling = options.profile;
    context.csv_folder = std::move(options.csv_folder);
    if (options.profile) {
        context.profiles.resize(static_cast<std::size_t>(plan.node_count));
    }
}

Execution::~Execution() = default;

void Execution::run(ResultSink& sink) {
    ExecContext& context = impl_->context;
    XINPU_ASSERT(context.plan->root != nullptr);
    const PlanNode& root = *context.plan->root;
    const std::unique_ptr<Operator> op = makeOperator(root, context);
    Batch rows(context.width(), context.batch_rows);
    std::vector<Value> nothing(std::max<std::size_t>(context.width(), 1));
    op->reset(nothing.data());
    sink.begin(root.fields);
    std::vector<Value> values(root.slots.size());
    while (op->next(rows)) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const Row row = rows.row(i);
            for (std::size_t column = 0; column < values.size(); ++column) {
                values[column] = at(row, root.slots[column]);
            }
            context.budget().resultRow();
            sink.row(values, context.graph());
        }
        rows.clear();
    }
    deleteDoomed(context);
}

const Counters& Execution::counters() const noexcept {
    return impl_->context.counters;
}

PlanDescription Execution::profile() const {
    return describe(*impl_->context.plan, impl_->context.profiles);
}

PlanDescription describePlan(const Plan& plan) {
    return describe(plan, {});
}

}  // namespace xinpu::query
