// bench/xinpu_bench/report.cpp
// Comparison with the reference, and the JSON line.

#include "bench/xinpu_bench/report.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <optional>

namespace xinpu::bench {
namespace {

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

bool report(const Options& options, const std::string& workload, const std::vector<std::string>& rows,
            const std::vector<Timed>& times, const std::string& extra) {
    const std::optional<bool> equal = equalsReference(options, workload, rows);
    fmt::print("{{\"peer\":\"xinpu\",\"workload\":\"{}\",\"sf\":{},\"n\":{},{},\"hash\":\"{}\"{},{}{}}}\n",
               workload, options.scale, rows.size(), timesText(times), hashOf(rows),
               equal ? (*equal ? ",\"ok\":true" : ",\"ok\":false") : "", strataText(times), extra);
    std::fflush(stdout);
    return equal.value_or(true);
}

}  // namespace xinpu::bench
