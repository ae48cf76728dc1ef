// bench/xinpu_bench/q8.h
#pragma once
// Q8 of ../WORKLOADS.md: durable pushes while another process reads.

#include "bench/xinpu_bench/options.h"

namespace xinpu::bench {

/// Prints the line; false if an acknowledged penalty was not found. Changes the database.
bool runPushes(const Options& options);

}  // namespace xinpu::bench
