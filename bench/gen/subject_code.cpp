// bench/gen/subject_code.cpp
// Composes a code from its parts and computes both check digits (GB 11714 inside, GB 32100-2015 at the end).

#include "bench/gen/subject_code.h"

#include <cstring>

#include "bench/gen/random.h"

namespace xinpu::bench {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // 31 characters: no I, O, S, V, Z
constexpr std::uint64_t kNumbers = 887503681ULL;                           // 31^6

constexpr std::array<int, 128> alphabetValues() {
    std::array<int, 128> values{};
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<std::size_t>(kAlphabet[i])] = static_cast<int>(i);
    }
    return values;
}
constexpr std::array<int, 128> kAlphabetValues = alphabetValues();

constexpr int organisationValue(char c) {
    return c <= '9' ? c - '0' : c - 'A' + 10;
}  // GB 11714

constexpr char digit(std::uint64_t value) {
    return static_cast<char>('0' + value);
}

// The last two digits of the region: one of 33 towns, the central ones with more subjects.
std::uint64_t town(char kind, std::uint64_t number) {
    const std::uint64_t hash = mix64(number * 2 + (kind == '1')) % 1089;
    return hash * hash / (1089 * 33);
}

char organisationCheck(const char* eight) {
    constexpr std::array<int, 8> kWeights = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < kWeights.size(); ++i) {
        sum += organisationValue(eight[i]) * kWeights[i];
    }
    const int check = 11 - sum % 11;
    return check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
}

char codeCheck(const char* seventeen) {
    int weight = 1;
    int sum = 0;
    for (std::size_t i = 0; i < 17; ++i) {
        sum += kAlphabetValues[static_cast<std::size_t>(seventeen[i])] * weight;
        weight = weight * 3 % 31;
    }
    return kAlphabet[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

}  // namespace

SubjectCode makeSubjectCode(char kind, std::uint64_t number) {
    const std::uint64_t town_number = town(kind, number);
    number = (number * 314159269ULL + 271828182ULL) % kNumbers;  // 314159269 is prime, so a bijection
    SubjectCode code;
    std::memcpy(code.text.data(), "91441900MA", 10);
    code.text[1] = kind;
    code.text[6] = digit(town_number / 10);
    code.text[7] = digit(town_number % 10);
    for (std::size_t i = 16; i-- > 10;) {
        code.text[i] = kAlphabet[number % 31];
        number /= 31;
    }
    code.text[16] = organisationCheck(code.text.data() + 8);
    code.text[17] = codeCheck(code.text.data());
    return code;
}

}  // namespace xinpu::bench
