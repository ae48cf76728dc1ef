// loaders/quarantine.h
#pragma once
// Where rows go that could not be taken: one CSV file a data set, and the receipt of the batch.

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loaders/csv_reader.h"
#include "loaders/messages.h"

namespace xinpu::loaders {

/// One line of a quarantine file: an error of a row.
struct QuarantineEntry {
    std::string_view dataset;  ///< subject, person, capital, role, penalty, …
    std::string_view file;     ///< as named on the command line
    std::uint64_t line = 0;    ///< physical line where the row begins; the header is 1
    std::string_view column;   ///< header of the column; empty when the row as a whole is meant
    MessageId id = MessageId::Required;
    MessageValues values;
    std::string_view raw;  ///< the row as it lay in the file; masked before it is written
};

/// What became of the rows of one data set.
struct DatasetReceipt {
    std::string name;
    std::string file;
    std::uint64_t rows = 0;
    std::uint64_t accepted = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t warned = 0;
    std::uint64_t quarantined = 0;  ///< rows, not errors
};

/// F1's receipt (回执).
struct Receipt {
    std::string batch;
    std::string supplier;      ///< empty: not given
    std::string delivered_at;  ///< empty: not given
    std::string received_at;
    std::vector<DatasetReceipt> datasets;
    double seconds = 0;
    std::uint64_t journal = 0;  ///< entry that holds the batch; 0: nothing was written
};

/// The object that `load --format json` prints: {"datasets":[{"name","rows","accepted","unchanged","warned",
/// "quarantined"}],"seconds","journal"}.
std::string toJson(const Receipt& receipt);

/// Bytes of a row that a quarantine file repeats at most.
constexpr std::size_t kQuarantineRawBytesMax = std::size_t{16} << 10;

/// A row as text that may be written: UTF-8 with broken bytes as U+FFFD, personal data masked, cut to
/// kQuarantineRawBytesMax.
std::string safeRaw(std::string_view raw);

/// Sentence and values of a row that the CSV reader could not read.
MessageId messageOf(CsvFaultKind kind) noexcept;
MessageValues valuesOf(const CsvFault& fault) noexcept;

/// Writes `folder`/<dataset>.csv with the columns file,line,column,code,message_zh,message_en,raw, one row an
/// error, and `folder`/receipt.json. The folder and each file are made by the first entry: a clean load
/// leaves none.
///
/// Threads: one at a time. All failures are Error(Io) that name the file.
class Quarantine {
public:
    explicit Quarantine(std::filesystem::path folder);
    Quarantine(const Quarantine&) = delete;
    Quarantine& operator=(const Quarantine&) = delete;
    ~Quarantine();  ///< closes; without finish() what was written may be lost when the machine stops

    void add(const QuarantineEntry& entry);

    /// True once there was an entry.
    bool used() const noexcept;
    const std::filesystem::path& folder() const noexcept { return folder_; }

    /// Makes all files durable; when anything was quarantined, or `always`, the receipt too.
    void finish(const Receipt& receipt, bool always);

    /// Removes what this object wrote, as after `--strict`'s refusal; the folder too if nothing else is in
    /// it.
    void discard();

private:
    struct File;
    File& fileOf(std::string_view dataset);

    std::filesystem::path folder_;
    std::vector<std::unique_ptr<File>> files_;
    std::string line_;
};

}  // namespace xinpu::loaders
