// bench/gen/csv_writer.h
#pragma once
// Buffered output of a CSV file whose fields need no quotes.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace xinpu::bench {

/// Writes fields of a row one after the other: `csv.text(a).comma().date(b).endRow()`.
/// What cannot be written ends the program with a message: a generator has nothing to save.
class CsvWriter {
public:
    CsvWriter(const std::filesystem::path& path, std::string_view header);
    ~CsvWriter();
    CsvWriter(const CsvWriter&) = delete;
    CsvWriter& operator=(const CsvWriter&) = delete;

    CsvWriter& text(std::string_view value) {
        buffer_.append(value);
        return *this;
    }
    CsvWriter& number(std::uint64_t value) {
        buffer_.append(std::to_string(value));
        return *this;
    }
    /// A number of hundredths, with two places.
    CsvWriter& decimal(std::uint64_t hundredths) {
        number(hundredths / 100);
        buffer_.push_back('.');
        buffer_.push_back(static_cast<char>('0' + hundredths / 10 % 10));
        buffer_.push_back(static_cast<char>('0' + hundredths % 10));
        return *this;
    }
    CsvWriter& date(int day);
    CsvWriter& comma() {
        buffer_.push_back(',');
        return *this;
    }
    void endRow() {
        buffer_.push_back('\n');
        if (buffer_.size() >= kFlushBytes) {
            flush();
        }
    }

private:
    struct Close {
        void operator()(std::FILE* file) const noexcept;
    };
    static constexpr std::size_t kFlushBytes = 1 << 20;

    void flush();

    std::unique_ptr<std::FILE, Close> file_;
    std::string buffer_;
};

}  // namespace xinpu::bench
