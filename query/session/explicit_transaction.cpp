// query/session/explicit_transaction.cpp
// The writer thread runs a function that waits for statements; the session hands them over one by one.

#include "query/session/explicit_transaction.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "query/session/prepared.h"
#include "query/session/statement_run.h"

namespace xinpu::query {

namespace {

/// Leaves the writer's function without a commit. Not an error: nobody but the visit sees it.
struct RolledBack {};

constexpr std::chrono::seconds kWriterWaitMost{60};
constexpr std::chrono::milliseconds kLookEvery{10};  // whether the wait was cancelled

}  // namespace

/// The stay of one transaction on the writer thread. A thread of its own waits in Database::write until the
/// writer is free; the visit outlives a session that gave up waiting.
class ExplicitTransaction::WriterVisit : public std::enable_shared_from_this<WriterVisit> {
public:
    using Work = std::function<void(engine::WriteTxn&)>;

    WriterVisit(std::shared_ptr<engine::Database> database, std::string principal, std::string_view statement)
        : database_(std::move(database)), principal_(std::move(principal)), statement_(statement) {}

    /// Returns when the writer is ours. @throws Error(Limit, LockAcquisitionTimeout); Error(Cancelled); what
    /// Database::write throws
    void enter(const BudgetLimits& limits) {
        std::thread([self = shared_from_this()] { self->stay(); }).detach();
        std::unique_lock lock(mutex_);
        auto until = std::chrono::steady_clock::now() + kWriterWaitMost;
        if (limits.deadline && *limits.deadline < until) {
            until = *limits.deadline;
        }
        const auto cancelled = [&limits] {
            return limits.cancelled != nullptr && limits.cancelled->load(std::memory_order_relaxed);
        };
        auto now = std::chrono::steady_clock::now();
        while (state_ == State::Waiting && now < until && !cancelled()) {
            changed_.wait_until(lock, std::min(until, now + kLookEvery));
            now = std::chrono::steady_clock::now();
        }
        if (state_ == State::Waiting && cancelled()) {
            state_ = State::Abandoned;
            throw Error(ErrorCode::Cancelled, "The statement was stopped on request.", "Terminated");
        }
        if (state_ == State::Waiting) {
            state_ = State::Abandoned;
            throw Error(ErrorCode::Limit, "The writer is busy with another transaction: try again.",
                        "LockAcquisitionTimeout");
        }
        if (state_ == State::Ended && failure_) {
            std::rethrow_exception(failure_);
        }
    }

    /// Runs `work` on the writer thread and waits for it. @throws what it throws
    void hand(const Work& work) {
        std::unique_lock lock(mutex_);
        if (state_ != State::Ready) {
            throw Error(ErrorCode::Conflict, "The transaction has ended: begin another one.",
                        "TransactionNotFound");
        }
        work_ = &work;
        failure_ = nullptr;
        state_ = State::Busy;
        changed_.notify_all();
        changed_.wait(lock, [this] { return state_ == State::Ready || state_ == State::Ended; });
        if (failure_) {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
    }

    /// Durable when it returns. @throws what the commit throws
    engine::CommitReceipt commit() {
        std::unique_lock lock(mutex_);
        end(lock, State::Committing);
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        return receipt_;
    }
    void rollback() noexcept {
        std::unique_lock lock(mutex_);
        if (state_ == State::Ready) {
            end(lock, State::Leaving);
        }
    }

private:
    enum class State : std::uint8_t { Waiting, Abandoned, Ready, Busy, Committing, Leaving, Ended };

    void end(std::unique_lock<std::mutex>& lock, State how) {
        state_ = how;
        failure_ = nullptr;
        changed_.notify_all();
        changed_.wait(lock, [this] { return state_ == State::Ended; });
    }

    /// The visit's own thread.
    void stay() {
        std::exception_ptr failure;
        engine::CommitReceipt receipt;
        try {
            const engine::WriteContext context{
                .principal = principal_, .statement = statement_, .alone = true};
            receipt = database_->write(context, [this](engine::WriteTxn& txn) { serve(txn); });
        } catch (const RolledBack&) {
            // asked for
        } catch (...) {  // goes on to whoever commits
            failure = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        receipt_ = receipt;
        failure_ = failure;
        state_ = State::Ended;
        changed_.notify_all();
    }

    /// The writer thread.
    void serve(engine::WriteTxn& txn) {
        std::unique_lock lock(mutex_);
        if (state_ == State::Abandoned) {
            throw RolledBack{};
        }
        if (state_ != State::Waiting) {
            // The disk refused the group and the writer runs its members again; this one cannot be repeated.
            throw Error(ErrorCode::Io,
                        "The disk refused the commit; send the statements of the transaction again.");
        }
        state_ = State::Ready;
        changed_.notify_all();
        for (;;) {
            changed_.wait(lock, [this] { return state_ != State::Ready; });
            if (state_ == State::Committing) {
                return;
            }
            if (state_ == State::Leaving) {
                throw RolledBack{};
            }
            const Work& work = *work_;
            lock.unlock();
            std::exception_ptr failure;
            try {
                work(txn);
            } catch (...) {  // goes on to whoever handed the work over
                failure = std::current_exception();
            }
            lock.lock();
            failure_ = failure;
            state_ = State::Ready;
            changed_.notify_all();
        }
    }

    const std::shared_ptr<engine::Database> database_;
    const std::string principal_;
    const std::string statement_;
    std::mutex mutex_;
    std::condition_variable changed_;
    State state_ = State::Waiting;
    const Work* work_ = nullptr;
    std::exception_ptr failure_;
    engine::CommitReceipt receipt_;
};

ExplicitTransaction::ExplicitTransaction(QueryEngine& engine, RunOptions options)
    : engine_(engine), options_(std::move(options)) {}

ExplicitTransaction::~ExplicitTransaction() {
    rollback();
}

void ExplicitTransaction::demandOpen() const {
    if (!open_) {
        throw Error(ErrorCode::Conflict, "The transaction has ended: begin another one.",
                    "TransactionNotFound");
    }
}

Summary ExplicitTransaction::run(std::string_view statement, const Parameters& parameters,
                                 const RunOptions& options, ResultSink& sink) {
    demandOpen();
    try {
        Summary summary;
        if (visit_ == nullptr) {
            const std::shared_ptr<const engine::Snapshot> snapshot = engine_.database()->snapshot();
            const std::shared_ptr<const Prepared> prepared =
                engine_.prepare(statement, snapshot->catalog(), snapshot->counts(), options.mask_personal);
            const StatementRun run(engine_, *prepared, parameters, options);
            if (!prepared->updates || prepared->statement().explain == Explain::Explain) {
                summary = run.on(*snapshot, sink);
                entry_ = summary.entry = snapshot->sequence();
                return summary;
            }
            run.demandWriteAccess();
            auto visit = std::make_shared<WriterVisit>(engine_.database(), options_.principal, statement);
            visit->enter(options.limits);
            visit_ = std::move(visit);
        }
        visit_->hand([&](engine::WriteTxn& txn) {
            const std::shared_ptr<const Prepared> prepared =
                engine_.prepare(statement, txn.catalog(), txn.base().counts(), options.mask_personal);
            const StatementRun run(engine_, *prepared, parameters, options);
            if (prepared->updates) {
                run.demandWriteAccess();
            }
            summary = run.on(txn, sink);
        });
        return summary;
    } catch (...) {  // whatever it was ends the transaction, and goes on to the caller
        rollback();
        throw;
    }
}

std::uint64_t ExplicitTransaction::commit() {
    demandOpen();
    open_ = false;
    if (visit_ == nullptr) {
        return entry_;
    }
    const engine::CommitReceipt receipt = visit_->commit();
    return receipt.entry != 0 ? receipt.entry : entry_;
}

void ExplicitTransaction::rollback() noexcept {
    open_ = false;
    if (visit_ != nullptr) {
        visit_->rollback();
    }
}

}  // namespace xinpu::query
