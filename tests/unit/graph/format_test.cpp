// tests/unit/graph/format_test.cpp
// The examples of docs/format are what the code writes.

#include <gtest/gtest.h>

#include "samples.h"

namespace xinpu::engine {
namespace {

std::string bytesOf(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 3) {
        const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
        out.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    }
    return out;
}

std::string sampleOf(std::string_view name) {
    for (const test::Sample& sample : test::samples()) {
        if (sample.name == name) {
            return sample.bytes;
        }
    }
    return {};
}

TEST(Format, RecordExamples) {
    std::string relationship = bytesOf("03 AC 02 F0 A2 04 ");
    encodeValue(Value::of(Date{1}), relationship);
    EXPECT_EQ(sampleOf("relationship"), relationship);
    std::string own = bytesOf("01 02 00 01 FF FF FF FF 0F 01 03 ");
    encodeValue(Value::of("value"), own);
    EXPECT_EQ(sampleOf("own shape"), own);
    NodeRecord record;
    ASSERT_TRUE(decodeRecord(asBytes(own), test::sampleCatalog().catalog(), record));
    EXPECT_EQ(record.labels, (std::vector{LabelId{0}, LabelId{1}}));
}

TEST(Format, HubExample) {
    EXPECT_EQ(sampleOf("hub"),
              bytesOf("01 00 02 00 10 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 00 00 00 00 "
                      "04 00 00 00 05 00 00 00 06 00 00 00 00 00 00 00 "));
    EXPECT_EQ(hubBlockKey({TypeId{1}, Direction::In, NodeId{5}}, 6, 7),
              bytesOf("00 00 00 01 01 00 00 00 05 80 00 00 06 00 00 00 07 "));
}

TEST(Format, AdjacencyExample) {
    const ChunkGroup group = test::sampleGroup().pack(3, 16, 12);
    EXPECT_EQ(group.flags, 3);
    EXPECT_EQ(group.bytes.substr(0, 32), bytesOf("02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 "
                                                 "00 00 03 FF 00 00 00 00 00 00 00 00 00 00 00 00 "));
    EXPECT_EQ(group.bytes.size(), 32U + 2 * 16 + 3 * 12 + 16);
}

}  // namespace
}  // namespace xinpu::engine
