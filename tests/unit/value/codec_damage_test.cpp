// tests/unit/value/codec_damage_test.cpp
// Damaged stored values: cut, flipped, made up. Decoding says no or gives some value, and never leaves its
// bytes.

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>

#include "engine/value/codec.h"
#include "engine/value/literal.h"
#include "samples.h"

namespace xinpu::engine {
namespace {

// Decodes a copy that ends where its allocation ends, so that a sanitizer sees any step beyond.
void decodeAnything(const std::string& bytes) {
    const std::size_t size = bytes.size();
    const std::unique_ptr<std::byte[]> exact(new std::byte[size]);
    if (size > 0) {
        std::memcpy(exact.get(), bytes.data(), size);
    }
    const std::span<const std::byte> whole(exact.get(), size);

    std::span<const std::byte> in = whole;
    Value value = Value::of("before");
    if (!decodeValue(in, value)) {
        ASSERT_EQ(in.size(), size) << "moved over damage: " << test::hex(bytes);
        ASSERT_EQ(value.string(), "before");
        in = whole;
        if (!skipValue(in)) {
            ASSERT_EQ(in.size(), size);
        }
        return;
    }
    ASSERT_LT(in.size(), size);
    std::span<const std::byte> skipped = whole;
    ASSERT_TRUE(skipValue(skipped)) << test::hex(bytes);
    ASSERT_EQ(skipped.size(), in.size()) << "skipped another length: " << test::hex(bytes);

    // What was accepted is a proper value: it is written and read back the same.
    std::string again;
    encodeValue(value, again);
    std::span<const std::byte> second = std::as_bytes(std::span<const char>(again));
    Value back;
    ASSERT_TRUE(decodeValue(second, back)) << test::hex(bytes);
    ASSERT_TRUE(test::identical(value, back)) << toCypherText(value);
}

std::vector<std::string> samples() {
    std::vector<std::string> out;
    for (const auto& group : test::sortedGroups()) {
        for (const Value& value : group) {
            if (value.kind() != Kind::Node && value.kind() != Kind::Relationship &&
                value.kind() != Kind::Path) {
                encodeValue(value, out.emplace_back());
            }
        }
    }
    std::mt19937_64 random(99);
    for (int i = 0; i < 300; ++i) {
        encodeValue(test::randomValue(random, {.storedOnly = true}), out.emplace_back());
    }
    return out;
}

TEST(CodecDamage, EveryTruncationIsSeen) {
    for (const std::string& sample : samples()) {
        for (std::size_t size = 0; size < sample.size(); ++size) {
            const std::string cut = sample.substr(0, size);
            std::span<const std::byte> in = std::as_bytes(std::span<const char>(cut));
            Value value;
            ASSERT_FALSE(decodeValue(in, value)) << test::hex(sample) << " cut to " << size;
            ASSERT_FALSE(skipValue(in)) << test::hex(sample) << " cut to " << size;
            decodeAnything(cut);
        }
    }
}

TEST(CodecDamage, EveryFlippedByteEndsWell) {
    for (const std::string& sample : samples()) {
        for (std::size_t at = 0; at < sample.size() && at < 200; ++at) {
            for (unsigned mask = 1; mask < 256; mask += at == 0 ? 1 : 6) {
                std::string flipped = sample;
                flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ mask);
                decodeAnything(flipped);
            }
        }
    }
}

TEST(CodecDamage, RandomBytesEndWell) {
    constexpr std::uint64_t kSeed = 20261126;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    for (int round = 0; round < 200'000; ++round) {
        std::string bytes(random() % 24, '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random() % 4 == 0 ? random() % 0x20 : random());
        }
        decodeAnything(bytes);
    }
}

TEST(CodecDamage, RefusesWhatNoWriterWrites) {
    const char* const refused[] = {
        "",
        "13",                                                              // tags not given out
        "3F",                                                              //
        "E0",                                                              //
        "FF",                                                              //
        "03 FF FF FF FF FF FF FF FF FF 03",                                // more than 64 bits
        "06 27 02",                                                        // scale 39
        "06 00 FE FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 03",  // coefficient of 39 digits
        "07 FF FF FF FF FF FF FF FF FF 01",                                // a length beyond all memory
        "09 05 00",                                                        // longer than what is there
        "0A FE FF FF FF FF FF FF FF FF 01",                                // a day after the last
        "0B 80 A3 05 00",                                                  // second 86,400 of a day
        "0B 00 80 94 EB DC 03",                                            // 10^9 nanoseconds
        "0C 00 00 C2 F4 07",                                               // offset beyond 18 hours
        "0D 00 80 94 EB DC 03",                                            //
        "0D FE FF FF FF FF FF FF FF FF 01 00",                             //
        "0E FE FF FF FF FF FF FF FF FF 01 00 02",                          //
        "0F 00 00 00 00",                                                  // a zone without a name
        "10 00 00 00 80 94 EB DC 03",                                      //
        "11 FF FF FF FF FF FF FF FF FF 01",                                // more elements than bytes
        "11 02 91",                                                        //
        "12 02 01 62 91 01 61 91",                                         // keys not ascending
        "12 02 01 61 91 01 61 91",                                         // the same key twice
        "C0",  // a dictionary code without a dictionary
    };
    for (const char* digits : refused) {
        const std::string bytes = test::fromHex(std::string(digits) + ' ');
        std::span<const std::byte> in = std::as_bytes(std::span<const char>(bytes));
        Value value;
        EXPECT_FALSE(decodeValue(in, value)) << digits;
        EXPECT_EQ(in.size(), bytes.size()) << digits;
    }
}

}  // namespace
}  // namespace xinpu::engine
