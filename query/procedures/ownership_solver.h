// query/procedures/ownership_solver.h
#pragma once
// Effective shares over every chain of stakes, loops included: the fixed point of a sparse linear system,
// exact.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/value/decimal.h"
#include "query/functions/budget.h"

namespace xinpu::query {

/// A fraction of 1: coefficient / 10^scale. Positive.
struct StakeShare {
    engine::Int128 coefficient = 0;
    unsigned scale = 0;
};

/// "x of `row` takes up `share` of x of `column`". Parallel stakes add up.
struct Stake {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    StakeShare share;
};

struct EffectiveShare {
    std::uint32_t node = 0;
    engine::Decimal share;  ///< 10 places, half to even, without zeros at the end
};

/// Places of an effective share.
inline constexpr unsigned kSharePlaces = 10;

/// Told the nodes of a strongly connected component whose stakes in each other close a loop of 100 % or more:
/// the sum over its walks does not end. Must throw.
using OnClosedLoop = std::function<void(std::span<const std::uint32_t> nodes)>;

/// Solves, for all nodes u of 0 .. nodes-1,  x(u) = sum over stakes (u, v, a) of a · ([v = 0] + x(v)):  the
/// sum of the products of shares over all walks from u to node 0 (for stakes the other way round: from 0 to
/// u). Gives the nodes with x >= min that have a stake, in no order. Bound and rounding are those of the
/// exact fractions: ownership_solver.cpp says why.
/// @complexity one pass for what is acyclic; elimination by least fill within each strongly connected
/// component
/// @throws Error(Limit), Error(Cancelled) of the budget; what `onClosedLoop` throws
std::vector<EffectiveShare> solveOwnership(std::uint32_t nodes, std::vector<Stake> stakes,
                                           const engine::Decimal& min, Budget& budget,
                                           const OnClosedLoop& onClosedLoop);

}  // namespace xinpu::query
