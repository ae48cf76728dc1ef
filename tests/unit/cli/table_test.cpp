// tests/unit/cli/table_test.cpp
// Layout of terminal tables: widths, alignment, cutting.
#include "cli/table.h"

#include <sstream>

#include <gtest/gtest.h>

#include "cli/text_width.h"

namespace xinpu::cli {
namespace {

using Kind = TableCell::Kind;

std::string printed(const Table& table, std::optional<unsigned> columns) {
    std::ostringstream out;
    table.print(out, columns);
    return out.str();
}

Table penalties() {
    Table table({"name", "hops", "fine"});
    table.add({{"东莞市甲有限公司", Kind::Text}, {"0", Kind::Number}, {"5000.00", Kind::Number}});
    table.add({{"B", Kind::Text}, {"12", Kind::Number}, {"", Kind::Absent}});
    return table;
}

TEST(Table, AlignsChineseByDisplayWidthAndNumbersToTheRight) {
    EXPECT_EQ(printed(penalties(), std::nullopt), "name              hops     fine\n"
                                                  "────────────────  ────  ───────\n"
                                                  "东莞市甲有限公司     0  5000.00\n"
                                                  "B                   12         \n");
}

TEST(Table, CutsTheWidestTextAndNeverANumber) {
    EXPECT_EQ(printed(penalties(), 25), "name        hops     fine\n"
                                        "──────────  ────  ───────\n"
                                        "东莞市甲…      0  5000.00\n"
                                        "B             12         \n");
}

TEST(Table, KeepsAFewColumnsOfTextOnATinyTerminal) {
    EXPECT_EQ(printed(penalties(), 5), "name      hops     fine\n"
                                       "────────  ────  ───────\n"
                                       "东莞市…      0  5000.00\n"
                                       "B           12         \n");
}

TEST(Table, ColumnOfAbsentValuesIsText) {
    Table table({"a", "b"});
    table.add({{"", Kind::Absent}, {"x", Kind::Text}});
    EXPECT_EQ(printed(table, std::nullopt), "a  b\n─  ─\n   x\n");
}

TEST(Table, TextAmongNumbersMakesAColumnOfText) {
    Table table({"value", "end"});
    table.add({{"1", Kind::Number}, {"x", Kind::Text}});
    table.add({{"-", Kind::Text}, {"y", Kind::Text}});
    EXPECT_EQ(printed(table, std::nullopt), "value  end\n─────  ───\n1      x\n-      y\n");
}

TEST(Table, WithoutRowsPrintsItsHeader) {
    EXPECT_EQ(printed(Table({"名称"}), 80), "名称\n────\n");
}

TEST(Table, EveryLineFitsWheneverTextCanGiveWay) {
    for (unsigned columns = 23; columns <= 40; ++columns) {
        std::istringstream lines(printed(penalties(), columns));
        for (std::string line; std::getline(lines, line);) {
            EXPECT_LE(displayWidth(line), columns) << line;
        }
    }
}

}  // namespace
}  // namespace xinpu::cli
