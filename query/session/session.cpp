// query/session/session.cpp
// Prepare and run: one snapshot for a reading statement, one write transaction for the others.

#include "query/session/session.h"

#include <chrono>
#include <random>
#include <utility>

#include "query/exec/executor.h"
#include "query/plan/planner.h"
#include "query/semantics/binder.h"
#include "query/session/explicit_transaction.h"
#include "query/session/personal.h"
#include "query/session/prepared.h"
#include "query/session/schema_command.h"
#include "query/session/statement_run.h"
#include "query/syntax/parser.h"

namespace xinpu::query {

using engine::Snapshot;

struct QueryEngine::Impl {
    std::shared_ptr<engine::Database> database;
    std::shared_ptr<const Registry> registry;
    EngineOptions options;
    StatementCache cache;
    StatementCache masked_cache;
    PersonalClassCache personal;
    std::atomic<std::uint64_t> cache_hits{0};
    std::atomic<std::uint64_t> cache_misses{0};

    Impl(std::shared_ptr<engine::Database> opened, std::shared_ptr<const Registry> functions,
         EngineOptions settings)
        : database(std::move(opened)), registry(std::move(functions)), options(settings),
          cache(settings.plan_cache ? settings.statements_cached_max : 0),
          masked_cache(settings.plan_cache ? settings.statements_cached_max : 0) {}
};

QueryEngine::QueryEngine(std::shared_ptr<engine::Database> database, std::shared_ptr<const Registry> registry,
                         EngineOptions options)
    : impl_(std::make_unique<Impl>(std::move(database), std::move(registry), options)) {}
QueryEngine::~QueryEngine() = default;

const std::shared_ptr<engine::Database>& QueryEngine::database() const noexcept {
    return impl_->database;
}
const Registry& QueryEngine::registry() const noexcept {
    return *impl_->registry;
}
const EngineOptions& QueryEngine::options() const noexcept {
    return impl_->options;
}
QueryEngine::CacheUse QueryEngine::cacheUse() const noexcept {
    return {impl_->cache_hits.load(std::memory_order_relaxed), impl_->cache_misses.load(std::memory_order_relaxed)};
}

std::shared_ptr<const Prepared> QueryEngine::prepare(std::string_view statement) {
    const std::shared_ptr<const Snapshot> snapshot = impl_->database->snapshot();
    return prepare(statement, snapshot->catalog(), snapshot->counts(), false);
}

std::shared_ptr<const Prepared> QueryEngine::prepare(std::string_view statement,
                                                     const engine::Catalog& catalog,
                                                     const engine::Counts& counts, bool mask_personal) {
    const PlanBasis basis = PlanBasis::of(catalog, counts, mask_personal);
    StatementCache& cache = mask_personal ? impl_->masked_cache : impl_->cache;
    if (std::shared_ptr<const Prepared> cached = cache.find(statement, basis)) {
        impl_->cache_hits.fetch_add(1, std::memory_order_relaxed);
        return cached;
    }
    impl_->cache_misses.fetch_add(1, std::memory_order_relaxed);
    std::shared_ptr<const engine::PersonalClass> masked;
    if (mask_personal) {
        masked = personalClass(catalog);
    }
    std::unique_ptr<Statement> parsed = parseStatement(statement);
    if (!parsed->schema) {
        bind(*parsed, *impl_->registry, catalog);
    }
    std::vector<std::string> properties = propertiesNamed(*parsed);
    auto prepared = std::make_shared<const Prepared>(std::string(statement),
                                                     makePlan(std::move(parsed),
                                                              {.catalog = catalog,
                                                               .counts = counts,
                                                               .masked = masked.get(),
                                                               .optimize = impl_->options.optimize}),
                                                     basis, mask_personal, std::move(properties));
    cache.put(prepared);
    return prepared;
}

bool QueryEngine::remembers(std::string_view statement) {
    const std::shared_ptr<const Snapshot> snapshot = impl_->database->snapshot();
    return impl_->cache.find(statement, PlanBasis::of(snapshot->catalog(), snapshot->counts(), false)) != nullptr;
}

std::shared_ptr<const engine::PersonalClass>
QueryEngine::personalClass(const engine::Catalog& catalog) const {
    return impl_->personal.of(catalog, impl_->registry->personalData().rules);
}

Summary QueryEngine::run(std::string_view statement, const Parameters& parameters, const RunOptions& options,
                         ResultSink& sink) {
    const std::shared_ptr<const Snapshot> snapshot = impl_->database->snapshot();
    const std::shared_ptr<const Prepared> prepared =
        prepare(statement, snapshot->catalog(), snapshot->counts(), options.mask_personal);
    return runOn(prepared, snapshot, parameters, options, sink);
}

Summary QueryEngine::run(const std::shared_ptr<const Prepared>& prepared, const Parameters& parameters,
                         const RunOptions& options, ResultSink& sink) {
    const std::shared_ptr<const Snapshot> snapshot = impl_->database->snapshot();
    if (prepared->masked != options.mask_personal ||
        PlanBasis::of(snapshot->catalog(), snapshot->counts(), prepared->masked) != prepared->basis) {
        return runOn(
            prepare(prepared->text, snapshot->catalog(), snapshot->counts(), options.mask_personal), snapshot,
            parameters, options, sink);
    }
    return runOn(prepared, snapshot, parameters, options, sink);
}

Summary QueryEngine::runOn(const std::shared_ptr<const Prepared>& prepared,
                           std::shared_ptr<const Snapshot> snapshot, const Parameters& parameters,
                           const RunOptions& options, ResultSink& sink) {
    const StatementRun run(*this, *prepared, parameters, options);
    if (!prepared->updates || prepared->statement().explain == Explain::Explain) {
        Summary summary = run.on(*snapshot, sink);
        summary.entry = snapshot->sequence();
        return summary;
    }
    run.demandWriteAccess();
    snapshot.reset();  // it would keep pages of older commits from being used again
    Summary summary;
    const engine::WriteContext context{.principal = options.principal,
                                       .statement = prepared->text,
                                       .deadline = options.limits.deadline,
                                       .cancelled = options.limits.cancelled};
    const engine::CommitReceipt receipt = impl_->database->write(context, [&](engine::WriteTxn& txn) {
        summary = run.on(txn, sink);
    });
    summary.entry = receipt.entry;
    return summary;
}

std::unique_ptr<SessionTransaction> QueryEngine::begin(const RunOptions& options) {
    return std::make_unique<ExplicitTransaction>(*this, options);
}

bool updatesGraph(const Prepared& prepared) noexcept {
    return prepared.updates;
}
std::span<const std::string> fieldsOf(const Prepared& prepared) noexcept {
    return prepared.fields();
}
std::string_view databaseOf(const Prepared& prepared) noexcept {
    return prepared.statement().database;
}

bool Counters::containsUpdates() const noexcept {
    return (nodes_created | nodes_deleted | relationships_created | relationships_deleted | properties_set |
            labels_added | labels_removed | indexes_added | indexes_removed | constraints_added |
            constraints_removed) != 0;
}

}  // namespace xinpu::query
