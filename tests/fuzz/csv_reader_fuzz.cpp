// tests/fuzz/csv_reader_fuzz.cpp
// Any bytes as a CSV file: it ends, every byte is passed, rows are whole and UTF-8, and a copy written in the
// plain form reads back the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz_check.h"
#include "loaders/csv_reader.h"
#include "loaders/quarantine.h"
#include "loaders/utf8.h"
#include "xinpu/error.h"

using namespace xinpu::loaders;

namespace {

void appendQuoted(std::string_view field, std::string& out) {
    out += '"';
    for (const char c : field) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    out += '"';
}

void fuzz(std::string_view bytes, char delimiter) {
    CsvReader reader(bytes, "fuzz.csv", {.delimiter = delimiter});
    std::vector<std::vector<std::string>> rows;
    std::string copy;
    std::uint64_t line = 0;
    std::uint64_t read = 0;
    for (CsvReader::Step step = reader.next(); step != CsvReader::Step::End; step = reader.next()) {
        FUZZ_CHECK(reader.bytesRead() > read);
        read = reader.bytesRead();
        if (step == CsvReader::Step::Fault) {
            const CsvFault& fault = reader.fault();
            FUZZ_CHECK(fault.row_line > line && fault.line >= fault.row_line && fault.column >= 1);
            FUZZ_CHECK(invalidUtf8At(safeRaw(fault.raw)) == std::string_view::npos);
            line = fault.row_line;
            continue;
        }
        const CsvRow& row = reader.row();
        FUZZ_CHECK(row.line > line);
        line = row.line;
        FUZZ_CHECK(invalidUtf8At(row.raw) == std::string_view::npos);
        FUZZ_CHECK(rows.empty() || rows.front().size() == row.fields.size());
        rows.emplace_back(row.fields.begin(), row.fields.end());
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            copy += i == 0 ? "" : ",";
            appendQuoted(row.fields[i], copy);
        }
        copy += '\n';
    }
    FUZZ_CHECK(reader.bytesRead() == bytes.size());
    CsvReader again(copy, "copy.csv", {});
    for (const auto& row : rows) {
        FUZZ_CHECK(again.next() == CsvReader::Step::Row);
        FUZZ_CHECK(std::vector<std::string>(again.row().fields.begin(), again.row().fields.end()) == row);
    }
    FUZZ_CHECK(again.next() == CsvReader::Step::End);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        fuzz(bytes, ',');
        fuzz(bytes, '|');
    } catch (const xinpu::Error& error) {
        FUZZ_CHECK(error.detail() == "ENCODING");  // UTF-16, refused as a whole
    }
    return 0;
}
