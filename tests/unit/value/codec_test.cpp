// tests/unit/value/codec_test.cpp
// Stored values: the exact bytes of each kind, round trips, what cannot be stored.

#include "engine/value/codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "engine/value/literal.h"
#include "samples.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using test::dec;

std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span<const char>(text));
}

Value nested(unsigned depth) {
    Value value = Value::of(std::int64_t{1});
    for (unsigned i = 0; i < depth; ++i) {
        value = Value::of(std::vector<Value>{value});
    }
    return value;
}

// docs/format/value.md shows them; files of older versions must go on saying the same.
TEST(Codec, BytesAreAsWrittenInTheFormat) {
    struct Case {
        Value value;
        const char* bytes;
    };
    const Case cases[] = {
        {Value::null(), "00"},
        {Value::of(false), "01"},
        {Value::of(true), "02"},
        {Value::of(-16), "80"},
        {Value::of(0), "90"},
        {Value::of(47), "BF"},
        {Value::of(48), "03 60"},
        {Value::of(-17), "03 21"},
        {Value::of(1000), "03 D0 0F"},
        {Value::of(std::numeric_limits<std::int64_t>::min()), "03 FF FF FF FF FF FF FF FF FF 01"},
        {Value::of(0.1), "04 9A 99 99 99 99 99 B9 3F"},
        {Value::of(1.5), "05 00 00 C0 3F"},
        {Value::of(-0.0), "05 00 00 00 80"},
        {Value::of(std::numeric_limits<double>::infinity()), "05 00 00 80 7F"},
        {Value::of(-std::numeric_limits<double>::quiet_NaN()), "05 00 00 C0 7F"},
        {Value::of(dec("33.3333")), "06 04 AA D8 28"},
        {Value::of(dec("-5.00")), "06 02 E7 07"},
        {Value::of(""), "40"},
        {Value::of("abc"), "43 61 62 63"},
        {Value::of("甲"), "43 E7 94 B2"},
        {Value::ofBytes(bytesOf("\x01\x02")), "09 02 01 02"},
        {Value::of(Date{20'781}), "0A DA C4 02"},
        {Value::of(Date{-1}), "0A 01"},
        {Value::of(LocalTime{43'200 * kNanosPerSecond + 7}), "0B C0 D1 02 07"},
        {Value::of(Time{0, 28'800}), "0C 00 00 80 C2 03"},
        {Value::of(LocalDateTime{-1, 0}), "0D 01 00"},
        {Value::of(ZonedDateTime{1, 2, -3'600, ""}), "0E 02 02 9F 38"},
        {Value::of(ZonedDateTime{1, 2, 0, "UTC"}), "0F 02 02 00 03 55 54 43"},
        {Value::of(Duration{14, 3, -1, 5}), "10 1C 06 01 05"},
        {Value::of(std::vector<Value>{Value::of(1), Value::of("a"), Value::null()}), "11 03 91 41 61 00"},
        {Value::of(std::vector<MapEntry>{{"b", Value::of(2)}, {"a", Value::of(true)}}),
         "12 02 01 61 02 01 62 92"},
    };
    for (const Case& c : cases) {
        std::string out;
        encodeValue(c.value, out);
        EXPECT_EQ(test::hex(out), c.bytes) << toCypherText(c.value);
        EXPECT_TRUE(test::formatShows(c.bytes)) << c.bytes;
    }
}

TEST(Codec, LongStringsTakeALength) {
    for (const std::size_t size :
         {std::size_t{63}, std::size_t{64}, std::size_t{127}, std::size_t{128}, std::size_t{70'000}}) {
        const std::string text(size, 'x');
        std::string out;
        encodeValue(Value::of(text), out);
        EXPECT_EQ(out.size(), size + (size <= 63 ? 1U : (size <= 127 ? 2U : (size < 16'384 ? 3U : 4U))));
        auto in = bytesOf(out);
        Value back;
        ASSERT_TRUE(decodeValue(in, back));
        EXPECT_EQ(back.string(), text);
        EXPECT_TRUE(in.empty());
    }
}

TEST(Codec, RandomValuesComeBackTheSame) {
    constexpr std::uint64_t kSeed = 20261125;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    for (int round = 0; round < 20'000; ++round) {
        const Value value = test::randomValue(random, {.storedOnly = true});
        const Value second = test::randomValue(random, {.storedOnly = true});
        std::string out;
        encodeValue(value, out);
        const std::size_t first = out.size();
        encodeValue(second, out);

        auto in = bytesOf(out);
        Value back;
        ASSERT_TRUE(decodeValue(in, back)) << toCypherText(value);
        ASSERT_TRUE(test::identical(back, value))
            << toCypherText(value) << " came back " << toCypherText(back);
        ASSERT_EQ(in.size(), out.size() - first);
        ASSERT_TRUE(decodeValue(in, back));
        ASSERT_TRUE(test::identical(back, second)) << toCypherText(second);
        ASSERT_TRUE(in.empty());

        auto skipped = bytesOf(out);
        ASSERT_TRUE(skipValue(skipped));
        ASSERT_EQ(skipped.size(), out.size() - first) << toCypherText(value);
    }
}

class TwoWords final : public StringDictionary {
public:
    std::optional<std::string_view> text(std::uint32_t code) const noexcept override {
        switch (code) {
        case 5:
            return "存续";
        case 1000:
            return "吊销";
        default:
            return std::nullopt;
        }
    }
};

TEST(Codec, DictionaryCodesBecomeText) {
    const TwoWords dictionary;
    struct Case {
        std::uint32_t code;
        const char* bytes;
        const char* text;  // nullptr: not in the dictionary
    };
    const Case cases[] = {
        {5, "C5", "存续"}, {31, "DF", nullptr}, {32, "08 20", nullptr}, {1000, "08 E8 07", "吊销"}};
    for (const Case& c : cases) {
        std::string out;
        encodeDictString(c.code, out);
        EXPECT_EQ(test::hex(out), c.bytes);
        EXPECT_TRUE(test::formatShows(c.bytes) || c.code == 31) << c.bytes;
        auto in = bytesOf(out);
        EXPECT_TRUE(skipValue(in));
        EXPECT_TRUE(in.empty());
        Value value = Value::of("before");
        in = bytesOf(out);
        EXPECT_FALSE(decodeValue(in, value)) << "without a dictionary";
        EXPECT_EQ(decodeValue(in, value, &dictionary), c.text != nullptr);
        EXPECT_EQ(value.string(), c.text != nullptr ? c.text : "before");
    }
}

TEST(Codec, GraphElementsAreRefused) {
    const Value refused[] = {
        Value::of(NodeId{1}),
        Value::of(RelId{1}),
        Value::of(Path{NodeId{1}, {}}),
        Value::of(std::vector<Value>{Value::of(NodeId{1})}),
        Value::of(std::vector<MapEntry>{{"n", Value::of(NodeId{1})}}),
    };
    for (const Value& value : refused) {
        std::string out;
        try {
            encodeValue(value, out);
            ADD_FAILURE() << toCypherText(value);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Type);
            EXPECT_EQ(error.detail(), "InvalidPropertyType");
        }
        EXPECT_FALSE(storable(value));
    }
}

TEST(Codec, NestingHasALimit) {
    std::string out;
    encodeValue(nested(kStoredNestingMax), out);
    auto in = bytesOf(out);
    Value back;
    EXPECT_TRUE(decodeValue(in, back));
    EXPECT_EQ(back.nesting(), kStoredNestingMax);

    std::string deeper = std::string("\x11\x01", 2) + out;
    in = bytesOf(deeper);
    EXPECT_FALSE(decodeValue(in, back));
    EXPECT_FALSE(skipValue(in));
    EXPECT_EQ(in.size(), deeper.size());
    try {
        encodeValue(nested(kStoredNestingMax + 1), out);
        FAIL() << "stored too deep a list";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Limit);
        EXPECT_EQ(error.detail(), "NESTING_LIMIT");
    }
}

TEST(Codec, PropertiesAreScalarsAndListsOfThem) {
    EXPECT_FALSE(storable(Value::null()));
    EXPECT_FALSE(storable(Value::of(std::vector<MapEntry>{})));
    EXPECT_FALSE(storable(Value::of(std::vector<Value>{Value::null()})));
    EXPECT_FALSE(storable(Value::of(std::vector<Value>{Value::of(std::vector<Value>{})})));
    EXPECT_TRUE(storable(Value::of(std::vector<Value>{})));
    EXPECT_TRUE(storable(Value::of(std::vector<Value>{Value::of(1), Value::of("a"), Value::of(Date{1})})));
    std::mt19937_64 random(1);
    for (int i = 0; i < 200; ++i) {
        const Value scalar = test::randomValue(random, {.storedOnly = true}, 0);
        EXPECT_EQ(storable(scalar), !scalar.isNull()) << toCypherText(scalar);
    }
}

}  // namespace
}  // namespace xinpu::engine
