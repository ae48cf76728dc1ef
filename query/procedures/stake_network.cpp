// query/procedures/stake_network.cpp
// Tarjan's algorithm without recursion, and bounds of the denominators.

#include "query/procedures/stake_network.h"

#include <algorithm>
#include <cmath>

namespace xinpu::query {

StakeNetwork::StakeNetwork(std::uint32_t nodes, std::vector<Stake> all, Budget& budget) {
    sortByRow(nodes, std::move(all));
    findComponents(nodes, budget);
    boundDenominators();
}

void StakeNetwork::sortByRow(std::uint32_t nodes, std::vector<Stake> all) {
    row_starts.assign(std::size_t{nodes} + 1, 0);
    for (const Stake& stake : all) {
        ++row_starts[stake.row + 1U];
    }
    for (std::size_t i = 1; i < row_starts.size(); ++i) {
        row_starts[i] += row_starts[i - 1];
    }
    stakes.resize(all.size());
    std::vector<std::uint32_t> next(row_starts.begin(), row_starts.end() - 1);
    for (const Stake& stake : all) {
        stakes[next[stake.row]++] = stake;
    }
}

void StakeNetwork::findComponents(std::uint32_t nodes, Budget& budget) {
    constexpr std::uint32_t kUnseen = 0;
    std::vector<std::uint32_t> index(nodes, kUnseen);  // from 1, in order of discovery
    std::vector<std::uint32_t> low(nodes, 0);
    std::vector<bool> open(nodes, false);  // on `path`
    std::vector<std::uint32_t> path;
    struct Frame {
        std::uint32_t node;
        std::uint32_t next;  // stake to look at
    };
    std::vector<Frame> frames;
    std::uint32_t discovered = 0;
    component.assign(nodes, 0);
    order.reserve(nodes);
    const auto enter = [&](std::uint32_t node) {
        index[node] = low[node] = ++discovered;
        path.push_back(node);
        open[node] = true;
        frames.push_back({node, row_starts[node]});
    };
    const auto leave = [&](std::uint32_t node) {
        if (low[node] != index[node]) {
            return;
        }
        Component found;
        found.first = static_cast<std::uint32_t>(order.size());
        for (std::uint32_t member = ~node; member != node;) {
            member = path.back();
            path.pop_back();
            open[member] = false;
            component[member] = static_cast<std::uint32_t>(components.size());
            order.push_back(member);
            ++found.count;
        }
        components.push_back(found);
    };
    for (std::uint32_t root = 0; root < nodes; ++root) {
        if (index[root] != kUnseen) {
            continue;
        }
        enter(root);
        while (!frames.empty()) {
            Frame& frame = frames.back();
            const std::uint32_t node = frame.node;
            if (frame.next < row_starts[node + 1U]) {
                budget.step();
                const std::uint32_t column = stakes[frame.next++].column;
                if (index[column] == kUnseen) {
                    enter(column);
                } else if (open[column]) {
                    low[node] = std::min(low[node], index[column]);
                }
                continue;
            }
            frames.pop_back();
            if (!frames.empty()) {
                low[frames.back().node] = std::min(low[frames.back().node], low[node]);
            }
            leave(node);
        }
    }
}

// A component without loop: x(u) = sum of a · (1 or x(v)), so powers of ten take the greatest, not the
// product. A component with loop solves (I - A) x = b. Row i times 10^s(i), s(i) its most places, makes a
// matrix M of whole numbers; by Cramer the denominators of x divide det M times those of b; |det M| is at
// most the product of the rows' sums, 10^s(i) · (1 + sum of row i). Every pivot of the elimination is det
// M(K) / (det M(K - k) · 10^s(k)) for a set K of rows eliminated so far, so it is 0 or at least 10^-digits
// too.
void StakeNetwork::boundDenominators() {
    denominators.assign(component.size(), {});
    std::uint64_t loop_digits_so_far = 0;
    for (std::uint32_t c = 0; c < components.size(); ++c) {
        Component& one = components[c];
        Denominator bound;
        bool after_loops = false;
        for (std::uint32_t at = one.first; at < one.first + one.count; ++at) {
            const std::uint32_t row = order[at];
            unsigned own_places = 0;
            double own_sum = 0;
            for (std::uint32_t s = row_starts[row]; s < row_starts[row + 1U]; ++s) {
                const Stake& stake = stakes[s];
                const Denominator& beyond = denominators[stake.column];
                if (component[stake.column] == c) {
                    one.loops = true;
                    own_places = std::max(own_places, stake.share.scale);
                    own_sum +=
                        static_cast<double>(stake.share.coefficient) / std::pow(10.0, stake.share.scale);
                    if (stake.column == 0) {
                        bound.places = std::max<std::uint64_t>(bound.places, stake.share.scale);
                    }
                } else {
                    bound.places = std::max(bound.places, stake.share.scale + beyond.places);
                    after_loops = after_loops || beyond.loop_digits != 0;
                }
            }
            one.digits += own_places + static_cast<std::uint64_t>(std::ceil(std::log10(1 + own_sum) + 1e-6));
        }
        bound.loop_digits = after_loops ? loop_digits_so_far : 0;
        if (one.loops) {
            loop_digits_so_far += one.digits;
            bound.loop_digits += one.digits;
        }
        for (std::uint32_t at = one.first; at < one.first + one.count; ++at) {
            denominators[order[at]] = bound;
        }
    }
}

}  // namespace xinpu::query
