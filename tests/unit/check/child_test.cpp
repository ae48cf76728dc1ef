// tests/unit/check/child_test.cpp
// A check that dies is a finding that names where it was.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "engine/check/check.h"
#include "sample_database.h"

namespace xinpu::engine {
namespace {

/// The process that this one started last, if it runs.
pid_t childOfThisProcess() {
    std::ifstream in("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    pid_t child = 0;
    return in >> child ? child : 0;
}

TEST(CheckInChild, ADeathIsAFindingThatNamesTheSignal) {
    for (const int number : {SIGSEGV, SIGBUS, SIGKILL}) {
        bool named = false;
        // The child may be through before the signal comes: then there is nothing to see, and we try again.
        for (int attempt = 0; attempt < 50 && !named; ++attempt) {
            CheckOptions options;
            options.progress = [number](const CheckProgress&) {
                if (const pid_t child = childOfThisProcess(); child > 0) {
                    ::kill(child, number);
                }
            };
            const std::vector<Finding> findings = checkInChild(sample().folder, options);
            for (const Finding& finding : findings) {
                EXPECT_EQ(finding.kind, FindingKind::Ended);
                named = finding.detail.find("ended by signal " + std::to_string(number) +
                                            " while reading ") != std::string::npos;
            }
        }
        EXPECT_TRUE(named) << number;
    }
}

}  // namespace
}  // namespace xinpu::engine
