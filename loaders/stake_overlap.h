// loaders/stake_overlap.h
#pragma once
// Which stakes of a delivery overlap another one of the same holder in the same firm (DOMAIN §2.4, OVERLAP).

#include <cstdint>
#include <functional>

#include "engine/bulk/external_sort.h"
#include "loaders/generator_form.h"

namespace xinpu::loaders {

struct StakeSpan {
    std::uint32_t holder = 0;  ///< any numbers that tell the parties apart
    std::uint32_t firm = 0;
    DayNumber from = kNoDate;
    DayNumber to = kNoDate;    ///< the first day without it; kNoDate: open
    std::uint32_t number = 0;  ///< what the row is known by
    bool warned = false;       ///< of something else already
};

/// Memory: 24 bytes a stake, twice that in eachOverlapping().
class StakeOverlaps {
public:
    void add(const StakeSpan& span) { spans_.add(span); }
    /// Calls `visit` for every span that shares a day with another one; then all are forgotten.
    void eachOverlapping(const std::function<void(const StakeSpan&)>& visit);

private:
    engine::GrowingArray<StakeSpan> spans_;
};

}  // namespace xinpu::loaders
