// server/service.h
#pragma once
// What the server does with a request, without sockets: routes, keys, databases, statements, transactions.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/store/writer_lock.h"
#include "server/access/access.h"
#include "server/content_coding.h"
#include "server/databases.h"
#include "server/exchange.h"
#include "server/metrics/metrics.h"
#include "server/negotiation.h"
#include "server/parse_pace.h"
#include "server/query_request.h"
#include "server/quick_statements.h"
#include "server/routes.h"
#include "server/running_statements.h"
#include "server/statement_answer.h"
#include "server/transactions.h"
#include "server/worker_pool.h"

namespace xinpu::server {

struct ServiceOptions {
    std::filesystem::path data;
    bool dev = false;              ///< no key is asked
    std::size_t writers_max = 12;  ///< statements that write or wait for the writer at once; more are refused
    std::chrono::seconds statement_time_max{600};
    std::size_t statement_memory_max = std::size_t{1} << 30;  ///< bytes
    std::uint64_t result_rows_max = 0;                        ///< of a statement; 0: as many as there are
    std::uint64_t result_bytes_max = Spool::kBytesMax;        ///< of an answer
    std::uint32_t parses_per_second = 0;                      ///< of a principal; 0: no limit
    std::optional<std::filesystem::path> csv_folder{};        ///< what LOAD CSV may read
    std::string timezone = "Asia/Shanghai";
    std::uint64_t disk_free_min = std::uint64_t{1} << 30;  ///< bytes; with less the server is not ready
    std::optional<OidcOptions> oidc{};                     ///< whose tokens are taken beside keys
};

/// How clients get here, for the links of the discovery document.
struct Reachable {
    bool secure = false;          ///< https, bolt+s
    std::uint16_t bolt_port = 0;  ///< 0: no Bolt
};

/// What became known of a request before the work on it.
struct Work {
    const Route* route = nullptr;  ///< null: no such path, or not with this method
    std::string_view pattern;      ///< of the path, static; empty: no such path
    std::string database;          ///< canonical
    std::string transaction;       ///< id
    std::string id;                ///< of what else a path names
    Principal principal;
    AnswerForm form;
    ValueForm parameters = ValueForm::Plain;
    Coding coding = Coding::Identity;  ///< of the answer
    bool body_read = false;
    bool checked = false;  ///< it is known who sends it; false: a worker has to find out
    QueryRequest query;
};

/// Threads: any.
class Service {
public:
    static constexpr std::size_t kBodyBytesMax = std::size_t{32} << 20;

    /// Opens the data folder, makes the usual database and the first key where they are missing.
    /// @throws Error(Locked) another server or writer; Error(Corrupt)
    Service(ServiceOptions options, std::shared_ptr<const query::Registry> registry);
    ~Service();

    /// On a thread of the network. True: the reply stands. False: `work` goes to answer() on a worker.
    bool tryNow(Exchange& exchange, Work& work);
    /// The whole answer; lets nothing out. May take as long as the statement does.
    void answer(Exchange& exchange, Work& work) noexcept;
    WorkerPool::Lane laneOf(const Work& work) const;

    /// Before the first request.
    void reachableAt(const Reachable& reachable) noexcept { reachable_ = reachable; }
    /// Rolls transactions back whose time is over.
    void expireTransactions();
    /// From now on /health/ready says no.
    void drain() noexcept { draining_.store(true); }
    /// Looks whether the disk of the data folder has room; without, /health/ready says no.
    void lookAtDisk();
    bool draining() const noexcept { return draining_.load(std::memory_order_relaxed); }
    void rollbackAll() { transactions_.rollbackAll(); }

    // What the Bolt side shares (server/bolt).
    const ServiceOptions& options() const noexcept { return options_; }
    Databases& databases() noexcept { return databases_; }
    Transactions& transactions() noexcept { return transactions_; }
    Access& access() noexcept { return access_; }
    RunningStatements& running() noexcept { return running_; }
    /// What the options allow a statement, but for what its request says.
    query::BudgetLimits statementLimits() const;
    /// The statement, parsed and planned, if the principal may have that done.
    /// @throws Error(Limit, ParseRateLimit); what QueryEngine::prepare throws
    std::shared_ptr<const query::Prepared> prepare(query::QueryEngine& engine, std::string_view statement,
                                                   const Principal& principal);
    QuickStatements& quick() noexcept { return quick_; }
    std::atomic<std::size_t>& writers() noexcept { return writers_; }
    Metrics& metrics() noexcept { return metrics_; }

    // What routes call (server/routes.cpp): each writes the reply.
    void replyDiscovery(Exchange& exchange, Work& work);
    void replyLive(Exchange& exchange, Work& work);
    void replyReady(Exchange& exchange, Work& work);
    void replyMetrics(Exchange& exchange, Work& work);
    void replyDatabaseList(Exchange& exchange, Work& work);
    void replyDatabase(Exchange& exchange, Work& work);
    void createDatabase(Exchange& exchange, Work& work);
    void dropDatabase(Exchange& exchange, Work& work);
    // statements.cpp
    void answerStatement(Exchange& exchange, Work& work);
    void beginTransaction(Exchange& exchange, Work& work);
    void continueTransaction(Exchange& exchange, Work& work);
    void commitTransaction(Exchange& exchange, Work& work);
    void rollbackTransaction(Exchange& exchange, Work& work);

private:
    enum class Thread : std::uint8_t { Network, Worker };

    // service.cpp
    bool check(Exchange& exchange, Work& work, Thread thread);
    void checkBody(const Request& request, Work& work) const;
    void readBody(const Request& request, Work& work) const;
    void describeDatabase(Exchange& exchange, const Work& work, int status);

    // statements.cpp
    bool runStatement(Exchange& exchange, const Work& work, Thread thread);
    bool answerSystem(OpenDatabase& database, const Work& work, StatementAnswer& answer);
    void runInTransaction(Exchange& exchange, const Work& work, bool commit);
    query::Summary runInside(Transactions::Held& held, Exchange& exchange, const Work& work,
                             StatementAnswer& answer, bool may_stream);
    /// Keeps in the access log that `run` threw after rows had gone out.
    template <typename Run>
    query::Summary toldIfBrokenOff(const Exchange& exchange, const Work& work, const std::string& database,
                                   Run&& run);
    query::RunOptions optionsOf(const Exchange& exchange, const Work& work) const;

    ServiceOptions options_;
    Reachable reachable_;
    std::optional<engine::FileLock> lock_;
    Databases databases_;
    Transactions transactions_;
    Access access_;
    QuickStatements quick_;
    RunningStatements running_;
    ParsePace parse_pace_{options_.parses_per_second};
    std::atomic<std::size_t> writers_{0};
    std::atomic<bool> draining_{false};
    std::atomic<bool> disk_full_{false};
    Metrics metrics_;
};

}  // namespace xinpu::server
