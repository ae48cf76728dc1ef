// loaders/export_file.h
#pragma once
// One CSV file of an export: its columns, chosen from the values seen, and its rows.

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/catalog/catalog.h"
#include "engine/graph/record.h"
#include "loaders/header_form.h"

namespace xinpu::loaders {

/// Which values a property has in one file.
class PropertyUse {
public:
    void see(const engine::Value& value);
    /// The column that holds all of them without loss.
    HeaderColumn column(std::string_view name) const;
    bool isString() const;

private:
    std::uint32_t scalars_ = 0;   ///< a bit a kind
    std::uint32_t elements_ = 0;  ///< kinds inside lists
    bool plain_lists_ = true;     ///< no list is empty, no element needs more than a delimiter
};

/// First see() every record, then begin(), then row() for each.
class ExportFile {
public:
    ExportFile() = default;

    void see(const engine::Properties& properties);
    /// Makes the file. `fixed`: the columns before the properties.
    /// @throws Error(Conflict) a name that a header cannot say; Error(Limit) too many columns; Error(Io)
    void begin(const std::filesystem::path& path, HeaderKind kind, std::vector<HeaderColumn> fixed,
               const engine::Catalog& catalog);
    /// `fixed`: texts of the fixed columns. @throws Error(Limit), Error(Io)
    void row(const std::vector<std::string>& fixed, const engine::Properties& properties);
    /// Makes it durable. @throws Error(Io)
    void finish();
    std::uint64_t rows() const noexcept { return rows_; }

private:
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    void field(std::string_view text, bool quote_empty);
    void value(const engine::Value& value, const HeaderColumn& column);
    void write();
    [[noreturn]] void fail() const;

    std::map<engine::KeyId, PropertyUse> uses_;
    std::vector<std::pair<engine::KeyId, HeaderColumn>> columns_;
    std::filesystem::path path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::string line_;
    std::string text_;
    std::uint64_t rows_ = 0;
};

}  // namespace xinpu::loaders
