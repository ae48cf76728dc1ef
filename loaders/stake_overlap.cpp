// loaders/stake_overlap.cpp
// Spans by holder, firm and first day; then each is held against its neighbours.

#include "loaders/stake_overlap.h"

#include <algorithm>
#include <limits>

namespace xinpu::loaders {
namespace {

struct ByPartiesAndDay {
    static constexpr unsigned kWords = 3;
    static std::uint32_t word(const StakeSpan& span, unsigned from_last) noexcept {
        constexpr std::uint32_t kSign = 0x8000'0000U;  // days before 1970 come before the others
        return from_last == 0   ? static_cast<std::uint32_t>(span.from) ^ kSign
               : from_last == 1 ? span.firm
                                : span.holder;
    }
};

DayNumber endOf(const StakeSpan& span) noexcept {
    return span.to == kNoDate ? std::numeric_limits<DayNumber>::max() : span.to;
}

}  // namespace

void StakeOverlaps::eachOverlapping(const std::function<void(const StakeSpan&)>& visit) {
    engine::radixSort<ByPartiesAndDay>(spans_);
    DayNumber covered = std::numeric_limits<DayNumber>::min();  // to where earlier spans of the pair reach
    for (std::size_t i = 0; i < spans_.size(); ++i) {
        const StakeSpan& span = spans_[i];
        const auto samePair = [&span](const StakeSpan& other) {
            return other.holder == span.holder && other.firm == span.firm;
        };
        if (i == 0 || !samePair(spans_[i - 1])) {
            covered = std::numeric_limits<DayNumber>::min();
        }
        // Of all later ones the next begins first: if any overlaps, it does.
        const bool next =
            i + 1 < spans_.size() && samePair(spans_[i + 1]) && spans_[i + 1].from < endOf(span);
        if (next || span.from < covered) {
            visit(span);
        }
        covered = std::max(covered, endOf(span));
    }
    spans_.release();
}

}  // namespace xinpu::loaders
