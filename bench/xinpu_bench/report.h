// bench/xinpu_bench/report.h
#pragma once
// Times and canonical rows to JSON lines (../WORKLOADS.md, "Form of the results").

#include <chrono>
#include <string>
#include <vector>

#include "bench/result_line.h"
#include "bench/xinpu_bench/options.h"

namespace xinpu::bench {

class Stopwatch {
public:
    double ms() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin_).count();
    }

private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Prints the line of a workload, with `extra` (such as `,"threads":2`) put in as it is. Rows are compared
/// with the reference's, if there is one: "ok" says whether all are equal, and stderr shows the first that is
/// not. Returns false if one differs.
bool report(const Options& options, const std::string& workload, const std::vector<std::string>& rows,
            const std::vector<Timed>& times, const std::string& extra);

}  // namespace xinpu::bench
