// server/bolt/job.cpp
// Statements are run as the HTTP side runs them; their rows go to a spool, so none waits for a socket.
#include "server/bolt/job.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "server/access/statement_access.h"
#include "server/bolt/structure_tags.h"
#include "server/bookmarks.h"
#include "server/log.h"
#include "server/write_slot.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

using engine::Kind;
using engine::Value;

std::uint64_t millisecondsSince(Job::Clock::time_point start) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Job::Clock::now() - start).count());
}

/// Names that no database can have are names of databases that do not exist.
std::string canonicalName(const std::string& written) {
    try {
        return Databases::canonicalName(written);
    } catch (const Error&) {
        throw Error(ErrorCode::NotFound, fmt::format("Graph not found: {:.80}", written),
                    details::kDatabaseNotFound);
    }
}

/// Rows as frames of RECORD messages, put into the spool piece by piece.
class Records final : public query::ResultSink {
public:
    static constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

    Records(Job& job, const WireForm& form) : job_(job), form_(form) {}

    /// The client may see rows before the statement has ended.
    void allowFlow() noexcept { may_flow_ = true; }

    void begin(std::span<const std::string> fields) override {
        job_.fields.assign(fields.begin(), fields.end());
        buffer_.clear();
        whole_ = 0;
        job_.any_row = false;
        if (job_.spool.bytesPut() > 0) {
            job_.spool.clear();
        }
    }

    void row(std::span<const Value> values, const query::GraphView& graph) override {
        job_.any_row = true;
        if (job_.discarding.load(std::memory_order_relaxed)) {
            return;
        }
        putMessage(buffer_, tags::kRecord, 1, [&](PackWriter& pack) {
            pack.list(values.size());
            for (const Value& value : values) {
                packValue(pack, value, form_, graph);
            }
        });
        whole_ = buffer_.size();
        if (whole_ >= kPieceBytes) {
            letGo();
        }
    }

    void finish() {
        buffer_.resize(whole_);  // a row that could not be written whole is none
        if (!buffer_.empty()) {
            job_.spool.put(std::move(buffer_));
        }
        job_.spool.finish(false);
    }

private:
    void letGo() {
        job_.spool.put(std::move(buffer_));
        buffer_ = {};
        whole_ = 0;
        if (may_flow_) {
            if (job_.phase() == Job::Phase::Working) {
                job_.available_ms = millisecondsSince(job_.started);
                job_.moveTo(Job::Phase::Flowing);
            } else if (job_.wake) {
                job_.wake();
            }
        }
    }

    Job& job_;
    const WireForm& form_;
    std::string buffer_;
    std::size_t whole_ = 0;
    bool may_flow_ = false;
};

query::RunOptions optionsOf(const Service& service, const Job& job, const RunExtra& extra,
                            const Principal& principal) {
    const ServiceOptions& settings = service.options();
    query::RunOptions options;
    options.access = extra.access;
    options.principal = principal.id;
    options.timezone = settings.timezone;
    options.csv_folder = settings.csv_folder;
    options.limits.memory_bytes_max = settings.statement_memory_max;
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

void runAlone(Service& service, Job& job, const Run& run, Records& records, std::string_view& about) {
    const std::string asked = canonicalName(run.extra.database);
    service.access().require(run.principal, Operation::ReadStatement, asked);
    auto database = service.databases().use(asked);
    waitForBookmarks(*database, run.extra.bookmarks, run.extra.time_max, job.cancelled);
    about = run.statement;
    auto prepared = database->engine->prepare(run.statement);
    if (const std::string_view named = query::databaseOf(*prepared); !named.empty()) {
        const std::string name = canonicalName(std::string(named));
        if (name != database->name) {
            about = {};
            service.access().require(run.principal, Operation::ReadStatement, name);
            database = service.databases().use(name);
            about = run.statement;
            prepared = database->engine->prepare(run.statement);
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
    job.summary = database->engine->run(prepared, run.parameters,
                                        optionsOf(service, job, run.extra, run.principal), records);
    job.bookmark = database->bookmark(job.summary.entry);
}

void runInside(Service& service, Job& job, const Run& run, Records& records, std::string_view& about) {
    Transactions::Held held = service.transactions().hold(run.transaction, run.database, run.principal.id);
    try {
        about = run.statement;
        job.database = run.database;
        bool updates = true;  // also of what does not compile: the transaction says so itself and ends
        std::shared_ptr<const query::Prepared> prepared;
        try {
            prepared = held.database().engine->prepare(run.statement);
        } catch (const Error&) {
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
        job.summary = held.transaction().run(run.statement, run.parameters, options, records);
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

void runStatement(Service& service, Job& job, const Run& run) noexcept {
    Records records(job, run.form);
    std::string_view about;
    guarded(job, about, [&] {
        try {
            service.access().require(run.principal, Operation::ReadStatement);
            if (run.transaction.empty()) {
                runAlone(service, job, run, records, about);
            } else {
                runInside(service, job, run, records, about);
            }
            if (job.phase() == Job::Phase::Working) {
                job.available_ms = millisecondsSince(job.started);
            }
            logIfSlow(job.database, run.statement, run.principal.id, Job::Clock::now() - job.started);
        } catch (const std::exception&) {
            records.finish();
            throw;
        }
        records.finish();
    });
}

void beginTransaction(Service& service, Job& job, const RunExtra& extra,
                      const Principal& principal) noexcept {
    guarded(job, {}, [&] {
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
        if (name == "system") {
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
