// cli/progress.h
#pragma once
// Tells how far long work has come: one line redrawn on a terminal, a line every few seconds in a log.

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "cli/language.h"

namespace xinpu::cli {

using Clock = std::function<std::chrono::steady_clock::time_point()>;

/// One stage after the other: start, advance as often as one likes, finish.
///
/// Nothing is written for work that ends before the first interval is over, except by finish().
/// Threads: used by one at a time.
class Progress {
public:
    static constexpr std::chrono::milliseconds kRedrawEvery{100};
    static constexpr std::chrono::seconds kLogEvery{5};

    enum class Target : std::uint8_t { Terminal, Log };

    /// `out` and what `clock` refers to must outlive it. `columns`: width of the terminal.
    Progress(std::ostream& out, Target target, unsigned columns, Language language, Clock clock);
    /// Takes a line that was not finished away from the terminal.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `total` 0: not known, so neither a percentage nor the time left is shown. `unit`: "rows", "pages" …
    void start(std::string stage, std::string unit, std::uint64_t total);
    /// `done` of the total so far, from the start of the stage. A clock reading and a compare when it is not
    /// yet time for a line.
    void advance(std::uint64_t done) { advance(done, done, total_); }
    /// The same where the way is not measured in what is counted: `done` rows, `part` of `whole` bytes.
    void advance(std::uint64_t done, std::uint64_t part, std::uint64_t whole);
    /// Another name for the stage that runs; its counts go on.
    void rename(std::string_view stage);
    /// Ends the stage with one line that stays: what was done, how long it took, how fast it was.
    void finish(std::uint64_t done);
    /// Takes an open line away, so that other output can follow. The next advance() draws it again.
    void clear();

private:
    void write(std::uint64_t done, std::uint64_t part, std::uint64_t whole,
               std::chrono::steady_clock::time_point now);

    std::ostream& out_;
    Target target_;
    unsigned columns_;
    Language language_;
    Clock clock_;
    std::string stage_;
    std::string unit_;
    std::uint64_t total_ = 0;
    std::chrono::steady_clock::time_point started_{};
    std::chrono::steady_clock::time_point written_{};
    bool line_open_ = false;
};

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);

/// Bytes as people read them: "512 B", "3.4 MB" (powers of ten).
std::string bytesText(std::uint64_t bytes);

/// A span as people read it: "212 µs", "3.1 ms", "4.2 s", "12 s", "3:05 min", "1:02:07 h".
std::string spanText(std::chrono::nanoseconds span);

}  // namespace xinpu::cli
