// bench/xinpu_bench/reader.cpp
// The reader process and the pipes to it.

#include "bench/xinpu_bench/reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <vector>

#include "bench/xinpu_bench/city_starts.h"
#include "bench/xinpu_bench/questions.h"
#include "bench/xinpu_bench/report.h"
#include "xinpu/error.h"

extern char** environ;

namespace xinpu::bench {

int runReader(const Options& options) {
    const std::vector<Start> starts = readStarts(options.starts, options.starts_max);
    const auto database =
        engine::Database::open(engine::databaseFolder(options.data, options.database), {.read_only = true});
    Questions questions(*database, Asked(options.date));
    for (const Start& start : starts) {
        questions.relatedViolations(start.uscc);
    }
    questions.rest();
    std::cout << "ready" << std::endl;
    double seconds = 0;
    while (std::cin >> seconds) {
        std::vector<double> times;
        const Stopwatch whole;
        for (std::size_t i = 0; whole.ms() < seconds * 1e3; i = (i + 1) % starts.size()) {
            const Stopwatch watch;
            questions.relatedViolations(starts[i].uscc);
            times.push_back(watch.ms());
        }
        questions.rest();
        std::cout << fmt::format("{} {:.6f} {:.6f}", times.size(), quantile(times, .5), quantile(times, .99))
                  << std::endl;
    }
    return 0;
}

ReaderProcess::ReaderProcess(const Options& options) {
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    if (::pipe2(to.data(), O_CLOEXEC) != 0 || ::pipe2(from.data(), O_CLOEXEC) != 0) {
        throw Error(ErrorCode::Io, "no pipe for the reader");
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    std::vector<std::string> words{options.program,
                                   "--data",
                                   options.data,
                                   "--database",
                                   options.database,
                                   "--workload",
                                   "reader",
                                   "--starts",
                                   options.starts,
                                   "--date",
                                   engine::toIso(options.date),
                                   "--n",
                                   std::to_string(options.starts_max)};
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const int failed =
        ::posix_spawn(&process_, options.program.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(to[0]);
    ::close(from[1]);
    to_ = to[1];
    from_ = from[0];
    if (failed != 0 || line() != "ready") {
        throw Error(ErrorCode::Io, "the reader process did not start");
    }
}

ReaderProcess::~ReaderProcess() {
    ::close(to_);  // its input ends, and so does it
    ::close(from_);
    if (process_ > 0) {
        ::waitpid(process_, nullptr, 0);
    }
}

ReadTimes ReaderProcess::read(double seconds) {
    const std::string order = fmt::format("{}\n", seconds);
    if (::write(to_, order.data(), order.size()) != static_cast<ssize_t>(order.size())) {
        throw Error(ErrorCode::Io, "the reader process has ended");
    }
    ReadTimes times;
    unsigned long long questions = 0;
    if (std::sscanf(line().c_str(), "%llu %lf %lf", &questions, &times.p50_ms, &times.p99_ms) != 3) {
        throw Error(ErrorCode::Io, "the reader process has ended");
    }
    times.questions = questions;
    return times;
}

std::string ReaderProcess::line() {
    std::string text;
    char c = 0;
    while (::read(from_, &c, 1) == 1 && c != '\n') {
        text += c;
    }
    return text;
}

}  // namespace xinpu::bench
