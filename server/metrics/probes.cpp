// server/metrics/probes.cpp
// Workers, connections, transactions, databases, the process.
#include "server/metrics/probes.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "engine/store/environment.h"
#include "engine/txn/database.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using Clock = std::chrono::steady_clock;

double seconds(Clock::duration span) {
    return std::chrono::duration<double>(span).count();
}

void putServer(Exposition& exposition, const Watched& watched) {
    exposition.gauge("xinpu_build_info", "The version that runs.", 1, {{"version", XINPU_VERSION}});
    const WorkerPool::Load load = watched.pool.load();
    exposition.gauge("xinpu_workers", "Threads for statements.", static_cast<double>(watched.pool.threads()));
    exposition.gauge("xinpu_workers_busy", "Threads for statements that run one.", static_cast<double>(load.busy));
    exposition.gauge("xinpu_queue_length", "Requests that wait for a thread.", static_cast<double>(load.queued));
    exposition.gauge("xinpu_writers", "Statements that write or wait for the writer.",
                     static_cast<double>(watched.service.writers().load()));
    exposition.gauge("xinpu_connections", "Clients that are connected.", static_cast<double>(watched.http.count.load()),
                     {{"protocol", "http"}});
    exposition.gauge("xinpu_connections", "", static_cast<double>(watched.bolt.count.load()), {{"protocol", "bolt"}});
    exposition.counter("xinpu_bolt_connections_total", "Bolt clients that shook hands.",
                       static_cast<double>(watched.bolt.served.load()));
    exposition.gauge("xinpu_draining", "1 while the server ends.", watched.service.draining() ? 1 : 0);
    if (watched.certificates != nullptr) {
        exposition.gauge("xinpu_tls_certificate_end_timestamp_seconds", "When the certificate ends, in seconds since 1970.",
                         static_cast<double>(watched.certificates->notAfter()));
    }
    struct statvfs disk {};
    if (::statvfs(watched.service.options().data.c_str(), &disk) == 0) {
        exposition.gauge("xinpu_disk_free_bytes", "Room on the disk of the data folder.",
                         static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize));
    }
}

void putTransactions(Exposition& exposition, Service& service) {
    std::map<std::string, std::size_t> open;
    Clock::duration oldest{};
    for (const std::string& name : service.databases().names()) {
        open[name] = 0;
    }
    for (const OpenTransaction& transaction : service.transactions().list()) {
        ++open[transaction.database];
        oldest = std::max(oldest, transaction.age);
    }
    for (const auto& [name, count] : open) {
        exposition.gauge("xinpu_transactions_open", "Transactions that clients hold open.", static_cast<double>(count),
                         {{"database", name}});
    }
    exposition.gauge("xinpu_transaction_oldest_seconds", "Age of the oldest open transaction.", seconds(oldest));
}

/// What one database says; taken once, then put metric by metric.
struct DatabaseLook {
    std::string name;
    engine::PageUse pages;
    std::uint64_t map_bytes = 0;
    std::uint64_t readers = 0;
    std::uint64_t readers_lag = 0;
    double oldest_reader_s = 0;
    std::uint64_t last_entry = 0;
    std::uint64_t unmerged_entries = 0;
    std::uint64_t unmerged_changes = 0;
    engine::Database::Activity activity;
    query::QueryEngine::CacheUse cache;
};

/// Since when the oldest reader of a database reads the same snapshot, as far as was looked.
class ReaderAges {
public:
    double secondsOf(const std::string& database, std::uint64_t snapshot) {
        const auto now = Clock::now();
        if (snapshot == 0) {
            seen_.erase(database);
            return 0;
        }
        auto& [last, since] = seen_[database];
        if (last != snapshot) {
            last = snapshot;
            since = now;
        }
        return seconds(now - since);
    }

private:
    std::map<std::string, std::pair<std::uint64_t, Clock::time_point>> seen_;
};

DatabaseLook lookAt(const OpenDatabase& open, ReaderAges& ages) {
    engine::Database& database = *open.engine->database();
    const engine::Environment& environment = database.environment();
    DatabaseLook look;
    look.name = open.name;
    look.pages = environment.pageUse();
    look.map_bytes = environment.mapBytes();
    std::uint64_t oldest = 0;
    for (const engine::ReaderSlot& reader : environment.readers()) {
        if (reader.snapshot > 0) {
            ++look.readers;
            oldest = oldest == 0 ? reader.snapshot : std::min(oldest, reader.snapshot);
        }
    }
    const std::uint64_t newest = environment.lastCommit();
    look.readers_lag = oldest > 0 && oldest < newest ? newest - oldest : 0;
    // A reader of the newest commit holds nothing back.
    look.oldest_reader_s = ages.secondsOf(open.name, look.readers_lag > 0 ? oldest : 0);
    const auto snapshot = database.snapshot();
    const engine::FileState& file = snapshot->state().file;
    look.last_entry = file.last_entry;
    look.unmerged_entries = file.last_entry - std::min(file.last_entry, file.merged_up_to);
    look.unmerged_changes = file.unmerged;
    look.activity = database.activity();
    look.cache = open.engine->cacheUse();
    return look;
}

void putDatabases(Exposition& exposition, Service& service, ReaderAges& ages) {
    std::vector<DatabaseLook> looks;
    for (const std::string& name : service.databases().names()) {
        try {
            if (const auto open = service.databases().ifOpen(name)) {
                looks.push_back(lookAt(*open, ages));
            }
        } catch (const Error&) {
            // One that is damaged or full is told of where it is used; the others are still measured.
        }
    }
    const auto gauge = [&](std::string_view name, std::string_view help, const auto& value) {
        for (const DatabaseLook& look : looks) {
            exposition.gauge(name, help, static_cast<double>(value(look)), {{"database", look.name}});
        }
    };
    const auto counter = [&](std::string_view name, std::string_view help, const auto& value) {
        for (const DatabaseLook& look : looks) {
            exposition.counter(name, help, static_cast<double>(value(look)), {{"database", look.name}});
        }
    };
    using L = const DatabaseLook&;
    gauge("xinpu_database_file_bytes", "Pages of the file that were ever used.",
          [](L d) { return d.pages.file_pages * d.pages.page_bytes; });
    gauge("xinpu_database_free_bytes", "Pages in the file that are free to be used again.",
          [](L d) { return d.pages.free_pages * d.pages.page_bytes; });
    gauge("xinpu_database_map_bytes", "What the file may grow to.", [](L d) { return d.map_bytes; });
    gauge("xinpu_database_readers", "Snapshots that are being read, by all processes.", [](L d) { return d.readers; });
    gauge("xinpu_database_oldest_reader_commits", "Commits since the oldest snapshot that is being read.",
          [](L d) { return d.readers_lag; });
    gauge("xinpu_database_oldest_reader_seconds",
          "How long the oldest snapshot that is behind has been seen; it keeps freed pages from being used again.",
          [](L d) { return d.oldest_reader_s; });
    gauge("xinpu_database_segments", "Commits whose adjacency changes wait to be merged.",
          [](L d) { return d.unmerged_entries; });
    gauge("xinpu_database_segment_changes", "Adjacency changes that wait to be merged.",
          [](L d) { return d.unmerged_changes; });
    gauge("xinpu_database_journal_entries", "Number of the newest journal entry.", [](L d) { return d.last_entry; });
    counter("xinpu_database_commits_total", "Durable commits of this process; one may hold several transactions.",
            [](L d) { return d.activity.commits; });
    counter("xinpu_database_transactions_total", "Transactions that were made durable by this process.",
            [](L d) { return d.activity.transactions; });
    counter("xinpu_database_merges_total", "Merges of adjacency changes.", [](L d) { return d.activity.merges; });
    counter("xinpu_statement_cache_hits_total", "Statements that were planned already.", [](L d) { return d.cache.hits; });
    counter("xinpu_statement_cache_misses_total", "Statements that had to be parsed and planned.",
            [](L d) { return d.cache.misses; });
}

/// The numbers of /proc/self/stat behind the name, whose brackets may hold anything.
std::vector<double> processNumbers() {
    std::ifstream in("/proc/self/stat");
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::istringstream rest(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string state;
    rest >> state;
    std::vector<double> numbers;
    for (double number = 0; rest >> number;) {
        numbers.push_back(number);
    }
    return numbers;
}

/// When the machine began, in seconds since 1970.
double bootTime() {
    timespec now{};
    timespec since_boot{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    constexpr double kNanosecond = 1e-9;
    return static_cast<double>(now.tv_sec - since_boot.tv_sec) +
           static_cast<double>(now.tv_nsec - since_boot.tv_nsec) * kNanosecond;
}

/// Under the names that every Prometheus client uses for processes.
void putProcess(Exposition& exposition) {
    // proc(5): positions behind the state.
    constexpr std::size_t kUserTime = 10;
    constexpr std::size_t kSystemTime = 11;
    constexpr std::size_t kStarted = 18;
    constexpr std::size_t kVirtualBytes = 19;
    constexpr std::size_t kResidentPages = 20;
    const std::vector<double> numbers = processNumbers();
    if (numbers.size() > kResidentPages) {
        const auto tick = static_cast<double>(::sysconf(_SC_CLK_TCK));
        exposition.counter("process_cpu_seconds_total", "Processor time of the process.",
                           (numbers[kUserTime] + numbers[kSystemTime]) / tick);
        exposition.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.",
                         bootTime() + numbers[kStarted] / tick);
        exposition.gauge("process_virtual_memory_bytes", "Address space, most of it reserved for maps of files.",
                         numbers[kVirtualBytes]);
        exposition.gauge("process_resident_memory_bytes", "Memory in use, pages of files among it.",
                         numbers[kResidentPages] * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    }
    std::error_code error;
    std::size_t open = 0;
    for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end; !error && entry != end;
         entry.increment(error)) {
        ++open;
    }
    exposition.gauge("process_open_fds", "Descriptors in use.", static_cast<double>(open));
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        exposition.gauge("process_max_fds", "Descriptors that there may be.", static_cast<double>(limit.rlim_cur));
    }
}

}  // namespace

void addProbes(Metrics& metrics, const Watched& watched) {
    metrics.addProbe([watched](Exposition& exposition) { putServer(exposition, watched); });
    metrics.addProbe([watched](Exposition& exposition) { putTransactions(exposition, watched.service); });
    metrics.addProbe([watched, ages = std::make_shared<ReaderAges>()](Exposition& exposition) {
        putDatabases(exposition, watched.service, *ages);
    });
    metrics.addProbe([](Exposition& exposition) { putProcess(exposition); });
}

}  // namespace xinpu::server
