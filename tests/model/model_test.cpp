// tests/model/model_test.cpp
// Random sequences against a naive graph. Prints its seed first; `--seed N` runs one sequence and shrinks it.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string_view>

#include "follower.h"
#include "runner.h"

namespace xinpu::engine::model {
namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kSequences = 150;  // a sanitizer makes each ten times slower
#else
constexpr std::uint64_t kSequences = 2'000;
#endif

struct Options {
    std::uint64_t first = 0;
    std::uint64_t count = kSequences;
    bool single = false;
};
Options options;
volatile std::uint64_t running = 0;

/// A crash in the middle must still name its seed.
void nameSeed(int signal) {
    char text[96];
    const auto result = fmt::format_to_n(text, sizeof text - 1, "crashed: run again with --seed {}\n",
                                         static_cast<std::uint64_t>(running));
    if (::write(2, text, result.size) < 0) {
        ::_exit(3);
    }
    ::signal(signal, SIG_DFL);
    ::raise(signal);
}

std::uint64_t number(const char* text) {
    std::uint64_t value = 0;
    std::from_chars(text, text + std::strlen(text), value);
    return value;
}

void report(std::uint64_t seed) {
    const Sequence small = shrunk(makeSequence(seed));
    const auto failure = runApart(small);
    ADD_FAILURE() << (failure ? *failure : std::string("the failure did not show again")) << "\nseed " << seed
                  << ", shrunk:\n"
                  << describe(small);
}

TEST(Model, RandomSequencesReadAsTheNaiveGraph) {
    fmt::print("seeds {} to {}\n", options.first, options.first + options.count - 1);
    std::fflush(stdout);
    if (options.single) {
        if (runApart(makeSequence(options.first))) {
            report(options.first);
        }
        return;
    }
    std::optional<std::uint64_t> failed;
    {
        Follower follower;
        for (std::uint64_t seed = options.first; seed < options.first + options.count && !failed; ++seed) {
            running = seed;
            const Sequence sequence = makeSequence(seed);
            if (const auto failure = runSequence(sequence, &follower)) {
                fmt::print("seed {} failed: {}\n", seed, *failure);
                std::fflush(stdout);
                failed = seed;
            }
        }
    }
    if (failed) {
        report(*failed);
    }
}

}  // namespace
}  // namespace xinpu::engine::model

int main(int argc, char** argv) {
    using namespace xinpu::engine::model;
    testing::InitGoogleTest(&argc, argv);
    options.first = std::random_device{}() % 1'000'000'000ULL * 1'000;
    if (std::getenv("XINPU_TEST_LONG") != nullptr) {
        options.count = 200'000;
    }
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--follow") {
            return follow();
        }
        if (argument == "--long") {
            options.count = 200'000;
        } else if (argument == "--count" && i + 1 < argc) {
            options.count = number(argv[++i]);
        } else if (argument == "--from" && i + 1 < argc) {
            options.first = number(argv[++i]);
        } else if (argument == "--seed" && i + 1 < argc) {
            options.first = number(argv[++i]);
            options.count = 1;
            options.single = true;
        }
    }
    for (const int signal : {SIGABRT, SIGSEGV, SIGBUS}) {
        ::signal(signal, nameSeed);
    }
    return RUN_ALL_TESTS();
}
