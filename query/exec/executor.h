// query/exec/executor.h
#pragma once
// Runs a plan against a view of the graph.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "query/exec/result.h"
#include "query/functions/registry.h"
#include "query/plan/plan.h"

namespace xinpu::query {

struct ExecOptions {
    std::size_t batch_rows = 1'024;  ///< most rows between operators; 1 is a test variant
    bool profile = false;
    StatementClock clock{};
    std::optional<std::filesystem::path> csv_folder{};  ///< LOAD CSV reads below it; without: refused
};

/// One run of a plan. Threads: one. Lifetime: borrows everything that it is given.
class Execution {
public:
    /// `parameters` stand in the order of Statement::parameters.
    Execution(const Plan& plan, const GraphView& view, std::span<const engine::Value> parameters,
              ExecOptions options, Budget& budget);
    ~Execution();
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;

    /// To be called once. @throws Error; the transaction is to be given up then
    void run(ResultSink& sink);
    const Counters& counters() const noexcept;
    /// After run() with `profile`: what each operator did.
    PlanDescription profile() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The plan as EXPLAIN shows it.
PlanDescription describePlan(const Plan& plan);

}  // namespace xinpu::query
