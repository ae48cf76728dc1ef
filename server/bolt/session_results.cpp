// server/bolt/session_results.cpp
// What workers have done becomes answers: rows as far as they were asked for, summaries, the ends of
// transactions.
#include <algorithm>
#include <utility>

#include "server/bolt/session.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

constexpr std::size_t kOutBytes = 64 * 1024;  // before they are sent
constexpr std::uint64_t kRouteSeconds = 1'000;

}  // namespace

Session::Next Session::resume() {
    if (deferred_) {
        if (!workerIsFree()) {
            return Next::Wait;
        }
        const std::function<void()> task = std::exchange(deferred_, nullptr);
        if (interrupts_ > 0 && pending_ != Pending::Reset) {
            return ignored();
        }
        task();
        return Next::Wait;
    }
    switch (pending_) {
    case Pending::Nothing:
        return Next::Done;
    case Pending::Logon:
        return resumeLogon();
    case Pending::Run:
        return resumeRun();
    case Pending::Pull:
        return pump();
    case Pending::Route:
        return resumeRoute();
    default:
        return resumeEnd();
    }
}

Session::Next Session::resumeLogon() {
    if (!workerIsFree()) {
        return Next::Wait;
    }
    pending_ = Pending::Nothing;
    const std::string answer = std::exchange(logon_answer_, {});
    if (working_->failure) {
        putFailure(out_, version_, *working_->failure);
        return Next::Close;
    }
    try {
        letIn(std::move(working_->principal));
    } catch (const Error& error) {
        giveUp(error);
        return Next::Close;
    }
    out_ += answer;
    return Next::Done;
}

Session::Next Session::resumeRun() {
    const Job::Phase phase = working_->phase();
    if (phase == Job::Phase::Working) {
        return Next::Wait;
    }
    if (phase == Job::Phase::Done && working_->failure) {
        return fail(*working_->failure);
    }
    MapWriter metadata;
    PackWriter& fields = metadata.key("fields");
    fields.list(working_->fields.size());
    for (const std::string& field : working_->fields) {
        fields.text(field);
    }
    metadata.member("t_first", working_->available_ms);
    if (version_ >= kDatabaseInRun && !working_->database.empty()) {
        metadata.member("db", std::string_view(working_->database));
    }
    if (inTransaction()) {
        metadata.key("qid").integer(next_query_);
        results_.emplace(next_query_++, working_);
    } else {
        results_.clear();
        results_.emplace(0, working_);
        state_ = State::Streaming;
    }
    return success(metadata);
}

/// Of BEGIN, COMMIT, ROLLBACK and RESET.
Session::Next Session::resumeEnd() {
    if (!workerIsFree()) {
        return Next::Wait;
    }
    const Pending pending = pending_;
    if (pending != Pending::Reset && working_->failure) {
        if (pending != Pending::Begin) {
            transaction_.clear();
        }
        return fail(*working_->failure);
    }
    MapWriter metadata;
    if (pending == Pending::Begin) {
        transaction_ = working_->transaction;
        database_ = working_->database;
        next_query_ = 0;
        transaction_extra_.bookmarks.clear();
        state_ = State::Transaction;
        if (version_ >= kDatabaseInRun) {
            metadata.member("db", std::string_view(database_));
        }
        return success(metadata);
    }
    if (pending == Pending::Commit && !working_->bookmark.empty()) {
        metadata.member("bookmark", std::string_view(working_->bookmark));
    }
    transaction_.clear();
    deadline_.reset();
    results_.clear();
    pulling_ = {};
    working_.reset();
    state_ = State::Ready;
    return success(metadata);
}

Session::Next Session::resumeRoute() {
    if (!workerIsFree()) {
        return Next::Wait;
    }
    if (working_->failure) {
        return fail(*working_->failure);
    }
    MapWriter table;
    table.member("ttl", kRouteSeconds);
    table.member("db", std::string_view(working_->database));
    table.key("servers").list(3);
    for (const char* role : {"ROUTE", "READ", "WRITE"}) {
        MapWriter server;
        PackWriter& addresses = server.key("addresses");
        addresses.list(1);
        addresses.text(routed_address_);
        server.member("role", role);
        server.appendTo(table.body());
    }
    MapWriter metadata;
    metadata.member("rt", table);
    return success(metadata);
}

/// Rows, until the client has as many as it asked for or there are no more.
Session::Next Session::pump() {
    Job& job = *pulling_.job;
    while (interrupts_ == 0) {
        if (out_.size() >= kOutBytes) {
            return Next::Flush;
        }
        // Read before the rows: what is done has put all of them.
        const bool done = job.phase() == Job::Phase::Done;
        const bool wants = pulling_.left != 0;
        const Job::Row row = wants ? job.takeRow(pulling_.discard ? nullptr : &out_) : job.peekRow();
        if (row != Job::Row::Taken) {
            return done ? complete() : Next::Wait;
        }
        if (!wants) {
            MapWriter metadata;
            metadata.member("has_more", true);
            return success(metadata);
        }
        pulling_.left -= pulling_.left > 0 ? 1 : 0;
    }
    return ignored();
}

/// The end of a result.
Session::Next Session::complete() {
    const std::shared_ptr<Job> job = std::exchange(pulling_, {}).job;
    std::erase_if(results_, [&](const auto& result) { return result.second == job; });
    if (job->failure) {
        return fail(*job->failure);
    }
    if (job->peekRow() == Job::Row::Broken) {
        return fail(Failure::of(Error(ErrorCode::Io, "The rows cannot be read back."), {}));
    }
    MapWriter metadata;
    addSummary(metadata, version_, job->summary, run_filter_, !job->fields.empty(), job->any_row);
    const auto span = Job::Clock::now() - job->started;
    metadata.key("t_last").integer(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
    metadata.member("db", std::string_view(job->database));
    if (!job->bookmark.empty()) {
        metadata.member("bookmark", std::string_view(job->bookmark));
    }
    if (state_ == State::Streaming) {
        state_ = State::Ready;
    }
    return success(metadata);
}

}  // namespace xinpu::server::bolt
