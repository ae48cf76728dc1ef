// credit/identity/id_card.cpp
// GB 11643: six digits of region, birth date, three of sequence, one check character.

#include "credit/identity/id_card.h"

#include <algorithm>
#include <array>

namespace xinpu::credit {
namespace {

constexpr std::size_t kLength = 18;
constexpr std::size_t kOldLength = 15;
constexpr std::chrono::year kBirthYearFirst{1850};  // the first numbers were given out in 1984

bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

int number(std::string_view digits) noexcept {
    int value = 0;
    for (const char c : digits) {
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

std::optional<char> idCardCheckCharacter(std::string_view text) noexcept {
    constexpr std::array<int, kLength - 1> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (text.size() < kWeights.size()) {
        return std::nullopt;
    }
    int sum = 0;
    for (std::size_t i = 0; i < kWeights.size(); ++i) {
        if (!digit(text[i])) {
            return std::nullopt;
        }
        sum += (text[i] - '0') * kWeights[i];
    }
    constexpr std::string_view kChecks = "10X98765432";
    return kChecks[static_cast<std::size_t>(sum % 11)];
}

bool idCardValid(std::string_view text, std::chrono::sys_days today) noexcept {
    if (text.size() != kLength) {
        return false;
    }
    const std::optional<char> check = idCardCheckCharacter(text);
    if (!check || (text.back() == 'x' ? 'X' : text.back()) != *check) {
        return false;
    }
    const std::chrono::year_month_day birth{
        std::chrono::year{number(text.substr(6, 4))},
        std::chrono::month{static_cast<unsigned>(number(text.substr(10, 2)))},
        std::chrono::day{static_cast<unsigned>(number(text.substr(12, 2)))}};
    return birth.ok() && birth.year() >= kBirthYearFirst && std::chrono::sys_days{birth} <= today;
}

std::optional<std::string> idCardFrom15(std::string_view text) {
    if (text.size() != kOldLength || !std::all_of(text.begin(), text.end(), digit)) {
        return std::nullopt;
    }
    std::string full{text.substr(0, 6)};
    full += "19";
    full += text.substr(6);
    full += *idCardCheckCharacter(full);
    return full;
}

}  // namespace xinpu::credit
