// query/plan/estimates.h
#pragma once
// How many rows an access or an expansion gives, from the exact counts of the catalogue and rules of thumb.

#include <string>
#include <vector>

#include "engine/catalog/catalog_store.h"
#include "query/plan/plan.h"

namespace xinpu::query {

/// Shares of rows that pass a predicate about which nothing is known.
inline constexpr double kEqualShare = 0.05;
inline constexpr double kRangeShare = 0.3;
inline constexpr double kOtherShare = 0.75;

class Estimates {
public:
    Estimates(const engine::Catalog& catalog, const engine::Counts& counts)
        : catalog_(&catalog), counts_(&counts) {}

    double nodes() const noexcept { return static_cast<double>(counts_->nodes); }
    /// Nodes with all labels; the rarest decides. A label that does not exist: 0.
    double nodesWith(const std::vector<std::string>& labels) const;
    double relationshipsOf(const std::vector<std::string>& types) const;
    /// Relationships that one node (with `labels`) meets on average.
    double degree(const std::vector<std::string>& types, engine::Direction direction,
                  const std::vector<std::string>& labels) const;
    /// Share of all nodes that have `labels`.
    double labelShare(const std::vector<std::string>& labels) const;
    /// Share of rows that a predicate leaves.
    static double shareOf(const Expr& predicate);

private:
    const engine::Catalog* catalog_;
    const engine::Counts* counts_;
};

}  // namespace xinpu::query
