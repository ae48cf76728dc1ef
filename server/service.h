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
#include "server/databases.h"
#include "server/exchange.h"
#include "server/keys.h"
#include "server/negotiation.h"
#include "server/query_request.h"
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
    std::optional<std::filesystem::path> csv_folder{};        ///< what LOAD CSV may read
    std::string timezone = "Asia/Shanghai";
};

/// One place that requests go to. `Unknown` is every other path.
enum class Place : std::uint8_t {
    Unknown,
    Discovery,
    Live,
    Ready,
    DatabaseList,
    Database,
    Query,
    TransactionBegin,
    TransactionRun,
    TransactionCommit,
};

/// What became known of a request before the work on it.
struct Work {
    Place place = Place::Unknown;
    std::string database;     ///< canonical
    std::string transaction;  ///< id
    Principal principal;
    AnswerForm form;
    ValueForm parameters = ValueForm::Plain;
    bool gzip = false;
    bool body_read = false;
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

    /// Rolls transactions back whose time is over.
    void expireTransactions();
    /// From now on /health/ready says no.
    void drain() noexcept { draining_.store(true); }
    bool draining() const noexcept { return draining_.load(std::memory_order_relaxed); }
    void rollbackAll() { transactions_.rollbackAll(); }

    // What the Bolt side shares (server/bolt).
    const ServiceOptions& options() const noexcept { return options_; }
    Databases& databases() noexcept { return databases_; }
    Transactions& transactions() noexcept { return transactions_; }
    Keys& keys() noexcept { return keys_; }
    std::atomic<std::size_t>& writers() noexcept { return writers_; }

private:
    enum class Thread : std::uint8_t { Network, Worker };

    // service.cpp
    bool check(Exchange& exchange, Work& work);
    Principal principalOf(const Request& request);
    void checkBody(const Request& request, Work& work) const;
    void readBody(const Request& request, Work& work) const;
    void replyDiscovery(Exchange& exchange) const;
    void replyDatabaseList(Exchange& exchange) const;
    void changeDatabase(Exchange& exchange, const Work& work);

    // statements.cpp
    bool runStatement(Exchange& exchange, const Work& work, Thread thread);
    void beginTransaction(Exchange& exchange, const Work& work);
    void continueTransaction(Exchange& exchange, const Work& work, bool commit);
    void rollbackTransaction(Exchange& exchange, const Work& work);
    query::Summary runInside(Transactions::Held& held, Exchange& exchange, const Work& work,
                             StatementAnswer& answer, bool may_stream);
    query::RunOptions optionsOf(const Exchange& exchange, const Work& work) const;

    /// Texts of statements that read and were answered quickly when they last ran, by hash: these are run on
    /// the thread of the network (docs/decisions/0050). A wrong entry costs a second try, never a wrong
    /// answer.
    class QuickStatements {
    public:
        bool has(std::size_t hash) const noexcept {
            return slot(hash).load(std::memory_order_relaxed) == hash;
        }
        void add(std::size_t hash) noexcept { slot(hash).store(hash, std::memory_order_relaxed); }
        void remove(std::size_t hash) noexcept { slot(hash).store(0, std::memory_order_relaxed); }

    private:
        std::atomic<std::size_t>& slot(std::size_t hash) const noexcept {
            return slots_[hash % slots_.size()];
        }
        mutable std::array<std::atomic<std::size_t>, 4'096> slots_{};
    };

    ServiceOptions options_;
    std::optional<engine::FileLock> lock_;
    Databases databases_;
    Transactions transactions_;
    Keys keys_;
    QuickStatements quick_;
    std::atomic<std::size_t> writers_{0};
    std::atomic<bool> draining_{false};
};

}  // namespace xinpu::server
