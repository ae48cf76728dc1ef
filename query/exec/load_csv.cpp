// query/exec/load_csv.cpp
// LOAD CSV: records of a file below the configured folder, as lists or maps of strings.

#include <fmt/format.h>

#include <filesystem>

#include "query/exec/csv_reader.h"
#include "query/exec/operators.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

/// The file below `folder` that a statement names: "file:///a/b.csv" or "a/b.csv".
/// @throws Error(Denied) for every other address, and for one that leaves the folder
std::filesystem::path fileBelow(const std::filesystem::path& folder, std::string_view address,
                                Position where) {
    constexpr std::string_view kScheme = "file://";
    if (address.starts_with(kScheme)) {
        address.remove_prefix(kScheme.size());
    }
    while (address.starts_with('/')) {
        address.remove_prefix(1);
    }
    if (address.empty() || address.find("://") != std::string_view::npos ||
        address.find('\0') != std::string_view::npos) {
        throw Error(ErrorCode::Denied,
                    "LOAD CSV reads files of the configured folder only: file:///name.csv.",
                    "ExternalResourceDenied", where);
    }
    std::error_code error;
    const std::filesystem::path root = std::filesystem::canonical(folder, error);
    const std::filesystem::path file =
        error ? std::filesystem::path() : std::filesystem::weakly_canonical(root / address, error);
    // Links are followed first: what counts is where the file lies.
    const auto [at_root, rest] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
    if (error || at_root != root.end() || rest == file.end()) {
        throw Error(ErrorCode::Denied,
                    "LOAD CSV reads files of the configured folder only: file:///name.csv.",
                    "ExternalResourceDenied", where);
    }
    if (!std::filesystem::is_regular_file(file, error)) {
        throw Error(ErrorCode::NotFound, "LOAD CSV did not find the file in the configured folder.",
                    "ExternalResourceFailed", where);
    }
    return file;
}

class LoadCsv final : public PerRow {
public:
    using PerRow::PerRow;

protected:
    bool begin(Row row) override {
        const Clause& clause = *node_.clause;
        if (!context_.csv_folder) {
            throw Error(ErrorCode::Denied, "LOAD CSV is switched off: no folder to read from was configured.",
                        "ExternalResourceDenied", clause.at);
        }
        const Value address = evaluate(*clause.expr, row, context_);
        if (address.isNull()) {
            return false;
        }
        if (address.kind() != Kind::String) {
            throw Error(ErrorCode::Type,
                        fmt::format("LOAD CSV takes the address of a file, not a value of type {}.",
                                    engine::kindName(address.kind())),
                        "InvalidArgumentType", clause.at);
        }
        const char separator = separatorOf(clause, row);
        const std::filesystem::path file = fileBelow(*context_.csv_folder, address.string(), clause.at);
        reader_.emplace(file.string(), separator);
        headers_.clear();
        if (clause.with_headers) {
            if (auto record = reader_->next()) {
                for (CsvField& field : *record) {
                    headers_.push_back(std::move(field.text));
                }
            }
        }
        return true;
    }

    bool emit(Row row, Batch& out) override {
        for (;;) {
            if (out.full()) {
                return true;
            }
            const auto record = reader_->next();
            if (!record) {
                reader_.reset();
                return false;
            }
            step();
            at(row, node_.to) = node_.clause->with_headers ? mapOf(*record) : listOf(*record);
            if (keeps(row)) {
                out.append(row, node_.live);
            }
        }
    }

private:
    char separatorOf(const Clause& clause, Row row) {
        if (clause.field_terminator == nullptr) {
            return ',';
        }
        const Value text = evaluate(*clause.field_terminator, row, context_);
        if (text.kind() != Kind::String || text.string().size() != 1) {
            throw Error(ErrorCode::Argument, "FIELDTERMINATOR is a string of one character.",
                        "InvalidArgumentValue", clause.at);
        }
        return text.string().front();
    }
    static Value valueOf(const CsvField& field) {
        return field.text.empty() && !field.quoted ? Value::null() : Value::of(field.text);
    }
    static Value listOf(const std::vector<CsvField>& record) {
        std::vector<Value> fields;
        for (const CsvField& field : record) {
            fields.push_back(valueOf(field));
        }
        return Value::of(std::move(fields));
    }
    Value mapOf(const std::vector<CsvField>& record) const {
        std::vector<engine::MapEntry> entries;
        for (std::size_t i = 0; i < headers_.size(); ++i) {
            entries.push_back({headers_[i], i < record.size() ? valueOf(record[i]) : Value::null()});
        }
        return Value::of(std::move(entries));
    }

    std::optional<CsvReader> reader_;
    std::vector<std::string> headers_;
};

}  // namespace

std::unique_ptr<Operator> makeLoadCsv(const PlanNode& node, ExecContext& context) {
    return std::make_unique<LoadCsv>(node, context);
}

}  // namespace xinpu::query
