// tests/unit/check/flip_test.cpp
// One changed byte anywhere in what a database uses is found; the file cut off anywhere is found.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "engine/check/check.h"
#include "page_map.h"
#include "sample_database.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

std::string readFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

/// Changes single bytes of a file in place.
class ByteEditor {
public:
    explicit ByteEditor(const std::filesystem::path& file) : descriptor_(::open(file.c_str(), O_RDWR)) {}
    ~ByteEditor() { ::close(descriptor_); }
    ByteEditor(const ByteEditor&) = delete;
    ByteEditor& operator=(const ByteEditor&) = delete;
    void set(std::uint64_t at, char byte) const {
        ASSERT_EQ(::pwrite(descriptor_, &byte, 1, static_cast<off_t>(at)), 1);
    }

private:
    int descriptor_;
};

/// Every entry of the database by look-up of its key: what a wrong separator would hide.
std::uint64_t reachableEntries(const std::filesystem::path& folder,
                               const std::vector<std::pair<Table, std::string>>& keys) {
    const auto environment = Environment::open(folder, {.read_only = true});
    const StoreTxn txn = environment->beginRead();
    std::uint64_t found = 0;
    for (const auto& [table, key] : keys) {
        found += TableReader(txn, table).get(asBytes(key)) ? 1U : 0U;
    }
    return found;
}

std::vector<std::pair<Table, std::string>> allKeys(const std::filesystem::path& folder) {
    std::vector<std::pair<Table, std::string>> keys;
    const auto environment = Environment::open(folder, {.read_only = true});
    const StoreTxn txn = environment->beginRead();
    for (std::uint8_t table = 1; table <= kTableLast; ++table) {
        TableCursor cursor(txn, static_cast<Table>(table));
        for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
            keys.emplace_back(static_cast<Table>(table), asText(entry->key));
        }
    }
    return keys;
}

std::vector<Finding> findingsWhateverIsThrown(const std::filesystem::path& folder) {
    try {
        return findingsOf(folder);
    } catch (const Error& error) {
        return {{FindingKind::File, "thrown", error.message()}};
    }
}

std::size_t flipsWanted() {
    if (const char* wanted = std::getenv("XINPU_FLIPS"); wanted != nullptr) {
        return std::strtoull(wanted, nullptr, 10);
    }
    return roundsOf(2'500, 100'000);
}

TEST(Flip, OneChangedByteInWhatIsUsedIsFound) {
    const char* given = std::getenv("XINPU_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("seed %llu (XINPU_SEED repeats it)\n", static_cast<unsigned long long>(seed));
    std::mt19937_64 random(seed);
    const TemporaryFolder folder;
    copySample(folder.path());
    const std::filesystem::path file = folder.path() / "data.mdb";
    const std::string clean = readFile(file);
    const std::vector<ByteUse> uses = usesOf(clean);
    const auto keys = allKeys(folder.path());
    // Rare kinds of bytes would hardly be met by chance: each kind has its share.
    std::map<ByteUse, std::vector<std::uint32_t>> places;
    for (std::uint32_t i = 0; i < uses.size(); ++i) {
        places[uses[i]].push_back(i);
    }
    for (const ByteUse use : {ByteUse::Unused, ByteUse::Entry, ByteUse::Structure, ByteUse::BranchKey,
                              ByteUse::FreeList, ByteUse::FreeListKey, ByteUse::Header}) {
        EXPECT_FALSE(places[use].empty()) << "the sample has no bytes of use " << static_cast<int>(use);
    }
    constexpr std::array<std::pair<ByteUse, unsigned>, 7> kShares = {{{ByteUse::Unused, 2},
                                                                      {ByteUse::Entry, 80},
                                                                      {ByteUse::Structure, 10},
                                                                      {ByteUse::BranchKey, 2},
                                                                      {ByteUse::FreeList, 3},
                                                                      {ByteUse::FreeListKey, 1},
                                                                      {ByteUse::Header, 2}}};
    const ByteEditor editor(file);
    std::map<ByteUse, std::pair<std::size_t, std::size_t>> tally;  // flips, of which found
    const std::size_t flips = flipsWanted();
    for (const auto& [use, share] : kShares) {
        const std::vector<std::uint32_t>& list = places[use];
        for (std::size_t i = 0; i < flips * share / 100 && !list.empty(); ++i) {
            const std::uint32_t at = list[random() % list.size()];
            const char changed = static_cast<char>(clean[at] ^ static_cast<char>(1 + random() % 255));
            editor.set(at, changed);
            const std::vector<Finding> findings = findingsWhateverIsThrown(folder.path());
            ++tally[use].first;
            tally[use].second += findings.empty() ? 0U : 1U;
            switch (use) {
            case ByteUse::Entry:
            case ByteUse::Structure:
            case ByteUse::FreeList:
            case ByteUse::Header:
                EXPECT_FALSE(findings.empty()) << "byte " << at << " of page " << at / 4096 << " (use "
                                               << static_cast<int>(use) << ") was changed unseen";
                break;
            case ByteUse::BranchKey:
                if (findings.empty()) {
                    EXPECT_EQ(reachableEntries(folder.path(), keys), keys.size())
                        << "byte " << at << " hides entries";
                }
                break;
            case ByteUse::Unused:
            case ByteUse::FreeListKey:
                break;
            }
            for (const Finding& finding : findings) {
                EXPECT_NE(finding.kind, FindingKind::Ended) << "byte " << at << ": " << findingText(finding);
            }
            editor.set(at, clean[at]);
        }
    }
    for (const auto& [use, counts] : tally) {
        std::printf("use %d: %zu of %zu changes found\n", static_cast<int>(use), counts.second, counts.first);
    }
    EXPECT_EQ(textOf(findingsOf(folder.path())), "") << "the file was not put back as it was";
}

TEST(Flip, EveryByteOfTheHeaderPages) {
    const TemporaryFolder folder;
    copySample(folder.path());
    const std::filesystem::path file = folder.path() / "data.mdb";
    const std::string clean = readFile(file);
    const std::vector<ByteUse> uses = usesOf(clean);
    const ByteEditor editor(file);
    for (std::uint32_t at = 0; at < 2 * 4096U; ++at) {
        if (uses[at] == ByteUse::Header) {
            editor.set(at, static_cast<char>(clean[at] ^ 0x11));
            EXPECT_FALSE(findingsWhateverIsThrown(folder.path()).empty())
                << "byte " << at << " was changed unseen";
            editor.set(at, clean[at]);
        }
    }
}

TEST(Truncation, AFileThatIsCutOffIsNamed) {
    const TemporaryFolder folder;
    copySample(folder.path());
    const std::filesystem::path file = folder.path() / "data.mdb";
    const std::uint64_t whole = std::filesystem::file_size(file);
    for (const std::uint64_t bytes :
         {whole - 1, whole - 4096, whole - 100'000, whole / 2, std::uint64_t{3 * 4096},
          std::uint64_t{2 * 4096}, std::uint64_t{4097}, std::uint64_t{4096}, std::uint64_t{100},
          std::uint64_t{1}, std::uint64_t{0}}) {
        copySample(folder.path());
        std::filesystem::resize_file(file, bytes);
        const std::vector<Finding> findings = findingsWhateverIsThrown(folder.path());
        ASSERT_EQ(findings.size(), 1U) << bytes;
        EXPECT_EQ(findings[0].kind, FindingKind::File) << bytes;
        EXPECT_NE(findings[0].detail.find("truncated"), std::string::npos)
            << bytes << ": " << findings[0].detail;
        try {
            Database::open(folder.path(), {.read_only = true});
            FAIL() << "a file of " << bytes << " bytes was opened";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Corrupt) << bytes << ": " << error.message();
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
