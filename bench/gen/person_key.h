// bench/gen/person_key.h
#pragma once
// The pseudonym of a person of the city: 32 hexadecimal digits.

#include <array>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "bench/gen/random.h"

namespace xinpu::bench {

struct PersonKey {
    std::array<char, 33> text;
    std::string_view view() const noexcept { return {text.data(), 32}; }
};

inline PersonKey makePersonKey(std::uint64_t seed, std::uint32_t person) {
    PersonKey key;
    const std::uint64_t high = mix64(mix64(seed) ^ person);
    const std::uint64_t low = mix64(mix64(seed + 77) + person);
    std::snprintf(key.text.data(), key.text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                  static_cast<unsigned long long>(low));
    return key;
}

}  // namespace xinpu::bench
