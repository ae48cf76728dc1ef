// bench/xinpu_bench/q8.cpp
// Reading alone, beside a thread that only computes, beside the pushers; then the count of what was pushed.

#include "bench/xinpu_bench/q8.h"

#include <fmt/format.h>
#include <openssl/sha.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <future>
#include <thread>

#include "bench/xinpu_bench/holes.h"
#include "bench/xinpu_bench/pusher.h"
#include "bench/xinpu_bench/reader.h"
#include "bench/xinpu_bench/report.h"

namespace xinpu::bench {
namespace {

/// What this process has written, as the kernel counts it. Threads that write: the database's writer alone.
struct WriteCount {
    std::uint64_t calls = 0;
    std::uint64_t bytes = 0;

    static WriteCount now() {
        WriteCount count;
        std::ifstream file("/proc/self/io");
        std::string name;
        for (std::uint64_t value = 0; file >> name >> value;) {
            if (name == "syscw:") {
                count.calls = value;
            } else if (name == "wchar:") {
                count.bytes = value;
            }
        }
        return count;
    }
};

double cpuSeconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

ReadTimes readBesideSha(ReaderProcess& reader, double seconds) {
    std::atomic<bool> stop{false};
    std::thread busy([&stop] {
        std::array<unsigned char, 65'536> data{};
        while (!stop.load(std::memory_order_relaxed)) {
            SHA256(data.data(), data.size(), data.data());
        }
    });
    const ReadTimes times = reader.read(seconds);
    stop = true;
    busy.join();
    return times;
}

struct PushRun {
    std::vector<Pushed> pushed;
    ReadTimes read;
    double seconds = 0;
    std::uint64_t commits = 0;
    WriteCount written;
    double cpu_seconds = 0;  ///< of pushers and writer

    std::uint64_t pushes() const {
        std::uint64_t count = 0;
        for (const Pushed& one : pushed) {
            count += one.acknowledged.size();
        }
        return count;
    }
    std::vector<double> times() const {
        std::vector<double> all;
        for (const Pushed& one : pushed) {
            all.insert(all.end(), one.times_ms.begin(), one.times_ms.end());
        }
        return all;
    }
};

PushRun push(engine::Database& database, const PushContent& content, const Options& options,
             ReaderProcess& reader) {
    PushRun run;
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> next{0};
    const WriteCount before = WriteCount::now();
    const std::uint64_t commits_before = database.activity().commits;
    const double cpu_before = cpuSeconds();
    const Stopwatch watch;
    std::vector<std::future<Pushed>> pushers;
    for (unsigned i = 0; i < options.pushers; ++i) {
        pushers.push_back(
            std::async(std::launch::async, [&] { return pushUntil(database, content, next, stop); }));
    }
    run.read = reader.read(options.seconds);
    stop = true;
    for (std::future<Pushed>& pusher : pushers) {
        run.pushed.push_back(pusher.get());
    }
    run.seconds = watch.ms() / 1e3;
    run.cpu_seconds = cpuSeconds() - cpu_before;
    run.commits = database.activity().commits - commits_before;
    const WriteCount after = WriteCount::now();
    run.written = {after.calls - before.calls, after.bytes - before.bytes};
    return run;
}

std::uint64_t penaltyCount(const engine::Snapshot& snapshot) {
    const auto label = snapshot.catalog().label("Penalty");
    const auto found =
        label ? snapshot.counts().by_label.find(label->value) : snapshot.counts().by_label.end();
    return found == snapshot.counts().by_label.end() ? 0 : found->second;
}

}  // namespace

bool runPushes(const Options& options) {
    const std::filesystem::path folder = engine::databaseFolder(options.data, options.database);
    std::uint64_t single_holes = 0;
    if (options.holes > 0) {
        single_holes = makeHoles(folder, options.holes);
    }
    PushRun run;
    ReadTimes quiet;
    ReadTimes beside_sha;
    // The pushes make the answers longer: what they cost a reader is told against the same penalties, too.
    ReadTimes quiet_after;
    ReadTimes beside_sha_after;
    std::uint64_t before = 0;
    std::uint32_t page_bytes = 0;
    std::optional<PushContent> content;
    {
        const auto database = engine::Database::open(folder, {});
        page_bytes = database->header().page_bytes;
        content.emplace(*database->snapshot());
        before = penaltyCount(*database->snapshot());
        database->releaseIdle();
        ReaderProcess reader(options);
        quiet = reader.read(options.seconds / 2);
        beside_sha = readBesideSha(reader, options.seconds / 2);
        run = push(*database, *content, options, reader);
        database->releaseIdle();
        quiet_after = reader.read(options.seconds / 2);
        beside_sha_after = readBesideSha(reader, options.seconds / 2);
    }
    // Opened anew: what was acknowledged is in the file.
    const auto database = engine::Database::open(folder, {.read_only = true});
    const auto snapshot = database->snapshot();
    const std::uint64_t wanted = run.pushes() * kPenaltiesPerPush;
    const bool ok =
        penaltyCount(*snapshot) == before + wanted && findable(*snapshot, *content, run.pushed) == wanted;

    const auto commits = static_cast<double>(std::max<std::uint64_t>(run.commits, 1));
    const double bytes = static_cast<double>(run.written.bytes) / commits;
    // LMDB writes whole pages: bare LMDB is given as many values that fill one each.
    constexpr double kPageHeadBytes = 16;
    const auto pushes = static_cast<double>(run.pushes());
    std::string line =
        fmt::format("{{\"peer\":\"xinpu\",\"workload\":\"Q8\",\"sf\":{},\"ok\":{}", options.scale, ok);
    const auto add = [&line](const char* name, double value, int places) {
        line += fmt::format(",\"{}\":{:.{}f}", name, value, places);
    };
    add("pushers", options.pushers, 0);
    add("holes", static_cast<double>(options.holes), 0);
    add("single_free_pages", static_cast<double>(single_holes), 0);
    add("n", pushes, 0);
    add("pushes_per_s", pushes / run.seconds, 1);
    add("commits_per_s", static_cast<double>(run.commits) / run.seconds, 1);
    add("commit_p50_ms", quantile(run.times(), .5), 4);
    add("commit_p99_ms", quantile(run.times(), .99), 4);
    add("cpu_ms_per_push", run.cpu_seconds * 1e3 / std::max(pushes, 1.0), 4);
    add("write_calls_per_commit", static_cast<double>(run.written.calls) / commits, 1);
    add("bytes_per_commit", bytes, 0);
    add("puts_per_commit", bytes / (page_bytes - kPageHeadBytes), 1);
    add("quiet_p50_ms", quiet.p50_ms, 5);
    add("quiet_p99_ms", quiet.p99_ms, 5);
    add("busy_p50_ms", run.read.p50_ms, 5);
    add("busy_p99_ms", run.read.p99_ms, 5);
    add("sha_p50_ms", beside_sha.p50_ms, 5);
    add("sha_p99_ms", beside_sha.p99_ms, 5);
    add("after_p50_ms", quiet_after.p50_ms, 5);
    add("after_p99_ms", quiet_after.p99_ms, 5);
    add("after_sha_p50_ms", beside_sha_after.p50_ms, 5);
    add("after_sha_p99_ms", beside_sha_after.p99_ms, 5);
    add("reads", static_cast<double>(run.read.questions), 0);
    fmt::print("{}}}\n", line);
    std::fflush(stdout);
    return ok;
}

}  // namespace xinpu::bench
