// bench/gen/day.cpp
// The text of every day of the span, made once: two million dates are written a scale factor.

#include "bench/gen/day.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

namespace xinpu::bench {
namespace {

constexpr int kFirstDay = daysFromCivil(1980, 1, 1);
constexpr int kEndDay = daysFromCivil(2050, 1, 1);
constexpr std::size_t kTextBytes = 10;

using Text = std::array<char, 16>;

std::vector<Text> allTexts() {
    std::vector<Text> texts(static_cast<std::size_t>(kEndDay - kFirstDay));
    for (int day = kFirstDay; day < kEndDay; ++day) {
        const auto [year, month, day_of_month] = civilFromDays(day);
        Text& text = texts[static_cast<std::size_t>(day - kFirstDay)];
        std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", year % 10000, month % 100,
                      day_of_month % 100);
    }
    return texts;
}

}  // namespace

std::string_view dateText(int day) {
    static const std::vector<Text> kTexts = allTexts();
    if (day == kOpen) {
        return {};
    }
    const int known = std::clamp(day, kFirstDay, kEndDay - 1);
    return {kTexts[static_cast<std::size_t>(known - kFirstDay)].data(), kTextBytes};
}

}  // namespace xinpu::bench
