// bench/peers/ideal_csr/report.cpp
// The rows as files, and the JSON line.

#include "bench/peers/ideal_csr/report.h"

#include <cstdio>
#include <fstream>

namespace xinpu::bench {

void report(const std::string& folder, const std::string& workload, const std::vector<std::string>& rows,
            const std::vector<Timed>& times, const std::string& extra) {
    if (!folder.empty()) {
        std::ofstream file(folder + "/" + workload + ".rows");
        for (const std::string& row : rows) {
            file << row << '\n';
        }
    }
    fmt::print("{{\"peer\":\"ideal_csr\",\"workload\":\"{}\",\"n\":{},{},\"hash\":\"{}\",{}{}}}\n", workload,
               rows.size(), timesText(times), hashOf(rows), strataText(times), extra);
    std::fflush(stdout);
}

}  // namespace xinpu::bench
