// loaders/row_feed.h
#pragma once
// Rows of one file: read, checked, and what is wrong with them reported; the same for every way of loading.

#include <exception>
#include <functional>
#include <memory>
#include <span>
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

    /// One row in the order of the file. What it borrows lives as long as its batch.
    template <typename Row>
    struct Item {
        Row row;
        std::uint64_t line = 0;
        std::string_view raw;  ///< the row as it lies in the file
        bool passed = false;   ///< its checks; else `row` says nothing
        bool warned = false;
    };

    /// Calls `take(row)` for each row that passes its checks. Reading and checking run on a thread of their
    /// own, a few batches ahead. @throws Error(Cancelled)
    template <typename Row, typename Take>
    void each(Take&& take) {
        struct Nothing {};
        each<Row, Nothing>([](std::span<const Item<Row>>, Nothing&) {}, [](const Nothing&, std::size_t) {},
                           [&take](const Row& row, Nothing&, std::size_t) { return take(row); });
    }
    /// The same, where the thread that reads prepares what the one that takes needs: `prepare(items,
    /// prepared)` is called there for each batch; `prepared` is used again and has to be cleared by it.
    /// `ahead(prepared, i)` is a hint some rows before `take(row, prepared, i)`.
    template <typename Row, typename Prepared, typename Prepare, typename Ahead, typename Take>
    void each(Prepare&& prepare, Ahead&& ahead, Take&& take) {
        BoundedQueue<Batch<Row, Prepared>> queue;
        std::thread reader([this, &queue, &prepare] { produce(queue, prepare); });
        try {
            while (std::unique_ptr<Batch<Row, Prepared>> batch = queue.take()) {
                consume(*batch, ahead, take);
                queue.giveBack(std::move(batch));
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
    /// Reports an error of the row at hand that only the graph could show.
    void refuse(MessageId id, std::size_t column, std::string_view value);
    /// The row at hand counts as warned if it is accepted; once, whatever else it is warned of.
    void warn() noexcept { warned_ = true; }
    bool warned() const noexcept { return warned_; }
    const DatasetReceipt& receipt() const noexcept { return receipt_; }
    /// The row at hand as it lies in the file.
    std::string_view raw() const noexcept { return raw_; }
    std::uint64_t line() const noexcept { return line_; }
    std::uint64_t bytesTotal() const noexcept { return reader_.bytesTotal(); }

private:
    static constexpr std::size_t kBatchRows = 1'024;
    static constexpr std::size_t kAheadRows = 12;

    template <typename Row, typename Prepared>
    struct Batch {
        RowArena arena;
        std::vector<Item<Row>> items;
        std::vector<QuarantineDraft> refused;  ///< of items that did not pass, in order
        std::uint64_t bytes_read = 0;
        Prepared prepared;
    };

    template <typename Row, typename Prepared, typename Prepare>
    void produce(BoundedQueue<Batch<Row, Prepared>>& queue, Prepare& prepare) {
        try {
            for (bool more = true; more;) {
                std::unique_ptr<Batch<Row, Prepared>> batch = queue.used();
                batch->arena.clear();
                batch->items.clear();
                batch->refused.clear();
                batch->items.reserve(kBatchRows);
                while (batch->items.size() < kBatchRows && (more = readOne(*batch))) {
                }
                batch->bytes_read = reader_.bytesRead();
                prepare(std::span<const Item<Row>>(batch->items), batch->prepared);
                if (!batch->items.empty() && !queue.put(std::move(batch))) {
                    return;
                }
            }
        } catch (...) {
            failure_ = std::current_exception();
        }
        queue.close();
    }

    template <typename Row, typename Prepared>
    bool readOne(Batch<Row, Prepared>& batch) {
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

    template <typename Row, typename Prepared, typename Ahead, typename Take>
    void consume(Batch<Row, Prepared>& batch, Ahead& ahead, Take& take) {
        tick(batch.bytes_read);
        std::size_t refused = 0;
        for (std::size_t i = 0; i < batch.items.size(); ++i) {
            if (i + kAheadRows < batch.items.size() && batch.items[i + kAheadRows].passed) {
                ahead(batch.prepared, i + kAheadRows);
            }
            const Item<Row>& item = batch.items[i];
            ++receipt_.rows;
            raw_ = item.raw;
            line_ = item.line;
            warned_ = item.warned;
            if (!item.passed) {
                refused = quarantineRow(batch.refused, refused);
                ++receipt_.quarantined;
                continue;
            }
            switch (take(item.row, batch.prepared, i)) {
            case RowFate::Accepted:
                ++receipt_.accepted;
                receipt_.warned += warned_ ? 1U : 0U;
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
    bool warned_ = false;
    std::exception_ptr failure_;
};

}  // namespace xinpu::loaders
