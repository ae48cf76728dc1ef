// tests/unit/value/crc32c_test.cpp
// CRC32C against published vectors, and the processor's way against the table.

#include "engine/value/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace xinpu::engine {
namespace {

std::string ascending() {
    std::string bytes;
    for (int i = 0; i < 32; ++i) {
        bytes += static_cast<char>(i);
    }
    return bytes;
}

TEST(Crc32c, AnswersThePublishedVectors) {
    // RFC 3720 appendix B.4, and the check value of the CRC catalogue.
    struct Case {
        std::string bytes;
        std::uint32_t crc;
    };
    const Case cases[] = {
        {"", 0x00000000},
        {"123456789", 0xE3069283},
        {std::string(32, '\0'), 0x8A9136AA},
        {std::string(32, '\xFF'), 0x62A8AB43},
        {ascending(), 0x46DD794E},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(crc32c(0, c.bytes.data(), c.bytes.size()), c.crc);
        EXPECT_EQ(crc32cSoftware(0, c.bytes.data(), c.bytes.size()), c.crc);
    }
}

std::vector<unsigned char> randomBytes(std::size_t size) {
    std::mt19937_64 random(20261124);
    std::vector<unsigned char> bytes(size);
    for (unsigned char& byte : bytes) {
        byte = static_cast<unsigned char>(random());
    }
    return bytes;
}

TEST(Crc32c, TheProcessorAgreesWithTheTable) {
    const auto bytes = randomBytes(24'000);
    for (std::size_t size = 0; size + 8 < bytes.size(); size += size < 2'500 ? 1 : 191) {
        const std::size_t from = size % 8;  // also where words are not aligned
        const auto seed = static_cast<std::uint32_t>(size * 2'654'435'761U);
        ASSERT_EQ(crc32c(seed, bytes.data() + from, size), crc32cSoftware(seed, bytes.data() + from, size))
            << size;
    }
}

TEST(Crc32c, ContinuesFromASeed) {
    const auto bytes = randomBytes(5'000);
    const std::uint32_t whole = crc32c(0, bytes.data(), bytes.size());
    for (std::size_t cut = 0; cut <= bytes.size(); cut += 37) {
        const std::uint32_t head = crc32c(0, bytes.data(), cut);
        EXPECT_EQ(crc32c(head, bytes.data() + cut, bytes.size() - cut), whole) << cut;
    }
}

TEST(Crc32c, SeesEveryFlippedBitOfAPage) {
    auto bytes = randomBytes(4'092);
    const std::uint32_t whole = crc32c(0, bytes.data(), bytes.size());
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        const auto mask = static_cast<unsigned char>(1U << (bit % 8));
        bytes[bit / 8] ^= mask;
        ASSERT_NE(crc32c(0, bytes.data(), bytes.size()), whole) << bit;
        bytes[bit / 8] ^= mask;
    }
}

}  // namespace
}  // namespace xinpu::engine
