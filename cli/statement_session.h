// cli/statement_session.h
#pragma once
// Runs statements in process for `query` and `shell`: opens the database as each needs it, and prints
// results.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "cli/options.h"
#include "query/session/session.h"

namespace xinpu::cli {

struct StatementSettings {
    DatabaseOptions database;
    std::string timezone;
    std::string csv_folder;  ///< what LOAD CSV may read; empty: nothing
    Format format = Format::Table;
    /// Whether the lock of the writer is kept once it was taken; else only as long as a statement writes.
    bool keep_writing = false;
};

/// Statements that read open the database beside a running server; the first that writes takes the lock.
/// Cancelled through InterruptScope, of which one must live while a statement runs.
class StatementSession {
public:
    StatementSession(Context& context, StatementSettings settings);
    ~StatementSession();

    /// Sets `$name`. `assignment`: "name=text", or "name:=expression". @throws Error(Usage), what the
    /// expression throws
    void setParameter(std::string_view assignment);
    /// The members of a JSON object. @throws Error(Usage), Error(Io)
    void setParametersFromFile(const std::string& file);
    void clearParameters() { parameters_.clear(); }
    const query::Parameters& parameters() const noexcept { return parameters_; }

    /// Runs one statement and prints its result. @throws Error, its message with position and caret
    void run(const std::string& statement);
    /// For the results of several statements: JSON puts them into one array.
    void beginSeveral();
    void endSeveral();

    /// The database, open for reading at least.
    engine::Database& database();
    const query::Registry& registry() const noexcept { return *registry_; }

private:
    class Output;
    query::QueryEngine& reading();
    query::QueryEngine& writing();
    engine::Value evaluate(const std::string& expression);
    query::RunOptions runOptions() const;
    void tell(const query::Summary& summary, std::uint64_t rows, std::chrono::nanoseconds span);

    Context& context_;
    StatementSettings settings_;
    std::shared_ptr<const query::Registry> registry_;
    std::unique_ptr<query::QueryEngine> engine_;
    bool writes_ = false;
    bool several_ = false;
    bool any_result_ = false;
    query::Parameters parameters_;
};

}  // namespace xinpu::cli
