// cli/table.cpp
// Lays out the columns of a terminal table and prints it.
#include "cli/table.h"

#include <algorithm>
#include <ostream>

#include "cli/text_width.h"
#include "xinpu/assert.h"

namespace xinpu::cli {
namespace {

constexpr std::size_t kGap = 2;  // spaces between two columns

std::size_t totalWidth(const std::vector<std::size_t>& widths) noexcept {
    std::size_t total = widths.empty() ? 0 : kGap * (widths.size() - 1);
    for (const std::size_t width : widths) {
        total += width;
    }
    return total;
}

void printCell(std::ostream& out, const std::string& text, std::size_t width, bool right, bool last) {
    const std::string shown = fitted(text, width);
    const std::size_t taken = displayWidth(shown);
    const std::string padding(width > taken ? width - taken : 0, ' ');
    if (right) {
        out << padding << shown;
    } else {
        out << shown;
        if (!last) {  // no blanks at the end of a line
            out << padding;
        }
    }
    out << (last ? "\n" : std::string(kGap, ' '));
}

}  // namespace

Table::Table(std::vector<std::string> headers) {
    for (std::string& header : headers) {
        Column column;
        column.header = withoutControls(header);
        column.width = std::max<std::size_t>(displayWidth(column.header), 1);
        columns_.push_back(std::move(column));
    }
}

void Table::add(std::vector<TableCell> row) {
    XINPU_ASSERT(row.size() == columns_.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i].text = withoutControls(row[i].text);
        columns_[i].width = std::max(columns_[i].width, displayWidth(row[i].text));
        columns_[i].numeric = columns_[i].numeric && row[i].kind != TableCell::Kind::Text;
        columns_[i].any_number = columns_[i].any_number || row[i].kind == TableCell::Kind::Number;
    }
    rows_.push_back(std::move(row));
}

void Table::print(std::ostream& out, std::optional<unsigned> columns) const {
    if (columns_.empty()) {
        return;
    }
    std::vector<std::size_t> widths;
    for (const Column& column : columns_) {
        widths.push_back(column.width);
    }
    while (columns && totalWidth(widths) > *columns) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool may_shrink = !columns_[i].right() && widths[i] > kTextColumnsMin;
            if (may_shrink && (widest == widths.size() || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        if (widest == widths.size()) {
            break;
        }
        --widths[widest];
    }

    const std::size_t last = columns_.size() - 1;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        printCell(out, columns_[i].header, widths[i], columns_[i].right(), i == last);
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        for (std::size_t dash = 0; dash < widths[i]; ++dash) {
            out << "─";
        }
        out << (i == last ? "\n" : std::string(kGap, ' '));
    }
    for (const std::vector<TableCell>& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            printCell(out, row[i].text, widths[i], columns_[i].right(), i == last);
        }
    }
}

}  // namespace xinpu::cli
