// bench/peers/ideal_csr/report.h
#pragma once
// Canonical rows to files, times to JSON lines (../../WORKLOADS.md, "Form of the results").

#include <string>
#include <vector>

namespace xinpu::bench {

struct Timed {
    double ms;
    std::string stratum;
};

/// Writes `rows` to `folder`/`workload`.rows (unless `folder` is empty) and prints one JSON line; `extra` is
/// put into it as it is, e.g. `,"threads":2`.
void report(const std::string& folder, const std::string& workload, const std::vector<std::string>& rows,
            const std::vector<Timed>& times, const std::string& extra);

/// `p` of 0..1; 0 of nothing.
double quantile(std::vector<double> values, double p);

}  // namespace xinpu::bench
