// bench/peers/ideal_csr/main.cpp
// xinpu-ideal-csr: the near-physical limit and the reference answers. Arrays in memory; no durability, no
// updates, no language.
//
//   xinpu-ideal-csr --data DIR [--rows DIR] [--workloads Q1,Q2,Q3,Q4,Q5,Q6] [--n 1000]
//
// Prints a JSON line a workload and writes the canonical rows (../../WORKLOADS.md) that all others are held
// against.

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/peers/ideal_csr/city_arrays.h"
#include "bench/peers/ideal_csr/csv.h"
#include "bench/peers/ideal_csr/questions.h"
#include "bench/peers/ideal_csr/report.h"

namespace xinpu::bench {
namespace {

constexpr std::size_t kBatchMax = 10000;

class Stopwatch {
public:
    double ms() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin_).count();
    }

private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

struct Options {
    std::string data;
    std::string rows;
    std::string workloads = "Q1,Q2,Q3,Q4,Q5,Q6";
    std::size_t starts_max = 1000;
};

struct Start {
    std::string uscc;
    std::string stratum;
};

// The strata interleaved, so that every prefix is stratified.
std::vector<Start> readStarts(const Options& options) {
    std::map<std::string, std::vector<Start>> by_stratum;
    forEachRow(readFile(options.data + "/starts.csv"), [&](const Cells& cells) {
        const std::string stratum(cells[1]);
        by_stratum[stratum].push_back({std::string(cells[0]), stratum});
    });
    std::vector<Start> starts;
    bool any = true;
    for (std::size_t i = 0; any; ++i) {
        any = false;
        for (const char* stratum : {"small", "medium", "large", "hub"}) {
            if (i < by_stratum[stratum].size()) {
                starts.push_back(by_stratum[stratum][i]);
                any = true;
            }
        }
    }
    starts.resize(std::min(starts.size(), options.starts_max));
    return starts;
}

// Asks for every start twice: the first touch is told apart, the second round is the one reported.
template <typename Ask>
void each(const Options& options, const std::string& workload, const std::vector<Start>& starts, Ask&& ask) {
    std::vector<double> first;
    for (const Start& start : starts) {
        const Stopwatch watch;
        ask(start.uscc);
        first.push_back(watch.ms());
    }
    std::vector<std::string> rows;
    std::vector<Timed> times;
    for (const Start& start : starts) {
        const Stopwatch watch;
        std::string row = ask(start.uscc);
        times.push_back({watch.ms(), start.stratum});
        rows.push_back(std::move(row));
    }
    char extra[96];
    std::snprintf(extra, sizeof extra, ",\"first_p50_ms\":%.5f,\"first_p99_ms\":%.5f", quantile(first, .5),
                  quantile(first, .99));
    report(options.rows, workload, rows, times, extra);
}

void batch(const Options& options, const CityArrays& city, unsigned threads) {
    std::vector<std::uint32_t> firms;
    for (std::uint32_t firm = 0; firm < city.firms && firms.size() < kBatchMax; ++firm) {
        if (city.active_company[firm]) {
            firms.push_back(firm);
        }
    }
    std::vector<std::string> rows(firms.size());
    const Stopwatch watch;
    std::vector<std::thread> running;
    for (unsigned first = 0; first < threads; ++first) {
        running.emplace_back([&, first] {
            Questions questions(city);
            for (std::size_t i = first; i < firms.size(); i += threads) {
                rows[i] = questions.relatedSum(firms[i]);
            }
        });
    }
    for (std::thread& thread : running) {
        thread.join();
    }
    report(options.rows, "Q5", rows, {{watch.ms(), ""}}, ",\"threads\":" + std::to_string(threads));
}

void run(const Options& options) {
    const Stopwatch loading;
    CityArrays city;
    load(city, options.data);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("{\"peer\":\"ideal_csr\",\"workload\":\"Q7\",\"load_s\":%.3f,\"disk_mb\":0,\"rss_mb\":%ld}\n",
                loading.ms() / 1e3, usage.ru_maxrss / 1024);

    const std::vector<Start> starts = readStarts(options);
    Questions questions(city);
    const auto wanted = [&](const char* workload) {
        return options.workloads.find(workload) != std::string::npos;
    };
    if (wanted("Q1")) {
        each(options, "Q1", starts, [&](const std::string& uscc) { return questions.ownPenalties(uscc); });
    }
    if (wanted("Q2")) {
        std::vector<Start> every_fifth;
        for (std::size_t i = 0; i < starts.size(); i += 5) {
            every_fifth.push_back(starts[i]);
        }
        for (int hops = 1; hops <= 4; ++hops) {
            each(options, "Q2k" + std::to_string(hops), every_fifth,
                 [&](const std::string& uscc) { return questions.relatedSet(uscc, hops); });
        }
    }
    if (wanted("Q3")) {
        each(options, "Q3", starts,
             [&](const std::string& uscc) { return questions.relatedViolations(uscc); });
    }
    if (wanted("Q4")) {
        each(options, "Q4", starts, [&](const std::string& uscc) { return questions.owners(uscc); });
    }
    if (wanted("Q5")) {
        batch(options, city, 1);
        batch(options, city, 2);
    }
    if (wanted("Q6")) {
        const Stopwatch watch;
        const std::vector<std::string> rows = investorGroups(city);
        report(options.rows, "Q6", rows, {{watch.ms(), ""}}, "");
    }
}

}  // namespace
}  // namespace xinpu::bench

int main(int argc, char** argv) {
    xinpu::bench::Options options;
    bool understood = argc % 2 == 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--data") {
            options.data = argv[i + 1];
        } else if (name == "--rows") {
            options.rows = argv[i + 1];
        } else if (name == "--workloads") {
            options.workloads = argv[i + 1];
        } else if (name == "--n") {
            options.starts_max = std::stoul(argv[i + 1]);
        } else {
            understood = false;
        }
    }
    if (!understood || options.data.empty()) {
        std::fputs(
            "usage: xinpu-ideal-csr --data DIR [--rows DIR] [--workloads Q1,Q2,Q3,Q4,Q5,Q6] [--n 1000]\n",
            stderr);
        return 2;
    }
    xinpu::bench::run(options);
    return 0;
}
