// bench/index/date_bitmap_bench.cpp
// What does a span of dates cost from bitmaps, beside CRoaring sets in memory and a scan of all dates?
// usage: date_bitmap_bench GENERATED_FOLDER SCRATCH_FOLDER

#include <roaring/roaring.hh>
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "engine/index/bitmap_index.h"

using namespace xinpu::engine;

namespace {

constexpr int kRounds = 200;
constexpr BitmapFamily kFamily = 1;

/// Processor time of this thread: other work on the machine counts less.
double seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Dates of the penalties, by id: their fifth column.
std::vector<Date> datesOf(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    std::vector<Date> dates;
    while (std::getline(in, line)) {
        std::size_t at = 0;
        for (int column = 0; column < 4; ++column) {
            at = line.find(',', at) + 1;
        }
        dates.push_back(parseIsoDate(line.substr(at, 10)).value_or(Date{0}));
    }
    return dates;
}

template <typename Answer>
std::size_t measure(const char* name, Answer&& answer) {
    std::size_t count = answer();
    const double start = seconds();
    for (int round = 0; round < kRounds; ++round) {
        count = answer();
    }
    std::printf("  %-28s %8.0f us, %zu nodes\n", name, (seconds() - start) * 1e6 / kRounds, count);
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: date_bitmap_bench GENERATED_FOLDER SCRATCH_FOLDER\n");
        return 2;
    }
    const std::vector<Date> dates = datesOf(std::filesystem::path(argv[1]) / "penalties.csv");
    const std::filesystem::path folder = std::filesystem::path(argv[2]) / "dates";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto store = Environment::open(folder, {.read_only = false, .create = true});

    const double start = seconds();
    {
        StoreTxn txn = store->beginWrite();
        BitmapBuilder builder(txn, kFamily);
        for (std::uint32_t id = 0; id < dates.size(); ++id) {
            for (const std::string& value : DateBitmaps::valuesOf(dates[id])) {
                builder.add(value, id);
            }
        }
        builder.finish();
        txn.commit();
    }
    const PageUse use = store->pageUse();
    std::printf("%zu dates: %.1f MB, %llu containers, built in %.2f s\n", dates.size(),
                static_cast<double>((use.file_pages - use.free_pages) * use.page_bytes) / 1e6,
                static_cast<unsigned long long>(use.entries), seconds() - start);

    std::map<std::int64_t, Roaring> days;
    for (std::uint32_t id = 0; id < dates.size(); ++id) {
        days[dates[id].days].add(id);
    }
    const StoreTxn txn = store->beginRead();
    const DateBitmaps bitmaps(txn, kFamily);
    struct Span {
        const char* name;
        CivilDate from, to;
    };
    for (const Span& span :
         {Span{"one day", {2024, 5, 17}, {2024, 5, 17}}, Span{"three years", {2023, 6, 11}, {2026, 6, 10}},
          Span{"all", {2000, 1, 1}, {2030, 12, 31}}}) {
        const Date from = dateFromCivil(span.from);
        const Date to = dateFromCivil(span.to);
        std::printf("%s\n", span.name);
        const std::size_t stored =
            measure("bitmaps in the store", [&] { return bitmaps.load(from, to).count(); });
        const std::size_t roaring = measure("CRoaring, a set a day", [&] {
            std::vector<const Roaring*> sets;
            for (auto at = days.lower_bound(from.days); at != days.end() && at->first <= to.days; ++at) {
                sets.push_back(&at->second);
            }
            return static_cast<std::size_t>(Roaring::fastunion(sets.size(), sets.data()).cardinality());
        });
        const std::size_t scanned = measure("scan of an array of dates", [&] {
            std::vector<NodeId> ids;
            for (std::uint32_t id = 0; id < dates.size(); ++id) {
                if (from <= dates[id] && dates[id] <= to) {
                    ids.push_back(NodeId{id});
                }
            }
            return NodeSet::fromSorted(std::move(ids)).count();
        });
        if (stored != roaring || stored != scanned) {
            std::printf("answers differ\n");
            return 1;
        }
    }
    return 0;
}
