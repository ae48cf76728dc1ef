// credit/identity/codes.cpp
// Check characters of organisation codes and registration numbers.

#include "credit/identity/codes.h"

#include <algorithm>
#include <array>

#include "credit/identity/half_width.h"

namespace xinpu::credit {
namespace {

constexpr std::size_t kOrganisationCodeLength = 9;
constexpr std::size_t kRegistrationNumberLength = 15;
constexpr std::size_t kOldRegistrationNumberLength = 13;

bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

}  // namespace

std::string normaliseOrganisationCode(std::string_view text) {
    std::string code;
    appendHalfWidth(trim(text), code);
    std::erase(code, '-');
    std::transform(code.begin(), code.end(), code.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return code;
}

std::optional<char> organisationCodeCheckCharacter(std::string_view code) noexcept {
    constexpr std::array<int, kOrganisationCodeLength - 1> kWeights = {3, 7, 9, 10, 5, 8, 4, 2};
    if (code.size() < kWeights.size()) {
        return std::nullopt;
    }
    int sum = 0;
    for (std::size_t i = 0; i < kWeights.size(); ++i) {
        const char c = code[i];
        if (digit(c)) {
            sum += (c - '0') * kWeights[i];
        } else if (c >= 'A' && c <= 'Z') {
            sum += (c - 'A' + 10) * kWeights[i];
        } else {
            return std::nullopt;
        }
    }
    const int check = 11 - sum % 11;  // 1 to 11
    if (check == 10) {
        return 'X';
    }
    return check == 11 ? '0' : static_cast<char>('0' + check);
}

bool organisationCodeValid(std::string_view code) noexcept {
    return code.size() == kOrganisationCodeLength && organisationCodeCheckCharacter(code) == code.back();
}

std::optional<char> registrationNumberCheckDigit(std::string_view number) noexcept {
    if (number.size() < kRegistrationNumberLength - 1) {
        return std::nullopt;
    }
    int product = 10;
    for (const char c : number.substr(0, kRegistrationNumberLength - 1)) {
        if (!digit(c)) {
            return std::nullopt;
        }
        const int sum = (product + (c - '0')) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return static_cast<char>('0' + (11 - product) % 10);
}

RegistrationNumberFault checkRegistrationNumber(std::string_view number) noexcept {
    if (!std::all_of(number.begin(), number.end(), digit)) {
        return RegistrationNumberFault::Malformed;
    }
    if (number.size() == kOldRegistrationNumberLength) {
        return RegistrationNumberFault::OldForm;
    }
    if (number.size() != kRegistrationNumberLength) {
        return RegistrationNumberFault::Malformed;
    }
    return registrationNumberCheckDigit(number) == number.back() ? RegistrationNumberFault::None
                                                                 : RegistrationNumberFault::CheckDigit;
}

}  // namespace xinpu::credit
