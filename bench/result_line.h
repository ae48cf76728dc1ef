// bench/result_line.h
#pragma once
// What every runner's JSON line is made of: quantiles, the hash of the rows, times by stratum
// (WORKLOADS.md, "Form of the results").

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace xinpu::bench {

struct Timed {
    double ms;
    std::string stratum;
};

/// `p` of 0..1; 0 of nothing.
inline double quantile(std::vector<double> values, double p) {
    if (values.empty()) {
        return 0.0;
    }
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(p * static_cast<double>(values.size()));
    return values[std::min(values.size() - 1, at)];
}

inline double mean(const std::vector<double>& values) {
    return values.empty()
               ? 0.0
               : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Of the rows in any order.
inline std::string hashOf(std::vector<std::string> rows) {
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

/// `"p50_ms":…,"p99_ms":…,"mean_ms":…` of all times.
inline std::string timesText(const std::vector<Timed>& times) {
    std::vector<double> all;
    for (const Timed& timed : times) {
        all.push_back(timed.ms);
    }
    return fmt::format("\"p50_ms\":{:.5f},\"p99_ms\":{:.5f},\"mean_ms\":{:.5f}", quantile(all, .5),
                       quantile(all, .99), mean(all));
}

/// `"strata":{"hub":[p50,p99],…}`.
inline std::string strataText(const std::vector<Timed>& times) {
    std::map<std::string, std::vector<double>> by_stratum;
    for (const Timed& timed : times) {
        if (!timed.stratum.empty()) {
            by_stratum[timed.stratum].push_back(timed.ms);
        }
    }
    std::string strata;
    for (const auto& [stratum, some] : by_stratum) {
        strata += fmt::format("{}\"{}\":[{:.5f},{:.5f}]", strata.empty() ? "" : ",", stratum,
                              quantile(some, .5), quantile(some, .99));
    }
    return "\"strata\":{" + strata + "}";
}

}  // namespace xinpu::bench
