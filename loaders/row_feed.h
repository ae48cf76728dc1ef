// loaders/row_feed.h
#pragma once
// Rows of one file: read, checked, and what is wrong with them reported; the same for every way of loading.

#include <functional>
#include <string>

#include "loaders/csv_reader.h"
#include "loaders/generator_form.h"
#include "loaders/load.h"
#include "loaders/quarantine.h"
#include "xinpu/error.h"

namespace xinpu::loaders {

/// What became of one accepted row when it was put into the graph.
enum class RowFate : std::uint8_t { Accepted, Unchanged, Quarantined };

/// Reads one data set. The consumer is told of each accepted row and says what became of it.
class RowFeed {
public:
    /// @throws Error(Data) if the header is not the data set's
    RowFeed(Dataset dataset, const std::string& path, DayNumber today, Quarantine* quarantine,
            const LoadHooks& hooks, std::uint64_t bytes_before, std::uint64_t bytes_all,
            std::function<void(std::span<const std::byte>)> on_bytes);

    /// Calls `take(row)` for each row that passes its checks. @throws Error(Cancelled)
    template <typename Row, typename Take>
    void each(Take&& take) {
        Row row;
        for (;;) {
            const CsvReader::Step step = reader_.next();
            if (step == CsvReader::Step::End) {
                break;
            }
            ++receipt_.rows;
            tick();
            if (step == CsvReader::Step::Fault) {
                fault();
                continue;
            }
            if (!checker_.check(reader_.row().fields, row)) {
                issues();
                ++receipt_.quarantined;
                continue;
            }
            const bool warned = !checker_.issues().empty();
            switch (take(row)) {
            case RowFate::Accepted:
                ++receipt_.accepted;
                receipt_.warned += warned ? 1U : 0U;
                break;
            case RowFate::Unchanged:
                ++receipt_.unchanged;
                break;
            case RowFate::Quarantined:
                ++receipt_.quarantined;
                break;
            }
        }
    }
    /// Reports an error of the row at hand that only the graph could show.
    void refuse(MessageId id, std::size_t column, std::string_view value);
    void warn() noexcept { ++receipt_.warned; }
    const DatasetReceipt& receipt() const noexcept { return receipt_; }
    /// The row as it lies in the file.
    std::string_view raw() const noexcept { return reader_.row().raw; }
    std::uint64_t line() const noexcept { return reader_.row().line; }
    std::uint64_t bytesTotal() const noexcept { return reader_.bytesTotal(); }

private:
    static GeneratorForm headerOf(CsvReader& reader, Dataset dataset);
    void tick();
    void fault();
    void issues();

    Dataset dataset_;
    CsvReader reader_;
    GeneratorForm form_;
    RowChecker checker_;
    Quarantine* quarantine_;
    const LoadHooks* hooks_;
    std::uint64_t bytes_before_;
    std::uint64_t bytes_all_;
    DatasetReceipt receipt_;
};

}  // namespace xinpu::loaders
