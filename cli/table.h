// cli/table.h
#pragma once
// A table for the terminal: columns aligned by display width (Chinese counts two), numbers to the right.

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace xinpu::cli {

struct TableCell {
    enum class Kind : std::uint8_t { Absent, Text, Number };
    std::string text;
    Kind kind = Kind::Text;
};

/// Collects rows and prints them at once. Without rows only the header is printed.
///
/// Where the table is wider than it may be, its widest text columns are cut ("…") until it fits or each is
/// kTextColumnsMin wide; numbers are never cut, the lines are longer then.
class Table {
public:
    static constexpr std::size_t kTextColumnsMin = 8;

    explicit Table(std::vector<std::string> headers);
    /// As many cells as there are headers.
    void add(std::vector<TableCell> row);
    void print(std::ostream& out, std::optional<unsigned> columns) const;

private:
    struct Column {
        std::string header;
        std::size_t width = 0;
        bool numeric = true;  ///< no text was seen in it, and at least one number
        bool any_number = false;
        bool right() const noexcept { return numeric && any_number; }
    };

    std::vector<Column> columns_;
    std::vector<std::vector<TableCell>> rows_;
};

}  // namespace xinpu::cli
