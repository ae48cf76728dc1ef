// tests/model/sequence.cpp
// Drawing sequences: mostly small changes, now and then a hub, a declaration, an accident.

#include "sequence.h"

#include <fmt/format.h>

#include <array>
#include <random>

namespace xinpu::engine::model {
namespace {

constexpr std::array<const char*, static_cast<std::size_t>(OpKind::Count)> kOpNames{
    "create-node", "create-nodes", "create-rel", "create-hub",  "set-node",
    "set-labels",  "set-rel",      "delete-rel", "delete-node", "detach-delete",
    "thin-hub",    "declare",      "drop",       "dictionary",  "throw"};
constexpr std::array<unsigned, static_cast<std::size_t>(OpKind::Count)> kOpWeights{
    30, 3, 30, 2, 16, 8, 10, 10, 4, 5, 2, 8, 3, 1, 2};
constexpr std::array<const char*, static_cast<std::size_t>(StepKind::Count)> kStepNames{
    "write", "group", "reopen", "merge-all", "hold", "release"};
constexpr std::array<unsigned, static_cast<std::size_t>(StepKind::Count)> kStepWeights{70, 8, 3, 3, 6, 3};

using Random = std::mt19937_64;

template <std::size_t N>
std::size_t drawn(Random& random, const std::array<unsigned, N>& weights) {
    std::discrete_distribution<std::size_t> distribution(weights.begin(), weights.end());
    return distribution(random);
}

std::vector<Op> makeTransaction(Random& random) {
    std::vector<Op> ops(1 + random() % 4);
    for (Op& op : ops) {
        op.kind = static_cast<OpKind>(drawn(random, kOpWeights));
        for (std::uint32_t* number : {&op.a, &op.b, &op.c, &op.d}) {
            *number = static_cast<std::uint32_t>(random());
        }
    }
    return ops;
}

}  // namespace

Sequence makeSequence(std::uint64_t seed) {
    Random random(seed);
    Sequence sequence;
    sequence.seed = seed;
    // A third merges with every commit, a third never, a third now and then.
    sequence.merge_at = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 1'000'000 : 1 + random() % 60;
    sequence.merge_chunks = 1 + random() % 3;
    sequence.reopen_always = seed % 16 == 5;
    sequence.follow = seed % 4 == 2;
    const std::size_t steps = 8 + random() % 25;
    for (std::size_t i = 0; i < steps; ++i) {
        Step step;
        step.kind = static_cast<StepKind>(drawn(random, kStepWeights));
        const std::size_t transactions = step.kind == StepKind::Write   ? 1
                                         : step.kind == StepKind::Group ? 2 + random() % 4
                                                                        : 0;
        for (std::size_t t = 0; t < transactions; ++t) {
            step.transactions.push_back(makeTransaction(random));
        }
        sequence.steps.push_back(std::move(step));
    }
    return sequence;
}

std::string describe(const Sequence& sequence) {
    std::string out = fmt::format("seed {} merge_at {} merge_chunks {}{}{}\n", sequence.seed,
                                  sequence.merge_at, sequence.merge_chunks,
                                  sequence.reopen_always ? " reopen" : "", sequence.follow ? " follow" : "");
    for (const Step& step : sequence.steps) {
        out += fmt::format("  {}\n", kStepNames[static_cast<std::size_t>(step.kind)]);
        for (const auto& transaction : step.transactions) {
            out += "    transaction\n";
            for (const Op& op : transaction) {
                out += fmt::format("      {} {} {} {} {}\n", kOpNames[static_cast<std::size_t>(op.kind)],
                                   op.a, op.b, op.c, op.d);
            }
        }
    }
    return out;
}

}  // namespace xinpu::engine::model
