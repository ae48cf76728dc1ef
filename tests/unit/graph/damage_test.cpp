// tests/unit/graph/damage_test.cpp
// Every cut and every flipped byte of every sample: refused, or read without a step out of bounds.

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>

#include "samples.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using test::Sample;

/// Reads a copy that ends where its allocation ends, so that a sanitizer sees any step beyond.
bool readExact(const Sample& sample, const std::string& bytes) {
    const std::unique_ptr<std::byte[]> exact(new std::byte[bytes.size()]);
    if (!bytes.empty()) {
        std::memcpy(exact.get(), bytes.data(), bytes.size());
    }
    try {
        return sample.read({exact.get(), bytes.size()});
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        return false;
    }
}

TEST(Damage, SamplesAreReadWhole) {
    for (const Sample& sample : test::samples()) {
        EXPECT_TRUE(readExact(sample, sample.bytes)) << sample.name;
    }
}

TEST(Damage, CutsAreRefused) {
    for (const Sample& sample : test::samples()) {
        std::size_t refused = 0;
        for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
            refused += readExact(sample, sample.bytes.substr(0, size)) ? 0U : 1U;
        }
        // A segment may end behind any of its blocks: the number of parts says nothing of their length.
        const std::size_t whole = sample.name == "segment" ? 12 : 0;
        EXPECT_GE(refused + whole, sample.bytes.size()) << sample.name;
    }
}

TEST(Damage, FlippedBytesAreRefusedOrHarmless) {
    for (const Sample& sample : test::samples()) {
        for (std::size_t at = 0; at < sample.bytes.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string damaged = sample.bytes;
                damaged[at] = static_cast<char>(byte);
                readExact(sample, damaged);
            }
        }
    }
}

TEST(Damage, HeadersAreRefused) {
    for (const Sample& sample : test::samples()) {
        if (sample.name == "node" || sample.name == "relationship" || sample.name == "own shape") {
            continue;
        }
        std::string damaged = sample.bytes;  // kind or version
        damaged[0] = static_cast<char>(damaged[0] ^ 0x40);
        EXPECT_FALSE(readExact(sample, damaged)) << sample.name;
    }
}

TEST(Damage, NoiseIsRefusedOrHarmless) {
    std::mt19937 random(20'261'124);
    for (const Sample& sample : test::samples()) {
        for (int round = 0; round < 3'000; ++round) {
            std::string damaged = sample.bytes;
            for (std::uint32_t i = 0; i < 1 + test::drawn(random, 6); ++i) {
                damaged[random() % damaged.size()] = static_cast<char>(random());
            }
            damaged.resize(test::drawn(random, 2) == 0 ? damaged.size() : random() % (damaged.size() + 1));
            readExact(sample, damaged);
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
