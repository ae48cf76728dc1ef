// tests/unit/loaders/utf8_test.cpp
// Which bytes are UTF-8, against the definition written out, and cutting between characters.

#include "loaders/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace xinpu::loaders {
namespace {

/// RFC 3629 by its meaning: decode, then ask whether the shortest form was used and the number is allowed.
bool validByMeaning(const std::string& bytes) {
    for (std::size_t i = 0; i < bytes.size();) {
        const auto first = static_cast<unsigned char>(bytes[i]);
        const std::size_t length = first < 0x80       ? 1
                                   : first >> 5 == 6  ? 2
                                   : first >> 4 == 14 ? 3
                                   : first >> 3 == 30 ? 4
                                                      : 0;
        if (length == 0 || i + length > bytes.size()) {
            return false;
        }
        unsigned code = length == 1 ? first : first & (0x7FU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(bytes[i + k]);
            if (next >> 6 != 2) {
                return false;
            }
            code = code << 6 | (next & 0x3FU);
        }
        const std::size_t shortest = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        if (shortest != length || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
            return false;
        }
        i += length;
    }
    return true;
}

TEST(Utf8, EveryTwoAndThreeBytesAreJudgedByTheirMeaning) {
    std::string bytes(3, '\0');
    for (int a = 0x70; a < 0x100; ++a) {
        for (int b = 0; b < 0x100; ++b) {
            for (const int c : {0x00, 0x22, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
                bytes = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)};
                ASSERT_EQ(invalidUtf8At(bytes) == std::string_view::npos, validByMeaning(bytes))
                    << a << ' ' << b << ' ' << c;
                bytes.pop_back();
                ASSERT_EQ(invalidUtf8At(bytes) == std::string_view::npos, validByMeaning(bytes))
                    << a << ' ' << b;
            }
        }
    }
}

TEST(Utf8, FourBytesAreJudgedByTheirMeaning) {
    for (int a = 0xEF; a < 0x100; ++a) {
        for (int b = 0x70; b < 0x100; ++b) {
            for (const int c : {0x7F, 0x80, 0xBF, 0xC0}) {
                for (const int d : {0x7F, 0x80, 0xBF, 0xC0}) {
                    const std::string bytes = {static_cast<char>(a), static_cast<char>(b),
                                               static_cast<char>(c), static_cast<char>(d)};
                    ASSERT_EQ(invalidUtf8At(bytes) == std::string_view::npos, validByMeaning(bytes))
                        << a << ' ' << b;
                }
            }
        }
    }
}

TEST(Utf8, TheFirstBrokenByteIsNamedWhereverItLies) {
    for (std::size_t length = 0; length < 70; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            std::string bytes(length, 'a');
            EXPECT_EQ(invalidUtf8At(bytes), std::string_view::npos);
            bytes[at] = '\xFF';
            EXPECT_EQ(invalidUtf8At(bytes), at);
        }
    }
}

TEST(Utf8, CountsCharacters) {
    EXPECT_EQ(codePoints(""), 0U);
    EXPECT_EQ(codePoints("a东𠮷"), 3U);
}

TEST(Utf8, CutsBetweenCharacters) {
    EXPECT_EQ(cutUtf8("东莞", 6), "东莞");
    EXPECT_EQ(cutUtf8("东莞", 5), "东");
    EXPECT_EQ(cutUtf8("东莞", 2), "");
    EXPECT_EQ(cutUtf8("ab", 1), "a");
    EXPECT_EQ(cutUtf8("", 0), "");
}

}  // namespace
}  // namespace xinpu::loaders
