// query/exec/csv_reader.cpp
// A small state machine over the bytes of the file.

#include "query/exec/csv_reader.h"

#include <fmt/format.h>

#include "xinpu/error.h"

namespace xinpu::query {

namespace {
constexpr int kEnd = std::char_traits<char>::eof();
constexpr char kByteOrderMark[] = "\xef\xbb\xbf";

/// Bytes of the code point that begins with `lead`, and the range of the byte behind it; 0 if none begins so
/// (Unicode 15, table 3-7).
struct Form {
    std::size_t bytes;
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
};
Form formOf(unsigned char lead) noexcept {
    if (lead < 0x80) {
        return {1};
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        return {2};
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        return {3, lead == 0xe0 ? std::uint8_t{0xa0} : std::uint8_t{0x80},
                lead == 0xed ? std::uint8_t{0x9f} : std::uint8_t{0xbf}};
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        return {4, lead == 0xf0 ? std::uint8_t{0x90} : std::uint8_t{0x80},
                lead == 0xf4 ? std::uint8_t{0x8f} : std::uint8_t{0xbf}};
    }
    return {0};
}

bool isUtf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const Form form = formOf(static_cast<unsigned char>(text[at]));
        if (form.bytes == 0 || form.bytes > text.size() - at) {
            return false;
        }
        for (std::size_t i = 1; i < form.bytes; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            const unsigned char low = i == 1 ? form.low : std::uint8_t{0x80};
            const unsigned char high = i == 1 ? form.high : std::uint8_t{0xbf};
            if (byte < low || byte > high) {
                return false;
            }
        }
        at += form.bytes;
    }
    return true;
}

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
    std::optional<std::vector<CsvField>> record = readRecord();
    if (record) {
        for (const CsvField& field : *record) {
            if (!isUtf8(field.text)) {
                throw Error(ErrorCode::Data,
                            fmt::format("The CSV file is not UTF-8 (the record before line {}).", line_));
            }
        }
    }
    return record;
}

std::optional<std::vector<CsvField>> CsvReader::readRecord() {
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
