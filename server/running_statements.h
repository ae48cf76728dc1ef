// server/running_statements.h
#pragma once
// The statements that run or wait, over HTTP and Bolt, so that they can be seen and stopped from elsewhere.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/functions/budget.h"

namespace xinpu::server {

enum class Interface : std::uint8_t { Http, Bolt };

/// "http" or "bolt".
std::string_view nameOf(Interface way) noexcept;

/// One statement as it was at the moment of the look.
struct RunningStatement {
    std::string id;  ///< "s" and a number, anew from 1 at each start of the server
    std::string database;
    std::string principal;
    Interface way = Interface::Http;
    std::string transaction;  ///< id of the one that it runs in; empty: on its own
    std::string statement;    ///< cut after kStatementBytesShown
    std::string digest;       ///< as in the log
    std::chrono::system_clock::time_point started;
    std::chrono::steady_clock::duration elapsed{};
    bool waiting = false;    ///< for the writer, or for a bookmark
    bool cancelled = false;  ///< told to stop, which it will within a moment
    std::uint64_t rows = 0;
    std::uint64_t memory_bytes = 0;
};

/// Threads: any.
class RunningStatements {
public:
    static constexpr std::size_t kStatementBytesShown = 10'000;

    /// What is known before it runs. Views are copied.
    struct About {
        std::string_view database;
        std::string_view principal;
        Interface way = Interface::Http;
        std::string_view transaction;
        std::string_view statement;
    };
    /// The statement is listed as long as this lives.
    class Entry;

    /// `cancelled` is what stops it; both must outlive the entry.
    Entry add(const About& about, std::atomic<bool>& cancelled);
    /// In the order of their start.
    std::vector<RunningStatement> list() const;
    /// Tells it to stop; whose it is. Nothing: there is none of this id that is `principal`'s; empty:
    /// anybody's.
    std::optional<std::string> cancel(std::string_view id, std::string_view principal);
    /// Tells what runs in a transaction to stop.
    void cancelIn(std::string_view transaction);

private:
    struct Line;
    static RunningStatement viewOf(std::uint64_t number, const Line& line);

    mutable std::mutex mutex_;
    std::map<std::uint64_t, Line*> lines_;  ///< owned by their entries
    std::uint64_t last_ = 0;
};

class RunningStatements::Entry {
public:
    Entry(RunningStatements& all, std::uint64_t number, std::unique_ptr<Line> line);
    ~Entry();
    Entry(Entry&& other) noexcept;
    Entry& operator=(Entry&&) = delete;

    /// For query::BudgetLimits.
    query::RunProgress& progress() noexcept;

private:
    RunningStatements* all_;
    std::uint64_t number_;
    std::unique_ptr<Line> line_;  ///< null: moved from
};

}  // namespace xinpu::server
