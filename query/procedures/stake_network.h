// query/procedures/stake_network.h
#pragma once
// Stakes by row, their strongly connected components in order of dependence, and how long their fractions
// get.

#include <cstdint>
#include <vector>

#include "query/procedures/ownership_solver.h"

namespace xinpu::query {

/// Immutable once made. Components come so that a node's columns lie in its own or an earlier one.
struct StakeNetwork {
    /// @throws Error(Limit), Error(Cancelled) of the budget
    StakeNetwork(std::uint32_t nodes, std::vector<Stake> all, Budget& budget);

    struct Component {
        std::uint32_t first = 0;  ///< in `order`
        std::uint32_t count = 0;
        bool loops = false;        ///< a stake leads from it into itself
        std::uint64_t digits = 0;  ///< 10^digits >= |determinant| of the component's system made whole
    };
    /// The denominator of x(u) divides 10^places times a whole number of at most `loop_digits` digits.
    struct Denominator {
        std::uint64_t places = 0;
        std::uint64_t loop_digits = 0;
    };

    std::vector<Stake> stakes;              ///< by row
    std::vector<std::uint32_t> row_starts;  ///< nodes + 1
    std::vector<Component> components;
    std::vector<std::uint32_t> order;       ///< nodes by component
    std::vector<std::uint32_t> component;   ///< by node
    std::vector<Denominator> denominators;  ///< by node

private:
    void sortByRow(std::uint32_t nodes, std::vector<Stake> all);
    void findComponents(std::uint32_t nodes, Budget& budget);
    void boundDenominators();
};

}  // namespace xinpu::query
