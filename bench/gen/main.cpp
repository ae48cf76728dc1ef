// bench/gen/main.cpp
// xinpu-gen: makes the CSV files of a city's public-credit graph, the same bytes for the same --sf and
// --seed.
//
//   xinpu-gen --sf 0.1 --seed 42 --out DIR [--date 2026-11-24]
//
// Scale factor 1: 750,000 companies, 1,050,000 individual businesses, 1,200,000 persons, about 1.6 M stakes,
// 1.2 M roles, 450,000 penalties.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "bench/gen/city.h"
#include "bench/gen/day.h"

namespace {

constexpr double kScaleMin = 0.001;
constexpr double kScaleMax = 100;

struct Options {
    double scale = 0.01;
    std::uint64_t seed = 42;
    std::filesystem::path out;
    xinpu::bench::YearMonthDay date{2026, 11, 24};
};

bool parse(int argc, char** argv, Options& options) {
    for (int i = 1; i < argc; i += 2) {
        const std::string_view name = argv[i];
        const char* value = i + 1 < argc ? argv[i + 1] : "";
        if (name == "--sf") {
            options.scale = std::atof(value);
        } else if (name == "--seed") {
            options.seed = std::strtoull(value, nullptr, 10);
        } else if (name == "--out") {
            options.out = value;
        } else if (name != "--date" || std::sscanf(value, "%4d-%2d-%2d", &options.date.year,
                                                   &options.date.month, &options.date.day) != 3) {
            return false;
        }
    }
    return !options.out.empty() && options.scale >= kScaleMin && options.scale <= kScaleMax;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!parse(argc, argv, options)) {
        std::fputs("usage: xinpu-gen --sf 0.1 --seed 42 --out DIR [--date YYYY-MM-DD]   (sf 0.001 to 100)\n",
                   stderr);
        return 2;
    }
    std::error_code failed;
    std::filesystem::create_directories(options.out, failed);
    const auto scaled = [&](double size) {
        return static_cast<std::uint32_t>(std::llround(size * options.scale));
    };
    xinpu::bench::City city;
    city.sizes = {scaled(750000), scaled(1050000), scaled(1200000), scaled(1200000), scaled(450000)};
    city.today = xinpu::bench::daysFromCivil(options.date.year, options.date.month, options.date.day);
    city.seed = options.seed;
    xinpu::bench::makeCompanies(city);
    xinpu::bench::makeStakes(city, options.scale);
    xinpu::bench::writeSubjects(city, options.out);
    xinpu::bench::writeConnections(city, options.out);
    xinpu::bench::writePenalties(city, options.out);
    xinpu::bench::writeStarts(city, options.out);
    std::fprintf(stderr,
                 "sf %g: companies %u individual %u persons %u investments %zu roles %u penalties %u\n",
                 options.scale, city.sizes.companies, city.sizes.individuals, city.sizes.persons,
                 city.stakes.size(), city.sizes.roles, city.sizes.penalties);
    return 0;
}
