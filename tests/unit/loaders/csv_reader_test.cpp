// tests/unit/loaders/csv_reader_test.cpp
// The CSV reader: forms of rows, what is wrong with broken ones, and that the seams of its buffer never show.

#include "loaders/csv_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

const char* nameOf(CsvFaultKind kind) {
    switch (kind) {
    case CsvFaultKind::InvalidUtf8:
        return "InvalidUtf8";
    case CsvFaultKind::QuoteInField:
        return "QuoteInField";
    case CsvFaultKind::TextAfterQuote:
        return "TextAfterQuote";
    case CsvFaultKind::QuoteNotClosed:
        return "QuoteNotClosed";
    case CsvFaultKind::FieldCount:
        return "FieldCount";
    case CsvFaultKind::RowTooLong:
        return "RowTooLong";
    }
    return "?";
}

/// A row as "2: a|<b>" (in <> what stood in quotes), a fault as "2: FieldCount at 2:5 field 1 raw a,b".
std::string readNext(CsvReader& reader) {
    const CsvReader::Step step = reader.next();
    if (step == CsvReader::Step::End) {
        return {};
    }
    if (step == CsvReader::Step::Fault) {
        const CsvFault& fault = reader.fault();
        return std::to_string(fault.row_line) + ": " + nameOf(fault.kind) + " at " +
               std::to_string(fault.line) + ":" + std::to_string(fault.column) + " field " +
               std::to_string(fault.field) + " raw " + std::string(fault.raw);
    }
    const CsvRow& row = reader.row();
    std::string text = std::to_string(row.line) + ": ";
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        text += i == 0 ? "" : "|";
        text += row.quoted(i) ? "<" + std::string(row.fields[i]) + ">" : std::string(row.fields[i]);
    }
    return text;
}

std::vector<std::string> readAll(CsvReader reader) {
    std::vector<std::string> texts;
    for (std::string text = readNext(reader); !text.empty(); text = readNext(reader)) {
        texts.push_back(text);
    }
    EXPECT_EQ(reader.bytesRead(), reader.bytesTotal());
    return texts;
}

std::vector<std::string> readAll(std::string_view bytes, CsvOptions options) {
    return readAll(CsvReader(bytes, "test.csv", std::move(options)));
}

struct File {
    const char* name;
    std::string bytes;
    std::vector<std::string> expected;
};
const File kFiles[] = {
    {"empty", "", {}},
    {"only_a_mark", "\xEF\xBB\xBF", {}},
    {"only_line_ends", "\n\r\n\n", {}},
    {"header_only", "a,b\n", {"1: a|b"}},
    {"no_last_line_end", "a,b\n1,2", {"1: a|b", "2: 1|2"}},
    {"crlf", "a,b\r\n1,2\r\n", {"1: a|b", "2: 1|2"}},
    {"mixed_line_ends", "a,b\r\n1,2\n3,4\r\n", {"1: a|b", "2: 1|2", "3: 3|4"}},
    {"cr_at_the_end_of_the_file", "a,b\r\n1,2\r", {"1: a|b", "2: 1|2"}},
    {"cr_inside_a_field", "a,b\n1\r2,3\n", {"1: a|b", "2: 1\r2|3"}},
    {"mark",
     "\xEF\xBB\xBF"
     "a,b\n1,2\n",
     {"1: a|b", "2: 1|2"}},
    {"empty_fields", "a,b,c\n,,\n1,,\n,,3\n", {"1: a|b|c", "2: ||", "3: 1||", "4: ||3"}},
    {"empty_last_field_at_the_end", "a,b\n1,", {"1: a|b", "2: 1|"}},
    {"blanks_belong_to_the_field", "a, b \n", {"1: a| b "}},
    {"blank_lines_are_left_out", "a,b\n\n1,2\n\r\n\n3,4\n\n", {"1: a|b", "3: 1|2", "6: 3|4"}},
    {"one_column", "a\n1\n\n2\n", {"1: a", "2: 1", "4: 2"}},
    {"one_column_with_quoted_nothing", "a\n\"\"\n", {"1: a", "2: <>"}},
    {"quotes", "a,\"b\"\n\"1\",2\n", {"1: a|<b>", "2: <1>|2"}},
    {"quotes_crlf", "a,\"b\"\r\n\"1\",\"2\"\r\n", {"1: a|<b>", "2: <1>|<2>"}},
    {"quotes_at_the_end_of_the_file", "a,\"b\"", {"1: a|<b>"}},
    {"quotes_and_cr_at_the_end_of_the_file", "a,\"b\"\r", {"1: a|<b>"}},
    {"quoted_cr_is_kept", "a,\"b\r\"\r\n", {"1: a|<b\r>"}},
    {"doubled_quotes", "\"\"\"a\"\"\",\"b\"\"b\"\n\"\"\"\",\"\"\n", {"1: <\"a\">|<b\"b>", "2: <\">|<>"}},
    {"delimiter_in_quotes", "a,b\n\"1,1\",2\n", {"1: a|b", "2: <1,1>|2"}},
    {"line_ends_in_quotes", "a,b\n\"1\n1\r\n1\",2\n3,4\n", {"1: a|b", "2: <1\n1\r\n1>|2", "5: 3|4"}},
    {"chinese", "名称,领域\n\"东莞，一\",公安\n", {"1: 名称|领域", "2: <东莞，一>|公安"}},
    {"nul_bytes_are_bytes", std::string("a,b\n\0,\0\n", 8), {"1: a|b", std::string("2: \0|\0", 6)}},
    {"too_few_fields",
     "a,b,c\n1,2\n1,2,3\n",
     {"1: a|b|c", "2: FieldCount at 2:4 field 1 raw 1,2", "3: 1|2|3"}},
    {"too_many_fields",
     "a,b\r\n1,2,3\r\n1,2\r\n",
     {"1: a|b", "2: FieldCount at 2:6 field 1 raw 1,2,3", "3: 1|2"}},
    {"too_few_fields_after_line_ends",
     "a,b\n\"1\n1\"\n1,2\n",
     {"1: a|b", "2: FieldCount at 3:3 field 0 raw \"1\n1\"", "4: 1|2"}},
    {"quote_in_a_field",
     "a,b\n1,东\"2\n3,4\n",
     {"1: a|b", "2: QuoteInField at 2:4 field 1 raw 1,东\"2", "3: 3|4"}},
    {"text_after_a_quote",
     "a,b\n\"1\"x,2\n3,4\n",
     {"1: a|b", "2: TextAfterQuote at 2:4 field 0 raw \"1\"x,2", "3: 3|4"}},
    {"cr_after_a_quote",
     "a,b\n\"1\"\r2,3\n4,5\n",
     {"1: a|b", "2: TextAfterQuote at 2:4 field 0 raw \"1\"\r2,3", "3: 4|5"}},
    {"stray_quote_costs_one_row",
     "a,b\n1,\"2\n3,4\n\"5\",6\n7,8\n",
     {"1: a|b", "2: TextAfterQuote at 4:2 field 1 raw 1,\"2", "3: 3|4", "4: <5>|6", "5: 7|8"}},
    {"quote_open_to_the_end",
     "a,b\n1,\"2\r\n3,4\n",
     {"1: a|b", "2: QuoteNotClosed at 2:3 field 1 raw 1,\"2", "3: 3|4"}},
    {"quote_as_last_byte", "a,b\n1,\"", {"1: a|b", "2: QuoteNotClosed at 2:3 field 1 raw 1,\""}},
    {"gbk",
     "a,b\n\xB6\xAB\xDD\xB8,1\n2,3\n",
     {"1: a|b", "2: InvalidUtf8 at 2:1 field 0 raw \xB6\xAB\xDD\xB8,1", "3: 2|3"}},
    {"broken_in_the_second_field",
     "a,b\n东莞,x\xFFy\n2,3\n",
     {"1: a|b", "2: InvalidUtf8 at 2:5 field 1 raw 东莞,x\xFFy", "3: 2|3"}},
    {"broken_in_quotes_on_its_second_line",
     "a,b\n1,\"x\ny\xE4\xB8\"\n2,3\n",
     {"1: a|b", "2: InvalidUtf8 at 3:2 field 1 raw 1,\"x\ny\xE4\xB8\"", "4: 2|3"}},
    {"cut_at_the_end_of_the_file",
     "a,b\n1,\xE4\xB8",
     {"1: a|b", "2: InvalidUtf8 at 2:3 field 1 raw 1,\xE4\xB8"}},
};
class CsvFile : public testing::TestWithParam<File> {};
TEST_P(CsvFile, IsRead) {
    EXPECT_EQ(readAll(GetParam().bytes, {}), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Loaders, CsvFile, testing::ValuesIn(kFiles),
                         [](const auto& tested) { return tested.param.name; });

/// The window is refilled 256 KiB at a time: the seam is laid over every byte of every file above.
TEST_P(CsvFile, IsReadTheSameAcrossASeam) {
    constexpr std::size_t kSeam = std::size_t{256} << 10;
    const File& file = GetParam();
    if (file.bytes.empty() || file.expected.empty() || file.bytes.starts_with("\xEF")) {
        return;
    }
    const std::vector<std::string> alone = readAll(file.bytes, {});
    for (std::size_t shift = 0; shift <= file.bytes.size() + 1; ++shift) {
        // Lines with nothing on them before the file: they change line numbers and nothing else.
        const std::size_t blank = kSeam - shift;
        const std::string bytes = std::string(blank, '\n') + file.bytes;
        CsvReader seamed(bytes, "seamed.csv", {});
        for (const std::string& text : alone) {
            std::string shifted = readNext(seamed);
            // the line numbers are larger by `blank`: compare what follows them
            EXPECT_EQ(shifted.substr(shifted.find(": ")).substr(0, 6),
                      text.substr(text.find(": ")).substr(0, 6));
            const auto tail = [](const std::string& t) {
                return t.substr(std::min(t.find(" field "), t.size()));
            };
            EXPECT_EQ(tail(shifted), tail(text)) << "seam at byte " << shift;
            EXPECT_EQ(std::stoull(shifted), std::stoull(text) + blank);
        }
        EXPECT_EQ(readNext(seamed), "");
    }
}

TEST(CsvReader, OtherDelimiters) {
    EXPECT_EQ(readAll("a;b\n1,1;2\n", {.delimiter = ';'}), (std::vector<std::string>{"1: a|b", "2: 1,1|2"}));
    EXPECT_EQ(readAll("a\tb\n1\t\n", {.delimiter = '\t'}), (std::vector<std::string>{"1: a|b", "2: 1|"}));
    EXPECT_EQ(readAll("a|b\n\"1|\"|2\n", {.delimiter = '|'}),
              (std::vector<std::string>{"1: a|b", "2: <1|>|2"}));
    for (const char delimiter : {'"', '\n', '\r', '\0', '\xC2'}) {
        EXPECT_THROW(CsvReader("a", "x", {.delimiter = delimiter}), Error);
    }
}

TEST(CsvReader, Utf16IsRefusedByName) {
    for (const std::string_view bytes : {std::string_view("\xFF\xFE"
                                                          "a\0",
                                                          4),
                                         std::string_view("\xFE\xFF\0a", 4)}) {
        try {
            CsvReader reader(bytes, "sheet.csv", {});
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Data);
            EXPECT_EQ(error.detail(), "ENCODING");
            EXPECT_NE(error.message().find("sheet.csv"), std::string::npos);
        }
    }
}

TEST(CsvReader, ALineWithoutEndIsGivenUp) {
    const std::string bytes = "a,b\n" + std::string(3'000'000, 'x') + "\n1,2\n";
    CsvReader reader(bytes, "x", {});
    EXPECT_EQ(readNext(reader), "1: a|b");
    ASSERT_EQ(reader.next(), CsvReader::Step::Fault);
    EXPECT_EQ(reader.fault().kind, CsvFaultKind::RowTooLong);
    EXPECT_EQ(reader.fault().line, 2U);
    EXPECT_LE(reader.fault().raw.size(), kCsvRowBytesMax + (std::size_t{1} << 20));
    EXPECT_EQ(readNext(reader), "3: 1|2");
    EXPECT_EQ(readNext(reader), "");
}

TEST(CsvReader, ALineWithoutEndAtTheEndOfTheFileIsGivenUp) {
    const std::string bytes(3'000'000, 'x');
    CsvReader whole(bytes, "x", {});
    ASSERT_EQ(whole.next(), CsvReader::Step::Fault);
    EXPECT_EQ(whole.next(), CsvReader::Step::End);
    EXPECT_EQ(whole.bytesRead(), bytes.size());
}

TEST(CsvReader, ARowOfTheLongestLengthIsRead) {
    const std::string longest(kCsvRowBytesMax - 3, 'x');
    const std::string bytes = "a,b\n" + longest + ",1\n" + longest + "x,1\n2,3\n";
    CsvReader both(bytes, "x", {});
    EXPECT_EQ(readNext(both), "1: a|b");
    ASSERT_EQ(both.next(), CsvReader::Step::Row);
    EXPECT_EQ(both.row().fields[0].size(), longest.size());
    ASSERT_EQ(both.next(), CsvReader::Step::Fault);
    EXPECT_EQ(both.fault().kind, CsvFaultKind::RowTooLong);
    EXPECT_EQ(readNext(both), "4: 2|3");
}

TEST(CsvReader, AQuoteThatIsNeverClosedIsGivenUpAfterTheLongestRow) {
    std::string bytes = "a,b\n1,\"2\n";
    for (int i = 0; i < 200'000; ++i) {
        bytes += "3333,4444\n";
    }
    CsvReader reader(bytes, "x", {});
    EXPECT_EQ(readNext(reader), "1: a|b");
    EXPECT_EQ(readNext(reader), "2: QuoteNotClosed at 2:3 field 1 raw 1,\"2");
    std::size_t rows = 0;
    for (; reader.next() == CsvReader::Step::Row; ++rows) {
    }
    EXPECT_EQ(rows, 200'000U);
    EXPECT_EQ(reader.bytesRead(), bytes.size());
}

TEST(CsvReader, TooManyColumnsAreGivenUp) {
    const std::string bytes =
        std::string(kCsvColumnsMax, ',') + "\n" + std::string(kCsvColumnsMax - 1, ',') + "\n";
    CsvReader reader(bytes, "x", {});
    ASSERT_EQ(reader.next(), CsvReader::Step::Fault);
    EXPECT_EQ(reader.fault().kind, CsvFaultKind::RowTooLong);
    ASSERT_EQ(reader.next(), CsvReader::Step::Row);
    EXPECT_EQ(reader.row().fields.size(), kCsvColumnsMax);
}

TEST(CsvReader, WhatWasWrittenIsReadAgain) {
    std::mt19937 random(20261124);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    constexpr const char* kPieces[] = {
        "a", "东", "\"", ",", "\n", "\r\n", "\r", "\r", " ", "xyzxyzxyzxyzxyzxyzxyz", "𠮷", ""};
    for (int round = 0; round < 300; ++round) {
        const std::size_t columns = 2 + below(20);
        std::string bytes;
        std::vector<std::vector<std::string>> rows(1 + below(200));
        for (auto& row : rows) {
            for (std::size_t i = 0; i < columns; ++i) {
                std::string field;
                for (unsigned n = below(6); n > 0; --n) {
                    field += kPieces[below(std::size(kPieces))];
                }
                const bool quote = field.find_first_of("\",\r\n") != std::string::npos || below(4) == 0;
                bytes += i == 0 ? "" : ",";
                if (quote) {
                    bytes += '"';
                    for (const char c : field) {
                        bytes += c == '"' ? "\"\"" : std::string(1, c);
                    }
                    bytes += '"';
                } else {
                    bytes += field;
                }
                row.push_back(field);
            }
            bytes += below(2) == 0 ? "\n" : "\r\n";
        }
        CsvReader reader(bytes, "x", {});
        for (const auto& row : rows) {
            ASSERT_EQ(reader.next(), CsvReader::Step::Row);
            ASSERT_EQ(std::vector<std::string>(reader.row().fields.begin(), reader.row().fields.end()), row);
        }
        ASSERT_EQ(reader.next(), CsvReader::Step::End);
    }
}

TEST(CsvReader, HandsOutEveryByteOnce) {
    std::string bytes;
    for (int i = 0; i < 100'000; ++i) {
        bytes += "12345,67890\n";
    }
    std::string seen;
    CsvReader reader(bytes, "x", {.onBytes = [&](std::span<const std::byte> piece) {
                         seen.append(reinterpret_cast<const char*>(piece.data()), piece.size());
                     }});
    while (reader.next() != CsvReader::Step::End) {
    }
    EXPECT_EQ(seen, bytes);
}

class CsvOnDisk : public testing::Test {
protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("xinpu-csv-" + std::to_string(std::random_device{}()));
        std::filesystem::create_directory(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(CsvOnDisk, AFileIsReadLikeItsBytes) {
    std::string bytes = "a,b\n";
    for (int i = 0; i < 60'000; ++i) {
        bytes += std::to_string(i) + ",\"东莞\n" + std::to_string(i) + "\"\n";
    }
    const std::string path = folder_ / "x.csv";
    std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_EQ(readAll(CsvReader(path, CsvOptions{})), readAll(bytes, {}));
    EXPECT_EQ(CsvReader(path, CsvOptions{}).bytesTotal(), bytes.size());
    EXPECT_EQ(CsvReader(path, CsvOptions{}).name(), path);
}

TEST_F(CsvOnDisk, WhatIsNoFileIsRefused) {
    for (const std::string& path : {std::string(folder_ / "absent.csv"), std::string(folder_)}) {
        try {
            CsvReader reader(path, CsvOptions{});
            FAIL() << path;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Usage);
            EXPECT_NE(error.message().find(path), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace xinpu::loaders
