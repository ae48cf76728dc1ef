// loaders/csv_reader.h
#pragma once
// Reads a CSV file row by row (RFC 4180, UTF-8), and goes on after a broken row.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xinpu::loaders {

/// Longest row, line ends inside quotes included. The columns of the data standard add up to less than 100
/// KiB.
constexpr std::size_t kCsvRowBytesMax = std::size_t{1} << 20;
/// Most columns of a file.
constexpr std::size_t kCsvColumnsMax = 4096;

struct CsvOptions {
    char delimiter = ',';  ///< any ASCII character but quote, CR, LF
    /// Called with each piece of the file as it is read, in order: for digests. May be empty.
    std::function<void(std::span<const std::byte>)> onBytes = {};
};

enum class CsvFaultKind : std::uint8_t {
    InvalidUtf8,     ///< code ENCODING
    QuoteInField,    ///< a quote inside a field that did not begin with one; code CSV_STRUCTURE, as all below
    TextAfterQuote,  ///< something else than delimiter or line end after a closing quote
    QuoteNotClosed,  ///< the file, or the longest possible row, ends inside quotes
    FieldCount,      ///< more or fewer fields than the first row
    RowTooLong,      ///< over kCsvRowBytesMax bytes or kCsvColumnsMax fields
};

/// One row. Views are valid until the next call of `next`.
struct CsvRow {
    std::span<const std::string_view> fields;
    std::uint64_t line = 0;  ///< physical line where it begins; the first line of the file is 1
    std::string_view raw;    ///< the row as it lies in the file, without its line end

    /// True if the field stood in quotes: "" is an empty text, nothing between delimiters is no value.
    bool quoted(std::size_t field) const noexcept { return field < 64 && (quotes >> field & 1U) != 0; }
    std::uint64_t quotes = 0;  ///< a bit a field, the first 64
};

/// A row that could not be read.
struct CsvFault {
    CsvFaultKind kind = CsvFaultKind::FieldCount;
    std::uint64_t line = 0;      ///< physical line of the fault itself
    std::uint64_t column = 0;    ///< character in that line, from 1
    std::size_t field = 0;       ///< index of the field it lies in
    std::size_t found = 0;       ///< FieldCount: fields of the row
    std::size_t expected = 0;    ///< FieldCount: fields of the first row
    std::uint64_t row_line = 0;  ///< physical line where the row begins
    std::string_view raw;        ///< the row, or the line that broken quoting ends with; may not be UTF-8
};

/// `DOMAIN` code of a fault: "ENCODING" or "CSV_STRUCTURE".
std::string_view codeOf(CsvFaultKind kind) noexcept;

/// Streams one file. The first row fixes the number of fields. Line ends are LF or CRLF, also mixed; a byte
/// order mark at the start and lines with nothing on them are left out; blanks belong to their field.
///
/// After broken quoting reading goes on with the physical line after the one where the row began, so that one
/// stray quote costs one row and not the rest of the file.
///
/// Memory: a buffer of some 1.3 MiB. Speed: over 500 MB/s (docs/decisions/0020). Threads: one at a time.
class CsvReader {
public:
    enum class Step : std::uint8_t { Row, Fault, End };

    /// @throws Error(Usage) if the file is not there or not a file; Error(Io); Error(Data, "ENCODING") for
    /// UTF-16
    CsvReader(const std::string& path, CsvOptions options);
    /// Reads from bytes that outlive the reader.
    CsvReader(std::string_view bytes, std::string name, CsvOptions options);
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;
    ~CsvReader();

    /// Row: row() is the next one. Fault: fault() says what is wrong with it. End: the file is read.
    /// @throws Error(Io)
    Step next();

    const CsvRow& row() const noexcept;
    const CsvFault& fault() const noexcept;

    const std::string& name() const noexcept;   ///< path as given
    std::uint64_t bytesRead() const noexcept;   ///< up to the end of the last row or fault
    std::uint64_t bytesTotal() const noexcept;  ///< size when opened; 0 for a pipe

private:
    class Source;
    class Scanner;
    std::unique_ptr<Scanner> scanner_;
};

}  // namespace xinpu::loaders
