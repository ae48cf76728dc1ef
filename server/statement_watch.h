// server/statement_watch.h
#pragma once
// Times a statement from its start to its end, however it ends.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "query/functions/budget.h"

namespace xinpu::server {

class Exposition;

/// At its end the statement counts in the metrics, and gets a line in the log if it was slow: database, digest of the text,
/// milliseconds, rows, principal, request. What it is told to look at must live as long.
///
/// Threads: one; many watches may end at once.
class StatementWatch {
public:
    enum class Protocol : std::uint8_t { Http, Bolt };

    /// `database` is read at the end. `request`: empty over Bolt. `progress`: null if rows are not counted.
    StatementWatch(Protocol protocol, const std::string& database, std::string_view statement, std::string_view principal,
                   std::string_view request, const query::RunProgress* progress)
        : protocol_(protocol), database_(database), statement_(statement), principal_(principal), request_(request),
          progress_(progress) {}
    ~StatementWatch();
    StatementWatch(const StatementWatch&) = delete;
    StatementWatch& operator=(const StatementWatch&) = delete;

    void succeeded() noexcept { end_ = End::Done; }
    /// It is run again elsewhere.
    void forget() noexcept { end_ = End::Nowhere; }

private:
    enum class End : std::uint8_t { Failed, Done, Nowhere };

    Protocol protocol_;
    End end_ = End::Failed;
    const std::string& database_;
    std::string_view statement_;
    std::string_view principal_;
    std::string_view request_;
    const query::RunProgress* progress_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// Those that ended since the process began.
void putStatements(Exposition& exposition);

}  // namespace xinpu::server
