// bench/xinpu_bench/options.h
#pragma once
// What xinpu-bench is told to do.

#include <cstdint>
#include <filesystem>
#include <string>

#include "engine/value/temporal.h"

namespace xinpu::bench {

struct Options {
    std::filesystem::path data;  ///< the data folder, as `xinpu load --data`
    std::string database = "credit";
    std::string workload;  ///< Q1, Q2, Q3, Q5, Q8; "reader" is Q8's second process
    std::filesystem::path starts;
    std::filesystem::path reference;  ///< folder of reference rows; may be empty
    engine::Date date;
    double scale = 0;
    unsigned threads = 1;
    bool through_statement = false;  ///< prepared statements instead of the C++ interface
    std::size_t starts_max = 1'000'000;
    unsigned pushers = 1;
    double seconds = 10;
    std::uint64_t holes = 0;
    std::string program;  ///< this program's file, for the second process
};

/// Prints what is wrong, or the help, and ends the program if the arguments say so.
Options parseOptions(int argc, char** argv);

}  // namespace xinpu::bench
