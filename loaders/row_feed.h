// loaders/row_feed.h
#pragma once
// Rows of one file: read, checked, and what is wrong with them reported; the same for every way of loading.

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "loaders/csv_reader.h"
#include "loaders/generator_form.h"
#include "loaders/load.h"
#include "loaders/quarantine.h"
#include "loaders/row_batch.h"
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

    /// Calls `ahead(row)` some rows before, as a hint, and `take(row)` for each row that passes its checks.
    /// Reading and checking run on a thread of their own, a few batches ahead. @throws Error(Cancelled)
    template <typename Row, typename Ahead, typename Take>
    void each(Ahead&& ahead, Take&& take) {
        BatchQueue<Row> queue;
        std::thread reader([this, &queue] { produce(queue); });
        try {
            while (std::unique_ptr<Batch<Row>> batch = queue.take()) {
                consume(*batch, ahead, take);
            }
        } catch (...) {
            queue.abandon();
            reader.join();
            throw;
        }
        reader.join();
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }
    /// The same without hints.
    template <typename Row, typename Take>
    void each(Take&& take) {
        each<Row>([](const Row&) {}, take);
    }
    /// Reports an error of the row at hand that only the graph could show.
    void refuse(MessageId id, std::size_t column, std::string_view value);
    void warn() noexcept { ++receipt_.warned; }
    const DatasetReceipt& receipt() const noexcept { return receipt_; }
    /// The row at hand as it lies in the file.
    std::string_view raw() const noexcept { return raw_; }
    std::uint64_t line() const noexcept { return line_; }
    std::uint64_t bytesTotal() const noexcept { return reader_.bytesTotal(); }

private:
    static constexpr std::size_t kBatchRows = 1'024;
    static constexpr std::size_t kAheadRows = 12;

    /// One item of a batch, in the order of the file: a row that passed its checks, or what was wrong with
    /// one.
    template <typename Row>
    struct Item {
        Row row;
        std::uint64_t line = 0;
        std::string_view raw;
        bool passed = false;
        bool warned = false;
    };
    template <typename Row>
    struct Batch {
        RowArena arena;
        std::vector<Item<Row>> items;
        std::vector<QuarantineDraft> refused;  ///< of items that did not pass, in order
        std::uint64_t bytes_read = 0;
    };
    template <typename Row>
    using BatchQueue = BoundedQueue<Batch<Row>>;

    template <typename Row>
    void produce(BatchQueue<Row>& queue) {
        try {
            for (bool more = true; more;) {
                auto batch = std::make_unique<Batch<Row>>();
                batch->items.reserve(kBatchRows);
                while (batch->items.size() < kBatchRows && (more = readOne(*batch))) {
                }
                batch->bytes_read = reader_.bytesRead();
                if (!batch->items.empty() && !queue.put(std::move(batch))) {
                    return;
                }
            }
        } catch (...) {
            failure_ = std::current_exception();
        }
        queue.close();
    }

    template <typename Row>
    bool readOne(Batch<Row>& batch) {
        const CsvReader::Step step = reader_.next();
        if (step == CsvReader::Step::End) {
            return false;
        }
        Item<Row>& item = batch.items.emplace_back();
        if (step == CsvReader::Step::Fault) {
            batch.refused.push_back(faultDraft(reader_.fault()));
            return true;
        }
        item.line = reader_.row().line;
        item.raw = batch.arena.keep(reader_.row().raw);
        item.passed = checker_.check(reader_.row().fields, item.row);
        if (!item.passed) {
            issueDrafts(batch.refused);
            return true;
        }
        item.warned = !checker_.issues().empty();
        const std::string_view original = reader_.row().raw;
        eachText(item.row, [&](std::string_view& text) { batch.arena.move(text, original, item.raw); });
        return true;
    }

    template <typename Row, typename Ahead, typename Take>
    void consume(Batch<Row>& batch, Ahead& ahead, Take& take) {
        tick(batch.bytes_read);
        std::size_t refused = 0;
        for (std::size_t i = 0; i < batch.items.size(); ++i) {
            if (i + kAheadRows < batch.items.size() && batch.items[i + kAheadRows].passed) {
                ahead(batch.items[i + kAheadRows].row);
            }
            const Item<Row>& item = batch.items[i];
            ++receipt_.rows;
            raw_ = item.raw;
            line_ = item.line;
            if (!item.passed) {
                refused = quarantineRow(batch.refused, refused);
                ++receipt_.quarantined;
                continue;
            }
            switch (take(item.row)) {
            case RowFate::Accepted:
                ++receipt_.accepted;
                receipt_.warned += item.warned ? 1U : 0U;
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

    static GeneratorForm headerOf(CsvReader& reader, Dataset dataset);
    void tick(std::uint64_t bytes_read);
    static QuarantineDraft faultDraft(const CsvFault& fault);
    void issueDrafts(std::vector<QuarantineDraft>& drafts) const;
    /// Writes the drafts of one row from `first` on; returns the first of the next row.
    std::size_t quarantineRow(const std::vector<QuarantineDraft>& drafts, std::size_t first);

    Dataset dataset_;
    CsvReader reader_;
    GeneratorForm form_;
    RowChecker checker_;
    Quarantine* quarantine_;
    const LoadHooks* hooks_;
    std::uint64_t bytes_before_;
    std::uint64_t bytes_all_;
    DatasetReceipt receipt_;
    std::string_view raw_;
    std::uint64_t line_ = 0;
    std::exception_ptr failure_;
};

}  // namespace xinpu::loaders
