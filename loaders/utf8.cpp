// loaders/utf8.cpp
// ASCII is skipped 16 bytes at a time; the rest is decided character by character from the table of RFC 3629
// §4.

#include "loaders/utf8.h"

#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace xinpu::loaders {
namespace {

/// First non-ASCII byte at or after `p`, or `end`.
const unsigned char* skipAscii(const unsigned char* p, const unsigned char* end) noexcept {
#ifdef __SSE2__
    while (end - p >= 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const auto high = static_cast<unsigned>(_mm_movemask_epi8(block));
        if (high != 0) {
            return p + __builtin_ctz(high);
        }
        p += 16;
    }
#endif
    while (p != end && *p < 0x80U) {
        ++p;
    }
    return p;
}

bool continues(unsigned char byte) noexcept {
    return (byte & 0xC0U) == 0x80U;
}

/// Bytes of the character at `p`, whose first byte is not ASCII; 0 when it is broken.
std::size_t lengthAt(const unsigned char* p, const unsigned char* end) noexcept {
    const unsigned first = *p;
    const auto left = static_cast<std::size_t>(end - p);
    if (first >= 0xE0U && first < 0xF0U) {  // first: most of Chinese text
        if (left < 3 || !continues(p[1]) || !continues(p[2])) {
            return 0;
        }
        const bool overlong = first == 0xE0U && p[1] < 0xA0U;
        const bool surrogate = first == 0xEDU && p[1] >= 0xA0U;
        return overlong || surrogate ? 0 : 3;
    }
    if (first < 0xC2U || first > 0xF4U) {
        return 0;
    }
    if (first < 0xE0U) {
        return left >= 2 && continues(p[1]) ? 2 : 0;
    }
    if (left < 4 || !continues(p[1]) || !continues(p[2]) || !continues(p[3])) {
        return 0;
    }
    const bool overlong = first == 0xF0U && p[1] < 0x90U;
    const bool beyond = first == 0xF4U && p[1] >= 0x90U;
    return overlong || beyond ? 0 : 4;
}

}  // namespace

std::size_t invalidUtf8At(std::string_view text) noexcept {
    const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
    const unsigned char* const end = begin + text.size();
    for (const unsigned char* p = skipAscii(begin, end); p != end; p = skipAscii(p, end)) {
        do {  // runs of non-ASCII characters without looking for ASCII between them
            const std::size_t length = lengthAt(p, end);
            if (length == 0) {
                return static_cast<std::size_t>(p - begin);
            }
            p += length;
        } while (p != end && *p >= 0x80U);
    }
    return std::string_view::npos;
}

std::size_t codePoints(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text) {
        count += continues(static_cast<unsigned char>(c)) ? 0U : 1U;
    }
    return count;
}

std::string_view cutUtf8(std::string_view text, std::size_t bytes) noexcept {
    if (text.size() <= bytes) {
        return text;
    }
    while (bytes > 0 && continues(static_cast<unsigned char>(text[bytes]))) {
        --bytes;
    }
    return text.substr(0, bytes);
}

}  // namespace xinpu::loaders
