// server/parse_pace.h
#pragma once
// How many statements that were not seen before a principal may have parsed and planned a second.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace xinpu::server {

/// Parsing costs milliseconds of a core and a place in the statement cache; who sends values as parameters
/// needs it once a text.
///
/// Threads: any.
class ParsePace {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t kPrincipalsMax = 100'000;

    /// `per_second` 0: no limit.
    explicit ParsePace(std::uint32_t per_second) noexcept : per_second_(per_second) {}

    bool limited() const noexcept { return per_second_ > 0; }
    /// Takes one of a principal's parses. @throws Error(Limit, ParseRateLimit)
    void take(std::string_view principal, Clock::time_point now);

private:
    std::uint32_t per_second_;
    std::mutex mutex_;
    std::unordered_map<std::string, Clock::time_point> paid_at_;  ///< when all parses so far are paid for
};

}  // namespace xinpu::server
