// server/access/denial_fold.h
#pragma once
// A flood of the same denial becomes one entry a minute, so that nobody fills the audit by being refused.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/access/audit_entry.h"

namespace xinpu::server {

/// Of denials alike in principal, peer, action, database and reason the first one is kept at once; those that
/// follow within kSpan are counted, and come out as one entry with their number.
///
/// Threads: one at a time.
class DenialFold {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds kSpan{60};
    static constexpr std::size_t kDifferentMax = 4'096;  ///< beyond, further ones count together

    /// Whether the entry is to be stored now; otherwise it was counted.
    bool isFirst(const AuditEntry& entry, Clock::time_point now);
    /// What was counted and whose span is over; all of it with `everything`.
    std::vector<AuditEntry> due(Clock::time_point now, bool everything);
    bool empty() const noexcept { return counted_.empty(); }

private:
    struct Counted {
        AuditEntry entry;
        Clock::time_point since;
        std::uint64_t further = 0;
    };
    std::map<std::string, Counted> counted_;
};

}  // namespace xinpu::server
