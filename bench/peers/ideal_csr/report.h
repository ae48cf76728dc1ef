// bench/peers/ideal_csr/report.h
#pragma once
// Canonical rows to files, times to JSON lines (../../WORKLOADS.md, "Form of the results").

#include <string>
#include <vector>

#include "bench/result_line.h"

namespace xinpu::bench {

/// Writes `rows` to `folder`/`workload`.rows (unless `folder` is empty) and prints one JSON line; `extra` is
/// put into it as it is, e.g. `,"threads":2`.
void report(const std::string& folder, const std::string& workload, const std::vector<std::string>& rows,
            const std::vector<Timed>& times, const std::string& extra);

}  // namespace xinpu::bench
