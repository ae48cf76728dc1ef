// loaders/row_feed.cpp
// Headers, faults, issues and progress of a feed.

#include "loaders/row_feed.h"

#include <fmt/format.h>

namespace xinpu::loaders {

GeneratorForm RowFeed::headerOf(CsvReader& reader, Dataset dataset) {
    const CsvReader::Step step = reader.next();
    if (step != CsvReader::Step::Row) {
        throw Error(ErrorCode::Data,
                    fmt::format("'{}' has no readable header line. {} expects: {}.", reader.name(),
                                argumentOf(dataset), fmt::join(columnsOf(dataset), ",")),
                    "HEADER_MISSING");
    }
    if (GeneratorForm::isDataStandard(reader.row().fields)) {
        throw Error(
            ErrorCode::Usage,
            fmt::format("'{}' has the headers of the data standard, which are not built yet. {} takes: "
                        "{}.",
                        reader.name(), argumentOf(dataset), fmt::join(columnsOf(dataset), ",")),
            "NOT_BUILT_YET");
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

void RowFeed::tick(std::uint64_t bytes_read) {
    if (hooks_->stop != nullptr && hooks_->stop->load(std::memory_order_relaxed)) {
        throw Error(ErrorCode::Cancelled, "The load was stopped.");
    }
    if (hooks_->progress) {
        hooks_->progress(nameOf(dataset_), bytes_before_ + bytes_read, bytes_all_, receipt_.rows);
    }
}

QuarantineDraft RowFeed::faultDraft(const CsvFault& fault) {
    const MessageValues values = valuesOf(fault);
    QuarantineDraft draft;
    draft.line = fault.row_line;
    draft.column = values.column;
    draft.id = messageOf(fault.kind);
    draft.value = values.value;
    draft.expected = values.expected;
    draft.n = values.n;
    draft.found = values.found;
    draft.at = values.at;
    draft.raw = fault.raw;
    return draft;
}

void RowFeed::issueDrafts(std::vector<QuarantineDraft>& drafts) const {
    for (const RowIssue& issue : checker_.issues()) {
        if (issue.warning) {
            continue;
        }
        QuarantineDraft draft;
        draft.line = reader_.row().line;
        draft.column = columnsOf(dataset_)[issue.column];
        draft.id = issue.id;
        draft.value = issue.value;
        draft.expected = issue.expected;
        draft.n = issue.n;
        draft.raw = reader_.row().raw;
        draft.last = false;
        drafts.push_back(std::move(draft));
    }
    drafts.back().last = true;
}

std::size_t RowFeed::quarantineRow(const std::vector<QuarantineDraft>& drafts, std::size_t first) {
    for (;; ++first) {
        const QuarantineDraft& draft = drafts[first];
        if (quarantine_ != nullptr) {
            quarantine_->add({.dataset = receipt_.name,
                              .file = receipt_.file,
                              .line = draft.line,
                              .column = draft.column,
                              .id = draft.id,
                              .values = {.column = draft.column,
                                         .value = draft.value,
                                         .expected = draft.expected,
                                         .n = draft.n,
                                         .found = draft.found,
                                         .line = draft.line,
                                         .at = draft.at},
                              .raw = draft.raw});
        }
        if (draft.last) {
            return first + 1;
        }
    }
}

void RowFeed::refuse(MessageId id, std::size_t column, std::string_view value) {
    if (quarantine_ == nullptr) {
        return;
    }
    const std::string_view name = columnsOf(dataset_)[column];
    quarantine_->add({.dataset = receipt_.name,
                      .file = receipt_.file,
                      .line = line_,
                      .column = name,
                      .id = id,
                      .values = {.column = name, .value = value, .line = line_},
                      .raw = raw_});
}

}  // namespace xinpu::loaders
