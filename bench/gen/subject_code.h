// bench/gen/subject_code.h
#pragma once
// Valid unified social credit codes (GB 32100-2015) by number, made without the code that checks them in
// xinpu.

#include <array>
#include <cstdint>
#include <string_view>

namespace xinpu::bench {

struct SubjectCode {
    std::array<char, 18> text;
    std::string_view view() const noexcept { return {text.data(), text.size()}; }
};

/// The code of the `number`-th enterprise ('1') or individual business ('2') of region 4419xx; two numbers
/// below 31^6 = 887,503,681 never give the same code.
SubjectCode makeSubjectCode(char kind, std::uint64_t number);

}  // namespace xinpu::bench
