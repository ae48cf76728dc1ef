// tests/unit/index/key_block_test.cpp
// Key blocks: what goes in comes out, look-ups find exactly that, damaged bytes are refused or harmless.

#include "engine/index/key_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>

#include "format_page.h"

namespace xinpu::engine {
namespace {

constexpr std::size_t kNoLimit = 60'000;
using Entries = std::vector<std::pair<std::string, std::uint32_t>>;

std::string encode(const Entries& entries) {
    KeyBlockBuilder builder;
    for (const auto& [key, id] : entries) {
        EXPECT_TRUE(builder.tryAdd(key, id, kNoLimit));
    }
    const std::size_t bytes = builder.bytes();
    std::string block = builder.finish();
    EXPECT_EQ(block.size(), bytes);
    EXPECT_TRUE(builder.empty());
    return block;
}

Entries decode(const std::string& block) {
    const auto view = KeyBlockView::parse(asBytes(block));
    const auto decoded = view ? view->decode() : std::nullopt;
    Entries entries;
    if (!decoded) {
        ADD_FAILURE() << "does not decode";
        return entries;
    }
    for (std::size_t i = 0; i < decoded->size(); ++i) {
        entries.emplace_back(decoded->entry(i).key, decoded->entry(i).id);
    }
    return entries;
}

Entries sorted(Entries entries) {
    std::sort(entries.begin(), entries.end());
    return entries;
}

Entries numbered(const std::vector<std::string>& keys, std::uint32_t first, std::uint32_t step) {
    Entries entries;
    for (const std::string& key : keys) {
        entries.emplace_back(key, first);
        first += step;
    }
    return sorted(entries);
}

/// Keys of one shape, told by the name of the case.
struct Shape {
    const char* name;
    Entries entries;
};

std::vector<Shape> shapes() {
    std::vector<std::string> usccs, hex, documents, mixed;
    std::mt19937 random(7);
    for (int i = 0; i < 90; ++i) {
        usccs.push_back("u91441927MA9F" + std::to_string(10'000 + 7 * i) + "W" + std::string(2, '\0'));
        std::string pid = "p";
        for (int k = 0; k < 32; ++k) {
            pid.push_back("0123456789abcdef"[random() % 16]);
        }
        hex.push_back(pid + "::");
        documents.push_back("东环罚〔2023〕" + std::to_string(i * i) + "号");
        mixed.push_back(std::string(random() % 40, 'x') + static_cast<char>('a' + random() % 26) +
                        std::to_string(i));
    }
    Entries same;
    for (std::uint32_t id = 0; id < 100; ++id) {
        same.emplace_back("key", id * id);
    }
    const std::string longest(kStoredKeyBytesMax, 'k');
    constexpr std::uint32_t kMax = std::numeric_limits<std::uint32_t>::max();
    return {
        {"empty_key", {{"", 5}}},
        {"one_key", {{"abc", kMax}}},
        {"key_and_its_beginning", {{"a", 1}, {"ab", 0}, {"abb", 2}}},
        {"tail_is_part_of_prefix", {{"aa", 1}, {"aaa", 2}, {"aaaa", 3}}},
        {"longest_keys", {{longest, 1}, {longest.substr(0, kStoredKeyBytesMax - 1) + "l", 2}}},
        {"bytes_above_127", {{"\x7f", 1}, {"\x80", 2}, {"\xff", 3}, {"\xff\xff", 4}}},
        {"widest_ids", {{"a", 0}, {"b", kMax}}},
        {"same_key", same},
        {"usccs", numbered(usccs, 1000, 1)},
        {"hex", numbered(hex, 3, 40'503)},
        {"documents", numbered(documents, 70'000, 3)},
        {"mixed_lengths", numbered(mixed, 1, 1)},
    };
}

TEST(KeyBlock, GivesBackEveryShapeOfKeys) {
    for (const Shape& shape : shapes()) {
        SCOPED_TRACE(shape.name);
        const std::string block = encode(shape.entries);
        EXPECT_EQ(decode(block), shape.entries);
        KeyBlockBuilder all;
        std::vector<KeyBlockEntry> entries;
        for (const auto& [key, id] : shape.entries) {
            entries.push_back({key, id});
        }
        ASSERT_TRUE(all.tryAddAll(entries, kNoLimit));
        EXPECT_EQ(all.finish(), block) << "measured at once, the block is the same";
    }
}

TEST(KeyBlock, IsWrittenAsItsFormatPageShows) {
    EXPECT_TRUE(formatPageShows("key-block.md", encode({{"doc17.", 300}, {"doc18.", 301}, {"doc2.", 500}})));
    EXPECT_TRUE(formatPageShows("key-block.md", encode({{"a", 7}, {"z", 6}})));
}

TEST(KeyBlock, FindsWhatIsThereAndNothingElse) {
    for (const Shape& shape : shapes()) {
        SCOPED_TRACE(shape.name);
        const std::string block = encode(shape.entries);
        const auto view = KeyBlockView::parse(asBytes(block));
        ASSERT_TRUE(view);
        std::set<std::string> keys;
        for (const auto& [key, id] : shape.entries) {
            std::uint32_t found = 0;
            ASSERT_EQ(view->find(key, &found), KeyLookup::Found);
            if (keys.insert(key).second) {
                EXPECT_EQ(found, id) << "the least id of the key";
            }
        }
        for (const std::string& key : keys) {
            for (const std::string& other :
                 {key + "0", key + std::string(1, '\0'), key.substr(0, key.size() / 2), "0" + key,
                  key.empty() ? "z" : key.substr(0, key.size() - 1) + static_cast<char>(key.back() + 1),
                  key.empty() ? "y" : key.substr(0, key.size() - 1) + static_cast<char>(key.back() - 1)}) {
                std::uint32_t found = 77;
                ASSERT_EQ(view->find(other, &found) == KeyLookup::Found, keys.count(other) == 1) << other;
                if (keys.count(other) == 0) {
                    EXPECT_EQ(found, 77U) << "left alone";
                }
            }
        }
    }
}

TEST(KeyBlock, StopsAtItsShareAndKeepsWhatFits) {
    for (const Shape& shape : shapes()) {
        SCOPED_TRACE(shape.name);
        Entries kept;
        KeyBlockBuilder builder;
        for (const auto& [key, id] : shape.entries) {
            if (!builder.tryAdd(key, id, 120)) {
                break;
            }
            kept.emplace_back(key, id);
            ASSERT_TRUE(builder.bytes() + key.size() <= 120 || kept.size() == 1);
        }
        ASSERT_FALSE(kept.empty()) << "a first entry always fits";
        const std::string refused_leaves_no_trace = builder.finish();
        EXPECT_EQ(refused_leaves_no_trace, encode(kept));
    }
}

TEST(KeyBlock, PutsHexDigitsTwoToAByte) {
    Entries hex, other;
    std::mt19937 random(1);
    for (std::uint32_t i = 0; i < 20; ++i) {
        std::string key;
        for (int k = 0; k < 32; ++k) {
            key.push_back("0123456789abcdef"[random() % 16]);
        }
        hex.emplace_back(key, i);
        key[31] = 'g';
        other.emplace_back(key.substr(0, 31) + static_cast<char>('g' + i), i);
    }
    EXPECT_LT(encode(sorted(hex)).size() * 3, encode(sorted(other)).size() * 2);
}

TEST(KeyBlock, AgreesWithASortedSetOnRandomKeys) {
    constexpr std::uint64_t kSeed = 20261201;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    for (int round = 0; round < 600; ++round) {
        SCOPED_TRACE(round);
        const std::string alphabet = std::vector<std::string>{"ab", "0123456789abcdef",
                                                              std::string("\0\xff", 2), "0a~z"}[random() % 4];
        const std::size_t length = 1 + random() % 24;
        const std::string before(random() % 6, 'P');
        const std::string behind(random() % 4, alphabet.front());
        std::set<std::pair<std::string, std::uint32_t>> model;
        for (std::size_t i = 0; i < 1 + random() % 120; ++i) {
            std::string key = before;
            for (std::size_t k = random() % 2 == 0 ? length : random() % length; k > 0; --k) {
                key.push_back(alphabet[random() % alphabet.size()]);
            }
            model.emplace(key + behind, static_cast<std::uint32_t>(random() >> (random() % 64)));
        }
        const Entries entries(model.begin(), model.end());
        const std::string block = encode(entries);
        ASSERT_EQ(decode(block), entries);
        const auto view = KeyBlockView::parse(asBytes(block));
        for (int probe = 0; probe < 40; ++probe) {
            std::string key = entries[random() % entries.size()].first;
            if (probe % 2 == 1 && !key.empty()) {
                key[random() % key.size()] = alphabet[random() % alphabet.size()];
            }
            const auto at = model.lower_bound({key, 0});
            const bool present = at != model.end() && at->first == key;
            std::uint32_t id = 0;
            ASSERT_EQ(view->find(key, &id), present ? KeyLookup::Found : KeyLookup::Absent);
            if (present) {
                ASSERT_EQ(id, at->second);
            }
        }
    }
}

/// Reads everything that bytes can be asked for. What counts is that it returns (and what the sanitizers
/// say).
void readAll(Bytes bytes) {
    const auto view = KeyBlockView::parse(bytes);
    if (!view) {
        return;
    }
    std::uint32_t id = 0;
    for (const char* key : {"", "u91441927MA9F10007W", "p0", "东环罚〔2023〕1号", "key", "zzzz"}) {
        view->find(key, &id);
    }
    if (const auto decoded = view->decode()) {
        for (std::size_t i = 0; i < decoded->size(); ++i) {
            ASSERT_LE(decoded->entry(i).key.size(), kStoredKeyBytesMax);
            ASSERT_TRUE(i == 0 || decoded->entry(i - 1).key <= decoded->entry(i).key);
            view->find(decoded->entry(i).key, &id);
        }
    }
}

TEST(KeyBlockDamage, EveryTruncationIsRefused) {
    for (const Shape& shape : shapes()) {
        SCOPED_TRACE(shape.name);
        const std::string block = encode(shape.entries);
        for (std::size_t length = 0; length < block.size(); ++length) {
            // A copy of exactly this length, so that a sanitizer sees a read behind it.
            const std::vector<std::byte> cut(asBytes(block).begin(),
                                             asBytes(block).begin() + static_cast<std::ptrdiff_t>(length));
            const auto view = KeyBlockView::parse(cut);
            EXPECT_FALSE(view && view->decode()) << length;
            readAll(cut);
        }
        EXPECT_FALSE(KeyBlockView::parse(asBytes(block + "x"))->decode()) << "a byte too many";
    }
}

TEST(KeyBlockDamage, ChangedBytesNeverLeadOutside) {
    for (const Shape& shape : shapes()) {
        SCOPED_TRACE(shape.name);
        const std::string block = encode(shape.entries);
        for (std::size_t at = 0; at < block.size(); ++at) {
            for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff, block[at] ^ 0x10}) {
                std::vector<std::byte> damaged(asBytes(block).begin(), asBytes(block).end());
                damaged[at] = static_cast<std::byte>(value);
                readAll(damaged);
            }
        }
    }
}

/// A header field that cannot be.
struct HeaderDamage {
    const char* name;
    std::size_t at;
    std::uint8_t value;
};
constexpr HeaderDamage kHeaderDamages[] = {
    {"format", 0, 2},         {"unknown_flag", 1, 0x80},  {"id_width_five", 1, 5 << 2},
    {"count_zero", 2, 0},     {"count_too_many", 3, 9},   {"prefix_too_long", 9, 2},
    {"tail_too_long", 11, 2}, {"middle_too_long", 13, 2},
};

class KeyBlockHeader : public testing::TestWithParam<HeaderDamage> {};

TEST_P(KeyBlockHeader, IsRefused) {
    std::string block = encode({{"abc1", 1}, {"abd1", 2}});
    block[GetParam().at] = static_cast<char>(GetParam().value);
    EXPECT_FALSE(KeyBlockView::parse(asBytes(block)));
}

INSTANTIATE_TEST_SUITE_P(Index, KeyBlockHeader, testing::ValuesIn(kHeaderDamages),
                         [](const auto& of) { return of.param.name; });

TEST(KeyBlockDamage, EntriesOutOfOrderAreRefused) {
    std::string block = encode({{"go", 1}, {"hx", 2}});
    const std::size_t a = block.find("go");
    const std::size_t b = block.find("hx");
    ASSERT_NE(a, std::string::npos);
    ASSERT_NE(b, std::string::npos);
    std::swap(block[a], block[b]);
    EXPECT_FALSE(KeyBlockView::parse(asBytes(block))->decode());
}

}  // namespace
}  // namespace xinpu::engine
