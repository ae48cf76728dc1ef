// query/session/statement_run.h
#pragma once
// One run of a prepared statement: its parameters in order, its clock, its budget.

#include <vector>

#include "query/session/prepared.h"
#include "query/session/session.h"

namespace xinpu::query {

/// Threads: one. Lifetime: borrows all that it is given. `on` may be called again (the writer may run a
/// statement a second time).
class StatementRun {
public:
    /// @throws Error(Parameter, MissingParameter) naming those that are missing
    StatementRun(const QueryEngine& engine, const Prepared& prepared, const Parameters& parameters,
                 const RunOptions& options);

    /// @throws Error(Denied, AccessMode) if what writes may not
    void demandWriteAccess() const;
    Summary on(const engine::Snapshot& snapshot, ResultSink& sink) const;
    Summary on(engine::WriteTxn& txn, ResultSink& sink) const;

private:
    Summary watched(GraphView& view, ResultSink& sink) const;
    Summary run(const GraphView& view, ResultSink& sink) const;

    const QueryEngine& engine_;
    const Prepared& prepared_;
    const RunOptions& options_;
    std::vector<engine::Value> parameters_;
    StatementClock clock_;
};

}  // namespace xinpu::query
