// server/bolt/session.h
#pragma once
// The conversation with one Bolt client, without its socket: states, requests and their answers.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/bolt/job.h"
#include "server/bolt/packstream.h"
#include "server/bolt/protocol.h"
#include "server/service.h"
#include "server/worker_pool.h"

namespace xinpu::server::bolt {

/// Results of a transaction whose rows were not all taken: each keeps rows, and perhaps a file.
inline constexpr std::size_t kOpenResultsMax = 100;

inline constexpr Version kLogonMessage{5, 1};   ///< before, HELLO carries the credentials
inline constexpr Version kDatabaseInRun{5, 8};  ///< answers to RUN and BEGIN name the database

/// One request is taken at a time; what it needs a worker for is a task, after which resume() goes on with
/// it.
///
/// Threads: those of one strand.
class Session {
public:
    enum class Next : std::uint8_t {
        Done,   ///< the answer stands in out()
        Wait,   ///< a task is there, or runs: resume() when it says so
        Flush,  ///< out() is full: send it, then resume()
        Close,  ///< after out() is sent
    };
    struct Task {
        WorkerPool::Lane lane = WorkerPool::Lane::Usual;
        WorkerPool::Task run;
        std::function<bool()> here{};  ///< tried first, on the thread that takes it; false: nothing was done
    };

    struct Ends {
        std::string id;       ///< of the connection
        std::string address;  ///< where this server is reached, "127.0.0.1:7687"
        std::string peer;     ///< the client's address, without port
    };

    /// `wake` is called by workers.
    Session(Service& service, RequestMemory& memory, Version version, Ends ends, std::function<void()> wake);

    /// The next request, without its frame.
    Next take(std::string_view bytes);
    Next resume();
    /// What a worker has to do before resume() gets on.
    std::optional<Task> takeTask();
    /// No worker takes the task.
    void refuseTask();

    /// A RESET came, behind what is being done: stops that, and what is queued before the RESET is ignored.
    void interrupt() noexcept;
    /// The conversation is over; what is left to be done for it.
    std::optional<Task> end();

    /// An answer to what came, after which the connection is closed.
    void giveUp(const Error& error);

    std::string& out() noexcept { return out_; }
    bool loggedOn() const noexcept { return state_ != State::Negotiation && state_ != State::Authentication; }

private:
    enum class State : std::uint8_t { Negotiation, Authentication, Ready, Streaming, Transaction, Failed };
    enum class Pending : std::uint8_t { Nothing, Logon, Run, Pull, Begin, Commit, Rollback, Reset, Route };
    struct Pulling {
        std::shared_ptr<Job> job;
        std::int64_t query = 0;
        std::int64_t left = -1;  // all
        bool discard = false;
    };

    Next dispatch(Message& message);
    Next hello(const Message& message);
    Next logon(const Message& message);
    Next reset();
    Next run(Message& message);
    Next begin(const Message& message);
    Next endTransaction(bool commit);
    Next pull(const Message& message, bool discard);
    Next route(const Message& message);

    Next resumeRun();
    Next resumeEnd();
    Next resumeRoute();
    Next pump();
    Next complete();

    /// `answer` is what the client is told if it is let in.
    Next authenticate(const engine::Value& token, std::string answer);
    void letIn(Principal principal);
    Next resumeLogon();
    bool inTransaction() const noexcept { return !transaction_.empty(); }
    bool workerIsFree() const noexcept {
        return working_ == nullptr || working_->phase() == Job::Phase::Done;
    }
    std::shared_ptr<Job> newJob();
    /// Does it when the job before has ended.
    Next start(Pending pending, std::function<void()> task);
    Next success(const MapWriter& metadata);
    Next ignored();
    Next fail(const Failure& failure);
    /// An answer after which nothing more can be said.
    Next refuse(std::string_view why);

    Service& service_;
    RequestMemory& memory_;
    Version version_;
    Ends ends_;
    std::function<void()> wake_;
    WireForm form_;

    State state_ = State::Negotiation;
    Principal principal_;
    std::string logon_answer_;    // to a client whose credentials a worker looks at
    std::string routed_address_;  // as the client calls us
    NotificationFilter filter_;
    unsigned interrupts_ = 0;  // RESETs that came and were not answered yet

    // of the transaction
    std::string transaction_;  // id
    std::string database_;
    RunExtra transaction_extra_;
    std::optional<Job::Clock::time_point> deadline_;
    std::int64_t next_query_ = 0;

    std::map<std::int64_t, std::shared_ptr<Job>> results_;  // with rows that were not taken
    NotificationFilter run_filter_;
    Pending pending_ = Pending::Nothing;
    Pulling pulling_;
    std::shared_ptr<Job> working_;  // the last one that was given to a worker
    std::function<void()> deferred_;
    std::optional<Task> task_;
    std::string out_;
};

}  // namespace xinpu::server::bolt
