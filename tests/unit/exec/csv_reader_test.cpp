// tests/unit/exec/csv_reader_test.cpp
// RFC 4180 by example.

#include "query/exec/csv_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "xinpu/error.h"

namespace xinpu::query {
namespace {

struct Case {
    const char* name;
    const char* bytes;
    std::vector<std::vector<std::string>> records;
};

const Case kCases[] = {
    {"plain", "a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
    {"no_end_of_line", "a,b", {{"a", "b"}}},
    {"carriage_returns", "a,b\r\nc\r\n", {{"a", "b"}, {"c"}}},
    {"empty_lines", "\n\na\n\nb\n\n", {{"a"}, {"b"}}},
    {"empty_fields", ",a,\n", {{"", "a", ""}}},
    {"quotes", "\"a,b\",\"say \"\"hi\"\"\"\n", {{"a,b", "say \"hi\""}}},
    {"line_inside_quotes", "\"a\nb\",c\n", {{"a\nb", "c"}}},
    {"byte_order_mark",
     "\xef\xbb\xbf"
     "a,b\n",
     {{"a", "b"}}},
    {"quote_inside", "a\"b,c\n", {{"a\"b", "c"}}},
    {"utf8", "\xe4\xbf\xa1,\xf0\x9f\x98\x80\n", {{"\xe4\xbf\xa1", "\xf0\x9f\x98\x80"}}},
    {"nothing", "", {}},
};

/// A file of its own for each test; removed by the caller.
std::string write(const std::string& bytes) {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::replace(name.begin(), name.end(), '/', '-');
    const std::string file = (std::filesystem::temp_directory_path() / ("xinpu-csv-" + name)).string();
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
}

class CsvRecords : public testing::TestWithParam<Case> {};

TEST_P(CsvRecords, AreRead) {
    const std::string file = write(GetParam().bytes);
    CsvReader reader(file, ',');
    std::vector<std::vector<std::string>> records;
    while (const auto record = reader.next()) {
        std::vector<std::string>& texts = records.emplace_back();
        for (const CsvField& field : *record) {
            texts.push_back(field.text);
        }
    }
    EXPECT_EQ(records, GetParam().records);
    std::filesystem::remove(file);
}

INSTANTIATE_TEST_SUITE_P(Exec, CsvRecords, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

struct Fault {
    const char* name;
    const char* bytes;
};
const Fault kFaults[] = {
    {"quote_without_end", "a\n\"b"},    {"stray_byte", "a\n\xff\n"},
    {"cut_short", "a\n\xe4\xb8\n"},     {"overlong", "a\n\xc0\xaf\n"},
    {"surrogate", "a\n\xed\xa0\x80\n"}, {"too_great", "a\n\xf4\x90\x80\x80\n"},
};

class CsvFaults : public testing::TestWithParam<Fault> {};

TEST_P(CsvFaults, AreRefused) {
    const std::string file = write(GetParam().bytes);
    CsvReader reader(file, ',');
    EXPECT_TRUE(reader.next());
    EXPECT_THROW(reader.next(), Error);
    std::filesystem::remove(file);
}

INSTANTIATE_TEST_SUITE_P(Exec, CsvFaults, testing::ValuesIn(kFaults),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace xinpu::query
