// loaders/row_feed.cpp
// Headers, faults, issues and progress of a feed.

#include "loaders/row_feed.h"

#include <fmt/format.h>

namespace xinpu::loaders {
namespace {
constexpr std::uint64_t kRowsPerTick = 4'096;
}

GeneratorForm RowFeed::headerOf(CsvReader& reader, Dataset dataset) {
    const CsvReader::Step step = reader.next();
    if (step != CsvReader::Step::Row) {
        throw Error(ErrorCode::Data,
                    fmt::format("'{}' has no readable header line. {} expects: {}.", reader.name(),
                                argumentOf(dataset), fmt::join(columnsOf(dataset), ",")),
                    "HEADER_MISSING");
    }
    HeaderIssue issue;
    const auto form = GeneratorForm::recognise(dataset, reader.row().fields, issue);
    if (!form) {
        throw Error(ErrorCode::Data,
                    fmt::format("'{}', line 1: {} {} expects: {}.", reader.name(),
                                message(issue.id, Language::En, {.value = issue.value}), argumentOf(dataset),
                                fmt::join(columnsOf(dataset), ",")),
                    std::string(codeOf(issue.id)));
    }
    return *form;
}

RowFeed::RowFeed(Dataset dataset, const std::string& path, DayNumber today, Quarantine* quarantine,
                 const LoadHooks& hooks, std::uint64_t bytes_before, std::uint64_t bytes_all,
                 std::function<void(std::span<const std::byte>)> on_bytes)
    : dataset_(dataset), reader_(path, CsvOptions{.delimiter = ',', .onBytes = std::move(on_bytes)}),
      form_(headerOf(reader_, dataset)), checker_(form_, today), quarantine_(quarantine), hooks_(&hooks),
      bytes_before_(bytes_before), bytes_all_(bytes_all) {
    receipt_.name = nameOf(dataset);
    receipt_.file = path;
}

void RowFeed::tick() {
    if (receipt_.rows % kRowsPerTick != 0) {
        return;
    }
    if (hooks_->stop != nullptr && hooks_->stop->load(std::memory_order_relaxed)) {
        throw Error(ErrorCode::Cancelled, "The load was stopped.");
    }
    if (hooks_->progress) {
        hooks_->progress(nameOf(dataset_), bytes_before_ + reader_.bytesRead(), bytes_all_, receipt_.rows);
    }
}

void RowFeed::fault() {
    const CsvFault& fault = reader_.fault();
    ++receipt_.quarantined;
    if (quarantine_ != nullptr) {
        quarantine_->add({.dataset = receipt_.name,
                          .file = receipt_.file,
                          .line = fault.row_line,
                          .column = {},
                          .id = messageOf(fault.kind),
                          .values = valuesOf(fault),
                          .raw = fault.raw});
    }
}

void RowFeed::issues() {
    if (quarantine_ == nullptr) {
        return;
    }
    for (const RowIssue& issue : checker_.issues()) {
        if (issue.warning) {
            continue;
        }
        const std::string_view column = columnsOf(dataset_)[issue.column];
        quarantine_->add({.dataset = receipt_.name,
                          .file = receipt_.file,
                          .line = reader_.row().line,
                          .column = column,
                          .id = issue.id,
                          .values = {.column = column,
                                     .value = issue.value,
                                     .expected = issue.expected,
                                     .n = issue.n,
                                     .line = reader_.row().line},
                          .raw = reader_.row().raw});
    }
}

void RowFeed::refuse(MessageId id, std::size_t column, std::string_view value) {
    if (quarantine_ == nullptr) {
        return;
    }
    const std::string_view name = columnsOf(dataset_)[column];
    quarantine_->add({.dataset = receipt_.name,
                      .file = receipt_.file,
                      .line = reader_.row().line,
                      .column = name,
                      .id = id,
                      .values = {.column = name, .value = value, .line = reader_.row().line},
                      .raw = reader_.row().raw});
}

}  // namespace xinpu::loaders
