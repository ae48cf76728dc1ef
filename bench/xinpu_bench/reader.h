// bench/xinpu_bench/reader.h
#pragma once
// Q8's reader: a second process that asks Q3 round the starts, told by the first when and for how long.

#include <cstdint>
#include <string>

#include "bench/xinpu_bench/options.h"

namespace xinpu::bench {

/// What one spell of reading gave.
struct ReadTimes {
    std::uint64_t questions = 0;
    double p50_ms = 0;
    double p99_ms = 0;
};

/// The reader process itself: opens the database read-only, asks every start once, prints "ready", then
/// serves lines "SECONDS" on standard input until it ends.
int runReader(const Options& options);

/// The first process's end. Starting it waits until the reader is warm.
class ReaderProcess {
public:
    explicit ReaderProcess(const Options& options);
    ~ReaderProcess();
    ReaderProcess(const ReaderProcess&) = delete;
    ReaderProcess& operator=(const ReaderProcess&) = delete;

    /// Reads for so long; returns when that is over.
    ReadTimes read(double seconds);

private:
    std::string line();
    int process_ = -1;
    int to_ = -1;
    int from_ = -1;
};

}  // namespace xinpu::bench
