// bench/peers/ideal_csr/questions.h
#pragma once
// Q1 to Q6 of ../../WORKLOADS.md over the arrays; every answer is the canonical line.

#include <string>
#include <string_view>
#include <vector>

#include "bench/peers/ideal_csr/city_arrays.h"
#include "bench/peers/ideal_csr/walker.h"

namespace xinpu::bench {

/// Threads: one object a thread.
class Questions {
public:
    explicit Questions(const CityArrays& city) : city_(city), walker_(city) {}

    std::string ownPenalties(std::string_view uscc);          ///< Q1
    std::string relatedSet(std::string_view uscc, int hops);  ///< Q2
    std::string relatedViolations(std::string_view uscc);     ///< Q3
    std::string owners(std::string_view uscc);                ///< Q4
    std::string relatedSum(std::uint32_t firm);               ///< Q5, one firm

private:
    const CityArrays& city_;
    Walker walker_;
};

/// Q6: the first 100 groups of firms tied by majority stakes.
std::vector<std::string> investorGroups(const CityArrays& city);

}  // namespace xinpu::bench
