// loaders/quarantine.cpp
// Quarantine files are plain CSV; what goes into them is cleaned first, for they outlive the load.

#include "loaders/quarantine.h"

#include <fcntl.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "credit/identity/personal_data.h"
#include "loaders/utf8.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

constexpr std::string_view kHeader = "file,line,column,code,message_zh,message_en,raw\n";
constexpr std::string_view kReceiptName = "receipt.json";
/// Every name that INTERFACES §1 gives a data set.
constexpr std::array<std::string_view, 7> kDatasetNames = {"subject", "person",  "capital", "role",
                                                           "penalty", "licence", "other"};

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using FilePointer = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void fail(const char* act, const std::filesystem::path& path, int reason) {
    throw Error(ErrorCode::Io,
                std::string("Cannot ") + act + " '" + path.string() + "': " + std::strerror(reason) + ".");
}

FilePointer openForWriting(const std::filesystem::path& path) {
    FilePointer file{std::fopen(path.c_str(), "we")};
    if (!file) {
        fail("write", path, errno);
    }
    return file;
}

void write(std::FILE* file, std::string_view text, const std::filesystem::path& path) {
    if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) {
        fail("write", path, errno);
    }
}

void makeDurable(std::FILE* file, const std::filesystem::path& path) {
    if (std::fflush(file) != 0 || ::fsync(::fileno(file)) != 0) {
        fail("write", path, errno);
    }
}

/// A new file is only there for certain when its folder is on disk too.
void makeDurable(const std::filesystem::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        fail("open", folder, errno);
    }
    const int result = ::fsync(fd);
    const int reason = errno;
    ::close(fd);
    if (result != 0) {
        fail("write", folder, reason);
    }
}

void appendField(std::string_view text, std::string& out) {
    if (text.find_first_of("\",\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') {
            out += '"';
        }
        out += c;
    }
    out += '"';
}

void makeFolder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        fail("make the folder", folder, error.value());
    }
}

bool beginsWithHeader(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string start(kHeader.size(), '\0');
    return file.read(start.data(), static_cast<std::streamsize>(start.size())) && start == kHeader;
}

void writeText(rapidjson::Writer<rapidjson::StringBuffer>& writer, std::string_view text) {
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void writeSets(rapidjson::Writer<rapidjson::StringBuffer>& writer, const Receipt& receipt, bool withFiles) {
    writer.Key("datasets");
    writer.StartArray();
    for (const DatasetReceipt& each : receipt.datasets) {
        writer.StartObject();
        writer.Key("name");
        writeText(writer, each.name);
        if (withFiles) {
            writer.Key("file");
            writeText(writer, each.file);
        }
        const std::pair<const char*, std::uint64_t> counts[] = {{"rows", each.rows},
                                                                {"accepted", each.accepted},
                                                                {"unchanged", each.unchanged},
                                                                {"warned", each.warned},
                                                                {"quarantined", each.quarantined}};
        for (const auto& [key, count] : counts) {
            writer.Key(key);
            writer.Uint64(count);
        }
        writer.EndObject();
    }
    writer.EndArray();
    writer.Key("seconds");
    writer.SetMaxDecimalPlaces(3);
    writer.Double(receipt.seconds);
    writer.Key("journal");
    if (receipt.journal == 0) {
        writer.Null();
    } else {
        writer.Uint64(receipt.journal);
    }
}

std::string receiptText(const Receipt& receipt) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    writer.StartObject();
    const std::pair<const char*, std::string_view> facts[] = {{"batch", receipt.batch},
                                                              {"supplier", receipt.supplier},
                                                              {"deliveredAt", receipt.delivered_at},
                                                              {"receivedAt", receipt.received_at}};
    for (const auto& [key, value] : facts) {
        if (!value.empty()) {
            writer.Key(key);
            writeText(writer, value);
        }
    }
    writeSets(writer, receipt, true);
    writer.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace

std::string toJson(const Receipt& receipt) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    writer.StartObject();
    writeSets(writer, receipt, false);
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

std::string safeRaw(std::string_view raw) {
    // More than is kept, so that a number across the cut is seen whole.
    raw = raw.substr(0, kQuarantineRawBytesMax + 128);
    std::string text;
    while (!raw.empty()) {
        const std::size_t broken = invalidUtf8At(raw);
        text += raw.substr(0, broken);
        if (broken == std::string_view::npos) {
            break;
        }
        text += "\uFFFD";
        raw.remove_prefix(broken + 1);
    }
    const auto mask = [&] {
        if (std::optional<std::string> masked = credit::maskPersonalData(text)) {
            text = std::move(*masked);
        }
    };
    mask();
    if (text.size() > kQuarantineRawBytesMax) {
        text.resize(cutUtf8(text, kQuarantineRawBytesMax).size());
        mask();  // the cut may leave what looks like another number
    }
    return text;
}

MessageId messageOf(CsvFaultKind kind) noexcept {
    switch (kind) {
    case CsvFaultKind::InvalidUtf8:
        return MessageId::Encoding;
    case CsvFaultKind::QuoteInField:
        return MessageId::QuoteInField;
    case CsvFaultKind::TextAfterQuote:
        return MessageId::TextAfterQuote;
    case CsvFaultKind::QuoteNotClosed:
        return MessageId::QuoteNotClosed;
    case CsvFaultKind::FieldCount:
        return MessageId::FieldCount;
    case CsvFaultKind::RowTooLong:
        break;
    }
    return MessageId::RowTooLong;
}

MessageValues valuesOf(const CsvFault& fault) noexcept {
    return {.n = fault.expected, .found = fault.found, .line = fault.line, .at = fault.column};
}

struct Quarantine::File {
    std::string dataset;
    std::filesystem::path path;
    FilePointer file;
};

Quarantine::Quarantine(std::filesystem::path folder) : folder_(std::move(folder)) {}
Quarantine::~Quarantine() = default;

bool Quarantine::used() const noexcept {
    return !files_.empty();
}

Quarantine::File& Quarantine::fileOf(std::string_view dataset) {
    for (const auto& file : files_) {
        if (file->dataset == dataset) {
            return *file;
        }
    }
    makeFolder(folder_);
    auto file = std::make_unique<File>();
    file->dataset = dataset;
    file->path = folder_ / (std::string(dataset) + ".csv");
    file->file = openForWriting(file->path);
    write(file->file.get(), kHeader, file->path);
    files_.push_back(std::move(file));
    return *files_.back();
}

void Quarantine::add(const QuarantineEntry& entry) {
    File& file = fileOf(entry.dataset);
    line_.clear();
    appendField(entry.file, line_);
    line_ += ',';
    line_ += std::to_string(entry.line);
    line_ += ',';
    appendField(entry.column, line_);
    line_ += ',';
    line_ += codeOf(entry.id);
    line_ += ',';
    appendField(message(entry.id, Language::Zh, entry.values), line_);
    line_ += ',';
    appendField(message(entry.id, Language::En, entry.values), line_);
    line_ += ',';
    appendField(safeRaw(entry.raw), line_);
    line_ += '\n';
    write(file.file.get(), line_, file.path);
}

void Quarantine::finish(const Receipt& receipt, bool always) {
    for (const auto& file : files_) {
        makeDurable(file->file.get(), file->path);
    }
    // A folder that was named and used before may hold files of data sets that are clean now.
    for (const std::string_view dataset : kDatasetNames) {
        const std::filesystem::path path = folder_ / (std::string(dataset) + ".csv");
        const bool ours = std::any_of(files_.begin(), files_.end(),
                                      [&](const auto& file) { return file->dataset == dataset; });
        if (!ours && beginsWithHeader(path)) {
            std::error_code error;
            std::filesystem::remove(path, error);
            if (error) {
                fail("remove", path, error.value());
            }
        }
    }
    if (!used() && !always) {
        return;
    }
    makeFolder(folder_);
    const std::filesystem::path path = folder_ / kReceiptName;
    const FilePointer file = openForWriting(path);
    write(file.get(), receiptText(receipt), path);
    makeDurable(file.get(), path);
    makeDurable(folder_);
    if (const std::filesystem::path parent = std::filesystem::absolute(folder_).parent_path();
        !parent.empty()) {
        makeDurable(parent);
    }
}

void Quarantine::discard() {
    std::error_code ignored;  // what cannot be removed is no reason to hide the refusal that leads here
    for (const auto& file : files_) {
        file->file.reset();
        std::filesystem::remove(file->path, ignored);
    }
    const bool made = used();
    files_.clear();
    if (made && std::filesystem::is_empty(folder_, ignored) && !ignored) {
        std::filesystem::remove(folder_, ignored);
    }
}

}  // namespace xinpu::loaders
