// cli/result_format.cpp
// One writer a format; JSON by RapidJSON, CSV by RFC 4180.
#include "cli/result_format.h"

#include <ostream>

#include <rapidjson/ostreamwrapper.h>
#include <rapidjson/writer.h>

#include "cli/table.h"
#include "xinpu/assert.h"

namespace xinpu::cli {
namespace {

using JsonStream = rapidjson::OStreamWrapper;
using JsonWriter = rapidjson::Writer<JsonStream>;

void writeText(JsonWriter& json, std::string_view text) {
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void writeCell(JsonWriter& json, const Cell& cell) {
    switch (cell.kind) {
    case Cell::Kind::Null:
        json.Null();
        return;
    case Cell::Kind::Text:
    case Cell::Kind::Decimal:
        writeText(json, cell.text);
        return;
    case Cell::Kind::Number:
        json.RawValue(cell.text.data(), cell.text.size(), rapidjson::kNumberType);
        return;
    case Cell::Kind::Json:
        json.RawValue(cell.text.data(), cell.text.size(), rapidjson::kObjectType);
        return;
    }
}

/// {"fields":[…],"values":[[…],…],"summary":{…}} on one line.
class JsonResult final : public ResultWriter {
public:
    JsonResult(std::vector<std::string> fields, std::ostream& out) : out_(out), stream_(out), json_(stream_) {
        json_.StartObject();
        json_.Key("fields");
        json_.StartArray();
        for (const std::string& field : fields) {
            writeText(json_, field);
        }
        json_.EndArray();
        json_.Key("values");
        json_.StartArray();
    }
    void row(std::span<const Cell> cells) override {
        json_.StartArray();
        for (const Cell& cell : cells) {
            writeCell(json_, cell);
        }
        json_.EndArray();
    }
    void finish(const Summary& summary) override {
        json_.EndArray();
        if (!summary.empty()) {
            json_.Key("summary");
            json_.StartObject();
            for (const auto& [name, cell] : summary) {
                json_.Key(name.c_str());
                writeCell(json_, cell);
            }
            json_.EndObject();
        }
        json_.EndObject();
        out_ << '\n';
    }

private:
    std::ostream& out_;
    JsonStream stream_;
    JsonWriter json_;
};

/// One object a line.
class JsonLinesResult final : public ResultWriter {
public:
    JsonLinesResult(std::vector<std::string> fields, std::ostream& out)
        : fields_(std::move(fields)), out_(out) {}
    void row(std::span<const Cell> cells) override {
        XINPU_ASSERT(cells.size() == fields_.size());
        JsonStream stream(out_);
        JsonWriter json(stream);
        json.StartObject();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            json.Key(fields_[i].c_str());
            writeCell(json, cells[i]);
        }
        json.EndObject();
        out_ << '\n';
    }
    void finish(const Summary&) override {}

private:
    std::vector<std::string> fields_;
    std::ostream& out_;
};

/// A field is quoted where RFC 4180 asks for it, and where it is an empty text: nothing at all means null.
void writeCsvField(std::ostream& out, std::string_view text) {
    if (!text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos) {
        out << text;
        return;
    }
    out << '"';
    for (const char c : text) {
        if (c == '"') {
            out << '"';
        }
        out << c;
    }
    out << '"';
}

class CsvResult final : public ResultWriter {
public:
    CsvResult(const std::vector<std::string>& fields, std::ostream& out) : out_(out) {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            out_ << (i == 0 ? "" : ",");
            writeCsvField(out_, fields[i]);
        }
        out_ << "\r\n";
    }
    void row(std::span<const Cell> cells) override {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            out_ << (i == 0 ? "" : ",");
            if (cells[i].kind != Cell::Kind::Null) {
                writeCsvField(out_, cells[i].text);
            }
        }
        out_ << "\r\n";
    }
    void finish(const Summary&) override {}

private:
    std::ostream& out_;
};

class TableResult final : public ResultWriter {
public:
    TableResult(std::vector<std::string> fields, std::ostream& out, std::optional<unsigned> columns)
        : table_(std::move(fields)), out_(out), columns_(columns) {}
    void row(std::span<const Cell> cells) override {
        std::vector<TableCell> row;
        row.reserve(cells.size());
        for (const Cell& cell : cells) {
            const bool numeric = cell.kind == Cell::Kind::Number || cell.kind == Cell::Kind::Decimal;
            row.push_back({cell.text, cell.kind == Cell::Kind::Null ? TableCell::Kind::Absent
                                      : numeric                     ? TableCell::Kind::Number
                                                                    : TableCell::Kind::Text});
        }
        table_.add(std::move(row));
    }
    void finish(const Summary&) override { table_.print(out_, columns_); }

private:
    Table table_;
    std::ostream& out_;
    std::optional<unsigned> columns_;
};

}  // namespace

std::optional<Format> formatOf(std::string_view name) noexcept {
    if (name == "table") {
        return Format::Table;
    }
    if (name == "json") {
        return Format::Json;
    }
    if (name == "jsonl") {
        return Format::JsonLines;
    }
    if (name == "csv") {
        return Format::Csv;
    }
    return std::nullopt;
}

std::unique_ptr<ResultWriter> makeResultWriter(Format format, std::vector<std::string> fields,
                                               std::ostream& out, std::optional<unsigned> columns) {
    switch (format) {
    case Format::Json:
        return std::make_unique<JsonResult>(std::move(fields), out);
    case Format::JsonLines:
        return std::make_unique<JsonLinesResult>(std::move(fields), out);
    case Format::Csv:
        return std::make_unique<CsvResult>(fields, out);
    case Format::Table:
        break;
    }
    return std::make_unique<TableResult>(std::move(fields), out, columns);
}

}  // namespace xinpu::cli
