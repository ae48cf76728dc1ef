// tests/unit/cli/suggestion_test.cpp
// What "Did you mean" offers.
#include "server/config/suggestion.h"

#include <gtest/gtest.h>

namespace xinpu::cli {
namespace {

struct Typed {
    const char* name;
    const char* typed;
    const char* meant;
};
constexpr Typed kTyped[] = {
    {"swapped_letters", "laod", "load"},
    {"missing_letter", "exprt", "export"},
    {"extra_letter", "chheck", "check"},
    {"wrong_letter", "inport", "import"},
    {"exact", "check", "check"},
    {"nothing_near", "frobnicate", ""},
    {"empty", "", ""},
};
class Suggestion : public testing::TestWithParam<Typed> {};
TEST_P(Suggestion, IsTheNearestWord) {
    EXPECT_EQ(server::closestWord(GetParam().typed, {"init", "load", "import", "export", "check"}), GetParam().meant);
}
INSTANTIATE_TEST_SUITE_P(Cli, Suggestion, testing::ValuesIn(kTyped),
                         [](const auto& row) { return row.param.name; });

TEST(Suggestion, AVeryLongWordIsNotCompared) {
    EXPECT_EQ(server::closestWord(std::string(100'000, 'a'), {std::string(100'000, 'a')}), "");
}

}  // namespace
}  // namespace xinpu::cli
