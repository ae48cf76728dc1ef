// bench/xinpu_bench/main.cpp
// xinpu-bench: asks a loaded database the questions of ../WORKLOADS.md and prints one JSON line each.

#include <atomic>
#include <cstdio>
#include <thread>

#include "bench/xinpu_bench/city_starts.h"
#include "bench/xinpu_bench/options.h"
#include "bench/xinpu_bench/q8.h"
#include "bench/xinpu_bench/questions.h"
#include "bench/xinpu_bench/reader.h"
#include "bench/xinpu_bench/report.h"
#include "bench/xinpu_bench/statements.h"
#include "query/procedures/builtin.h"
#include "xinpu/error.h"

namespace xinpu::bench {
namespace {

// Asks for every start twice: the first touch is told apart, the second round is the one reported.
template <typename Ask>
bool each(const Options& options, const std::string& workload, const std::vector<Start>& starts, Ask&& ask) {
    std::vector<double> first;
    for (const Start& start : starts) {
        const Stopwatch watch;
        ask(start.uscc);
        first.push_back(watch.ms());
    }
    std::vector<std::string> rows;
    std::vector<Timed> times;
    rows.reserve(starts.size());
    times.reserve(starts.size());
    for (const Start& start : starts) {
        const Stopwatch watch;
        std::string row = ask(start.uscc);
        times.push_back({watch.ms(), start.stratum});
        rows.push_back(std::move(row));
    }
    char extra[96];
    std::snprintf(extra, sizeof extra, ",\"first_p50_ms\":%.5f,\"first_p99_ms\":%.5f", quantile(first, .5),
                  quantile(first, .99));
    return report(options, workload, rows, times, extra);
}

// The whole batch is one measurement. Threads take starts as they come: a hub holds up no other thread.
template <typename MakeQuestions>
double batch(const MakeQuestions& make, const Options& options, const std::vector<Start>& starts,
             std::vector<std::string>& rows) {
    constexpr std::size_t kAtOnce = 16;
    const Stopwatch watch;
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < options.threads; ++i) {
        threads.emplace_back([&] {
            auto questions = make();
            for (std::size_t first; (first = next.fetch_add(kAtOnce)) < starts.size();) {
                for (std::size_t k = first; k < std::min(first + kAtOnce, starts.size()); ++k) {
                    rows[k] = questions.relatedSum(starts[k].uscc);
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    return watch.ms();
}

template <typename MakeQuestions>
bool askBatch(const MakeQuestions& make, const Options& options, const std::vector<Start>& starts) {
    std::vector<std::string> rows(starts.size());
    const double first = batch(make, options, starts, rows);
    const double second = batch(make, options, starts, rows);
    char extra[128];
    std::snprintf(extra, sizeof extra, ",\"threads\":%u,\"first_ms\":%.3f,\"firms_per_s\":%.0f",
                  options.threads, first, static_cast<double>(starts.size()) / second * 1e3);
    return report(options, "Q5", rows, {{second, ""}}, extra);
}

// `make` gives an object with the questions for one thread.
template <typename MakeQuestions>
bool askAll(const MakeQuestions& make, const Options& options, const std::vector<Start>& starts) {
    if (options.workload == "Q5") {
        return askBatch(make, options, starts);
    }
    auto questions = make();
    if (options.workload == "Q1") {
        return each(options, "Q1", starts,
                    [&](const std::string& uscc) { return questions.ownPenalties(uscc); });
    }
    if (options.workload == "Q3") {
        return each(options, "Q3", starts,
                    [&](const std::string& uscc) { return questions.relatedViolations(uscc); });
    }
    std::vector<Start> every_fifth;
    for (std::size_t i = 0; i < starts.size(); i += 5) {
        every_fifth.push_back(starts[i]);
    }
    bool equal = true;
    for (std::uint32_t hops = 1; hops <= 4; ++hops) {
        equal = each(options, "Q2k" + std::to_string(hops), every_fifth,
                     [&](const std::string& uscc) { return questions.relatedSet(uscc, hops); }) &&
                equal;
    }
    return equal;
}

bool askOwners(query::QueryEngine& engine, const Options& options, const std::vector<Start>& starts,
               const Asked& asked) {
    Statements statements(engine, asked);
    const bool equal =
        each(options, "Q4", starts, [&](const std::string& uscc) { return statements.owners(uscc); });
    each(options, "Q4ownership", starts, [&](const std::string& uscc) { return statements.ownership(uscc); });
    return equal;
}

// Each official statement once a round; what is made anew each time beside what the cache gives back.
bool timePlans(const std::shared_ptr<engine::Database>& database,
               const std::shared_ptr<const query::Registry>& registry, const Options& options) {
    constexpr int kRounds = 500;
    for (const bool cached : {false, true}) {
        query::EngineOptions settings;
        settings.plan_cache = cached;
        query::QueryEngine engine(database, registry, settings);
        std::vector<Timed> times;
        for (int round = 0; round < kRounds; ++round) {
            for (const auto& [name, text] : Statements::officialOnes()) {
                const Stopwatch watch;
                engine.prepare(text);
                times.push_back({watch.ms(), name});
            }
        }
        report(options, cached ? "plan_cached" : "plan_anew", {}, times, ",\"official\":true");
    }
    return true;
}

bool run(const Options& options) {
    if (options.workload == "Q8") {
        return runPushes(options);
    }
    const std::vector<Start> starts = readStarts(options.starts, options.starts_max);
    const auto database =
        engine::Database::open(engine::databaseFolder(options.data, options.database), {.read_only = true});
    const Asked asked(options.date);
    if (!options.through_statement) {
        return askAll([&] { return Questions(*database, asked); }, options, starts);
    }
    auto registry = std::make_shared<query::Registry>();
    query::registerBuiltinFunctions(*registry);
    query::registerBuiltinProcedures(*registry);
    if (options.workload == "plan") {
        return timePlans(database, registry, options);
    }
    query::QueryEngine engine(database, registry, {});
    if (options.workload == "Q4") {
        return askOwners(engine, options, starts, asked);
    }
    return askAll([&] { return Statements(engine, asked); }, options, starts);
}

}  // namespace
}  // namespace xinpu::bench

int main(int argc, char** argv) {
    const xinpu::bench::Options options = xinpu::bench::parseOptions(argc, argv);
    try {
        if (options.workload == "reader") {
            return xinpu::bench::runReader(options);
        }
        return xinpu::bench::run(options) ? 0 : 1;
    } catch (const xinpu::Error& error) {
        std::fprintf(stderr, "xinpu-bench: %s\n", error.message().c_str());
        return 1;
    }
}
