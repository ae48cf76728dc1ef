// loaders/csv_reader.cpp
// A window of the file lies in one buffer; delimiters, quotes and line ends are found 16 bytes at a time.

#include "loaders/csv_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "loaders/csv_special.h"
#include "loaders/utf8.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

constexpr std::size_t kReadBytesMax = std::size_t{256} << 10;  // stays in the second-level cache
constexpr std::size_t kReadBytesMin = std::size_t{4} << 10;

class FileDescriptor {
public:
    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    int get() const noexcept { return fd_; }

private:
    int fd_;
};

}  // namespace

std::string_view codeOf(CsvFaultKind kind) noexcept {
    return kind == CsvFaultKind::InvalidUtf8 ? "ENCODING" : "CSV_STRUCTURE";
}

/// Where the bytes come from.
class CsvReader::Source {
public:
    Source(const std::string& path, int fd, std::uint64_t size) : name_(path), file_(fd), size_(size) {}
    Source(std::string_view bytes, std::string name)
        : name_(std::move(name)), file_(-1), bytes_(bytes), size_(bytes.size()) {}

    /// Up to `room` bytes into `to`; 0 at the end.
    std::size_t read(char* to, std::size_t room) {
        if (file_.get() < 0) {
            const std::size_t taken = std::min(room, bytes_.size());
            std::copy_n(bytes_.data(), taken, to);
            bytes_.remove_prefix(taken);
            return taken;
        }
        for (;;) {
            const ssize_t taken = ::read(file_.get(), to, room);
            if (taken >= 0) {
                return static_cast<std::size_t>(taken);
            }
            if (errno != EINTR) {
                throw Error(ErrorCode::Io, "Cannot read '" + name_ + "': " + std::strerror(errno) + ".");
            }
        }
    }

    const std::string& name() const noexcept { return name_; }
    std::uint64_t size() const noexcept { return size_; }

private:
    std::string name_;
    FileDescriptor file_;
    std::string_view bytes_;
    std::uint64_t size_;
};

/// The reading itself. The window [begin_, end_) is the unread part of the buffer; end_ is followed by a line
/// end that is not part of it, so that a search always stops.
class CsvReader::Scanner {
public:
    Scanner(std::unique_ptr<Source> source, CsvOptions options)
        : source_(std::move(source)), options_(std::move(options)), finder_(options_.delimiter),
          // A small file gets a small buffer; 0 is the size of a pipe.
          read_bytes_(source_->size() == 0
                          ? kReadBytesMax
                          : std::clamp<std::size_t>(source_->size(), kReadBytesMin, kReadBytesMax)) {
        const char d = options_.delimiter;
        if (d == kCsvQuote || d == '\n' || d == '\r' || d == '\0' || static_cast<unsigned char>(d) >= 0x80U) {
            throw Error(ErrorCode::Usage,
                        "A delimiter is one ASCII character other than a quote or a line end.");
        }
        grow(read_bytes_);
        refill();
        const std::string_view start{begin_, windowBytes()};
        if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
            throw Error(ErrorCode::Data,
                        "'" + source_->name() + "' is UTF-16; save it as UTF-8 and try again.", "ENCODING");
        }
        if (start.starts_with("\xEF\xBB\xBF")) {
            begin_ += 3;
            consumed_ = 3;
        }
    }

    Step next() {
        if (skipping_) {
            skipLine();
        }
        for (;;) {
            switch (scanRow()) {
            case Scan::NeedMore:
                if (windowBytes() > kCsvRowBytesMax) {
                    return open_ != nullptr ? failLine(CsvFaultKind::QuoteNotClosed, open_)
                                            : failLine(CsvFaultKind::RowTooLong, begin_ + kCsvRowBytesMax);
                }
                refill();
                continue;
            case Scan::End:
                return Step::End;
            case Scan::Blank:
                take(next_, 1);
                continue;
            case Scan::Row:
                return accept();
            case Scan::Fault:
                if (!ended_ && windowBytes() <= kCsvRowBytesMax &&
                    std::memchr(begin_, '\n', windowBytes()) == nullptr) {
                    refill();  // the rest of the broken line, to show it whole
                    continue;
                }
                return failLine(broken_, at_);
            }
        }
    }

    const CsvRow& row() const noexcept { return row_; }
    const CsvFault& fault() const noexcept { return fault_; }
    const Source& source() const noexcept { return *source_; }
    std::uint64_t consumed() const noexcept { return consumed_; }

private:
    enum class Scan : std::uint8_t { Row, Blank, Fault, NeedMore, End };

    std::size_t windowBytes() const noexcept { return static_cast<std::size_t>(end_ - begin_); }

    void grow(std::size_t room) {
        const std::size_t kept = windowBytes();
        std::vector<char> larger(kept + room + kSpecialPadding);
        std::copy(begin_, end_, larger.data());
        buffer_.swap(larger);
        begin_ = buffer_.data();
        end_ = begin_ + kept;
    }

    /// Reads on behind the window, which moves to the front of the buffer.
    void refill() {
        const std::size_t kept = windowBytes();
        if (kept + read_bytes_ + kSpecialPadding > buffer_.size()) {
            grow(std::max(kept, read_bytes_));
        } else {
            std::memmove(buffer_.data(), begin_, kept);
            begin_ = buffer_.data();
            end_ = begin_ + kept;
        }
        const std::size_t taken = source_->read(end_, read_bytes_);
        if (taken == 0) {
            ended_ = true;
        } else if (options_.onBytes) {
            options_.onBytes(std::as_bytes(std::span<const char>(end_, taken)));
        }
        end_ += taken;
        std::memset(end_, 0, kSpecialPadding);
        *end_ = '\n';
    }

    /// The window now begins at `to`.
    void take(char* to, std::uint64_t lines) noexcept {
        consumed_ += static_cast<std::uint64_t>(to - begin_);
        begin_ = to;
        line_ += lines;
    }

    /// Looks at the row at begin_; changes nothing but the results (fields_, next_, …), so it can be called
    /// again with more of the file in the window.
    Scan scanRow() {
        if (begin_ == end_) {
            return ended_ ? Scan::End : Scan::NeedMore;
        }
        fields_.clear();
        escaped_.clear();
        quotes_ = 0;
        high_ = 0;
        lines_ = 1;
        open_ = nullptr;
        for (const char* p = begin_;;) {
            const char* stop = nullptr;
            if (*p == kCsvQuote && p != end_) {
                const Scan scan = scanQuoted(p, stop);
                if (scan != Scan::Row) {
                    return scan;
                }
            } else {
                stop = finder_.find(p, high_);
                if (stop >= end_) {
                    if (!ended_) {
                        return Scan::NeedMore;
                    }
                    stop = end_;
                }
                if (*stop == kCsvQuote) {
                    return broken(CsvFaultKind::QuoteInField, stop);
                }
                fields_.emplace_back(p, static_cast<std::size_t>(stop - p));
            }
            if (stop != end_ && *stop == finder_.delimiter()) {
                if (fields_.size() >= kCsvColumnsMax) {
                    return broken(CsvFaultKind::RowTooLong, stop);
                }
                p = stop + 1;
                continue;
            }
            return endRow(stop);
        }
    }

    /// `stop` is the line end, or the end of the file. A CR before it belongs to it, unless it stood in
    /// quotes.
    Scan endRow(const char* stop) {
        std::string_view& last = fields_.back();
        const bool plain = last.data() + last.size() == stop;
        if (plain && last.ends_with('\r')) {
            last.remove_suffix(1);
        }
        rowEnd_ = stop;
        if (rowEnd_ != begin_ && rowEnd_[-1] == '\r') {
            --rowEnd_;
        }
        next_ = begin_ + (stop - begin_) + (stop == end_ ? 0 : 1);
        if (static_cast<std::size_t>(next_ - begin_) > kCsvRowBytesMax) {
            return broken(CsvFaultKind::RowTooLong, begin_ + kCsvRowBytesMax);
        }
        return fields_.size() == 1 && last.empty() && quotes_ == 0 ? Scan::Blank : Scan::Row;
    }

    /// The field in quotes at `p`. `stop` becomes what follows it: delimiter, line end, or the end of the
    /// file.
    Scan scanQuoted(const char* p, const char*& stop) {
        const char* const open = p++;
        open_ = open;
        bool doubled = false;
        for (;;) {
            const auto* quote =
                static_cast<const char*>(std::memchr(p, kCsvQuote, static_cast<std::size_t>(end_ - p)));
            if (quote == nullptr) {
                return ended_ ? broken(CsvFaultKind::QuoteNotClosed, open) : Scan::NeedMore;
            }
            if (quote + 2 >= end_ && !ended_) {
                return Scan::NeedMore;  // what follows decides: another quote, CR LF, the end of the file
            }
            if (quote[1] == kCsvQuote && quote + 1 != end_) {
                doubled = true;
                p = quote + 2;
                continue;
            }
            open_ = nullptr;
            stop = quote + 1;
            if (stop != end_ && *stop == '\r' && stop[1] == '\n') {
                ++stop;  // at the end of the file the line end behind the window serves
            }
            if (stop != end_ && *stop != '\n' && *stop != finder_.delimiter()) {
                return broken(CsvFaultKind::TextAfterQuote, stop);
            }
            const std::string_view inside{open + 1, static_cast<std::size_t>(quote - open - 1)};
            lines_ += static_cast<std::uint64_t>(std::count(inside.begin(), inside.end(), '\n'));
            high_ = 1;  // not looked at: the check of UTF-8 will tell
            if (fields_.size() < 64) {
                quotes_ |= std::uint64_t{1} << fields_.size();
            }
            if (doubled) {
                escaped_.push_back(fields_.size());
            }
            fields_.push_back(inside);
            return Scan::Row;
        }
    }

    Scan broken(CsvFaultKind kind, const char* at) noexcept {
        broken_ = kind;
        at_ = at;
        return Scan::Fault;
    }

    /// A row that is whole: checks what concerns it as a whole, and hands it out.
    Step accept() {
        const std::string_view raw{begin_, static_cast<std::size_t>(rowEnd_ - begin_)};
        if (high_ != 0) {
            const std::size_t invalid = invalidUtf8At(raw);
            if (invalid != std::string_view::npos) {
                describe(CsvFaultKind::InvalidUtf8, begin_ + invalid, raw);
                take(next_, lines_);
                return Step::Fault;
            }
        }
        if (expected_ == 0) {
            expected_ = fields_.size();
        }
        if (fields_.size() != expected_) {
            describe(CsvFaultKind::FieldCount, rowEnd_, raw);
            fault_.found = fields_.size();
            fault_.expected = expected_;
            fault_.field = std::min(fields_.size(), expected_) - 1;
            take(next_, lines_);
            return Step::Fault;
        }
        if (!escaped_.empty()) {
            unescape(raw.size());
        }
        row_ = {.fields = fields_, .line = line_, .raw = raw, .quotes = quotes_};
        take(next_, lines_);
        return Step::Row;
    }

    void unescape(std::size_t rowBytes) {
        unescaped_.clear();
        unescaped_.reserve(rowBytes);  // never moves below, so the views hold
        for (const std::size_t index : escaped_) {
            std::string_view& field = fields_[index];
            const std::size_t from = unescaped_.size();
            for (std::size_t i = 0; i < field.size(); ++i) {
                unescaped_ += field[i];
                i += field[i] == kCsvQuote ? 1U : 0U;
            }
            field = std::string_view{unescaped_}.substr(from);
        }
    }

    void describe(CsvFaultKind kind, const char* at, std::string_view raw) {
        const std::string_view before{begin_, static_cast<std::size_t>(at - begin_)};
        const std::size_t lineStart = before.rfind('\n') + 1;  // npos + 1 is 0
        fault_ = {.kind = kind,
                  .line = line_ + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')),
                  .column = codePoints(before.substr(lineStart)) + 1,
                  .field = fieldAt(at),
                  .found = 0,
                  .expected = 0,
                  .row_line = line_,
                  .raw = raw};
    }

    /// Index of the field that holds `at`; a field that was not finished comes after those that were.
    std::size_t fieldAt(const char* at) const noexcept {
        std::size_t field = 0;
        while (field < fields_.size() && fields_[field].data() + fields_[field].size() < at) {
            ++field;
        }
        return field;
    }

    /// Gives up the row at begin_ and goes on after its first physical line.
    Step failLine(CsvFaultKind kind, const char* at) {
        char* const lineEnd = static_cast<char*>(std::memchr(begin_, '\n', windowBytes()));
        char* const stop = lineEnd == nullptr ? end_ : lineEnd;
        std::string_view raw{begin_, static_cast<std::size_t>(stop - begin_)};
        if (raw.ends_with('\r')) {
            raw.remove_suffix(1);
        }
        describe(kind, at, raw);
        skipping_ = lineEnd == nullptr;
        take(lineEnd == nullptr ? end_ : lineEnd + 1, lineEnd == nullptr ? 0 : 1);
        return Step::Fault;
    }

    /// The rest of a line whose start was given up.
    void skipLine() {
        skipping_ = false;
        for (;;) {
            char* const lineEnd = static_cast<char*>(std::memchr(begin_, '\n', windowBytes()));
            if (lineEnd != nullptr) {
                take(lineEnd + 1, 1);
                return;
            }
            take(end_, 0);
            if (ended_) {
                return;
            }
            refill();
        }
    }

    std::unique_ptr<Source> source_;
    CsvOptions options_;
    CsvSpecialFinder finder_;
    std::size_t read_bytes_;  ///< read at a time
    std::vector<char> buffer_;
    char* begin_ = nullptr;
    char* end_ = nullptr;
    bool ended_ = false;     ///< the file holds nothing behind the window
    bool skipping_ = false;  ///< the window begins inside a line that was given up
    std::uint64_t consumed_ = 0;
    std::uint64_t line_ = 1;  ///< physical line at begin_
    std::size_t expected_ = 0;

    std::vector<std::string_view> fields_;
    std::vector<std::size_t> escaped_;  ///< fields with doubled quotes inside, to be copied without them
    std::string unescaped_;
    std::uint64_t quotes_ = 0;
    std::uint64_t lines_ = 1;     ///< physical lines of the row
    unsigned high_ = 0;           ///< not 0: a byte of the row may not be ASCII
    const char* open_ = nullptr;  ///< the quote that the window does not close
    const char* rowEnd_ = nullptr;
    char* next_ = nullptr;  ///< where the next row begins
    CsvFaultKind broken_ = CsvFaultKind::FieldCount;
    const char* at_ = nullptr;

    CsvRow row_;
    CsvFault fault_;
};

CsvReader::CsvReader(const std::string& path, CsvOptions options) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        throw Error(errno == ENOENT || errno == ENOTDIR ? ErrorCode::Usage : ErrorCode::Io,
                    "Cannot open '" + path + "': " + std::strerror(errno) + ".");
    }
    struct stat facts = {};
    const bool stated = ::fstat(fd, &facts) == 0;
    auto source = std::make_unique<Source>(path, fd, stated ? static_cast<std::uint64_t>(facts.st_size) : 0);
    if (stated && S_ISDIR(facts.st_mode)) {
        throw Error(ErrorCode::Usage, "'" + path + "' is a folder; name a CSV file.");
    }
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);  // advice only: a refusal changes nothing
    scanner_ = std::make_unique<Scanner>(std::move(source), std::move(options));
}

CsvReader::CsvReader(std::string_view bytes, std::string name, CsvOptions options)
    : scanner_(
          std::make_unique<Scanner>(std::make_unique<Source>(bytes, std::move(name)), std::move(options))) {}

CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

CsvReader::Step CsvReader::next() {
    return scanner_->next();
}
const CsvRow& CsvReader::row() const noexcept {
    return scanner_->row();
}
const CsvFault& CsvReader::fault() const noexcept {
    return scanner_->fault();
}
const std::string& CsvReader::name() const noexcept {
    return scanner_->source().name();
}
std::uint64_t CsvReader::bytesRead() const noexcept {
    return scanner_->consumed();
}
std::uint64_t CsvReader::bytesTotal() const noexcept {
    return scanner_->source().size();
}

}  // namespace xinpu::loaders
