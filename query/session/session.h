// query/session/session.h
#pragma once
// Running statements against a database: what the command line, the server and embedders call.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/txn/database.h"
#include "engine/value/value.h"
#include "query/exec/result.h"
#include "query/functions/budget.h"
#include "query/functions/registry.h"
#include "query/syntax/ast.h"
#include "query/syntax/statement_text.h"
#include "query/view/graph_view.h"

namespace xinpu::query {

using Parameters = std::vector<engine::MapEntry>;  ///< any order, each name once

enum class AccessMode : std::uint8_t { Write, Read };

struct RunOptions {
    AccessMode access = AccessMode::Write;
    BudgetLimits limits{};
    std::string principal = "local";  ///< for the journal
    std::string timezone = "Asia/Shanghai";
    std::optional<std::filesystem::path> csv_folder{};  ///< LOAD CSV reads below it; without: refused
    /// Every read of a property of class personal gives its masked form, wherever the statement reads it; no
    /// index over clear values is used; what writes is refused.
    bool mask_personal = false;
};

std::string planAsText(const PlanDescription& plan);

enum class QueryType : std::uint8_t { Read, Write, ReadWrite, Schema };

/// What a run leaves beside its rows.
struct Summary {
    Counters counters;
    QueryType type = QueryType::Read;
    std::vector<Statement::Notification> notifications;
    std::optional<PlanDescription> plan;     ///< EXPLAIN
    std::optional<PlanDescription> profile;  ///< PROFILE
    std::uint64_t entry = 0;                 ///< of the journal: what the answer is at least as new as
    /// Masked run: a personal property was read. Run in clear: the statement names a property that some record
    /// has as personal, or gave such a record; it may say so of a statement that read none, never the reverse.
    bool touched_personal = false;
};

/// A statement that was parsed, bound and planned for one version of the catalogue.
class Prepared;

class SessionTransaction;

struct EngineOptions {
    std::size_t statements_cached_max = 1'000;
    bool plan_cache = true;
    bool optimize = true;  ///< false: no rewrites, patterns in the order written (a test variant)
    std::size_t batch_rows = 1'024;
};

/// One database with its statement cache. Threads: any number may call any function.
class QueryEngine {
public:
    QueryEngine(std::shared_ptr<engine::Database> database, std::shared_ptr<const Registry> registry,
                EngineOptions options);
    ~QueryEngine();
    QueryEngine(const QueryEngine&) = delete;
    QueryEngine& operator=(const QueryEngine&) = delete;

    /// Parses, binds and plans, or takes it from the cache; for runs in clear (a masked run makes a plan of its own,
    /// kept likewise). @throws Error(Syntax), Error(Semantic) … with the
    /// position
    std::shared_ptr<const Prepared> prepare(std::string_view statement);

    /// Whether prepare(statement) would find it in the cache.
    bool remembers(std::string_view statement);

    /// Runs a statement as a transaction of its own. When it returns, what it wrote is durable.
    /// @throws Error; nothing of the statement is kept then
    Summary run(std::string_view statement, const Parameters& parameters, const RunOptions& options,
                ResultSink& sink);
    Summary run(const std::shared_ptr<const Prepared>& prepared, const Parameters& parameters,
                const RunOptions& options, ResultSink& sink);

    /// An explicit transaction: read committed until its first write, from then on it holds the writer.
    std::unique_ptr<SessionTransaction> begin(const RunOptions& options);

    const std::shared_ptr<engine::Database>& database() const noexcept;
    const Registry& registry() const noexcept;
    const EngineOptions& options() const noexcept;
    /// How often prepare() found a statement planned already, and how often not.
    struct CacheUse {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
    };
    CacheUse cacheUse() const noexcept;

    /// As prepare(statement), against a catalogue that the caller holds (of a write transaction, say).
    std::shared_ptr<const Prepared> prepare(std::string_view statement, const engine::Catalog& catalog,
                                            const engine::Counts& counts, bool mask_personal);
    /// The class personal of a committed catalogue, kept until its names, shapes or declarations change.
    std::shared_ptr<const engine::PersonalClass> personalClass(const engine::Catalog& catalog) const;

private:
    Summary runOn(const std::shared_ptr<const Prepared>& prepared,
                  std::shared_ptr<const engine::Snapshot> snapshot, const Parameters& parameters,
                  const RunOptions& options, ResultSink& sink);
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Whether a prepared statement changes the graph or the schema.
bool updatesGraph(const Prepared& prepared) noexcept;
/// Its result columns.
std::span<const std::string> fieldsOf(const Prepared& prepared) noexcept;
/// The database that a leading USE names, or empty.
std::string_view databaseOf(const Prepared& prepared) noexcept;

/// Threads: one at a time. Destroyed without commit: rolled back.
class SessionTransaction {
public:
    virtual ~SessionTransaction() = default;
    /// A statement that fails rolls the whole transaction back; every later call throws Error(Conflict).
    virtual Summary run(std::string_view statement, const Parameters& parameters, const RunOptions& options,
                        ResultSink& sink) = 0;
    /// Durable when it returns. Gives the journal entry. @throws Error(Constraint) …
    virtual std::uint64_t commit() = 0;
    virtual void rollback() noexcept = 0;
    /// Whether it holds the writer.
    virtual bool wrote() const noexcept = 0;
    virtual bool open() const noexcept = 0;
};

}  // namespace xinpu::query
