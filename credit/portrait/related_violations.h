// credit/portrait/related_violations.h
#pragma once
// The main job: the violations in the window of a firm and of the firms tied to it, as rows to show.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "credit/portrait/violations.h"
#include "engine/calendar/calendar.h"

namespace xinpu::credit {

inline constexpr std::int64_t kRelatedHopsMax = 6;

/// What is asked. The bounds of INTERFACES §1: hops 0 to 6, share 0 to 100, years 1 to 10.
struct RelatedViolationsRequest {
    std::string uscc;  ///< normalised
    std::int64_t hops = 3;
    engine::Decimal minShare = engine::Decimal::fromInt64(5);  ///< percent, included
    std::int64_t years = 3;
    engine::Date date;  ///< of the application
};

struct ViolationRow {
    std::string uscc;
    std::string name;
    std::uint32_t hops = 0;
    std::string docNo;
    engine::Date decidedOn;
    std::string domain;
    std::string authority;                ///< name; empty if none is recorded
    std::optional<engine::Decimal> fine;  ///< yuan, at least 2 places
};

struct RelatedViolations {
    std::vector<ViolationRow> rows;  ///< by decidedOn descending, docNo, authority, uscc (code points)
    ViolationSum summary;
    DateSpan window;
    bool provisional = false;  ///< the window's end was counted over provisional working days
};

/// @throws Error(Validation) uscc is no valid code, or a number out of bounds; Error(NotFound) no such
/// subject; Error(Argument, CALENDAR_UNKNOWN); what `poll` throws, every few thousand nodes or rows
RelatedViolations relatedViolations(const engine::Snapshot& snapshot, const engine::Calendar& calendar,
                                    const RelatedViolationsRequest& request, const query::Poll& poll);

}  // namespace xinpu::credit
