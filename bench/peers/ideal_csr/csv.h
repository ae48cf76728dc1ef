// bench/peers/ideal_csr/csv.h
#pragma once
// Reads the generator's CSV files: no quotes, known columns, everything in memory.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace xinpu::bench {

inline constexpr int kOpenDate = 99991231;  ///< the valid_to of what has not ended

/// The whole file; ends the program with a message if it cannot be read.
std::string readFile(const std::string& path);

using Cells = std::array<std::string_view, 10>;

/// Calls `visit(const Cells&)` for each row of `text` but the header. Cells borrow `text`.
template <typename Visit>
void forEachRow(std::string_view text, Visit&& visit) {
    text.remove_prefix(text.find('\n') + 1);
    Cells cells;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        std::size_t count = 0;
        for (std::size_t comma; count + 1 < cells.size() && (comma = line.find(',')) != line.npos;) {
            cells[count++] = line.substr(0, comma);
            line.remove_prefix(comma + 1);
        }
        cells[count] = line;
        visit(cells);
    }
}

/// `2026-11-24` as 20261124, absent as kOpenDate: order is all that is needed here.
int parseDate(std::string_view text);

/// A number with two places, in hundredths.
std::uint64_t parseHundredths(std::string_view text);

}  // namespace xinpu::bench
