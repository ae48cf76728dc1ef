// query/session/statement_run.cpp
// Runs one statement against one view of the graph.

#include "query/session/statement_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "query/exec/executor.h"
#include "query/session/personal.h"
#include "query/session/schema_command.h"

namespace xinpu::query {

namespace {

StatementClock clockNow(const std::string& zone) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    StatementClock clock;
    clock.epoch_seconds = seconds.count();
    clock.nanos = static_cast<std::int32_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now - seconds).count());
    clock.zone = zone;
    return clock;
}

PlanDescription schemaPlan() {
    PlanDescription plan;
    plan.op = "SchemaCommand";
    return plan;
}

}  // namespace

StatementRun::StatementRun(const QueryEngine& engine, const Prepared& prepared, const Parameters& parameters,
                           const RunOptions& options)
    : engine_(engine), prepared_(prepared), options_(options), clock_(clockNow(options.timezone)) {
    const Statement& statement = prepared.statement();
    std::string missing;
    for (const std::string& name : statement.parameters) {
        const auto found = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const engine::MapEntry& entry) { return entry.key == name; });
        if (found == parameters.end()) {
            missing += (missing.empty() ? "" : ", ") + name;
            parameters_.emplace_back();
        } else {
            parameters_.push_back(found->value);
        }
    }
    if (!missing.empty() && statement.explain != Explain::Explain) {
        throw Error(ErrorCode::Parameter, fmt::format("Expected parameter(s): {}", missing),
                    "MissingParameter");
    }
}

void StatementRun::demandWriteAccess() const {
    if (options_.access == AccessMode::Read) {
        throw Error(ErrorCode::Denied,
                    "Writing in read access mode not allowed. Send the statement with access mode WRITE.",
                    "AccessMode");
    }
    // A write could ask: MERGE finds by clear values, constraints name them.
    if (options_.mask_personal) {
        throw Error(ErrorCode::Denied,
                    "Writing is not allowed where personal properties are masked. Send it as somebody who may "
                    "see them.",
                    "AccessMode");
    }
}

Summary StatementRun::on(const engine::Snapshot& snapshot, ResultSink& sink) const {
    GraphView view(snapshot);
    return watched(view, sink);
}

Summary StatementRun::on(engine::WriteTxn& txn, ResultSink& sink) const {
    GraphView view(txn);
    return watched(view, sink);
}

Summary StatementRun::watched(GraphView& view, ResultSink& sink) const {
    // Numbers of names that this transaction made are not in it; no record of before has them.
    const std::shared_ptr<const engine::PersonalClass> personal =
        engine_.personalClass(view.snapshot().catalog());
    if (personal->empty()) {
        return run(view, sink);
    }
    PersonalWatch watch = options_.mask_personal
                              ? PersonalWatch(*personal, engine_.registry().personalData().mask)
                              : PersonalWatch(*personal);
    view.watch(&watch);
    Summary summary = run(view, sink);
    summary.touched_personal =
        watch.touched() || (!options_.mask_personal && prepared_.statement().explain != Explain::Explain &&
                            namesPersonal(prepared_, *personal, view.snapshot().catalog()));
    return summary;
}

Summary StatementRun::run(const GraphView& view, ResultSink& sink) const {
    if (options_.limits.progress != nullptr) {
        options_.limits.progress->begun.store(true, std::memory_order_relaxed);
    }
    const Statement& statement = prepared_.statement();
    Summary summary;
    summary.type = prepared_.type;
    summary.notifications = statement.notifications;
    if (statement.explain == Explain::Explain) {
        sink.begin(prepared_.fields());
        summary.plan = statement.schema ? schemaPlan() : describePlan(*prepared_.plan);
        return summary;
    }
    if (statement.schema) {
        sink.begin(prepared_.fields());
        if (prepared_.updates) {
            changeSchema(*statement.schema, *view.txn(), summary.counters);
        } else {
            showSchema(*statement.schema, view, engine_.registry(), sink);
        }
        return summary;
    }
    Budget budget(options_.limits);
    Execution execution(*prepared_.plan, view, parameters_,
                        {.batch_rows = engine_.options().batch_rows,
                         .profile = statement.explain == Explain::Profile,
                         .clock = clock_,
                         .csv_folder = options_.csv_folder},
                        budget);
    execution.run(sink);
    summary.counters = execution.counters();
    if (statement.explain == Explain::Profile) {
        summary.profile = execution.profile();
    }
    return summary;
}

}  // namespace xinpu::query
