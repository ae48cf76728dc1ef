// server/running_statements.cpp
// A map of numbers to what is known of each; entered and left under one lock.
#include "server/running_statements.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "server/log.h"

namespace xinpu::server {
namespace {

/// "s17" as 17; 0 for what is no id.
std::uint64_t numberOf(std::string_view id) noexcept {
    std::uint64_t number = 0;
    if (!id.starts_with('s')) {
        return 0;
    }
    const char* const end = id.data() + id.size();
    const auto [stop, error] = std::from_chars(id.data() + 1, end, number);
    return error == std::errc() && stop == end ? number : 0;
}

/// Cut between two characters of UTF-8.
std::string_view cut(std::string_view text, std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t size = bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return text.substr(0, size);
}

}  // namespace

std::string_view nameOf(Interface way) noexcept {
    return way == Interface::Http ? "http" : "bolt";
}

struct RunningStatements::Line {
    std::string database;
    std::string principal;
    Interface way = Interface::Http;
    std::string transaction;
    std::string statement;
    std::string digest;  ///< empty: of the statement as it stands here
    std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
    std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
    std::atomic<bool>* cancelled = nullptr;
    query::RunProgress progress;
};

RunningStatements::Entry::Entry(RunningStatements& all, std::uint64_t number, std::unique_ptr<Line> line)
    : all_(&all), number_(number), line_(std::move(line)) {}

RunningStatements::Entry::Entry(Entry&& other) noexcept = default;

RunningStatements::Entry::~Entry() {
    if (line_ != nullptr) {
        const std::lock_guard lock(all_->mutex_);
        all_->lines_.erase(number_);
    }
}

query::RunProgress& RunningStatements::Entry::progress() noexcept {
    return line_->progress;
}

RunningStatements::Entry RunningStatements::add(const About& about, std::atomic<bool>& cancelled) {
    auto line = std::make_unique<Line>();
    line->database = about.database;
    line->principal = about.principal;
    line->way = about.way;
    line->transaction = about.transaction;
    line->statement = cut(about.statement, kStatementBytesShown);
    if (line->statement.size() < about.statement.size()) {
        line->digest = statementDigest(about.statement);
    }
    line->cancelled = &cancelled;
    const std::lock_guard lock(mutex_);
    lines_.emplace(++last_, line.get());
    return {*this, last_, std::move(line)};
}

RunningStatement RunningStatements::viewOf(std::uint64_t number, const Line& line) {
    RunningStatement view;
    view.id = fmt::format("s{}", number);
    view.database = line.database;
    view.principal = line.principal;
    view.way = line.way;
    view.transaction = line.transaction;
    view.statement = line.statement;
    view.digest = line.digest.empty() ? statementDigest(line.statement) : line.digest;
    view.started = line.started;
    view.elapsed = std::chrono::steady_clock::now() - line.since;
    view.waiting = !line.progress.begun.load(std::memory_order_relaxed);
    view.cancelled = line.cancelled->load(std::memory_order_relaxed);
    view.rows = line.progress.rows.load(std::memory_order_relaxed);
    view.memory_bytes = line.progress.memory_bytes.load(std::memory_order_relaxed);
    return view;
}

std::vector<RunningStatement> RunningStatements::list() const {
    std::vector<RunningStatement> all;
    const std::lock_guard lock(mutex_);
    all.reserve(lines_.size());
    for (const auto& [number, line] : lines_) {
        all.push_back(viewOf(number, *line));
    }
    return all;
}

std::optional<std::string> RunningStatements::cancel(std::string_view id, std::string_view principal) {
    const std::lock_guard lock(mutex_);
    const auto found = lines_.find(numberOf(id));
    if (found == lines_.end() || (!principal.empty() && found->second->principal != principal)) {
        return std::nullopt;
    }
    found->second->cancelled->store(true, std::memory_order_relaxed);
    return found->second->principal;
}

void RunningStatements::cancelIn(std::string_view transaction) {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, line] : lines_) {
        if (line->transaction == transaction) {
            line->cancelled->store(true, std::memory_order_relaxed);
        }
    }
}

}  // namespace xinpu::server
