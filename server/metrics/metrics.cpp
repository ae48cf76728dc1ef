// server/metrics/metrics.cpp
// Relaxed counters: each is exact, and nobody compares two of them at one instant.
#include "server/metrics/metrics.h"

#include <algorithm>

#include "server/error_status.h"
#include "server/log.h"
#include "server/routes.h"
#include "server/statement_watch.h"

namespace xinpu::server {
namespace {

void putErrors(Exposition& exposition) {
    const std::vector<ErrorCount> errors = errorsTold();
    for (const ErrorCount& error : errors) {
        exposition.counter("xinpu_errors_total", "Errors that clients were told, by code and by what was detected.",
                           static_cast<double>(error.count), {{"code", error.code}, {"detail", error.detail}});
    }
    const auto told = [&](std::string_view detail) {
        double count = 0;
        for (const ErrorCount& error : errors) {
            count += error.detail == detail ? static_cast<double>(error.count) : 0;
        }
        return count;
    };
    constexpr std::pair<std::string_view, std::string_view> kBudgets[] = {
        {"time", details::kTimedOut},
        {"memory", "MemoryPoolOutOfMemoryError"},
        {"rows", "RowLimitExceeded"},
        {"workers", details::kBusy},
        {"requests", details::kTooManyRequests}};
    for (const auto& [budget, detail] : kBudgets) {
        exposition.counter("xinpu_budget_exceeded_total", "Statements and requests that were ended or refused by a limit.",
                           told(detail), {{"budget", budget}});
    }
    constexpr std::pair<std::string_view, std::string_view> kDenials[] = {
        {"unauthorized", details::kUnauthorized}, {"rate", details::kRateLimit}, {"forbidden", details::kForbidden}};
    for (const auto& [reason, detail] : kDenials) {
        exposition.counter("xinpu_access_denied_total", "Requests without a valid key, after too many failures, or beyond "
                                                        "their role.",
                           told(detail), {{"reason", reason}});
    }
}

}  // namespace

Metrics::Metrics() : routes_(allRoutes().size() + 1) {}

Metrics::~Metrics() = default;

std::size_t Metrics::boundOf(std::chrono::steady_clock::duration span) noexcept {
    const double seconds = std::chrono::duration<double>(span).count();
    return static_cast<std::size_t>(std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin());
}

void Metrics::requestDone(const Route* route, int status, std::chrono::steady_clock::duration span,
                          std::uint64_t bytes) noexcept {
    const std::size_t index =
        route != nullptr ? static_cast<std::size_t>(route - allRoutes().data()) : routes_.size() - 1;
    OfRoute& counts = routes_[index];
    const std::size_t status_class = std::clamp<std::size_t>(static_cast<std::size_t>(status) / 100, 1, kStatusClasses);
    counts.by_class[status_class - 1].fetch_add(1, std::memory_order_relaxed);
    counts.by_bound[boundOf(span)].fetch_add(1, std::memory_order_relaxed);
    counts.nanoseconds.fetch_add(
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(span).count()),
        std::memory_order_relaxed);
    bytes_.fetch_add(bytes, std::memory_order_relaxed);
}

void Metrics::addProbe(Probe probe) {
    const std::lock_guard lock(mutex_);
    probes_.push_back(std::move(probe));
}

void Metrics::dropProbes() {
    const std::lock_guard lock(mutex_);
    probes_.clear();
}

void Metrics::putRequests(Exposition& exposition) const {
    const auto each = [&](const auto& put) {
        for (std::size_t i = 0; i < routes_.size(); ++i) {
            const bool known = i < allRoutes().size();
            put(routes_[i], known ? nameOf(allRoutes()[i].method) : "other",
                known ? allRoutes()[i].pattern : std::string_view("none"));
        }
    };
    each([&](const OfRoute& counts, std::string_view method, std::string_view route) {
        for (std::size_t i = 0; i < kStatusClasses; ++i) {
            const std::uint64_t count = counts.by_class[i].load(std::memory_order_relaxed);
            constexpr std::string_view kClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
            if (count > 0 || kClasses[i] == "2xx") {
                exposition.counter("xinpu_http_requests_total", "Requests that were answered over HTTP.",
                                   static_cast<double>(count),
                                   {{"method", method}, {"route", route}, {"status", kClasses[i]}});
            }
        }
    });
    each([&](const OfRoute& counts, std::string_view method, std::string_view route) {
        std::array<std::uint64_t, kBounds.size() + 1> by_bound{};
        for (std::size_t i = 0; i < by_bound.size(); ++i) {
            by_bound[i] = counts.by_bound[i].load(std::memory_order_relaxed);
        }
        if (std::any_of(by_bound.begin(), by_bound.end(), [](std::uint64_t count) { return count > 0; })) {
            constexpr double kNanosecond = 1e-9;
            exposition.histogram("xinpu_http_request_duration_seconds",
                                 "From a request's first byte to the last of its answer.", kBounds, by_bound,
                                 static_cast<double>(counts.nanoseconds.load(std::memory_order_relaxed)) * kNanosecond,
                                 {{"method", method}, {"route", route}});
        }
    });
    exposition.counter("xinpu_http_response_bytes_total", "Bytes of answers over HTTP, with their headers.",
                       static_cast<double>(bytes_.load(std::memory_order_relaxed)));
}

std::string Metrics::text() {
    Exposition exposition;
    putRequests(exposition);
    putStatements(exposition);
    putErrors(exposition);
    exposition.counter("xinpu_log_lines_left_out_total", "Lines of requests that the log was too slow for.",
                       static_cast<double>(linesLeftOut()));
    const std::lock_guard lock(mutex_);
    for (const Probe& probe : probes_) {
        probe(exposition);
    }
    return exposition.text();
}

}  // namespace xinpu::server
