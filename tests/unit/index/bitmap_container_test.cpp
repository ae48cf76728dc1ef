// tests/unit/index/bitmap_container_test.cpp
// Bitmap containers: every kind comes back as it was, none is longer than the bitset, damage is refused.

#include "engine/index/bitmap_container.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <vector>

#include "format_page.h"

namespace xinpu::engine {
namespace {

constexpr std::size_t kContainerBytesMax = 2'052;

SliceWords wordsOf(const std::set<std::uint32_t>& ids) {
    SliceWords words{};
    for (const std::uint32_t id : ids) {
        words[id / 64] |= std::uint64_t{1} << (id % 64);
    }
    return words;
}

std::set<std::uint32_t> every(std::uint32_t first, std::uint32_t end, std::uint32_t step) {
    std::set<std::uint32_t> ids;
    for (std::uint32_t id = first; id < end; id += step) {
        ids.insert(id);
    }
    return ids;
}

struct Shape {
    const char* name;
    std::set<std::uint32_t> ids;
    std::size_t bytes;  ///< 4 of header and the shortest body
};

const std::vector<Shape>& shapes() {
    static const std::vector<Shape> shapes = [] {
        std::set<std::uint32_t> random;
        std::mt19937 source(3);
        while (random.size() < 500) {
            random.insert(source() % kSliceIds);
        }
        std::set<std::uint32_t> holes = every(0, kSliceIds, 1);
        for (std::uint32_t id = 31; id < kSliceIds; id += 64) {
            holes.erase(id);
        }
        return std::vector<Shape>{
            {"first_id", {0}, 6},
            {"last_id", {kSliceIds - 1}, 6},
            {"both_ends", {0, kSliceIds - 1}, 8},
            {"two_neighbours", {63, 64}, 8},
            {"three_neighbours", {63, 64, 65}, 8},
            {"all", every(0, kSliceIds, 1), 8},
            {"all_but_the_first", every(1, kSliceIds, 1), 8},
            {"every_second", every(0, kSliceIds, 2), kContainerBytesMax},
            {"array_of_1023", every(0, 2'046, 2), 4 + 2 * 1'023},
            {"bitset_of_1024", every(0, 2'048, 2), kContainerBytesMax},
            {"scattered", random, 4 + 2 * 500},
            {"runs_with_holes", holes, 4 + 4 * 257},
        };
    }();
    return shapes;
}

TEST(BitmapContainer, ComesBackInItsShortestForm) {
    for (const Shape& shape : shapes()) {
        SCOPED_TRACE(shape.name);
        const SliceWords words = wordsOf(shape.ids);
        const std::string bytes = encodeContainer(words);
        EXPECT_EQ(bytes.size(), shape.bytes);
        EXPECT_EQ(containerCount(asBytes(bytes)), shape.ids.size());
        SliceWords back{};
        ASSERT_TRUE(addContainer(asBytes(bytes), back));
        EXPECT_EQ(back, words);
        for (std::uint32_t id = 0; id < kSliceIds; ++id) {
            ASSERT_EQ(containerHas(asBytes(bytes), id), shape.ids.count(id) == 1) << id;
        }
        EXPECT_EQ(containerHas(asBytes(bytes), kSliceIds), std::nullopt);
    }
}

TEST(BitmapContainer, IsWrittenAsItsFormatPageShows) {
    EXPECT_TRUE(formatPageShows("bitmap.md", encodeContainer(wordsOf({1, 2, 5}))));
    EXPECT_TRUE(formatPageShows("bitmap.md", encodeContainer(wordsOf(every(0, 65, 1)))));
}

TEST(BitmapContainer, AddsToWhatIsThere) {
    SliceWords words = wordsOf({1, 2, 70});
    ASSERT_TRUE(addContainer(asBytes(encodeContainer(wordsOf({2, 3, 16'000}))), words));
    EXPECT_EQ(words, wordsOf({1, 2, 3, 70, 16'000}));
}

TEST(BitmapContainer, AgreesWithASetOnRandomIds) {
    constexpr std::uint64_t kSeed = 20261203;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    for (int round = 0; round < 400; ++round) {
        SCOPED_TRACE(round);
        std::set<std::uint32_t> ids;
        for (std::size_t runs = 1 + random() % (round % 2 == 0 ? 40 : 1'500); runs > 0; --runs) {
            const auto first = static_cast<std::uint32_t>(random() % kSliceIds);
            const auto length = static_cast<std::uint32_t>(random() % 3 == 0 ? random() % 200 : 1);
            for (std::uint32_t id = first; id <= first + length && id < kSliceIds; ++id) {
                ids.insert(id);
            }
        }
        const std::string bytes = encodeContainer(wordsOf(ids));
        ASSERT_LE(bytes.size(), kContainerBytesMax);
        ASSERT_EQ(containerCount(asBytes(bytes)), ids.size());
        SliceWords back{};
        ASSERT_TRUE(addContainer(asBytes(bytes), back));
        ASSERT_EQ(back, wordsOf(ids));
        for (int probe = 0; probe < 100; ++probe) {
            const auto id = static_cast<std::uint32_t>(random() % kSliceIds);
            ASSERT_EQ(containerHas(asBytes(bytes), id), ids.count(id) == 1);
        }
    }
}

TEST(BitmapContainerDamage, EveryTruncationIsRefused) {
    for (const Shape& shape : shapes()) {
        SCOPED_TRACE(shape.name);
        const std::string bytes = encodeContainer(wordsOf(shape.ids));
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto cut =
                std::make_unique<std::byte[]>(length);  // So that a sanitizer sees a read behind it.
            std::copy_n(asBytes(bytes).begin(), length, cut.get());
            SliceWords words{};
            // Runs cut at a run still have the right length for runs, but hold too few ids.
            EXPECT_FALSE(addContainer({cut.get(), length}, words)) << length;
        }
        SliceWords words{};
        EXPECT_FALSE(addContainer(asBytes(bytes + "x"), words));
    }
}

TEST(BitmapContainerDamage, ChangedBytesAreRefusedOrStillASet) {
    for (const Shape& shape : shapes()) {
        SCOPED_TRACE(shape.name);
        const std::string bytes = encodeContainer(wordsOf(shape.ids));
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            for (const int value : {0x00, 0x01, 0x3f, 0x40, 0xff, bytes[at] ^ 0x10}) {
                std::string damaged = bytes;
                damaged[at] = static_cast<char>(value);
                SliceWords words{};
                const bool accepted = addContainer(asBytes(damaged), words);
                containerHas(asBytes(damaged), 16'383);
                containerHas(asBytes(damaged), 0);
                if (accepted) {
                    // What was accepted says of itself what it holds.
                    ASSERT_EQ(containerCount(asBytes(damaged)),
                              containerCount(asBytes(encodeContainer(words))));
                }
            }
        }
    }
}

struct Refused {
    const char* name;
    std::string bytes;
};

TEST(BitmapContainerDamage, WrongContentIsRefused) {
    using namespace std::string_literals;
    const std::vector<Refused> rows = {
        {"empty", ""},
        {"format_2", "\x02\x01\x01\0\x05\0"s},
        {"kind_0", "\x01\0\x01\0\x05\0"s},
        {"kind_4", "\x01\x04\x01\0\x05\0"s},
        {"array_of_none", "\x01\x01\0\0"s},
        {"array_twice_the_same", "\x01\x01\x02\0\x05\0\x05\0"s},
        {"array_descends", "\x01\x01\x02\0\x05\0\x04\0"s},
        {"array_id_beyond_the_slice", "\x01\x01\x01\0\0\x40"s},
        {"run_backwards", "\x01\x03\x02\0\x05\0\x04\0"s},
        {"run_counts_wrong", "\x01\x03\x03\0\x05\0\x06\0"s},
        {"runs_touch", "\x01\x03\x04\0\x05\0\x06\0\x07\0\x08\0"s},
        {"run_beyond_the_slice", "\x01\x03\x02\0\xff\x3f\0\x40"s},
        {"bitset_counts_wrong", "\x01\x02\x02\0"s + "\x01"s + std::string(2'047, '\0')},
    };
    for (const Refused& row : rows) {
        SliceWords words{};
        EXPECT_FALSE(addContainer(asBytes(row.bytes), words)) << row.name;
    }
}

}  // namespace
}  // namespace xinpu::engine
