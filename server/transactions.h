// server/transactions.h
#pragma once
// Explicit transactions that clients hold open over several requests, and their end by time.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/session/session.h"
#include "server/databases.h"

namespace xinpu::server {

/// An open transaction as it was at the moment of the look.
struct OpenTransaction {
    std::string id;
    std::string database;
    std::string principal;
    std::chrono::steady_clock::duration age{};
    std::chrono::steady_clock::duration left{};  ///< until it ends by itself if nothing more comes
    bool busy = false;                           ///< a request uses it
    bool holds_writer = false;
};

/// Threads: any; one request at a time uses a transaction.
class Transactions {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds kIdleMax{60};         ///< before the first write
    static constexpr std::chrono::seconds kIdleWritingMax{10};  ///< from then on: others wait for the writer
    static constexpr std::chrono::seconds kTotalMax{60};
    static constexpr std::size_t kOpenMax = 1'000;

    /// A transaction in use by one request; gives it back at its end.
    class Held;

    /// Takes a new transaction in; it is held by the caller.
    /// @throws Error(Limit, NoThreadsAvailable) beyond kOpenMax
    Held add(std::shared_ptr<OpenDatabase> database, std::string principal,
             std::unique_ptr<query::SessionTransaction> transaction);
    /// @throws Error(NotFound, TransactionNotFound) unknown, ended, another database's or another
    /// principal's; Error(Conflict, TransactionAccessedConcurrently)
    Held hold(const std::string& id, std::string_view database, std::string_view principal);
    /// Whether it is known and holds a writer: its requests must not queue behind those that wait for it.
    bool holdsWriter(const std::string& id) const;
    std::size_t openOn(std::string_view database) const;
    std::vector<OpenTransaction> list() const;
    /// Rolls it back; if a request uses it, once that has ended. Whose it was; nothing: there is none of this id
    /// that is `principal`'s; empty: anybody's.
    std::optional<std::string> terminate(const std::string& id, std::string_view principal);
    /// Rolls those back whose time is over. Returns how many.
    std::size_t expire(Clock::time_point now);
    void rollbackAll();

private:
    struct Entry;
    void giveBack(const std::shared_ptr<Entry>& entry, bool ended);

    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Entry>> open_;
};

struct Transactions::Entry {
    std::string id;
    std::shared_ptr<OpenDatabase> database;
    std::string principal;
    std::unique_ptr<query::SessionTransaction> transaction;
    Clock::time_point begun = Clock::now();
    Clock::time_point used = Clock::now();
    bool busy = true;
    bool wrote = false;  ///< as of the last request: asked without waiting for the one that runs
    bool terminated = false;

    Clock::time_point expiresAt() const noexcept {
        return std::min(begun + kTotalMax, used + (wrote ? kIdleWritingMax : kIdleMax));
    }
};

class Transactions::Held {
public:
    Held(Transactions& transactions, std::shared_ptr<Entry> entry)
        : transactions_(&transactions), entry_(std::move(entry)) {}
    Held(Held&& other) noexcept = default;
    Held& operator=(Held&&) = delete;
    ~Held() {
        if (entry_ != nullptr) {
            transactions_->giveBack(entry_, ended_);
        }
    }

    const std::string& id() const noexcept { return entry_->id; }
    query::SessionTransaction& transaction() noexcept { return *entry_->transaction; }
    OpenDatabase& database() noexcept { return *entry_->database; }
    /// When it ends if nothing more comes, as "2026-11-24T22:08:04Z".
    std::string expires() const;
    /// When it ends in any case.
    Clock::time_point deadline() const noexcept { return entry_->begun + kTotalMax; }
    /// It is gone once this is given back.
    void end() noexcept { ended_ = true; }

private:
    Transactions* transactions_;
    std::shared_ptr<Entry> entry_;
    bool ended_ = false;
};

}  // namespace xinpu::server
