// bench/xinpu_bench/report.cpp
// Hash, quantiles, comparison, and the JSON line.

#include "bench/xinpu_bench/report.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>

namespace xinpu::bench {
namespace {

std::string hashOf(std::vector<std::string> rows) {
    std::sort(rows.begin(), rows.end());
    std::string all;
    for (const std::string& row : rows) {
        all += all.empty() ? row : '\n' + row;
    }
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(), digest.data());
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        text += fmt::format("{:02x}", digest[i]);
    }
    return text;
}

double mean(const std::vector<double>& values) {
    return values.empty()
               ? 0.0
               : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Nothing if there are no reference rows.
std::optional<bool> equalsReference(const Options& options, const std::string& workload,
                                    const std::vector<std::string>& rows) {
    if (options.reference.empty()) {
        return std::nullopt;
    }
    std::ifstream file(options.reference / (workload + ".rows"));
    if (!file) {
        return std::nullopt;
    }
    std::string wanted;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!std::getline(file, wanted)) {
            wanted = "(no such row)";
        }
        if (rows[i] != wanted) {
            constexpr std::size_t kShown = 400;
            fmt::print(stderr, "xinpu {}: row {}\n  got  {}\n  want {}\n", workload, i,
                       rows[i].substr(0, kShown), wanted.substr(0, kShown));
            return false;
        }
    }
    return true;
}

}  // namespace

double quantile(std::vector<double> values, double p) {
    if (values.empty()) {
        return 0.0;
    }
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(p * static_cast<double>(values.size()));
    return values[std::min(values.size() - 1, at)];
}

bool report(const Options& options, const std::string& workload, const std::vector<std::string>& rows,
            const std::vector<Timed>& times, const std::string& extra) {
    std::vector<double> all;
    std::map<std::string, std::vector<double>> by_stratum;
    for (const Timed& timed : times) {
        all.push_back(timed.ms);
        if (!timed.stratum.empty()) {
            by_stratum[timed.stratum].push_back(timed.ms);
        }
    }
    std::string strata;
    for (const auto& [stratum, some] : by_stratum) {
        strata += fmt::format("{}\"{}\":[{:.5f},{:.5f}]", strata.empty() ? "" : ",", stratum,
                              quantile(some, .5), quantile(some, .99));
    }
    const std::optional<bool> equal = equalsReference(options, workload, rows);
    fmt::print(
        "{{\"peer\":\"xinpu\",\"workload\":\"{}\",\"sf\":{},\"n\":{},\"p50_ms\":{:.5f},\"p99_ms\":{:.5f},"
        "\"mean_ms\":{:.5f},\"hash\":\"{}\"{},\"strata\":{{{}}}{}}}\n",
        workload, options.scale, rows.size(), quantile(all, .5), quantile(all, .99), mean(all), hashOf(rows),
        equal ? (*equal ? ",\"ok\":true" : ",\"ok\":false") : "", strata, extra);
    std::fflush(stdout);
    return equal.value_or(true);
}

}  // namespace xinpu::bench
