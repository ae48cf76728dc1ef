// cli/progress.cpp
// Writes the progress lines.
#include "cli/progress.h"

#include <algorithm>
#include <iterator>
#include <ostream>

#include <fmt/format.h>

#include "cli/messages.h"
#include "cli/text_width.h"

namespace xinpu::cli {
namespace {

double secondsOf(std::chrono::nanoseconds span) noexcept {
    return std::chrono::duration<double>(span).count();
}

std::uint64_t perSecond(std::uint64_t done, std::chrono::nanoseconds span) noexcept {
    const double seconds = secondsOf(span);
    return seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(done) / seconds) : 0;
}

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

std::string bytesText(std::uint64_t bytes) {
    constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1'000) {
        return fmt::format("{} B", bytes);
    }
    double amount = static_cast<double>(bytes) / 1e3;
    std::size_t unit = 0;
    while (amount >= 999.95 && unit + 1 < std::size(kUnits)) {
        amount /= 1e3;
        ++unit;
    }
    return fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

std::string spanText(std::chrono::nanoseconds span) {
    const double exact = std::max(secondsOf(span), 0.0);
    if (exact < 0.9995e-3) {
        return fmt::format("{:.0f} µs", exact * 1e6);
    }
    if (exact < 0.99995) {
        return fmt::format("{:.1f} ms", exact * 1e3);
    }
    if (exact < 9.95) {
        return fmt::format("{:.1f} s", exact);
    }
    const auto seconds = static_cast<std::uint64_t>(exact + 0.5);
    if (seconds < 60) {
        return fmt::format("{} s", seconds);
    }
    if (seconds < 3600) {
        return fmt::format("{}:{:02} min", seconds / 60, seconds % 60);
    }
    return fmt::format("{}:{:02}:{:02} h", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

Progress::Progress(std::ostream& out, Target target, unsigned columns, Language language, Clock clock)
    : out_(out), target_(target), columns_(std::max(columns, 2U)), language_(language),
      clock_(std::move(clock)) {}

Progress::~Progress() {
    clear();
}

void Progress::start(std::string stage, std::string unit, std::uint64_t total) {
    clear();
    stage_ = std::move(stage);
    unit_ = std::move(unit);
    total_ = total;
    started_ = clock_();
    written_ = started_;
}

void Progress::rename(std::string_view stage) {
    stage_ = stage;
}

void Progress::advance(std::uint64_t done, std::uint64_t part, std::uint64_t whole) {
    const auto now = clock_();
    const std::chrono::nanoseconds interval = target_ == Target::Terminal ? kRedrawEvery : kLogEvery;
    if (now - written_ < interval) {
        return;
    }
    written_ = now;
    write(done, part, whole, now);
}

void Progress::finish(std::uint64_t done) {
    clear();
    const auto span = clock_() - started_;
    std::string line = fmt::format(fmt::runtime(messages::kFinished.in(language_)), stage_, grouped(done),
                                   unit_, spanText(span));
    if (const std::uint64_t rate = perSecond(done, span); rate > 0) {
        line += fmt::format(
            " ({})", fmt::format(fmt::runtime(messages::kPerSecond.in(language_)), grouped(rate), unit_));
    }
    out_ << line << '\n' << std::flush;
}

void Progress::write(std::uint64_t done, std::uint64_t part, std::uint64_t whole,
                     std::chrono::steady_clock::time_point now) {
    std::string line = stage_;
    if (whole > 0) {
        const double share = static_cast<double>(std::min(part, whole)) / static_cast<double>(whole);
        line += fmt::format("  {:3.0f}%", 100.0 * share);
    }
    line += fmt::format("  {} {}", grouped(done), unit_);
    if (const std::uint64_t rate = perSecond(done, now - started_); rate > 0) {
        line += "  " + fmt::format(fmt::runtime(messages::kPerSecond.in(language_)), grouped(rate), unit_);
    }
    if (part > 0 && part < whole) {
        const double per_part = secondsOf(now - started_) / static_cast<double>(part);
        const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(per_part * static_cast<double>(whole - part)));
        line += "  " + fmt::format(fmt::runtime(messages::kTimeLeft.in(language_)), spanText(left));
    }
    if (target_ == Target::Log) {
        out_ << line << '\n' << std::flush;
        return;
    }
    // One column stays free: a full line would wrap, and its first half could not be redrawn.
    out_ << '\r' << fitted(line, columns_ - 1) << "\x1b[K" << std::flush;
    line_open_ = true;
}

void Progress::clear() {
    if (line_open_) {
        out_ << "\r\x1b[K" << std::flush;
        line_open_ = false;
    }
}

}  // namespace xinpu::cli
