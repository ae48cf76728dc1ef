// bench/peers/ideal_csr/report.cpp
// Hash, quantiles, and the JSON line.

#include "bench/peers/ideal_csr/report.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <numeric>

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
    std::array<char, 17> text;
    for (std::size_t i = 0; i < 8; ++i) {
        std::snprintf(text.data() + 2 * i, 3, "%02x", digest[i]);
    }
    return text.data();
}

double mean(const std::vector<double>& values) {
    return values.empty()
               ? 0.0
               : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
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

void report(const std::string& folder, const std::string& workload, const std::vector<std::string>& rows,
            const std::vector<Timed>& times, const std::string& extra) {
    if (!folder.empty()) {
        std::ofstream file(folder + "/" + workload + ".rows");
        for (const std::string& row : rows) {
            file << row << '\n';
        }
    }
    std::vector<double> all;
    std::map<std::string, std::vector<double>> by_stratum;
    for (const Timed& timed : times) {
        all.push_back(timed.ms);
        if (!timed.stratum.empty()) {
            by_stratum[timed.stratum].push_back(timed.ms);
        }
    }
    std::printf("{\"peer\":\"ideal_csr\",\"workload\":\"%s\",\"n\":%zu,\"p50_ms\":%.5f,\"p99_ms\":%.5f,"
                "\"mean_ms\":%.5f,\"hash\":\"%s\",\"strata\":{",
                workload.c_str(), rows.size(), quantile(all, .5), quantile(all, .99), mean(all),
                hashOf(rows).c_str());
    const char* separator = "";
    for (const auto& [stratum, some] : by_stratum) {
        std::printf("%s\"%s\":[%.5f,%.5f]", separator, stratum.c_str(), quantile(some, .5),
                    quantile(some, .99));
        separator = ",";
    }
    std::printf("}%s}\n", extra.c_str());
    std::fflush(stdout);
}

}  // namespace xinpu::bench
