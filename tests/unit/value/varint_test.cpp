// tests/unit/value/varint_test.cpp
// Variable-length integers: lengths, limits, damage.

#include "engine/value/varint.h"

#include <gtest/gtest.h>

#include <limits>

#include "samples.h"

namespace xinpu::engine {
namespace {

TEST(Varint, IsAsShortAsItCanBe) {
    struct Case {
        std::uint64_t number;
        const char* bytes;
    };
    const Case cases[] = {
        {0, "00"},
        {1, "01"},
        {127, "7F"},
        {128, "80 01"},
        {300, "AC 02"},
        {16'383, "FF 7F"},
        {16'384, "80 80 01"},
        {0xFFFFFFFF, "FF FF FF FF 0F"},
        {std::numeric_limits<std::uint64_t>::max(), "FF FF FF FF FF FF FF FF FF 01"},
    };
    for (const Case& c : cases) {
        std::string out;
        putVarint64(c.number, out);
        EXPECT_EQ(test::hex(out), c.bytes);
        std::uint64_t back = 0;
        ByteReader reader(out);
        EXPECT_TRUE(reader.varint(back));
        EXPECT_EQ(back, c.number);
        EXPECT_TRUE(reader.atEnd());
    }
}

TEST(Varint, RefusesWhatTheTypeCannotHold) {
    const char* const tooMuch32[] = {
        "FF FF FF FF 1F", "FF FF FF FF FF 00", "80 80 80 80 80 80", "FF FF FF FF", "80", ""};
    for (const char* bytes : tooMuch32) {
        const std::string in = test::fromHex(std::string(bytes) + ' ');
        ByteReader reader(in);
        std::uint32_t out = 7;
        EXPECT_FALSE(reader.varint(out)) << bytes;
        EXPECT_EQ(out, 7U);
        EXPECT_EQ(reader.left(), in.size()) << "the position moved";
    }
    const std::string in = test::fromHex("FF FF FF FF FF FF FF FF FF 02 ");
    ByteReader reader(in);
    std::uint64_t out = 0;
    EXPECT_FALSE(reader.varint(out));
}

TEST(Varint, ZigzagKeepsSmallDistancesSmall) {
    EXPECT_EQ(zigzag(0), 0U);
    EXPECT_EQ(zigzag(-1), 1U);
    EXPECT_EQ(zigzag(1), 2U);
    EXPECT_EQ(zigzag(-2), 3U);
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{-64},
          std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
        EXPECT_EQ(unzigzag(zigzag(number)), number);
    }
}

TEST(ByteReader, StopsAtTheEnd) {
    const std::string in = "abc";
    ByteReader reader(in);
    std::string_view text;
    std::uint64_t number = 0;
    EXPECT_FALSE(reader.text(4, text));
    EXPECT_FALSE(reader.fixed(number));
    EXPECT_TRUE(reader.text(2, text));
    EXPECT_EQ(text, "ab");
    std::uint8_t byte = 0;
    EXPECT_TRUE(reader.byte(byte));
    EXPECT_EQ(byte, 'c');
    EXPECT_FALSE(reader.byte(byte));
    EXPECT_TRUE(reader.text(0, text));
    EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace xinpu::engine
