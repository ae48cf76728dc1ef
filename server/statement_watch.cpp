// server/statement_watch.cpp
// Relaxed counters, one row a protocol.
#include "server/statement_watch.h"

#include <array>
#include <atomic>
#include <exception>

#include "server/log.h"
#include "server/metrics/metrics.h"

namespace xinpu::server {
namespace {

struct Counts {
    std::array<std::atomic<std::uint64_t>, 2> by_end{};
    std::array<std::atomic<std::uint64_t>, Metrics::kBounds.size() + 1> by_bound{};
    std::atomic<std::uint64_t> nanoseconds{0};
};

constexpr std::array<std::string_view, 2> kProtocols = {"http", "bolt"};

std::array<Counts, kProtocols.size()>& counts() noexcept {
    static std::array<Counts, kProtocols.size()> instance{};
    return instance;
}

}  // namespace

StatementWatch::~StatementWatch() {
    if (end_ == End::Nowhere) {
        return;
    }
    const auto span = std::chrono::steady_clock::now() - started_;
    Counts& of_protocol = counts()[static_cast<std::size_t>(protocol_)];
    of_protocol.by_end[end_ == End::Done ? 0 : 1].fetch_add(1, std::memory_order_relaxed);
    of_protocol.by_bound[Metrics::boundOf(span)].fetch_add(1, std::memory_order_relaxed);
    of_protocol.nanoseconds.fetch_add(
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(span).count()),
        std::memory_order_relaxed);
    try {
        logIfSlow({.database = database_,
                   .statement = statement_,
                   .principal = principal_,
                   .request = request_,
                   .span = span,
                   .rows = progress_ != nullptr ? progress_->rows.load(std::memory_order_relaxed) : 0,
                   .failed = end_ == End::Failed});
    } catch (const std::exception&) {
        // No memory for a line: the statement has ended all the same.
    }
}

void putStatements(Exposition& exposition) {
    for (std::size_t i = 0; i < kProtocols.size(); ++i) {
        const Counts& of_protocol = counts()[i];
        exposition.counter("xinpu_statements_total", "Statements that ended, by protocol and how.",
                           static_cast<double>(of_protocol.by_end[0].load()), {{"protocol", kProtocols[i]}, {"end", "done"}});
        exposition.counter("xinpu_statements_total", "", static_cast<double>(of_protocol.by_end[1].load()),
                           {{"protocol", kProtocols[i]}, {"end", "failed"}});
    }
    for (std::size_t i = 0; i < kProtocols.size(); ++i) {
        const Counts& of_protocol = counts()[i];
        std::array<std::uint64_t, Metrics::kBounds.size() + 1> by_bound{};
        for (std::size_t bound = 0; bound < by_bound.size(); ++bound) {
            by_bound[bound] = of_protocol.by_bound[bound].load(std::memory_order_relaxed);
        }
        constexpr double kNanosecond = 1e-9;
        exposition.histogram("xinpu_statement_duration_seconds", "From a statement's start to its last row.",
                             Metrics::kBounds, by_bound,
                             static_cast<double>(of_protocol.nanoseconds.load(std::memory_order_relaxed)) * kNanosecond,
                             {{"protocol", kProtocols[i]}});
    }
}

}  // namespace xinpu::server
