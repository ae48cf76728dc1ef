// tests/unit/functions/registry_test.cpp
// The registry, and what holds for all functions in it; the budget.

#include <gtest/gtest.h>

#include "expression.h"
#include "xinpu/error.h"

namespace xinpu::query::test {
namespace {

TEST(Registry, FindsWhateverTheCase) {
    ASSERT_NE(registry().function("TOUPPER"), nullptr);
    EXPECT_EQ(registry().function("toupper"), registry().function("toUpper"));
    EXPECT_EQ(registry().function("noSuchFunction"), nullptr);
}

TEST(Registry, DescribesEachFunction) {
    for (const Function* function : registry().functions()) {
        EXPECT_TRUE(function->signature.starts_with(function->name + "(")) << function->name;
        EXPECT_NE(function->signature.find(") :: "), std::string::npos) << function->name;
        EXPECT_TRUE(function->doc.ends_with(".")) << function->name;
        EXPECT_LE(function->args_min, function->args_max) << function->name;
        EXPECT_NE(function->aggregate(), function->call != nullptr) << function->name;
        EXPECT_NE(function->result, 0U) << function->name;
    }
}

TEST(Budget, CountsMemoryRowsAndCancellation) {
    std::atomic<bool> cancelled = false;
    Budget budget({.rows_max = 2, .memory_bytes_max = 100, .cancelled = &cancelled});
    budget.memory(60);
    budget.memory(-50);
    budget.memory(90);
    EXPECT_EQ(budget.memoryBytes(), 100U);
    EXPECT_THROW(budget.memory(1), Error);
    budget.resultRow();
    budget.resultRow();
    EXPECT_THROW(budget.resultRow(), Error);
    budget.step(10'000);
    cancelled = true;
    EXPECT_THROW(budget.step(10'000), Error);
}

TEST(Budget, RefusesListsBeyondItsMemory) {
    std::mt19937_64 random(1);
    EvalContext context = contextOfTest(random);
    Budget budget({.memory_bytes_max = 1'000});
    context.budget = &budget;
    const std::vector<engine::Value> args = {engine::Value::of(0), engine::Value::of(std::int64_t{1} << 40)};
    EXPECT_THROW(registry().function("range")->call(context, args), Error);
}

}  // namespace
}  // namespace xinpu::query::test
