// server/parse_pace.cpp
// One instant a principal: when what it had parsed would be paid for at the allowed pace.
#include "server/parse_pace.h"

#include <algorithm>

#include <fmt/format.h>

#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::chrono::seconds kParseBurst{2};  // so many seconds' parses may come at once

}  // namespace

void ParsePace::take(std::string_view principal, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (paid_at_.size() >= kPrincipalsMax) {
        std::erase_if(paid_at_, [now](const auto& entry) { return entry.second <= now; });
    }
    Clock::time_point& paid_at = paid_at_[std::string(principal)];
    const auto next = std::max(paid_at, now) +
                      std::chrono::duration_cast<Clock::duration>(std::chrono::seconds(1)) / per_second_;
    if (next - now > kParseBurst) {
        throw Error(
            ErrorCode::Limit,
            fmt::format("More than {} new statements a second: send values as parameters, so that a text "
                        "is parsed once.",
                        per_second_),
            details::kParseRate);
    }
    paid_at = next;
}

}  // namespace xinpu::server
