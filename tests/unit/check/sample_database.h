// tests/unit/check/sample_database.h
#pragma once
// A small database that has every structure, and folders to keep copies of it.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "engine/check/check.h"
#include "engine/store/environment.h"
#include "engine/txn/database.h"

namespace xinpu::engine {

/// A folder that goes away with the test.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// Names that the sample uses.
struct SampleNames {
    LabelId company, penalty, person;
    TypeId invests, against;
    KeyId uscc, name, status, share, from, to, decided, fine, note;
    NodeId hub;  ///< company with several hundred investors
    NodeId big;  ///< company whose record lies in parts
    RelId big_relationship;
    std::uint64_t merged_entry = 0;  ///< last journal entry before the changes that stay unmerged
};

/// Companies, persons, penalties, stakes; unique, range, bitmap, date, column and adjacency indexes, rules, a
/// dictionary; a hub, long records, deleted ones, free pages; then merged; then more changes in segments.
SampleNames makeSample(const std::filesystem::path& folder, std::uint32_t companies);

/// One sample for all tests of a program: made on first use, only to be copied.
struct Sample {
    std::filesystem::path folder;
    SampleNames names;
};
const Sample& sample();
/// Copies data.mdb of the sample into `folder` (made).
void copySample(const std::filesystem::path& folder);

/// Everything that readers see, as one number: records, entries of both directions.
std::uint64_t contentSum(const Snapshot& snapshot);

/// How many rounds of a random test: `quick`, or `lasting` under XINPU_TEST_LONG (a tenth with a sanitizer).
std::size_t roundsOf(std::size_t quick, std::size_t lasting);

/// Findings of a check in a child process; `most` of a kind.
std::vector<Finding> findingsOf(const std::filesystem::path& folder);
std::string textOf(const std::vector<Finding>& findings);

/// Changes the file below the database, as a fault of the program or of an operator would.
void tamper(const std::filesystem::path& folder,
            const std::function<void(StoreTxn&, const Environment&)>& change);

}  // namespace xinpu::engine
