// server/access/denial_fold.cpp
// Counts denials by what they have in common.
#include "server/access/denial_fold.h"

#include <fmt/format.h>

namespace xinpu::server {

bool DenialFold::isFirst(const AuditEntry& entry, Clock::time_point now) {
    std::string key = fmt::format("{}|{}|{}|{}|{}", entry.principal, entry.peer, entry.action, entry.database,
                                  entry.reason);
    AuditEntry kept = entry;
    bool others = false;
    if (counted_.size() >= kDifferentMax && counted_.find(key) == counted_.end()) {
        key = "others|" + entry.reason;
        kept = AuditEntry{.kind = AuditKind::Denied, .reason = entry.reason};
        others = true;
    }
    const auto [found, is_new] = counted_.try_emplace(std::move(key), Counted{std::move(kept), now, 0});
    if (!is_new && now - found->second.since < kSpan) {
        ++found->second.further;
        return false;
    }
    if (is_new && others) {
        found->second.further = 1;  // its own entry says nothing of this one
        return false;
    }
    // A span that is over and was not taken out yet goes on with the next one.
    found->second.further += is_new ? 0 : 1;
    return is_new;
}

std::vector<AuditEntry> DenialFold::due(Clock::time_point now, bool everything) {
    std::vector<AuditEntry> entries;
    for (auto at = counted_.begin(); at != counted_.end();) {
        if (!everything && now - at->second.since < kSpan) {
            ++at;
            continue;
        }
        if (at->second.further > 0) {
            entries.push_back(std::move(at->second.entry));
            entries.back().count = at->second.further;
        }
        at = counted_.erase(at);
    }
    return entries;
}

}  // namespace xinpu::server
