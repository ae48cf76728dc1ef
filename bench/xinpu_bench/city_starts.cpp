// bench/xinpu_bench/city_starts.cpp
// Reads starts.csv and batch.csv: no quotes, known columns.

#include "bench/xinpu_bench/city_starts.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace xinpu::bench {

std::vector<Start> readStarts(const std::filesystem::path& file, std::size_t most) {
    constexpr std::array<std::string_view, 4> kStrata{"small", "medium", "large", "hub"};
    std::array<std::vector<Start>, kStrata.size()> by_stratum;
    std::vector<Start> starts;
    std::ifstream rows(file);
    std::string row;
    if (!std::getline(rows, row)) {
        std::fprintf(stderr, "%s: not readable, or empty\n", file.c_str());
        std::exit(2);
    }
    while (std::getline(rows, row)) {
        const std::size_t first = row.find(',');
        const std::size_t second = row.find(',', first + 1);
        Start start{row.substr(0, first), row.substr(first + 1, second - first - 1)};
        const auto stratum = std::find(kStrata.begin(), kStrata.end(), start.stratum);
        if (stratum == kStrata.end()) {
            starts.push_back(std::move(start));
        } else {
            by_stratum[static_cast<std::size_t>(stratum - kStrata.begin())].push_back(std::move(start));
        }
    }
    const std::size_t rounds =
        std::max_element(by_stratum.begin(), by_stratum.end(), [](const auto& a, const auto& b) {
            return a.size() < b.size();
        })->size();
    for (std::size_t i = 0; i < rounds; ++i) {
        for (const std::vector<Start>& stratum : by_stratum) {
            if (i < stratum.size()) {
                starts.push_back(stratum[i]);
            }
        }
    }
    starts.resize(std::min(starts.size(), most));
    return starts;
}

}  // namespace xinpu::bench
