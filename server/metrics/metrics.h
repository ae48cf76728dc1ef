// server/metrics/metrics.h
#pragma once
// What is counted of requests, and who else is asked when somebody looks.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "server/metrics/exposition.h"

namespace xinpu::server {

struct Route;

/// Threads: any. Counting takes no lock; looking asks the probes, one caller at a time.
class Metrics {
public:
    using Probe = std::function<void(Exposition&)>;
    /// Upper bounds of the latencies that are told apart, in seconds.
    static constexpr std::array kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                           0.25,   0.5,   1.0,    2.5,   5.0,  10.0,  30.0, 60.0};

    Metrics();
    ~Metrics();

    /// Which of kBounds a time falls under; their number if it is beyond all.
    static std::size_t boundOf(std::chrono::steady_clock::duration span) noexcept;
    /// `route`: null if there is none of this method and path.
    void requestDone(const Route* route, int status, std::chrono::steady_clock::duration span,
                     std::uint64_t bytes) noexcept;
    /// Asks `probe` whenever somebody looks, until dropProbes().
    void addProbe(Probe probe);
    void dropProbes();
    /// In Prometheus' text format.
    std::string text();

private:
    static constexpr std::size_t kStatusClasses = 5;
    struct OfRoute {
        std::array<std::atomic<std::uint64_t>, kStatusClasses> by_class{};
        std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> by_bound{};
        std::atomic<std::uint64_t> nanoseconds{0};
    };
    void putRequests(Exposition& exposition) const;

    std::vector<OfRoute> routes_;  ///< in the order of allRoutes(), then one for requests without a route
    std::atomic<std::uint64_t> bytes_{0};
    std::mutex mutex_;
    std::vector<Probe> probes_;
};

}  // namespace xinpu::server
