// server/statements.cpp
// Runs statements for requests: on their own, or inside a transaction that the client holds.
#include <fmt/format.h>

#include "server/access/statement_access.h"
#include "server/bookmarks.h"
#include "server/log.h"
#include "server/service.h"
#include "server/transaction_statements.h"
#include "server/statement_watch.h"
#include "server/write_slot.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

query::BudgetLimits Service::statementLimits() const {
    query::BudgetLimits limits;
    limits.memory_bytes_max = options_.statement_memory_max;
    if (options_.result_rows_max > 0) {
        limits.rows_max = options_.result_rows_max;
    }
    return limits;
}

std::shared_ptr<const query::Prepared> Service::prepare(query::QueryEngine& engine, std::string_view statement,
                                                        const Principal& principal) {
    if (parse_pace_.limited() && !engine.remembers(statement)) {
        parse_pace_.take(principal.id, ParsePace::Clock::now());
    }
    return engine.prepare(statement);
}

template <typename Run>
query::Summary Service::toldIfBrokenOff(const Exchange& exchange, const Work& work,
                                        const std::string& database, Run&& run) {
    try {
        return run();
    } catch (const std::exception&) {
        if (exchange.streamed) {
            recordBrokenOff(access_, work.principal, database, work.query.statement);
        }
        throw;
    }
}

query::RunOptions Service::optionsOf(const Exchange& exchange, const Work& work) const {
    query::RunOptions options;
    options.access = work.query.access;
    options.principal = work.principal.id;
    options.timezone = options_.timezone;
    options.csv_folder = options_.csv_folder;
    options.limits = statementLimits();
    options.limits.cancelled = &exchange.cancelled;
    options.limits.deadline =
        Clock::now() +
        std::min(work.query.time_max.value_or(options_.statement_time_max), options_.statement_time_max);
    limitTo(work.principal, options);
    return options;
}

/// What is about the server rather than a database. False: the statement is none of these.
bool Service::answerSystem(OpenDatabase& database, const Work& work, StatementAnswer& answer) {
    auto found = answerSystemStatement(access_, databases_, work.principal, work.query.statement);
    if (!found) {
        found = answerTransactionStatement(*this, work.principal, work.query.statement);
    }
    if (!found) {
        return false;
    }
    const auto snapshot = database.engine->database()->snapshot();
    const query::GraphView view(*snapshot);
    answer.begin(found->fields);
    for (const auto& row : found->rows) {
        answer.row(row, view);
    }
    query::Summary summary;
    summary.entry = snapshot->sequence();
    answer.finish(&summary, {work.query.include_counters, database.bookmark(summary.entry), {}, {}});
    return true;
}

/// False, on a thread of the network only: it has to be run by a worker; nothing was answered.
bool Service::runStatement(Exchange& exchange, const Work& work, Thread thread) {
    const bool here = thread == Thread::Network;
    const std::string& text = work.query.statement;
    const std::size_t hash = std::hash<std::string_view>{}(text);
    StatementAnswer answer(exchange, work.form, work.coding);
    std::optional<RunningStatements::Entry> shown;
    std::optional<StatementWatch> watch;
    std::string_view about;  // what an error is about: nothing, until the statement is looked at
    try {
        auto database = here ? databases_.ifOpen(work.database) : databases_.use(work.database);
        if (database == nullptr) {
            return false;
        }
        if (!here) {  // there it is over within kNetworkTimeMax
            shown.emplace(running_.add(
                {.database = database->name, .principal = work.principal.id, .transaction = {}, .statement = text},
                exchange.cancelled));
            waitForBookmarks(*database, work.query.bookmarks, work.query.time_max, exchange.cancelled);
        }
        about = text;
        if (!here && answerSystem(*database, work, answer)) {
            return true;
        }
        auto prepared = prepare(*database->engine, text, work.principal);
        if (const std::string_view named = query::databaseOf(*prepared); !named.empty()) {
            const std::string name = Databases::canonicalName(named);
            if (name != database->name) {
                if (here) {
                    return false;
                }
                about = {};
                access_.require(work.principal, Operation::ReadStatement, name);
                database = databases_.use(name);
                about = text;
                prepared = prepare(*database->engine, text, work.principal);
            }
        }
        requireStatement(access_, work.principal, *prepared, database->name);
        const bool updates = query::updatesGraph(*prepared);
        if (here && updates) {
            quick_.remove(hash);
            return false;
        }
        if (updates && work.query.access == query::AccessMode::Read) {
            throw Error(
                ErrorCode::Denied,
                fmt::format("Writing in read access mode not allowed. Attempted write to {}", database->name),
                details::kAccessMode);
        }
        std::optional<WriteSlot> slot;
        if (updates) {
            slot.emplace(writers_, options_.writers_max);
        }
        query::RunOptions options = optionsOf(exchange, work);
        if (shown) {
            options.limits.progress = &shown->progress();
        }
        const auto started = Clock::now();
        watch.emplace(StatementWatch::Protocol::Http, work.database, text, work.principal.id, exchange.request_id,
                      options.limits.progress);
        if (here) {
            options.limits.deadline = std::min(*options.limits.deadline, started + kNetworkTimeMax);
            answer.limitTo(kNetworkAnswerBytesMax);
        } else if (!updates) {
            answer.allowStreaming();
        }
        const query::Summary summary = toldIfBrokenOff(exchange, work, database->name, [&] {
            return database->engine->run(prepared, work.query.parameters, options, answer);
        });
        const auto span = Clock::now() - started;
        if (isKept(summary)) {
            if (here) {  // a thread of the network must not wait for the audit: a worker runs it again
                quick_.remove(hash);
                answer.forget();
                watch->forget();
                return false;
            }
            recordStatement(access_, work.principal, summary, database->name, text);
        } else if (!here && !updates && span < kQuick) {
            quick_.add(hash);
        }
        watch->succeeded();
        watch.reset();
        answer.finish(&summary, {work.query.include_counters, database->bookmark(summary.entry), {}, {}});
    } catch (const StatementAnswer::TooLong&) {
        quick_.remove(hash);
        answer.forget();
        watch->forget();
        return false;
    } catch (const Error& error) {
        if (here && error.detail() == details::kTimedOut) {
            quick_.remove(hash);
            answer.forget();
            if (watch) {
                watch->forget();
            }
            return false;
        }
        answer.fail(errorAnswer(error, about));
    } catch (const std::exception& unexpected) {
        answer.fail(errorAnswer(unexpectedError(unexpected), {}));
    }
    return true;
}

/// Runs the statement of the request inside a transaction. What it throws has ended the transaction.
query::Summary Service::runInside(Transactions::Held& held, Exchange& exchange, const Work& work,
                                  StatementAnswer& answer, bool may_stream) {
    RunningStatements::Entry shown = running_.add({.database = work.database,
                                                   .principal = work.principal.id,
                                                   .transaction = held.id(),
                                                   .statement = work.query.statement},
                                                  exchange.cancelled);
    bool updates = true;  // also of what does not compile: the transaction says so itself and ends
    std::shared_ptr<const query::Prepared> prepared;
    try {
        prepared = prepare(*held.database().engine, work.query.statement, work.principal);
    } catch (const Error& error) {
        if (error.detail() == details::kParseRate) {
            throw;
        }
        prepared = nullptr;
    }
    if (prepared != nullptr) {
        requireStatement(access_, work.principal, *prepared, work.database);
        updates = query::updatesGraph(*prepared);
    }
    if (may_stream && !updates) {
        answer.allowStreaming();
    }
    std::optional<WriteSlot> slot;
    if (updates && !held.transaction().wrote()) {
        slot.emplace(writers_, options_.writers_max);  // it may wait for the writer
    }
    query::RunOptions options = optionsOf(exchange, work);
    options.limits.deadline = std::min(*options.limits.deadline, held.deadline());
    options.limits.progress = &shown.progress();
    StatementWatch watch(StatementWatch::Protocol::Http, work.database, work.query.statement, work.principal.id,
                         exchange.request_id, options.limits.progress);
    query::Summary summary = toldIfBrokenOff(exchange, work, work.database, [&] {
        return held.transaction().run(work.query.statement, work.query.parameters, options, answer);
    });
    watch.succeeded();
    recordStatement(access_, work.principal, summary, work.database, work.query.statement);
    return summary;
}

void Service::answerStatement(Exchange& exchange, Work& work) {
    runStatement(exchange, work, Thread::Worker);
}

void Service::beginTransaction(Exchange& exchange, Work& work) {
    const auto database = databases_.use(work.database);
    waitForBookmarks(*database, work.query.bookmarks, work.query.time_max, exchange.cancelled);
    query::RunOptions options = optionsOf(exchange, work);
    options.limits = {};  // those of its statements come with them
    Transactions::Held held =
        transactions_.add(database, work.principal.id, database->engine->begin(options));
    StatementAnswer answer(exchange, work.form, work.coding);
    try {
        std::optional<query::Summary> summary;
        if (!work.query.statement.empty()) {
            summary = runInside(held, exchange, work, answer, true);
        }
        answer.finish(summary ? &*summary : nullptr,
                      {work.query.include_counters, {}, held.id(), held.expires()});
    } catch (const Error& error) {
        held.end();
        answer.fail(errorAnswer(error, work.query.statement));
    } catch (const std::exception& unexpected) {
        held.end();
        answer.fail(errorAnswer(unexpectedError(unexpected), {}));
    }
}

void Service::continueTransaction(Exchange& exchange, Work& work) {
    runInTransaction(exchange, work, false);
}

void Service::commitTransaction(Exchange& exchange, Work& work) {
    runInTransaction(exchange, work, true);
}

void Service::runInTransaction(Exchange& exchange, const Work& work, bool commit) {
    Transactions::Held held = transactions_.hold(work.transaction, work.database, work.principal.id);
    StatementAnswer answer(exchange, work.form, work.coding);
    const bool runs = !work.query.statement.empty();
    try {
        std::optional<query::Summary> summary;
        if (runs) {
            // Rows beside a commit wait for it: a client must not see them if it fails.
            summary = runInside(held, exchange, work, answer, !commit);
        }
        AnswerTail tail{work.query.include_counters, {}, {}, {}};
        if (commit) {
            tail.bookmark = held.database().bookmark(held.transaction().commit());
            held.end();
        } else {
            tail.transaction = held.id();
            tail.transaction_expires = held.expires();
        }
        answer.finish(summary ? &*summary : nullptr, tail);
    } catch (const Error& error) {
        held.end();
        answer.fail(
            errorAnswer(error, runs ? std::string_view(work.query.statement) : std::string_view("COMMIT")));
    } catch (const std::exception& unexpected) {
        held.end();
        answer.fail(errorAnswer(unexpectedError(unexpected), {}));
    }
}

void Service::rollbackTransaction(Exchange& exchange, Work& work) {
    Transactions::Held held = transactions_.hold(work.transaction, work.database, work.principal.id);
    held.transaction().rollback();
    held.end();
    putRaw(exchange.buffer, "{}");
    replyJson(exchange, 200);
}

}  // namespace xinpu::server
