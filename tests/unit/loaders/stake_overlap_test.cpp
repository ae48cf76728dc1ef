// tests/unit/loaders/stake_overlap_test.cpp
// Which stakes of one holder in one firm are warned of as overlapping.

#include "loaders/stake_overlap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace xinpu::loaders {
namespace {

struct Case {
    const char* name;
    std::vector<StakeSpan> spans;  ///< holder, firm, from, to
    std::vector<std::uint32_t> overlapping;
};

const Case kCases[] = {
    {"none", {}, {}},
    {"one", {{1, 2, 10, 20}}, {}},
    {"one_after_the_other", {{1, 2, 10, 20}, {1, 2, 20, 30}}, {}},
    {"in_any_order", {{1, 2, 20, 30}, {1, 2, 10, 21}}, {0, 1}},
    {"same_first_day", {{1, 2, 10, 11}, {1, 2, 10, 30}}, {0, 1}},
    {"open_end", {{1, 2, 10, kNoDate}, {1, 2, 500, 600}}, {0, 1}},
    {"long_one_over_two", {{1, 2, 0, 100}, {1, 2, 10, 20}, {1, 2, 30, 40}}, {0, 1, 2}},
    {"other_firm", {{1, 2, 10, kNoDate}, {1, 3, 10, kNoDate}}, {}},
    {"other_holder", {{1, 2, 10, kNoDate}, {4, 2, 10, kNoDate}}, {}},
    {"before_1970", {{1, 2, -20, -5}, {1, 2, -10, 3}, {1, 2, 3, 9}}, {0, 1}},
};

class StakeOverlap : public testing::TestWithParam<Case> {};

TEST_P(StakeOverlap, IsFound) {
    StakeOverlaps overlaps;
    std::uint32_t number = 0;
    for (StakeSpan span : GetParam().spans) {
        span.number = number++;
        overlaps.add(span);
    }
    std::vector<std::uint32_t> found;
    overlaps.eachOverlapping([&found](const StakeSpan& span) { found.push_back(span.number); });
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, GetParam().overlapping);
}

INSTANTIATE_TEST_SUITE_P(Loaders, StakeOverlap, testing::ValuesIn(kCases),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace xinpu::loaders
