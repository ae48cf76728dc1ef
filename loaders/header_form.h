// loaders/header_form.h
#pragma once
// Headers of general graph CSV as neo4j-admin writes them: `id:ID(Person)`, `:LABEL`, `:START_ID(Person)`,
// `age:int`.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xinpu::loaders {

enum class ColumnRole : std::uint8_t { Property, Id, StartId, EndId, Label, Type, Ignore };

/// What the text of a property column is read as.
enum class PropertyType : std::uint8_t {
    String,
    Char,
    Boolean,
    Byte,
    Short,
    Int,
    Long,
    Float,
    Double,
    Decimal,  ///< ours: exact
    Date,
    LocalTime,
    Time,
    LocalDateTime,
    DateTime,
    Duration,
    Any,  ///< ours: `type:text`, for properties whose values are of several types (loaders/import_value.h)
};

/// The word that stands in a header, as "localdatetime".
std::string_view nameOf(PropertyType type) noexcept;

struct HeaderColumn {
    ColumnRole role = ColumnRole::Property;
    std::string
        name;  ///< of the property; of an Id column: of the property that keeps the id, empty if none does
    std::string space;  ///< Id, StartId, EndId: which ids belong together; empty is a space of its own
    PropertyType type = PropertyType::String;  ///< Property; Id: of the kept property
    bool array = false;                        ///< `string[]`: elements are separated by the array delimiter
    std::string timezone;                      ///< `time{timezone:+08:00}`: for texts without one; else empty

    friend bool operator==(const HeaderColumn&, const HeaderColumn&) = default;
};

enum class HeaderKind : std::uint8_t { Nodes, Relationships };

/// A header that makes sense: for nodes at most one Id and one Label column; for relationships one StartId,
/// one EndId and at most one Type column; no property twice.
struct GraphHeader {
    HeaderKind kind = HeaderKind::Nodes;
    std::vector<HeaderColumn> columns;

    /// Position of the column with that role, if there is one.
    std::optional<std::size_t> find(ColumnRole role) const noexcept;
};

/// Reads the fields of a header line. Words are taken in upper or lower case; blanks around a field do not
/// count. `file` is named in errors.
/// @throws Error(Data, "HEADER_UNKNOWN" or "HEADER_MISSING") naming file and column
GraphHeader parseGraphHeader(HeaderKind kind, std::span<const std::string_view> fields,
                             std::string_view file);

/// The column as a header names it; parseGraphHeader gives it back.
std::string toText(const HeaderColumn& column);

/// One argument of `import`: `Label:Label=[header.csv,]file` or `TYPE=…`, or only files where the data name
/// their labels or types themselves. With two files and more the first one holds the header, which replaces
/// the first line of each of the others.
struct ImportSource {
    std::vector<std::string> names;  ///< labels, or the one type; may be empty
    std::string header_file;         ///< empty: each file begins with its header
    std::vector<std::string> files;
};

/// @throws Error(Usage) for an argument of another shape
ImportSource parseImportSource(HeaderKind kind, std::string_view argument);

}  // namespace xinpu::loaders
