// tests/unit/check/wild_pages_test.cpp
// Pages that are zeroed, filled with anything, put into each other's place or taken from an older state:
// found, and never the end of the check.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "engine/check/check.h"
#include "page_map.h"
#include "sample_database.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::size_t kPage = 4096;

std::string readFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

class WildPages : public testing::Test {
protected:
    WildPages() {
        const char* given = std::getenv("XINPU_SEED");
        seed_ = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
        std::printf("seed %llu (XINPU_SEED repeats it)\n", static_cast<unsigned long long>(seed_));
        random_.seed(seed_);
        copySample(folder_.path());
        clean_ = readFile(folder_.path() / "data.mdb");
        uses_ = usesOf(clean_);
        for (std::size_t page = 2; page < clean_.size() / kPage; ++page) {
            if (uses_[page * kPage] != ByteUse::Unused) {
                used_.push_back(page);
            }
        }
    }

    std::size_t usedPage() { return used_[random_() % used_.size()]; }
    std::string page(std::size_t number) const { return clean_.substr(number * kPage, kPage); }

    /// Whether a byte differs that must not: gaps and separators of branches do not count.
    bool touchesWhatIsUsed(std::size_t number, const std::string& content) const {
        for (std::size_t i = 0; i < content.size(); ++i) {
            const ByteUse use = uses_[number * kPage + i];
            if (content[i] != clean_[number * kPage + i] &&
                (use == ByteUse::Entry || use == ByteUse::Structure)) {
                return true;
            }
        }
        return false;
    }

    /// Puts `content` at `number` for the time of one check.
    void expectFound(std::size_t number, const std::string& content, const char* what) {
        write(number, content);
        try {
            const std::vector<Finding> findings = checkInChild(folder_.path(), {});
            EXPECT_FALSE(findings.empty()) << what << ", page " << number << " was not found";
            for (const Finding& finding : findings) {
                EXPECT_NE(finding.kind, FindingKind::Ended)
                    << what << ", page " << number << ": " << findingText(finding);
            }
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Corrupt) << error.message();
        }
        write(number, page(number));
    }

    void write(std::size_t number, const std::string& content) {
        std::fstream out(folder_.path() / "data.mdb", std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(static_cast<std::streamoff>(number * kPage));
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
    }

    TemporaryFolder folder_;
    std::uint64_t seed_ = 0;
    std::mt19937_64 random_;
    std::string clean_;
    std::vector<ByteUse> uses_;
    std::vector<std::size_t> used_;
};

TEST_F(WildPages, AreFound) {
    const std::size_t rounds = roundsOf(150, 20'000);
    for (std::size_t round = 0; round < rounds; ++round) {
        const std::size_t at = usedPage();
        expectFound(at, std::string(kPage, '\0'), "zeros");

        std::string noise(kPage, '\0');
        for (char& byte : noise) {
            byte = static_cast<char>(random_());
        }
        expectFound(at, noise, "noise");
        // With a sound header the noise is walked, not refused at the door.
        expectFound(at, page(at).substr(0, 16) + noise.substr(16), "noise behind the header");

        const std::size_t other = usedPage();
        if (other != at) {
            expectFound(at, page(other), "another page");
            expectFound(at, page(at).substr(0, 8) + page(other).substr(8), "another page under this number");
        }
        std::string burst = page(at);
        for (int i = 0; i < 8; ++i) {
            burst[random_() % 64] = static_cast<char>(random_());
        }
        if (touchesWhatIsUsed(at, burst)) {
            expectFound(at, burst, "changes in the first bytes");
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
