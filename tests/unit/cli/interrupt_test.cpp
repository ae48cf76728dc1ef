// tests/unit/cli/interrupt_test.cpp
// SIGINT and SIGTERM as a flag.
#include "cli/interrupt.h"

#include <csignal>

#include <gtest/gtest.h>

#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

class Interrupt : public testing::TestWithParam<int> {};

TEST_P(Interrupt, SetsTheFlagOnceAndIsForgottenByTheNextScope) {
    {
        const InterruptScope scope;
        EXPECT_NO_THROW(InterruptScope::throwIfRequested());
        std::raise(GetParam());
        EXPECT_TRUE(InterruptScope::stopRequested().load());
        try {
            InterruptScope::throwIfRequested();
            ADD_FAILURE() << "nothing was thrown";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Cancelled);
        }
    }
    const InterruptScope next;
    EXPECT_FALSE(InterruptScope::stopRequested().load());
}

INSTANTIATE_TEST_SUITE_P(Cli, Interrupt, testing::Values(SIGINT, SIGTERM));

TEST(InterruptDeath, TheSecondSignalEndsTheProcess) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            const InterruptScope scope;
            std::raise(SIGINT);
            std::raise(SIGINT);
        },
        testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace xinpu::cli
