// loaders/export_file.cpp
// RFC 4180; lists by `;` where that is enough.

#include "loaders/export_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include "loaders/csv_reader.h"
#include "loaders/import_value.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

using engine::Kind;
using engine::Value;

/// The reader knows of so many columns whether a field stood in quotes, which is how an empty text differs
/// from no value.
constexpr std::size_t kQuotesKnown = 64;
constexpr char kArrayDelimiter = ';';

std::uint32_t bit(Kind kind) {
    return 1U << static_cast<unsigned>(kind);
}

std::optional<PropertyType> onlyType(std::uint32_t kinds) {
    return std::has_single_bit(kinds) ? fieldTypeOf(static_cast<Kind>(std::countr_zero(kinds)))
                                      : std::nullopt;
}

}  // namespace

void PropertyUse::see(const Value& value) {
    if (value.kind() != Kind::List) {
        scalars_ |= bit(value.kind());
        return;
    }
    plain_lists_ &= !value.list().empty();
    for (const Value& element : value.list()) {
        elements_ |= bit(element.kind());
        if (element.kind() == Kind::String) {
            plain_lists_ &=
                !element.string().empty() && element.string().find(kArrayDelimiter) == std::string_view::npos;
        }
    }
}

bool PropertyUse::isString() const {
    return scalars_ == bit(Kind::String) && elements_ == 0 && plain_lists_;
}

HeaderColumn PropertyUse::column(std::string_view name) const {
    HeaderColumn column;
    column.name = name;
    column.type = PropertyType::Any;
    if (elements_ == 0 && plain_lists_) {
        column.type = onlyType(scalars_).value_or(PropertyType::Any);
    } else if (scalars_ == 0 && plain_lists_) {
        if (const auto type = onlyType(elements_)) {
            column.type = *type;
            column.array = true;
        }
    }
    return column;
}

void ExportFile::see(const engine::Properties& properties) {
    for (const auto& [key, value] : properties) {
        uses_[key].see(value);
    }
}

void ExportFile::fail() const {
    throw Error(ErrorCode::Io, fmt::format("Cannot write '{}': {}.", path_.string(), std::strerror(errno)));
}

void ExportFile::begin(const std::filesystem::path& path, HeaderKind kind, std::vector<HeaderColumn> fixed,
                       const engine::Catalog& catalog) {
    path_ = path;
    if (fixed.size() + uses_.size() > kCsvColumnsMax) {
        throw Error(ErrorCode::Limit,
                    fmt::format("'{}' would have {} columns; a CSV file may have {}.", path.string(),
                                fixed.size() + uses_.size(), kCsvColumnsMax));
    }
    const bool many = fixed.size() + uses_.size() > kQuotesKnown;
    for (const auto& [key, use] : uses_) {
        HeaderColumn column = use.column(catalog.keys().name(key.value));
        if (many && use.isString()) {
            column.type = PropertyType::Any;
        }
        columns_.emplace_back(key, std::move(column));
    }
    for (const HeaderColumn& column : fixed) {
        field(toText(column), false);
    }
    for (const auto& [key, column] : columns_) {
        field(toText(column), false);
        std::vector<std::string> texts;
        for (const HeaderColumn& each : fixed) {
            texts.push_back(toText(each));
        }
        texts.push_back(toText(column));
        const std::vector<std::string_view> views(texts.begin(), texts.end());
        bool read_back = false;
        try {
            read_back = parseGraphHeader(kind, views, path.string()).columns.back() == column;
        } catch (const Error&) {
            read_back = false;
        }
        if (!read_back) {
            throw Error(
                ErrorCode::Conflict,
                fmt::format("The property name '{}' cannot be written in a CSV header. Rename it first.",
                            column.name));
        }
    }
    file_.reset(std::fopen(path.c_str(), "wxe"));
    if (file_ == nullptr) {
        fail();
    }
    write();
}

void ExportFile::row(const std::vector<std::string>& fixed, const engine::Properties& properties) {
    for (const std::string& text : fixed) {
        field(text, false);
    }
    auto at = properties.begin();
    for (const auto& [key, column] : columns_) {
        while (at != properties.end() && at->first < key) {
            ++at;
        }
        if (at != properties.end() && at->first == key) {
            value(at->second, column);
        } else {
            field({}, false);
        }
    }
    if (line_.size() > kCsvRowBytesMax) {
        throw Error(
            ErrorCode::Limit,
            fmt::format("A record of {} bytes is longer than a row of CSV may be ({} bytes); '{}' holds "
                        "what comes before it.",
                        line_.size(), kCsvRowBytesMax, path_.string()));
    }
    ++rows_;
    write();
}

void ExportFile::value(const Value& value, const HeaderColumn& column) {
    if (column.type == PropertyType::Any) {
        field(anyField(value), false);
        return;
    }
    text_.clear();
    if (column.array) {
        for (const Value& element : value.list()) {
            if (!text_.empty()) {
                text_ += kArrayDelimiter;
            }
            appendField(element, text_);
        }
    } else {
        appendField(value, text_);
    }
    field(text_, true);
}

void ExportFile::field(std::string_view text, bool quote_empty) {
    if (!line_.empty()) {
        line_ += ',';
    }
    if (text.empty() ? !quote_empty
                     : text.find_first_of(std::string_view(",\"\r\n\0", 5)) == std::string_view::npos) {
        line_ += text;
        return;
    }
    line_ += '"';
    for (const char c : text) {
        line_ += c;
        if (c == '"') {
            line_ += '"';
        }
    }
    line_ += '"';
}

void ExportFile::write() {
    line_ += '\n';
    if (std::fwrite(line_.data(), 1, line_.size(), file_.get()) != line_.size()) {
        fail();
    }
    line_.clear();
}

void ExportFile::finish() {
    if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) {
        fail();
    }
    file_.reset();
}

}  // namespace xinpu::loaders
