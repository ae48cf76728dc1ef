// bench/xinpu_bench/options.cpp
// The command line.

#include "bench/xinpu_bench/options.h"

#include <CLI/CLI.hpp>

namespace xinpu::bench {

Options parseOptions(int argc, char** argv) {
    Options options;
    std::string date = "2026-11-24";
    std::string through = "engine";
    CLI::App app{"Asks xinpu the questions of bench/WORKLOADS.md and prints one JSON line for each.\n"
                 "  xinpu-bench --data D --workload Q3 --starts starts.csv --date 2026-11-24 --ref ROWS"};
    app.add_option("--data", options.data, "data folder")->required();
    app.add_option("--database", options.database, "database in it")->capture_default_str();
    app.add_option("--workload", options.workload, "Q1 to Q5, Q8; plan: what parsing and planning cost")
        ->required()
        ->check(CLI::IsMember({"Q1", "Q2", "Q3", "Q4", "Q5", "Q8", "plan", "reader"}));
    app.add_option("--starts", options.starts, "starts.csv of the city; batch.csv for Q5")->required();
    app.add_option("--ref", options.reference, "folder with the rows of xinpu-ideal-csr, to compare with");
    app.add_option("--date", date, "date of the questions")->capture_default_str();
    app.add_option("--sf", options.scale, "scale factor, repeated in the output");
    app.add_option("--threads", options.threads, "of Q5")->check(CLI::Range(1U, 64U))->capture_default_str();
    app.add_option("--n", options.starts_max, "at most so many starts");
    app.add_option("--through", through, "engine: its C++ interface; statement: prepared statements (Q1 to Q5; Q4 and plan: nothing else)")
        ->check(CLI::IsMember({"engine", "statement"}))
        ->capture_default_str();
    app.add_option("--pushers", options.pushers, "of Q8")->check(CLI::Range(1U, 64U))->capture_default_str();
    app.add_option("--seconds", options.seconds, "of pushing in Q8; half of it reading alone before")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    app.add_option("--holes", options.holes, "Q8: isolated free pages to make before");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error) == 0 ? 0 : 2);
    }
    const auto day = engine::parseIsoDate(date);
    if (!day) {
        std::fprintf(stderr, "--date: '%s' is not a date (YYYY-MM-DD)\n", date.c_str());
        std::exit(2);
    }
    options.date = *day;
    options.through_statement = through == "statement" || options.workload == "Q4" || options.workload == "plan";
    options.program = std::filesystem::read_symlink("/proc/self/exe");
    return options;
}

}  // namespace xinpu::bench
