// tests/unit/cli/result_format_test.cpp
// One result in each output format.
#include "cli/result_format.h"

#include <sstream>

#include <gtest/gtest.h>

namespace xinpu::cli {
namespace {

std::string written(Format format, const Summary& summary = {}) {
    std::ostringstream out;
    const auto writer = makeResultWriter(format, {"name", "hops", "fine", "tags"}, out, 80);
    const std::vector<Cell> first = {Cell::ofText("a \"b\", c\nd"), Cell::ofNumber(-3),
                                     Cell::ofDecimal("5000.00"), Cell::ofJson("[1,null]")};
    const std::vector<Cell> second = {Cell::ofText(""), Cell::null(), Cell::null(), Cell::ofJson("true")};
    writer->row(first);
    writer->row(second);
    writer->finish(summary);
    return out.str();
}

TEST(ResultFormat, Json) {
    EXPECT_EQ(written(Format::Json),
              R"({"fields":["name","hops","fine","tags"],)"
              R"("values":[["a \"b\", c\nd",-3,"5000.00",[1,null]],["",null,null,true]]})"
              "\n");
}

TEST(ResultFormat, JsonWithSummary) {
    const std::string json =
        written(Format::Json, {{"firms", Cell::ofNumber(2)}, {"from", Cell::ofText("2023-11-13")}});
    EXPECT_TRUE(json.ends_with(R"(],"summary":{"firms":2,"from":"2023-11-13"}})"
                               "\n"))
        << json;
}

TEST(ResultFormat, JsonLines) {
    EXPECT_EQ(written(Format::JsonLines, {{"firms", Cell::ofNumber(2)}}),
              R"({"name":"a \"b\", c\nd","hops":-3,"fine":"5000.00","tags":[1,null]})"
              "\n"
              R"({"name":"","hops":null,"fine":null,"tags":true})"
              "\n");
}

TEST(ResultFormat, CsvQuotesAsRfc4180AndTellsEmptyTextFromNull) {
    EXPECT_EQ(written(Format::Csv, {{"firms", Cell::ofNumber(2)}}),
              "name,hops,fine,tags\r\n"
              "\"a \"\"b\"\", c\nd\",-3,5000.00,\"[1,null]\"\r\n"
              "\"\",,,true\r\n");
}

TEST(ResultFormat, Table) {
    EXPECT_EQ(written(Format::Table), "name         hops     fine  tags\n"
                                      "───────────  ────  ───────  ────────\n"
                                      "a \"b\", c\\nd    -3  5000.00  [1,null]\n"
                                      "                            true\n");
}

TEST(ResultFormat, WithoutRows) {
    std::ostringstream json;
    makeResultWriter(Format::Json, {"a"}, json, std::nullopt)->finish({});
    EXPECT_EQ(json.str(), "{\"fields\":[\"a\"],\"values\":[]}\n");
    std::ostringstream csv;
    makeResultWriter(Format::Csv, {"a"}, csv, std::nullopt)->finish({});
    EXPECT_EQ(csv.str(), "a\r\n");
}

TEST(ResultFormat, Names) {
    EXPECT_EQ(formatOf("table"), Format::Table);
    EXPECT_EQ(formatOf("json"), Format::Json);
    EXPECT_EQ(formatOf("jsonl"), Format::JsonLines);
    EXPECT_EQ(formatOf("csv"), Format::Csv);
    EXPECT_EQ(formatOf("xml"), std::nullopt);
    EXPECT_EQ(formatOf(""), std::nullopt);
}

}  // namespace
}  // namespace xinpu::cli
