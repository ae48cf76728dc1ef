// engine/value/crc32c.cpp
// CRC32C in three interleaved lanes of the crc32 instruction, joined by one carry-less multiplication each.

#include "engine/value/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#endif

namespace xinpu::engine {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reflected: bit 31 is the coefficient of x^0

constexpr std::uint32_t timesX(std::uint32_t value) noexcept {
    return (value >> 1U) ^ ((value & 1U) != 0 ? kPolynomial : 0U);
}

// tables[k][b]: the remainder of byte b followed by k zero bytes.
constexpr auto kTables = [] {
    std::array<std::array<std::uint32_t, 256>, 8> tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t remainder = byte;
        for (int bit = 0; bit < 8; ++bit) {
            remainder = timesX(remainder);
        }
        tables[0][byte] = remainder;
    }
    for (std::size_t k = 1; k < tables.size(); ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[k - 1][byte];
            tables[k][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
        }
    }
    return tables;
}();

std::uint64_t loadWord(const unsigned char* from) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}

#if defined(__x86_64__)

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kLaneWordsMax = 256;         // 6 KiB a round, so a page value is one round
constexpr std::size_t kInterleaveFromBytes = 192;  // below, joining the lanes costs more than it wins

// kShift[w]: x^(64 w - 33) mod P. A carry-less product of two reflected words is short of one factor x, and
// the crc32 instruction that reduces it adds x^32; the rest, x^(64 w), moves a remainder over w words.
constexpr auto kShift = [] {
    std::array<std::uint32_t, 2 * kLaneWordsMax + 1> shift{};
    std::uint32_t power = 0x80000000U;  // x^0
    for (int i = 0; i < 31; ++i) {
        power = timesX(power);
    }
    for (std::size_t w = 1; w < shift.size(); ++w) {
        shift[w] = power;
        for (int i = 0; i < 64; ++i) {
            power = timesX(power);
        }
    }
    return shift;
}();

__attribute__((target("sse4.2,pclmul"))) std::uint64_t carrylessProduct(std::uint64_t a,
                                                                        std::uint32_t b) noexcept {
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(a)),
                                                 _mm_cvtsi64_si128(static_cast<long long>(b)), 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

__attribute__((target("sse4.2,pclmul"))) std::uint32_t
crc32cHardware(std::uint32_t seed, const unsigned char* at, std::size_t size) noexcept {
    std::uint64_t crc = ~seed;
    while (size >= kInterleaveFromBytes) {
        std::size_t words = size / (3 * kWord);
        words = words < kLaneWordsMax ? words : kLaneWordsMax;
        const unsigned char* second = at + words * kWord;
        const unsigned char* third = second + words * kWord;
        std::uint64_t crcSecond = 0;
        std::uint64_t crcThird = 0;
        for (std::size_t i = 0; i < words * kWord; i += kWord) {
            crc = _mm_crc32_u64(crc, loadWord(at + i));
            crcSecond = _mm_crc32_u64(crcSecond, loadWord(second + i));
            crcThird = _mm_crc32_u64(crcThird, loadWord(third + i));
        }
        const std::uint64_t moved =
            carrylessProduct(crc, kShift[2 * words]) ^ carrylessProduct(crcSecond, kShift[words]);
        crc = _mm_crc32_u64(0, moved) ^ crcThird;
        at += 3 * words * kWord;
        size -= 3 * words * kWord;
    }
    for (; size >= kWord; size -= kWord, at += kWord) {
        crc = _mm_crc32_u64(crc, loadWord(at));
    }
    auto rest = static_cast<std::uint32_t>(crc);
    for (; size > 0; --size, ++at) {
        rest = _mm_crc32_u8(rest, *at);
    }
    return ~rest;
}

bool detect() noexcept {
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
}

// Before it is initialised it reads false, and the table answers the same.
const bool gAccelerated = detect();

#endif

}  // namespace

std::uint32_t crc32cSoftware(std::uint32_t seed, const void* data, std::size_t size) noexcept {
    const auto* at = static_cast<const unsigned char*>(data);
    std::uint32_t crc = ~seed;
    for (; size >= 8; size -= 8, at += 8) {
        const std::uint64_t word = loadWord(at) ^ crc;  // little-endian, as all of xinpu's files
        crc = 0;
        for (std::size_t k = 0; k < 8; ++k) {
            crc ^= kTables[7 - k][(word >> (8 * k)) & 0xFFU];
        }
    }
    for (; size > 0; --size, ++at) {
        crc = (crc >> 8U) ^ kTables[0][(crc ^ *at) & 0xFFU];
    }
    return ~crc;
}

#if defined(__x86_64__)

bool crc32cIsAccelerated() noexcept {
    return gAccelerated;
}

std::uint32_t crc32c(std::uint32_t seed, const void* data, std::size_t size) noexcept {
    return gAccelerated ? crc32cHardware(seed, static_cast<const unsigned char*>(data), size)
                        : crc32cSoftware(seed, data, size);
}

#else

bool crc32cIsAccelerated() noexcept {
    return false;
}

std::uint32_t crc32c(std::uint32_t seed, const void* data, std::size_t size) noexcept {
    return crc32cSoftware(seed, data, size);
}

#endif

}  // namespace xinpu::engine
