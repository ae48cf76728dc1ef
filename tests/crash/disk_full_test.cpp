// tests/crash/disk_full_test.cpp
// A full disk refuses the transaction that does not fit, and nothing else.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "pairs.h"
#include "process.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint64_t kDiskBytes = 6U << 20;

/// A small disk: a tmpfs where we may mount one, else a limit on the length of files.
class SmallDisk {
public:
    SmallDisk() {
        const std::string size = "size=" + std::to_string(kDiskBytes);
        mounted_ = ::geteuid() == 0 && ::mount("tmpfs", folder_.path.c_str(), "tmpfs", 0, size.c_str()) == 0;
        if (!mounted_) {
            ::signal(SIGXFSZ, SIG_IGN);
            ::getrlimit(RLIMIT_FSIZE, &before_);
            const rlimit limit{kDiskBytes, before_.rlim_max};
            ::setrlimit(RLIMIT_FSIZE, &limit);
        }
        std::printf("the small disk is %s\n", mounted_ ? "a tmpfs" : "a limit on the length of files");
    }
    ~SmallDisk() {
        if (mounted_) {
            ::umount(folder_.path.c_str());
        } else {
            ::setrlimit(RLIMIT_FSIZE, &before_);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    const std::filesystem::path& path() const { return folder_.path; }

private:
    CrashFolder folder_;
    rlimit before_{};
    bool mounted_ = false;
};

TEST(DiskFull, RefusesWhatDoesNotFitAndGoesOn) {
    const SmallDisk disk;
    const std::filesystem::path folder = disk.path() / "db";
    makePairDatabase(folder);
    std::set<std::string> written;
    {
        const auto database = Database::open(folder, {});
        // Up to the brim.
        std::optional<Error> refusal;
        for (int i = 0; i < 1'000 && !refusal; ++i) {
            try {
                writePair(*database, "big-" + std::to_string(i), 100'000);
                written.insert("big-" + std::to_string(i));
            } catch (const Error& error) {
                refusal = error;
            }
        }
        ASSERT_TRUE(refusal);
        EXPECT_EQ(refusal->code(), ErrorCode::Limit) << refusal->message();
        EXPECT_GT(written.size(), 5U);
        EXPECT_EQ(checkText(folder), "");

        // Beside one that cannot fit, small ones that can are committed, though they wait in one group.
        ASSERT_TRUE(erasePair(*database, "big-0"));
        written.erase("big-0");
        std::atomic<int> refused{0};
        std::vector<std::thread> threads;
        threads.emplace_back([&] {
            for (int i = 0; i < 10; ++i) {
                try {
                    writePair(*database, "huge-" + std::to_string(i), 4'000'000);
                    ADD_FAILURE() << "8 MB went onto a disk of 6";
                } catch (const Error& error) {
                    EXPECT_EQ(error.code(), ErrorCode::Limit) << error.message();
                    ++refused;
                }
            }
        });
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 5; ++i) {
                    writePair(*database, "small-" + std::to_string(t) + "-" + std::to_string(i), 0);
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        EXPECT_EQ(refused, 10);
        for (int t = 0; t < 3; ++t) {
            for (int i = 0; i < 5; ++i) {
                written.insert("small-" + std::to_string(t) + "-" + std::to_string(i));
            }
        }
        EXPECT_EQ(checkText(folder), "");
    }
    const auto database = Database::open(folder, {});
    std::string faults;
    EXPECT_EQ(pairsOf(*database->snapshot(), &faults), written);
    EXPECT_EQ(faults, "");
    // Once there is room again, everything goes on.
    for (const std::string& key : std::set<std::string>(written)) {
        if (key.starts_with("big-")) {
            EXPECT_TRUE(erasePair(*database, key));
        }
    }
    writePair(*database, "after", 50'000);
    EXPECT_EQ(checkText(folder), "");
}

}  // namespace
}  // namespace xinpu::engine
