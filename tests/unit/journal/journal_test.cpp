// tests/unit/journal/journal_test.cpp
// The journal in a real store: entries chain, payloads come back whole, each broken link is named.

#include "engine/journal/journal.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "store_folder.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::size_t kPartMax = 100;
constexpr std::uint64_t kNoEnd = 1'000;
constexpr std::array<std::uint8_t, 16> kDatabaseId = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

EntryDraft draft(std::string principal) {
    EntryDraft out;
    out.time_us = 1'782'900'000'123'456;
    out.kind = EntryKind::Load;
    out.principal = std::move(principal);
    out.statement = sha256("MATCH (n) RETURN n");
    out.counts = {300, 2, 1'000'000'007, 0, 5};
    return out;
}

/// A store with entries 1 .. payloads.size().
void append(StoreFolder& store, const std::vector<std::string>& payloads) {
    StoreTxn txn = store->beginWrite();
    for (const std::string& payload : payloads) {
        appendEntry(txn, draft("loader"), payload, kDatabaseId, kPartMax);
    }
    txn.commit();
}

std::string faultsOf(const StoreTxn& txn, std::uint64_t from = 1, std::uint64_t to = kNoEnd) {
    std::string text;
    for (const JournalFault& fault : verifyJournal(txn, from, to, kDatabaseId, 10)) {
        text += std::to_string(fault.number) + ": " + fault.what + "\n";
    }
    return text;
}

TEST(Digest, AgreesWithTheStandard) {
    // FIPS 180-4, as the examples of NIST give them.
    EXPECT_EQ(hexOf(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hexOf(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hexOf(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    DigestStream pieces;
    pieces.add(asBytes("a"));
    pieces.add(asBytes(""));
    pieces.add(asBytes("bc"));
    EXPECT_EQ(pieces.finish(), sha256("abc"));
}

TEST(JournalEntry, HasTheBytesOfItsFormatPage) {
    using namespace std::string_literals;
    JournalEntry entry;
    static_cast<EntryDraft&>(entry) = draft("loader");
    entry.number = 300;
    entry.time_us = -1;
    entry.payload_bytes = 4'001;
    entry.payload.fill(0xaa);
    entry.previous.fill(0xbb);
    entry.statement.fill(0xcc);
    const std::string bytes = "\x01"s + "\xac\x02"s + "\x01"s + "\x03"s + "\x06loader"s +
                              std::string(32, '\xcc') + "\xac\x02"s + "\x02"s + "\x87\x94\xeb\xdc\x03"s +
                              "\x00"s + "\x05"s + "\xa1\x1f"s + std::string(32, '\xaa') +
                              std::string(32, '\xbb');
    EXPECT_EQ(encodeEntry(entry), bytes);
    const auto back = decodeEntry(asBytes(bytes));
    ASSERT_TRUE(back);
    EXPECT_EQ(encodeEntry(*back), bytes);
    EXPECT_EQ(back->number, 300U);
    EXPECT_EQ(back->time_us, -1);
    EXPECT_EQ(back->kind, EntryKind::Load);
    EXPECT_EQ(back->principal, "loader");
    EXPECT_EQ(back->counts, entry.counts);
    EXPECT_EQ(back->payload_bytes, 4'001U);
}

TEST(JournalEntry, CutsALongPrincipalBetweenCharacters) {
    struct Row {
        const char* name;
        std::string principal;
        std::size_t kept;
    };
    for (const Row& row : {Row{"none", "", 0},
                           {"just fits", std::string(64, 'p'), 64},
                           {"ascii", std::string(65, 'p'), 64},
                           {"chinese", std::string(62, 'p') + "信用", 62},
                           {"ends at the limit", std::string(61, 'p') + "信用", 64}}) {
        JournalEntry entry;
        entry.principal = row.principal;
        const auto back = decodeEntry(asBytes(encodeEntry(entry)));
        ASSERT_TRUE(back) << row.name;
        EXPECT_EQ(back->principal, row.principal.substr(0, row.kept)) << row.name;
    }
}

TEST(JournalEntryDamage, TruncationsAreRefusedAndChangedBytesHarmless) {
    JournalEntry entry;
    static_cast<EntryDraft&>(entry) = draft("loader");
    entry.number = 70'000;
    const std::string bytes = encodeEntry(entry);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const std::vector<std::byte> cut(asBytes(bytes).begin(),
                                         asBytes(bytes).begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(decodeEntry(cut)) << length;
    }
    EXPECT_FALSE(decodeEntry(asBytes(bytes + "x")));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(value);
            const auto back = decodeEntry(asBytes(damaged));
            if (damaged != bytes && back) {
                // The chain sees it: what is hashed are the bytes.
                ASSERT_NE(sha256(damaged), sha256(bytes));
            }
        }
    }
    struct Row {
        const char* name;
        std::size_t at;
        char value;
    };
    for (const Row& row :
         {Row{"version", 0, 2}, {"kind none", 12, 0}, {"kind unknown", 12, 7}, {"principal", 13, 65}}) {
        std::string damaged = bytes;
        damaged[row.at] = row.value;
        EXPECT_FALSE(decodeEntry(asBytes(damaged))) << row.name;
    }
}

TEST(Journal, NumbersAndChainsItsEntries) {
    StoreFolder store;
    append(store, {"one", ""});
    append(store, {"three"});
    const StoreTxn txn = store->beginRead();
    EXPECT_FALSE(findEntry(txn, 0));
    EXPECT_FALSE(findEntry(txn, 4));
    Digest link{};
    std::copy(kDatabaseId.begin(), kDatabaseId.end(), link.begin());
    const std::vector<std::string> payloads = {"one", "", "three"};
    std::uint64_t number = 0;
    eachEntry(txn, 1, [&](const JournalEntry& entry) {
        EXPECT_EQ(entry.number, ++number);
        EXPECT_EQ(entry.previous, link);
        EXPECT_EQ(entry.principal, "loader");
        EXPECT_EQ(entry.payload, sha256(payloads[number - 1]));
        EXPECT_EQ(entry.payload_bytes, payloads[number - 1].size());
        EXPECT_EQ(readPayload(txn, number), payloads[number - 1]);
        link = sha256(encodeEntry(entry));
        return true;
    });
    EXPECT_EQ(number, 3U);
    std::vector<std::uint64_t> seen;
    eachEntry(txn, 2, [&](const JournalEntry& entry) {
        seen.push_back(entry.number);
        return false;
    });
    EXPECT_EQ(seen, std::vector<std::uint64_t>{2}) << "stops when it is told";
    EXPECT_EQ(faultsOf(txn, 1, 3), "");
}

TEST(Journal, GivesPayloadsOfEveryLengthBack) {
    StoreFolder store;
    std::vector<std::string> payloads;
    std::mt19937 random(1);
    for (const std::size_t length : {0U, 1U, 99U, 100U, 101U, 199U, 200U, 201U, 5'000U}) {
        std::string payload(length, '\0');
        for (char& c : payload) {
            c = static_cast<char>(random());
        }
        payloads.push_back(payload);
    }
    append(store, payloads);
    const StoreTxn txn = store->beginRead();
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        EXPECT_EQ(readPayload(txn, i + 1), payloads[i]);
    }
    EXPECT_EQ(faultsOf(txn, 1, payloads.size()), "");
}

TEST(Journal, RefusesAPayloadWithTooManyParts) {
    StoreFolder store;
    StoreTxn txn = store->beginWrite();
    EXPECT_NO_THROW(appendEntry(txn, draft("p"), std::string(65'535, 'x'), kDatabaseId, 1));
    try {
        appendEntry(txn, draft("p"), std::string(65'536, 'x'), kDatabaseId, 1);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Limit);
        EXPECT_EQ(error.message(),
                  "The transaction is too large for the journal (65536 bytes). Commit in smaller parts.");
    }
    EXPECT_EQ(readPayload(txn, 1)->size(), 65'535U);
}

TEST(Journal, KeepsItsChainWhenAPayloadIsDisposedOf) {
    StoreFolder store;
    append(store, {std::string(350, 'a'), std::string(350, 'b'), ""});
    {
        StoreTxn txn = store->beginWrite();
        EXPECT_TRUE(disposePayload(txn, 1));
        EXPECT_FALSE(disposePayload(txn, 1)) << "only once";
        EXPECT_TRUE(disposePayload(txn, 3)) << "an empty one, too";
        EXPECT_THROW(disposePayload(txn, 4), Error);
        txn.commit();
    }
    append(store, {"later"});
    const StoreTxn txn = store->beginRead();
    EXPECT_EQ(readPayload(txn, 1), std::nullopt);
    EXPECT_EQ(readPayload(txn, 2), std::string(350, 'b'));
    EXPECT_EQ(readPayload(txn, 3), std::nullopt);
    EXPECT_EQ(faultsOf(txn, 1, 4), "");
    EXPECT_EQ(findEntry(txn, 1)->payload, sha256(std::string(350, 'a'))) << "the digest stays";
    std::size_t parts = 0;
    TableCursor cursor(txn, Table::Payloads);
    for (auto part = cursor.seek({}); part; part = cursor.next()) {
        ++parts;
    }
    EXPECT_EQ(parts, 1U + 4U + 1U + 1U) << "nothing of it is left";
}

struct Tampering {
    const char* name;
    void (*change)(StoreTxn& txn);
    const char* faults;  ///< of entries 1 .. 4
};

std::string entryKey(std::uint64_t number) {
    return KeyBuilder().u64(number).text();
}
std::string partKey(std::uint64_t number, std::uint16_t part) {
    return KeyBuilder().u64(number).u16(part).text();
}
/// Rewrites entry `number`: with a matching checksum, as who can write the file could.
void rewrite(StoreTxn& txn, std::uint64_t number, void (*change)(JournalEntry& entry)) {
    JournalEntry entry = *findEntry(txn, number);
    change(entry);
    TableWriter(txn, Table::Journal).put(asBytes(entryKey(number)), asBytes(encodeEntry(entry)));
}

const Tampering kTamperings[] = {
    {"nothing", [](StoreTxn&) {}, ""},
    {"entry_removed", [](StoreTxn& txn) { TableWriter(txn, Table::Journal).erase(asBytes(entryKey(2))); },
     "2: the entry is missing\n"},
    {"first_removed", [](StoreTxn& txn) { TableWriter(txn, Table::Journal).erase(asBytes(entryKey(1))); },
     "1: the entry is missing\n"},
    {"last_removed", [](StoreTxn& txn) { TableWriter(txn, Table::Journal).erase(asBytes(entryKey(4))); },
     "4: the entry is missing\n"},
    {"principal_changed",
     [](StoreTxn& txn) { rewrite(txn, 2, [](JournalEntry& entry) { entry.principal = "someone else"; }); },
     "3: its link to the entry before does not match\n"},
    {"time_of_the_last_changed",
     [](StoreTxn& txn) { rewrite(txn, 4, [](JournalEntry& entry) { entry.previous[0] ^= 1; }); },
     "4: its link to the entry before does not match\n"},
    {"first_of_another_database",
     [](StoreTxn& txn) { rewrite(txn, 1, [](JournalEntry& entry) { entry.previous[3] ^= 1; }); },
     "1: its link to the entry before does not match\n2: its link to the entry before does not match\n"},
    {"entry_at_another_number",
     [](StoreTxn& txn) { rewrite(txn, 3, [](JournalEntry& entry) { entry.number = 5; }); },
     "3: the entry does not decode\n4: its link to the entry before does not match\n"},
    {"entry_overwritten",
     [](StoreTxn& txn) { TableWriter(txn, Table::Journal).put(asBytes(entryKey(3)), asBytes("junk")); },
     "3: the entry does not decode\n4: its link to the entry before does not match\n"},
    {"payload_changed",
     [](StoreTxn& txn) {
         TableWriter(txn, Table::Payloads).put(asBytes(partKey(2, 1)), asBytes(std::string(100, 'x')));
     },
     "2: its payload does not match its digest\n"},
    {"payload_part_removed",
     [](StoreTxn& txn) { TableWriter(txn, Table::Payloads).erase(asBytes(partKey(2, 1))); },
     "2: its payload does not match its digest\n"},
    {"payload_part_added",
     [](StoreTxn& txn) { TableWriter(txn, Table::Payloads).put(asBytes(partKey(2, 3)), asBytes("y")); },
     "2: its payload does not match its digest\n"},
    {"payload_for_an_empty_one",
     [](StoreTxn& txn) { TableWriter(txn, Table::Payloads).put(asBytes(partKey(3, 0)), asBytes("y")); },
     "3: its payload does not match its digest\n"},
};

class JournalTampering : public testing::TestWithParam<Tampering> {};

TEST_P(JournalTampering, IsNamed) {
    StoreFolder store;
    append(store, {"first", std::string(250, 'p'), "", "last"});
    StoreTxn txn = store->beginWrite();
    GetParam().change(txn);
    EXPECT_EQ(faultsOf(txn, 1, 4), GetParam().faults);
}

INSTANTIATE_TEST_SUITE_P(Journal, JournalTampering, testing::ValuesIn(kTamperings),
                         [](const auto& of) { return of.param.name; });

TEST(Journal, VerifiesAPartAgainstTheEntryBefore) {
    StoreFolder store;
    append(store, {"1", "2", "3", "4"});
    StoreTxn txn = store->beginWrite();
    rewrite(txn, 1, [](JournalEntry& entry) { entry.principal = "someone else"; });
    EXPECT_EQ(faultsOf(txn, 2, 4), "2: its link to the entry before does not match\n");
    EXPECT_EQ(faultsOf(txn, 3, 4), "");
    rewrite(txn, 2, [](JournalEntry& entry) { entry.principal = "someone else"; });
    EXPECT_EQ(verifyJournal(txn, 1, 4, kDatabaseId, 1).size(), 1U) << "as many as asked for";
}

}  // namespace
}  // namespace xinpu::engine
