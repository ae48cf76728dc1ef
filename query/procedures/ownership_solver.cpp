// query/procedures/ownership_solver.cpp
// Components in order of dependence; elimination within those that loop; doubles first, long decimals where
// they cannot tell.
//
// Why the answers are those of the exact fractions:
//  1. Intervals enclose the exact values (share_arithmetic.h).
//  2. In a component, eliminating node k replaces a(i,j) by a(i,j) + a(i,k) · a(k,j) / (1 - a(k,k)): the sum
//  over all
//     walks through k. All terms are >= 0, so bounds of intervals stay bounds, and no digits cancel but in
//     1 - a(k,k).
//     I - A of a nonnegative A has positive pivots exactly if the spectral radius of A is below 1
//     (M-matrices), that is, if the sum over all walks ends. A pivot of 0 or less is the closed loop.
//  3. An interval that is narrower than the distance of two possible values of x (StakeNetwork::Denominator,
//  a bound
//     by Cramer and the product of row sums) and holds a boundary is that boundary. Each round doubles the
//     digits, and the widths fall with them, so after few rounds every decision is taken.

#include "query/procedures/ownership_solver.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "query/procedures/link_reader.h"
#include "query/procedures/share_arithmetic.h"
#include "query/procedures/stake_network.h"
#include "xinpu/assert.h"

namespace xinpu::query {

using engine::Decimal;

namespace {

constexpr std::uint64_t kDigitsFirst = 40;  // of the long decimals; doubled each round

/// One try with one arithmetic.
template <typename Arithmetic>
class Solver {
public:
    using Number = typename Arithmetic::Number;

    Solver(const StakeNetwork& network, const Arithmetic& arithmetic, Budget& budget,
           const OnClosedLoop& onClosedLoop)
        : network_(&network), arithmetic_(&arithmetic), budget_(&budget), on_closed_loop_(&onClosedLoop),
          x_(network.component.size(), arithmetic.zero()) {}

    /// False if some sign was unclear.
    bool solve() {
        for (const StakeNetwork::Component& component : network_->components) {
            if (component.loops) {
                if (!eliminate(component)) {
                    return false;
                }
            } else {
                const std::uint32_t node = network_->order[component.first];
                x_[node] = fromOutside(node);
            }
        }
        return true;
    }
    /// False if some rounding or bound was unclear.
    bool decide(const Decimal& min, std::vector<EffectiveShare>& shares) const {
        shares.clear();
        for (std::uint32_t node = 0; node < x_.size(); ++node) {
            if (network_->row_starts[node] == network_->row_starts[node + 1U]) {
                continue;
            }
            budget_->step(arithmetic_->stepsOf());
            const StakeNetwork::Denominator& bound = network_->denominators[node];
            const std::uint64_t least = bound.places + bound.loop_digits;
            if (min.sign() > 0) {
                const std::optional<bool> enough = arithmetic_->atLeast(x_[node], min, least);
                if (!enough) {
                    return false;
                }
                if (!*enough) {
                    continue;
                }
            }
            const std::optional<Decimal> share = arithmetic_->rounded(x_[node], least);
            if (!share) {
                return false;
            }
            shares.push_back({node, share->normalised()});
        }
        return true;
    }

private:
    struct Row {
        std::map<std::uint32_t, Number> entries;  // by place in the component
        Number rest;
    };

    /// The part of x(node) that other components and node 0 itself account for.
    Number fromOutside(std::uint32_t node) const {
        Number sum = arithmetic_->zero();
        for (std::uint32_t s = network_->row_starts[node]; s < network_->row_starts[node + 1U]; ++s) {
            const Stake& stake = network_->stakes[s];
            budget_->step(arithmetic_->stepsOf());
            if (stake.column == 0) {
                arithmetic_->add(sum, arithmetic_->of(stake.share));
            }
            if (network_->component[stake.column] != network_->component[node]) {
                arithmetic_->add(sum, arithmetic_->times(x_[stake.column], stake.share));
            }
        }
        return sum;
    }

    std::vector<Row> rowsOf(const StakeNetwork::Component& component,
                            std::vector<std::set<std::uint32_t>>& columns) const {
        std::map<std::uint32_t, std::uint32_t> places;
        for (std::uint32_t i = 0; i < component.count; ++i) {
            places.emplace(network_->order[component.first + i], i);
        }
        std::vector<Row> rows(component.count);
        columns.resize(component.count);
        for (const auto& [node, place] : places) {
            rows[place].rest = fromOutside(node);
            for (std::uint32_t s = network_->row_starts[node]; s < network_->row_starts[node + 1U]; ++s) {
                const Stake& stake = network_->stakes[s];
                const auto column = places.find(stake.column);
                if (column != places.end()) {
                    const auto entry = rows[place].entries.emplace(column->second, arithmetic_->zero()).first;
                    arithmetic_->add(entry->second, arithmetic_->of(stake.share));
                    columns[column->second].insert(place);
                }
            }
        }
        return rows;
    }

    bool eliminate(const StakeNetwork::Component& component) {
        std::vector<std::set<std::uint32_t>> columns;
        std::vector<Row> rows = rowsOf(component, columns);
        // Least fill first: rows times columns that meet at the node.
        std::set<std::pair<std::uint64_t, std::uint32_t>> remaining;
        const auto fillOf = [&](std::uint32_t k) {
            return std::uint64_t{rows[k].entries.size()} * columns[k].size();
        };
        for (std::uint32_t k = 0; k < component.count; ++k) {
            remaining.emplace(fillOf(k), k);
        }
        std::vector<std::uint32_t> eliminated;
        while (!remaining.empty()) {
            const std::uint32_t k = remaining.begin()->second;
            remaining.erase(remaining.begin());
            eliminated.push_back(k);
            Row& row = rows[k];
            if (const auto own = row.entries.find(k); own != row.entries.end()) {
                const Sign sign = arithmetic_->signOfOneMinus(own->second, component.digits);
                if (sign == Sign::NotPositive) {
                    (*on_closed_loop_)({network_->order.data() + component.first, component.count});
                    XINPU_ASSERT(false);  // it must throw: more digits would not help
                }
                if (sign != Sign::Positive) {
                    return false;
                }
                const Number pivot = arithmetic_->oneMinus(own->second);
                row.entries.erase(own);
                columns[k].erase(k);
                for (auto& [column, number] : row.entries) {
                    number = arithmetic_->over(number, pivot);
                }
                row.rest = arithmetic_->over(row.rest, pivot);
            }
            std::set<std::uint32_t> touched;
            for (const auto& [column, number] : row.entries) {
                touched.insert(column);
            }
            touched.insert(columns[k].begin(), columns[k].end());
            for (const std::uint32_t node : touched) {
                remaining.erase({fillOf(node), node});
            }
            for (const auto& [column, number] : row.entries) {
                columns[column].erase(k);
            }
            for (const std::uint32_t i : columns[k]) {
                substitute(rows[i], i, k, row, columns);
            }
            for (const std::uint32_t node : touched) {
                remaining.emplace(fillOf(node), node);
            }
        }
        for (auto k = eliminated.rbegin(); k != eliminated.rend(); ++k) {
            Number x = rows[*k].rest;
            for (const auto& [column, number] : rows[*k].entries) {
                budget_->step(arithmetic_->stepsOf());
                arithmetic_->add(x,
                                 arithmetic_->times(number, x_[network_->order[component.first + column]]));
            }
            x_[network_->order[component.first + *k]] = std::move(x);
        }
        return true;
    }

    /// Row i with x(k) written out.
    void substitute(Row& target, std::uint32_t i, std::uint32_t k, const Row& row,
                    std::vector<std::set<std::uint32_t>>& columns) const {
        const auto at = target.entries.find(k);
        const Number factor = std::move(at->second);
        target.entries.erase(at);
        for (const auto& [column, number] : row.entries) {
            budget_->step(arithmetic_->stepsOf());
            const auto entry = target.entries.emplace(column, arithmetic_->zero()).first;
            arithmetic_->add(entry->second, arithmetic_->times(factor, number));
            columns[column].insert(i);
        }
        arithmetic_->add(target.rest, arithmetic_->times(factor, row.rest));
    }

    const StakeNetwork* network_;
    const Arithmetic* arithmetic_;
    Budget* budget_;
    const OnClosedLoop* on_closed_loop_;
    std::vector<Number> x_;
};

template <typename Arithmetic>
bool solved(const StakeNetwork& network, const Arithmetic& arithmetic, const Decimal& min, Budget& budget,
            const OnClosedLoop& onClosedLoop, std::vector<EffectiveShare>& shares) {
    Solver<Arithmetic> solver(network, arithmetic, budget, onClosedLoop);
    return solver.solve() && solver.decide(min, shares);
}

}  // namespace

std::vector<EffectiveShare> solveOwnership(std::uint32_t nodes, std::vector<Stake> stakes, const Decimal& min,
                                           Budget& budget, const OnClosedLoop& onClosedLoop) {
    const StakeNetwork network(nodes, std::move(stakes), budget);
    std::vector<EffectiveShare> shares;
    if (solved(network, DoubleArithmetic(), min, budget, onClosedLoop, shares)) {
        return shares;
    }
    WalkMemory held(budget);
    for (std::uint64_t digits = kDigitsFirst;; digits *= 2) {
        const LongArithmetic arithmetic(digits);
        held.hold(arithmetic.bytesOf() * nodes);
        if (solved(network, arithmetic, min, budget, onClosedLoop, shares)) {
            return shares;
        }
    }
}

}  // namespace xinpu::query
