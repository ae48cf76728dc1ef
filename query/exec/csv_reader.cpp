// query/exec/csv_reader.cpp
// A small state machine over the bytes of the file.

#include "query/exec/csv_reader.h"

#include <fmt/format.h>

#include "xinpu/error.h"

namespace xinpu::query {

namespace {
constexpr int kEnd = std::char_traits<char>::eof();
constexpr char kByteOrderMark[] = "\xef\xbb\xbf";
}  // namespace

CsvReader::CsvReader(const std::string& path, char separator)
    : file_(path, std::ios::binary), separator_(separator) {
    if (!file_) {
        throw Error(ErrorCode::Io, "The CSV file cannot be opened for reading.", "ExternalResourceFailed");
    }
    for (const char byte : std::string(kByteOrderMark)) {
        if (file_.peek() != std::char_traits<char>::to_int_type(byte)) {
            break;
        }
        file_.get();
    }
}

int CsvReader::get() {
    const int byte = file_.get();
    line_ += byte == '\n' ? 1 : 0;
    return byte;
}
int CsvReader::peek() {
    return file_.peek();
}

void CsvReader::append(CsvField& field, int byte) const {
    if (field.text.size() >= kFieldBytesMax) {
        throw Error(ErrorCode::Data, fmt::format("A field of the CSV file is longer than {} bytes (line {}).",
                                                 kFieldBytesMax, line_));
    }
    field.text.push_back(std::char_traits<char>::to_char_type(byte));
}

void CsvReader::readQuoted(CsvField& field) {
    const std::uint64_t begin = line_;
    field.quoted = true;
    for (;;) {
        const int byte = get();
        if (byte == kEnd) {
            throw Error(
                ErrorCode::Data,
                fmt::format("A quoted field of the CSV file has no end (it begins in line {}).", begin));
        }
        if (byte != '"') {
            append(field, byte);
        } else if (peek() == '"') {
            append(field, get());
        } else {
            return;
        }
    }
}

std::optional<std::vector<CsvField>> CsvReader::next() {
    while (peek() == '\n' || peek() == '\r') {
        get();
    }
    if (peek() == kEnd) {
        return std::nullopt;
    }
    std::vector<CsvField> record(1);
    for (;;) {
        const int byte = get();
        if (byte == kEnd || byte == '\n') {
            return record;
        }
        if (byte == '\r' && (peek() == '\n' || peek() == kEnd)) {
            continue;
        }
        CsvField& field = record.back();
        if (byte == std::char_traits<char>::to_int_type(separator_)) {
            record.emplace_back();
        } else if (byte == '"' && field.text.empty() && !field.quoted) {
            readQuoted(field);
        } else {
            append(field, byte);
        }
    }
}

}  // namespace xinpu::query
