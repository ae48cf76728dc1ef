// cli/result_format.h
#pragma once
// Writes the rows of one result as a table, JSON, JSON lines or CSV.

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xinpu::cli {

enum class Format : std::uint8_t { Table, Json, JsonLines, Csv };

/// The format called `name` ("table", "json", "jsonl", "csv"), or nothing.
std::optional<Format> formatOf(std::string_view name) noexcept;

/// One field of a row, as text and how JSON writes it.
struct Cell {
    enum class Kind : std::uint8_t {
        Null,
        Text,
        Decimal,  ///< an exact number: a JSON string, but aligned as a number
        Number,   ///< a JSON number
        Json,     ///< a whole JSON value: true, a list, a map, a node
    };
    Kind kind = Kind::Null;
    std::string text;

    static Cell null() { return {}; }
    static Cell ofText(std::string text) { return {Kind::Text, std::move(text)}; }
    static Cell ofDecimal(std::string text) { return {Kind::Decimal, std::move(text)}; }
    static Cell ofNumber(std::int64_t number) { return {Kind::Number, std::to_string(number)}; }
    /// `json` must be valid JSON; it is written as it stands.
    static Cell ofJson(std::string json) { return {Kind::Json, std::move(json)}; }
};

using Summary = std::vector<std::pair<std::string, Cell>>;

/// Writes rows as they come; only a table waits for the end. Not used again after finish().
class ResultWriter {
public:
    virtual ~ResultWriter() = default;
    /// As many cells as there are fields.
    virtual void row(std::span<const Cell> cells) = 0;
    /// Ends the output. `summary` becomes the member "summary" of JSON if it is not empty; the other formats
    /// hold rows only.
    virtual void finish(const Summary& summary) = 0;
};

/// `columns`: the width a table may take; nothing where it is not bounded. `out` must outlive the writer.
std::unique_ptr<ResultWriter> makeResultWriter(Format format, std::vector<std::string> fields,
                                               std::ostream& out, std::optional<unsigned> columns);

}  // namespace xinpu::cli
