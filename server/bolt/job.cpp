// server/bolt/job.cpp
// Statements are run as the HTTP side runs them; their rows go to a spool, so none waits for a socket.
#include "server/bolt/job.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "server/access/statement_access.h"
#include "server/bolt/records.h"
#include "server/bookmarks.h"
#include "server/statement_watch.h"
#include "server/system_statements.h"
#include "server/transaction_statements.h"
#include "server/write_slot.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

/// Names that no database can have are names of databases that do not exist.
std::string canonicalName(const std::string& written) {
    try {
        return Databases::canonicalName(written);
    } catch (const Error&) {
        throw Error(ErrorCode::NotFound, fmt::format("Graph not found: {:.80}", written),
                    details::kDatabaseNotFound);
    }
}

query::RunOptions optionsOf(const Service& service, const Job& job, const RunExtra& extra,
                            const Principal& principal) {
    const ServiceOptions& settings = service.options();
    query::RunOptions options;
    options.access = extra.access;
    options.principal = principal.id;
    options.timezone = settings.timezone;
    options.csv_folder = settings.csv_folder;
    options.limits = service.statementLimits();
    options.limits.cancelled = &job.cancelled;
    const std::chrono::milliseconds most = settings.statement_time_max;
    options.limits.deadline = Job::Clock::now() + std::min(extra.time_max.value_or(most), most);
    limitTo(principal, options);
    return options;
}

void demandAccess(const RunExtra& extra, bool updates, const std::string& database) {
    if (updates && extra.access == query::AccessMode::Read) {
        throw Error(ErrorCode::Denied,
                    fmt::format("Writing in read access mode not allowed. Attempted write to {}", database),
                    details::kAccessMode);
    }
}

std::size_t hashOf(const std::string& statement) noexcept {
    return std::hash<std::string_view>{}(statement);
}

/// Runs `work` and moves the job to its end; `about` is what an error is about when it is thrown.
template <typename Work>
void guarded(Job& job, const std::string_view& about, Work&& work) noexcept {
    try {
        try {
            work();
        } catch (const Error& error) {
            job.failure = Failure::of(error, about);
        } catch (const std::exception& unexpected) {
            job.failure = Failure::of(unexpectedError(unexpected), {});
        }
    } catch (const std::exception&) {  // no memory even for that
        job.failure = Failure{};
    }
    job.moveTo(Job::Phase::Done);
}

/// Keeps in the access log that `work` threw after rows had gone out.
template <typename Work>
query::Summary toldIfBrokenOff(Service& service, const Job& job, const Run& run, const std::string& database,
                               Work&& work) {
    try {
        return work();
    } catch (const std::exception&) {
        if (job.phase() == Job::Phase::Flowing) {
            recordBrokenOff(service.access(), run.principal, database, run.statement);
        }
        throw;
    }
}

void runAlone(Service& service, Job& job, const Run& run, Records& records, std::string_view& about) {
    const std::string asked = canonicalName(run.extra.database);
    service.access().require(run.principal, Operation::ReadStatement, asked);
    auto database = service.databases().use(asked);
    RunningStatements::Entry shown = service.running().add({.database = database->name,
                                                            .principal = run.principal.id,
                                                            .way = Interface::Bolt,
                                                            .transaction = {},
                                                            .statement = run.statement},
                                                           job.cancelled);
    waitForBookmarks(*database, run.extra.bookmarks, run.extra.time_max, job.cancelled);
    about = run.statement;
    auto prepared = service.prepare(*database->engine, run.statement, run.principal);
    if (const std::string_view named = query::databaseOf(*prepared); !named.empty()) {
        const std::string name = canonicalName(std::string(named));
        if (name != database->name) {
            about = {};
            service.access().require(run.principal, Operation::ReadStatement, name);
            database = service.databases().use(name);
            about = run.statement;
            prepared = service.prepare(*database->engine, run.statement, run.principal);
        }
    }
    job.database = database->name;
    requireStatement(service.access(), run.principal, *prepared, database->name);
    const bool updates = query::updatesGraph(*prepared);
    demandAccess(run.extra, updates, database->name);
    std::optional<WriteSlot> slot;
    if (updates) {
        slot.emplace(service.writers(), service.options().writers_max);
    } else {
        records.allowFlow();
    }
    query::RunOptions options = optionsOf(service, job, run.extra, run.principal);
    options.limits.progress = &shown.progress();
    const auto started = Job::Clock::now();
    job.summary = toldIfBrokenOff(service, job, run, database->name, [&] {
        return database->engine->run(prepared, run.parameters, options, records);
    });
    if (!updates && !isKept(job.summary) && Job::Clock::now() - started < kQuick) {
        service.quick().add(hashOf(run.statement));
    }
    recordStatement(service.access(), run.principal, job.summary, database->name, run.statement);
    job.bookmark = database->bookmark(job.summary.entry);
}

/// A text that `system` answers. False: it is none.
bool runSystem(Service& service, Job& job, const Run& run, Records& records) {
    auto answer = answerSystemStatement(service.access(), service.databases(), run.principal, run.statement);
    if (!answer) {
        answer = answerTransactionStatement(service, run.principal, run.statement);
    }
    if (!answer) {
        return false;
    }
    job.database = kSystemDatabase;
    records.begin(answer->fields);
    for (const auto& row : answer->rows) {
        records.plainRow(row);
    }
    return true;
}

[[noreturn]] void refuseOnSystem() {
    throw Error(
        ErrorCode::Usage,
        "The database 'system' answers SHOW DATABASES, SHOW DATABASE name, SHOW HOME DATABASE and SHOW "
        "DEFAULT DATABASE, and nothing else.",
        "FeatureNotSupported");
}

/// False: the statement has to go to a worker. What it throws is said again there.
bool runQuickly(Service& service, Job& job, const Run& run, Records& records) {
    service.access().demandCurrent(run.principal);
    const auto database = service.databases().ifOpen(canonicalName(run.extra.database));
    if (database == nullptr || !may(run.principal.role, Operation::ReadStatement, database->name) ||
        !hasBookmarks(*database, run.extra.bookmarks) || !database->engine->remembers(run.statement)) {
        return false;  // parsing is a worker's
    }
    const auto prepared = database->engine->prepare(run.statement);
    if (query::updatesGraph(*prepared) || !query::databaseOf(*prepared).empty()) {
        return false;
    }
    requireStatement(service.access(), run.principal, *prepared, database->name);
    query::RunOptions options = optionsOf(service, job, run.extra, run.principal);
    options.limits.deadline = std::min(*options.limits.deadline, Job::Clock::now() + kNetworkTimeMax);
    records.limitTo(kNetworkAnswerBytesMax);
    job.summary = database->engine->run(prepared, run.parameters, options, records);
    if (isKept(job.summary)) {
        return false;  // a thread of the network must not wait for the audit
    }
    job.database = database->name;
    job.bookmark = database->bookmark(job.summary.entry);
    return true;
}

void runInside(Service& service, Job& job, const Run& run, Records& records, std::string_view& about) {
    Transactions::Held held = service.transactions().hold(run.transaction, run.database, run.principal.id);
    RunningStatements::Entry shown = service.running().add({.database = run.database,
                                                            .principal = run.principal.id,
                                                            .way = Interface::Bolt,
                                                            .transaction = held.id(),
                                                            .statement = run.statement},
                                                           job.cancelled);
    try {
        about = run.statement;
        job.database = run.database;
        bool updates = true;  // also of what does not compile: the transaction says so itself and ends
        std::shared_ptr<const query::Prepared> prepared;
        try {
            prepared = service.prepare(*held.database().engine, run.statement, run.principal);
        } catch (const Error& error) {
            if (error.detail() == details::kParseRate) {
                throw;
            }
            prepared = nullptr;
        }
        if (prepared != nullptr) {
            requireStatement(service.access(), run.principal, *prepared, run.database);
            updates = query::updatesGraph(*prepared);
        }
        std::optional<WriteSlot> slot;
        if (updates && !held.transaction().wrote()) {
            slot.emplace(service.writers(), service.options().writers_max);  // it may wait for the writer
        }
        if (!updates) {
            records.allowFlow();
        }
        query::RunOptions options = optionsOf(service, job, run.extra, run.principal);
        options.limits.deadline = std::min(*options.limits.deadline, held.deadline());
        if (run.deadline) {
            options.limits.deadline = std::min(*options.limits.deadline, *run.deadline);
        }
        options.limits.progress = &shown.progress();
        job.summary = toldIfBrokenOff(service, job, run, run.database, [&] {
            return held.transaction().run(run.statement, run.parameters, options, records);
        });
        recordStatement(service.access(), run.principal, job.summary, run.database, run.statement);
    } catch (const std::exception&) {
        held.end();
        throw;
    }
}

}  // namespace

Job::Row Job::peekRow() {
    while (frameSize(std::string_view(piece_).substr(piece_at_)) == 0) {
        std::string more;
        switch (spool.take(more)) {
        case Spool::Taken::Piece:
            piece_.erase(0, piece_at_);
            piece_at_ = 0;
            piece_ = piece_.empty() ? std::move(more) : piece_ + more;
            break;
        case Spool::Taken::NothingYet:
            return Row::NotYet;
        case Spool::Taken::End:
            return piece_at_ == piece_.size() ? Row::End : Row::Broken;
        case Spool::Taken::Broken:
            return Row::Broken;
        }
    }
    return Row::Taken;
}

Job::Row Job::takeRow(std::string* out) {
    const Row row = peekRow();
    if (row == Row::Taken) {
        const std::string_view left = std::string_view(piece_).substr(piece_at_);
        const std::size_t size = frameSize(left);
        if (out != nullptr) {
            out->append(left.substr(0, size));
        }
        piece_at_ += size;
    }
    return row;
}

void authenticate(Service& service, Job& job, const std::string& secret, const std::string& peer) noexcept {
    guarded(job, {}, [&] {
        job.principal = service.access().authenticate({.secret = secret,
                                                       .shown = true,
                                                       .act_as = {},
                                                       .peer = peer,
                                                       .while_fetching = WhileFetching::Wait});
    });
}

void runStatement(Service& service, Job& job, const Run& run) noexcept {
    Records records(job, run.form);
    std::string_view about;
    job.spool.limitTo(service.options().result_bytes_max);
    StatementWatch watch(StatementWatch::Protocol::Bolt, job.database, run.statement, run.principal.id, {},
                         nullptr);
    guarded(job, about, [&] {
        try {
            service.access().demandCurrent(run.principal);
            service.access().require(run.principal, Operation::ReadStatement);
            if (runSystem(service, job, run, records)) {
                about = run.statement;
            } else if (isSystem(run.transaction.empty() ? run.extra.database : run.database)) {
                refuseOnSystem();
            } else if (run.transaction.empty()) {
                runAlone(service, job, run, records, about);
            } else {
                runInside(service, job, run, records, about);
            }
            if (job.phase() == Job::Phase::Working) {
                job.available_ms = millisecondsSince(job.started);
            }
            watch.succeeded();
        } catch (const std::exception&) {
            records.finish();
            throw;
        }
        records.finish();
    });
}

bool tryStatement(Service& service, Job& job, const Run& run) noexcept {
    const std::size_t hash = hashOf(run.statement);
    if (!run.transaction.empty() || !service.quick().has(hash)) {
        return false;
    }
    const std::function<void()> wake = std::exchange(job.wake, nullptr);  // who waits is here
    try {
        Records records(job, run.form);
        StatementWatch watch(StatementWatch::Protocol::Bolt, job.database, run.statement, run.principal.id,
                             {}, nullptr);
        watch.forget();
        if (runQuickly(service, job, run, records)) {
            watch.succeeded();
            records.finish();
            job.available_ms = millisecondsSince(job.started);
            job.moveTo(Job::Phase::Done);
            job.wake = wake;
            return true;
        }
    } catch (const Records::TooLong&) {
    } catch (const std::exception&) {  // the worker words it
    }
    service.quick().remove(hash);
    job.spool.clear();
    job.fields.clear();
    job.summary = {};
    job.any_row = false;
    job.wake = wake;
    return false;
}

bool beginsAtOnce(Service& service, const RunExtra& extra) noexcept {
    try {
        const auto database = service.databases().ifOpen(canonicalName(extra.database));
        return database != nullptr && hasBookmarks(*database, extra.bookmarks);
    } catch (const std::exception&) {
        return false;
    }
}

void beginTransaction(Service& service, Job& job, const RunExtra& extra,
                      const Principal& principal) noexcept {
    guarded(job, {}, [&] {
        service.access().demandCurrent(principal);
        if (isSystem(extra.database)) {
            service.access().require(principal, Operation::ListDatabases);
            job.transaction = job.database = kSystemDatabase;
            return;
        }
        const std::string name = canonicalName(extra.database);
        service.access().require(principal, Operation::ReadStatement, name);
        const auto database = service.databases().use(name);
        waitForBookmarks(*database, extra.bookmarks, extra.time_max, job.cancelled);
        query::RunOptions options = optionsOf(service, job, extra, principal);
        options.limits = {};  // those of its statements come with them
        const Transactions::Held held =
            service.transactions().add(database, principal.id, database->engine->begin(options));
        job.transaction = held.id();
        job.database = database->name;
    });
}

void findDatabase(Service& service, Job& job, const std::string& name, const Principal& principal) noexcept {
    guarded(job, {}, [&] {
        // Drivers look "system" up to check credentials; statements on it are refused when they come.
        if (isSystem(name)) {
            job.database = name;
        } else {
            const std::string canonical = canonicalName(name);
            service.access().require(principal, Operation::ReadStatement, canonical);
            const auto database = service.databases().use(canonical);
            job.database = name.empty() ? database->name : name;
        }
    });
}

void endTransaction(Service& service, Job& job, const std::string& transaction, const std::string& database,
                    const Principal& principal, bool commit) noexcept {
    guarded(job, commit ? "COMMIT" : "", [&] {
        if (isSystem(database)) {
            return;  // it only reads, and has nothing to be as new as
        }
        try {
            Transactions::Held held = service.transactions().hold(transaction, database, principal.id);
            held.end();
            if (commit) {
                job.bookmark = held.database().bookmark(held.transaction().commit());
            } else {
                held.transaction().rollback();
            }
        } catch (const Error& error) {
            if (commit || error.detail() != details::kTransactionNotFound) {
                throw;
            }
        }
    });
}

}  // namespace xinpu::server::bolt
