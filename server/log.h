// server/log.h
#pragma once
// Events of the server as JSON lines on standard error. Never a parameter, never the text of a statement.

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace xinpu::server {

enum class LogLevel : std::uint8_t { Info, Warning, Error };

/// One line: time, level, event, then the members in order. Any thread.
void logEvent(LogLevel level, std::string_view event,
              std::initializer_list<std::pair<std::string_view, std::string>> members);

/// A short name for the text of a statement: its digest, by which operators find it in their own code.
std::string statementDigest(std::string_view statement);

/// An event for a statement that ran longer than a second.
void logIfSlow(std::string_view database, std::string_view statement, std::string_view principal,
               std::chrono::steady_clock::duration span);

}  // namespace xinpu::server
