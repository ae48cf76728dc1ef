// bench/gen/csv_writer.cpp
// The buffer of a CSV file and its way to the disk.

#include "bench/gen/csv_writer.h"

#include <cstdlib>

#include "bench/gen/day.h"

namespace xinpu::bench {
namespace {

[[noreturn]] void stop(const char* what) {
    std::perror(what);
    std::exit(1);
}

}  // namespace

void CsvWriter::Close::operator()(std::FILE* file) const noexcept {
    if (std::fclose(file) != 0) {
        stop("close");
    }
}

CsvWriter::CsvWriter(const std::filesystem::path& path, std::string_view header)
    : file_(std::fopen(path.c_str(), "wb")) {
    if (!file_) {
        stop(path.c_str());
    }
    buffer_.reserve(kFlushBytes + 4096);
    text(header).endRow();
}

CsvWriter::~CsvWriter() {
    flush();
}

CsvWriter& CsvWriter::date(int day) {
    return text(dateText(day));
}

void CsvWriter::flush() {
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) {
        stop("write");
    }
    buffer_.clear();
}

}  // namespace xinpu::bench
