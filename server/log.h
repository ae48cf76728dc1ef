// server/log.h
#pragma once
// Events of the server, one a line. Never a parameter, never the text of a statement.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace xinpu::server {

enum class LogLevel : std::uint8_t { Info, Warning, Error };

struct LogOptions {
    enum class Requests : std::uint8_t { None, Failed, All };
    bool logfmt = false;  ///< `key=value` rather than JSON
    LogLevel least = LogLevel::Info;
    std::filesystem::path file;              ///< empty: standard error
    Requests requests = Requests::Failed;    ///< which of them get a line
    std::chrono::milliseconds slow_statement{1'000};  ///< 0: none is slow
};

/// To be called before other threads log. Until then lines go to standard error as JSON.
/// @throws Error(Io) the file cannot be written
void openLog(const LogOptions& options);
/// Opens the file again, after it was renamed. One that cannot be opened is told of in the old one, which stays.
void reopenLog() noexcept;
/// Writes what is queued. Lines after it are written at once.
void closeLog() noexcept;

/// One line: time, level, event, then the members in order. Any thread.
void logEvent(LogLevel level, std::string_view event,
              std::initializer_list<std::pair<std::string_view, std::string>> members);

struct RequestLine {
    std::string_view id;
    std::string_view method;
    std::string_view route;  ///< the pattern, never what the client wrote; empty: there is none
    int status = 0;
    std::chrono::steady_clock::duration span{};
    std::uint64_t bytes = 0;     ///< of the answer, with its header
    std::string_view principal;  ///< id; empty: unknown
};
/// Queues a line if such requests get one; under a flood the oldest that wait are left out. Any thread.
void logRequest(const RequestLine& line);
std::uint64_t linesLeftOut() noexcept;

/// A short name for the text of a statement: its digest, by which operators find it in their own code.
std::string statementDigest(std::string_view statement);

struct StatementLine {
    std::string_view database;
    std::string_view statement;  ///< only its digest is written
    std::string_view principal;
    std::string_view request;  ///< id; empty over Bolt
    std::chrono::steady_clock::duration span{};
    std::uint64_t rows = 0;
    bool failed = false;
};
/// An event for a statement that ran longer than the options say.
void logIfSlow(const StatementLine& line);

}  // namespace xinpu::server
