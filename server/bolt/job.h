// server/bolt/job.h
#pragma once
// The work of one request on a worker's thread: a statement and its rows, or a step of a transaction.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/session/session.h"
#include "server/access/principal.h"
#include "server/bolt/answers.h"
#include "server/bolt/request_maps.h"
#include "server/bolt/request_memory.h"
#include "server/bolt/structures.h"
#include "server/service.h"
#include "server/spool.h"

namespace xinpu::server::bolt {

/// Threads: the worker writes until it moves the phase on; the connection reads what the phase allows.
/// `cancelled` and `discarding` may be set at any time.
class Job {
public:
    using Clock = std::chrono::steady_clock;
    enum class Phase : std::uint8_t {
        Working,  ///< the worker owns everything but the flags
        Flowing,  ///< fields stand, rows come through the spool
        Done,
    };
    enum class Row : std::uint8_t { Taken, NotYet, End, Broken };

    Phase phase() const noexcept { return phase_.load(std::memory_order_acquire); }
    void moveTo(Phase phase) {
        phase_.store(phase, std::memory_order_release);
        if (wake) {
            wake();
        }
    }
    /// The connection's side: appends the frame of the next row to `out`, or drops it.
    Row takeRow(std::string* out);
    Row peekRow();

    std::atomic<bool> cancelled{false};
    std::atomic<bool> discarding{false};  ///< rows are wanted no more
    std::function<void()> wake;

    // What the worker leaves; null of what does not apply.
    Spool spool;
    std::vector<std::string> fields;
    query::Summary summary;
    std::optional<Failure> failure;
    std::string bookmark;
    std::string database;     ///< canonical
    std::string transaction;  ///< id of the one that was begun
    Principal principal;      ///< who was let in
    Clock::time_point started = Clock::now();
    std::uint64_t available_ms = 0;
    bool any_row = false;

private:
    std::atomic<Phase> phase_{Phase::Working};
    std::string piece_;
    std::size_t piece_at_ = 0;
};

/// A statement of a client.
struct Run {
    std::string statement;
    query::Parameters parameters;
    RunExtra extra;
    Principal principal;
    WireForm form;
    std::string transaction;  ///< id; empty: on its own
    std::string database;     ///< of the transaction, canonical
    std::optional<Job::Clock::time_point> deadline;
    RequestMemory::Share memory;  ///< of statement and parameters
};

/// These let nothing out: what goes wrong is the job's failure.
/// May wait for the keys of a provider of tokens.
void authenticate(Service& service, Job& job, const std::string& secret, const std::string& peer) noexcept;
void runStatement(Service& service, Job& job, const Run& run) noexcept;
/// On a thread of the network: true, the job is done. False: a worker has to run it; nothing was answered,
/// and what it did only read (docs/decisions/0050).
bool tryStatement(Service& service, Job& job, const Run& run) noexcept;
void beginTransaction(Service& service, Job& job, const RunExtra& extra, const Principal& principal) noexcept;
/// Whether beginTransaction() has nothing to open and nothing to wait for.
bool beginsAtOnce(Service& service, const RunExtra& extra) noexcept;
/// Leaves the name of a database that exists: as it was asked for, or of the usual one. Drivers look their
/// routing tables up by the name that they asked for.
void findDatabase(Service& service, Job& job, const std::string& name, const Principal& principal) noexcept;
/// `commit` false: rolls back; a transaction that ended before is no failure then.
void endTransaction(Service& service, Job& job, const std::string& transaction, const std::string& database,
                    const Principal& principal, bool commit) noexcept;

}  // namespace xinpu::server::bolt
