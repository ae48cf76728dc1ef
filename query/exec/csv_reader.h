// query/exec/csv_reader.h
#pragma once
// Records of a CSV file (RFC 4180), one after the other.

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace xinpu::query {

/// A field; `quoted` tells an empty text from nothing.
struct CsvField {
    std::string text;
    bool quoted = false;
};

/// Threads: one.
class CsvReader {
public:
    /// @throws Error(Io) if the file cannot be read
    CsvReader(const std::string& path, char separator);
    /// The next record that is not an empty line, or nothing. Line ends inside quotes belong to the field.
    /// @throws Error(Data) for a quoted field without end, a field longer than kFieldBytesMax, or bytes that
    /// are no UTF-8
    std::optional<std::vector<CsvField>> next();

    static constexpr std::size_t kFieldBytesMax = std::size_t{16} << 20;

private:
    std::optional<std::vector<CsvField>> readRecord();
    int get();
    int peek();
    void readQuoted(CsvField& field);
    void append(CsvField& field, int byte) const;

    std::ifstream file_;
    char separator_;
    std::uint64_t line_ = 1;
};

}  // namespace xinpu::query
