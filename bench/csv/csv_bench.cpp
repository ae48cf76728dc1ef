// bench/csv/csv_bench.cpp
// How fast are rows read from CSV files, by our reader and by libcsv? usage: csv_bench FILE...

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#ifdef XINPU_HAVE_LIBCSV
#include <csv.h>
#endif

#include "loaders/csv_reader.h"

namespace {

constexpr int kRounds = 5;

/// What was read, so that two readers can be compared and nothing is left out by the compiler.
struct Tally {
    std::uint64_t rows = 0;
    std::uint64_t fields = 0;
    std::uint64_t sum = 0;  ///< of the last bytes of the fields

    void add(const char* field, std::size_t size) {
        ++fields;
        sum += size > 0 ? static_cast<unsigned char>(field[size - 1]) : 0U;
    }
    friend bool operator==(const Tally&, const Tally&) = default;
};

/// Prints the best of some rounds.
Tally measure(const char* reader, const std::string& path, std::uint64_t bytes,
              const std::function<Tally()>& read) {
    double best = 1e9;
    Tally tally;
    for (int round = 0; round < kRounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        tally = read();
        best =
            std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::printf("{\"reader\":\"%s\",\"file\":\"%s\",\"rows\":%llu,\"mb_per_s\":%.0f,\"ns_per_row\":%.0f}\n",
                reader, path.c_str(), static_cast<unsigned long long>(tally.rows),
                static_cast<double>(bytes) / best / 1e6, best / static_cast<double>(tally.rows) * 1e9);
    return tally;
}

Tally readOurs(const std::string& path) {
    Tally tally;
    xinpu::loaders::CsvReader reader(path, xinpu::loaders::CsvOptions{});
    while (reader.next() == xinpu::loaders::CsvReader::Step::Row) {
        ++tally.rows;
        for (const std::string_view field : reader.row().fields) {
            tally.add(field.data(), field.size());
        }
    }
    return tally;
}

#ifdef XINPU_HAVE_LIBCSV
Tally readLibcsv(const std::string& bytes) {
    Tally tally;
    csv_parser parser;
    csv_init(&parser, CSV_STRICT);
    const auto onField = [](void* field, std::size_t size, void* to) {
        static_cast<Tally*>(to)->add(static_cast<const char*>(field), size);
    };
    const auto onRow = [](int, void* to) { ++static_cast<Tally*>(to)->rows; };
    constexpr std::size_t kPiece = std::size_t{64} << 10;
    for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
        csv_parse(&parser, bytes.data() + at, std::min(kPiece, bytes.size() - at), onField, onRow, &tally);
    }
    csv_fini(&parser, onField, onRow, &tally);
    csv_free(&parser);
    return tally;
}
#endif

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string path = argv[i];
        std::ifstream file(path, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        const Tally ours = measure("xinpu", path, bytes.size(), [&] { return readOurs(path); });
#ifdef XINPU_HAVE_LIBCSV
        const Tally theirs = measure("libcsv", path, bytes.size(), [&] { return readLibcsv(bytes); });
        if (!(ours == theirs)) {
            std::fprintf(stderr, "%s: the readers disagree\n", path.c_str());
            return 1;
        }
#endif
        (void)ours;
    }
    return argc > 1 ? 0 : 2;
}
