// bench/peers/bare_lmdb.cpp
// xinpu-bare-lmdb: commits to LMDB with nothing around them. Each commit appends PUTS values that together
// have BYTES bytes, with LMDB's own syncs. What xinpu's pushes cost above this is what it does for them.
//
//   xinpu-bare-lmdb --dir DIR [--bytes 24576] [--puts 100] [--commits 2000]
//
// DIR must not exist; it is left behind. Prints one JSON line.

#include <fcntl.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kMapBytes = std::size_t{16} << 30;

struct Options {
    std::string dir;
    std::uint64_t bytes = 24576;
    std::uint64_t puts = 100;
    std::uint64_t commits = 2000;
};

void check(int result, const char* what) {
    if (result != 0) {
        std::fprintf(stderr, "%s: %s\n", what, mdb_strerror(result));
        std::exit(1);
    }
}

struct CloseEnvironment {
    void operator()(MDB_env* environment) const noexcept { mdb_env_close(environment); }
};
using Environment = std::unique_ptr<MDB_env, CloseEnvironment>;

Environment open(const std::string& dir) {
    if (mkdir(dir.c_str(), 0700) != 0) {
        std::perror(dir.c_str());
        std::exit(1);
    }
    MDB_env* raw = nullptr;
    check(mdb_env_create(&raw), "mdb_env_create");
    Environment environment(raw);
    check(mdb_env_set_mapsize(raw, kMapBytes), "mdb_env_set_mapsize");
    check(mdb_env_open(raw, dir.c_str(), MDB_NOTLS, 0600), "mdb_env_open");
    return environment;
}

// Write calls of this thread so far, as the kernel counts them.
std::uint64_t writeCalls() {
    std::array<char, 512> text{};
    const int file = ::open("/proc/thread-self/io", O_RDONLY);
    const ssize_t size = file < 0 ? 0 : ::read(file, text.data(), text.size() - 1);
    if (file >= 0) {
        ::close(file);
    }
    const char* line = size > 0 ? std::strstr(text.data(), "syscw: ") : nullptr;
    return line == nullptr ? 0 : std::strtoull(line + 7, nullptr, 10);
}

double quantile(std::vector<double> values, double p) {
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(p * static_cast<double>(values.size())))];
}

void appendOne(MDB_env* environment, MDB_dbi table, const Options& options, std::uint64_t& key) {
    static const std::vector<char> kZeros(options.bytes / options.puts + 1);
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment, nullptr, 0, &transaction), "mdb_txn_begin");
    for (std::uint64_t i = 0; i < options.puts; ++i) {
        const std::uint64_t size = options.bytes / options.puts + (i < options.bytes % options.puts ? 1 : 0);
        MDB_val name{sizeof key, &key};
        MDB_val value{size, const_cast<char*>(kZeros.data())};
        check(mdb_put(transaction, table, &name, &value, MDB_APPEND), "mdb_put");
        ++key;
    }
    check(mdb_txn_commit(transaction), "mdb_txn_commit");
}

void run(const Options& options) {
    const Environment environment = open(options.dir);
    MDB_txn* transaction = nullptr;
    MDB_dbi table = 0;
    check(mdb_txn_begin(environment.get(), nullptr, 0, &transaction), "mdb_txn_begin");
    check(mdb_dbi_open(transaction, nullptr, MDB_INTEGERKEY, &table), "mdb_dbi_open");
    check(mdb_txn_commit(transaction), "mdb_txn_commit");

    using Clock = std::chrono::steady_clock;
    std::vector<double> times_ms;
    std::uint64_t key = 0;
    const std::uint64_t calls_before = writeCalls();
    const auto begin = Clock::now();
    for (std::uint64_t i = 0; i < options.commits; ++i) {
        const auto t = Clock::now();
        appendOne(environment.get(), table, options, key);
        times_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - t).count());
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const auto commits = static_cast<double>(options.commits);
    std::printf("{\"peer\":\"bare_lmdb\",\"workload\":\"Q8\",\"n\":%llu,\"commits_per_s\":%.1f,\"commit_p50_"
                "ms\":%.4f,"
                "\"commit_p99_ms\":%.4f,\"write_calls_per_commit\":%.1f,\"bytes_per_commit\":%llu,"
                "\"puts_per_commit\":%llu}\n",
                static_cast<unsigned long long>(options.commits), commits / seconds, quantile(times_ms, .5),
                quantile(times_ms, .99), static_cast<double>(writeCalls() - calls_before) / commits,
                static_cast<unsigned long long>(options.bytes),
                static_cast<unsigned long long>(options.puts));
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    bool understood = argc % 2 == 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--dir") {
            options.dir = argv[i + 1];
        } else if (name == "--bytes") {
            options.bytes = std::strtoull(argv[i + 1], nullptr, 10);
        } else if (name == "--puts") {
            options.puts = std::strtoull(argv[i + 1], nullptr, 10);
        } else if (name == "--commits") {
            options.commits = std::strtoull(argv[i + 1], nullptr, 10);
        } else {
            understood = false;
        }
    }
    if (!understood || options.dir.empty() || options.puts == 0 || options.commits == 0) {
        std::fputs("usage: xinpu-bare-lmdb --dir DIR [--bytes 24576] [--puts 100] [--commits 2000]\n",
                   stderr);
        return 2;
    }
    run(options);
    return 0;
}
