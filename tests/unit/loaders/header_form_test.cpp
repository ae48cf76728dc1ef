// tests/unit/loaders/header_form_test.cpp
// Headers of general graph CSV: what they mean, what is refused with which words, and that they are written
// again.

#include "loaders/header_form.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "loaders/csv_reader.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> fields;
    for (;;) {
        const std::size_t at = text.find('|');
        fields.push_back(text.substr(0, at));
        if (at == std::string_view::npos) {
            return fields;
        }
        text.remove_prefix(at + 1);
    }
}

std::string written(const GraphHeader& header) {
    std::string text;
    for (const HeaderColumn& column : header.columns) {
        text += text.empty() ? "" : "|";
        text += toText(column);
    }
    return text;
}

struct Form {
    const char* name;
    HeaderKind kind;
    const char* header;   ///< columns separated by |
    const char* written;  ///< as toText gives them
};
constexpr Form kForms[] = {
    {"plain_names_are_strings", HeaderKind::Nodes, ":ID|name", ":ID|name:string"},
    {"kept_id", HeaderKind::Nodes, "personId:ID|name", "personId:ID|name:string"},
    {"id_space", HeaderKind::Nodes, "personId:ID(Person-ID)|:LABEL", "personId:ID(Person-ID)|:LABEL"},
    {"id_space_with_blanks", HeaderKind::Nodes, ":ID( Person ID )", ":ID(Person ID)"},
    {"id_type", HeaderKind::Nodes, "id:ID(Person){id-type:long}", "id:ID(Person){id-type:long}"},
    {"without_id", HeaderKind::Nodes, "name|:LABEL", "name:string|:LABEL"},
    {"upper_case", HeaderKind::Nodes, "id:ID(Person)|firstName:STRING|birthday:LONG",
     "id:ID(Person)|firstName:string|birthday:long"},
    {"lower_case_roles", HeaderKind::Nodes, "x:id|:label|:ignore", "x:ID|:LABEL|:IGNORE"},
    {"ignored_with_a_name", HeaderKind::Nodes, ":ID|note:IGNORE|:IGNORE", ":ID|:IGNORE|:IGNORE"},
    {"every_type", HeaderKind::Nodes,
     "a:int|b:long|c:float|d:double|e:boolean|f:string|g:date|h:localtime|i:time|j:localdatetime|k:datetime|"
     "l:duration|"
     "m:decimal|n:byte|o:short|p:char",
     "a:int|b:long|c:float|d:double|e:boolean|f:string|g:date|h:localtime|i:time|j:localdatetime|k:datetime|"
     "l:duration|"
     "m:decimal|n:byte|o:short|p:char"},
    {"other_words_for_types", HeaderKind::Nodes, "a:integer|b:bool", "a:int|b:boolean"},
    {"arrays", HeaderKind::Nodes, "a:string[]|b:INT[]|c:datetime[]", "a:string[]|b:int[]|c:datetime[]"},
    {"timezone", HeaderKind::Nodes, "at:datetime{timezone:Asia/Shanghai}|t:time{timezone:+08:00}",
     "at:datetime{timezone:Asia/Shanghai}|t:time{timezone:+08:00}"},
    {"colon_in_a_name", HeaderKind::Nodes, "ns:name:string", "ns:name:string"},
    {"blanks_around", HeaderKind::Nodes, " :ID | name : int ", ":ID|name:int"},
    {"chinese", HeaderKind::Nodes, "代码:ID(企业)|名称", "代码:ID(企业)|名称:string"},
    {"relationships", HeaderKind::Relationships, ":START_ID(Executive)|jobs|:END_ID(Stock)|:TYPE",
     ":START_ID(Executive)|jobs:string|:END_ID(Stock)|:TYPE"},
    {"relationships_without_type", HeaderKind::Relationships, ":START_ID|:END_ID|share:decimal",
     ":START_ID|:END_ID|share:decimal"},
};
class GraphHeaderForm : public testing::TestWithParam<Form> {};
TEST_P(GraphHeaderForm, IsRead) {
    const std::vector<std::string_view> fields = split(GetParam().header);
    const GraphHeader header = parseGraphHeader(GetParam().kind, fields, "x.csv");
    EXPECT_EQ(header.columns.size(), fields.size());
    const std::string text = written(header);
    EXPECT_EQ(text, GetParam().written);
    const std::vector<std::string_view> again = split(text);
    EXPECT_EQ(parseGraphHeader(GetParam().kind, again, "x.csv").columns, header.columns);
}
INSTANTIATE_TEST_SUITE_P(Loaders, GraphHeaderForm, testing::ValuesIn(kForms),
                         [](const auto& tested) { return tested.param.name; });

struct Refused {
    const char* name;
    HeaderKind kind;
    const char* header;
    const char* detail;
    const char* message;
};
constexpr Refused kRefused[] = {
    {"unknown_type", HeaderKind::Nodes, ":ID|age:number", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 2 ('age:number'): the type 'number' is not known. Types are string, char, "
     "boolean, byte, "
     "short, int, long, float, double, decimal, date, localtime, time, localdatetime, datetime, duration, "
     "any, "
     "each also with "
     "[]."},
    {"no_type_after_the_colon", HeaderKind::Nodes, "age:", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 1 ('age:'): the type '' is not known. Types are string, char, boolean, byte, "
     "short, int, "
     "long, float, double, decimal, date, localtime, time, localdatetime, datetime, duration, any, each also "
     "with "
     "[]."},
    {"no_name", HeaderKind::Nodes, ":ID|", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 2 (''): a property needs a name; write :IGNORE to leave a column out."},
    {"no_name_with_type", HeaderKind::Nodes, ":int", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 1 (':int'): a property needs a name; write :IGNORE to leave a column out."},
    {"two_ids", HeaderKind::Nodes, "a:ID|b|c:ID", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 3 ('c:ID'): column 1 says the same; only one can."},
    {"property_twice", HeaderKind::Nodes, "b:ID|a|a:int", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 3 ('a'): column 2 holds the same property."},
    {"property_and_id", HeaderKind::Nodes, "a:ID|a", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 2 ('a'): column 1 holds the same property."},
    {"label_with_a_name", HeaderKind::Nodes, "kind:LABEL", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 1 ('kind:LABEL'): a :LABEL column has no name."},
    {"space_of_a_property", HeaderKind::Nodes, "a:int(Person)", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 1 ('a:int(Person)'): only :ID, :START_ID and :END_ID have a space in "
     "brackets."},
    {"option_unknown", HeaderKind::Nodes, "a:date{timezone:+08:00}", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 1 ('a:date{timezone:+08:00}'): the option 'timezone:+08:00' is not known "
     "here. There are "
     "timezone (of time and datetime) and id-type (of ID)."},
    {"start_in_nodes", HeaderKind::Nodes, ":START_ID", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 1 (':START_ID'): this column belongs to relationships, the file is read as "
     "nodes."},
    {"label_in_relationships", HeaderKind::Relationships, ":START_ID|:END_ID|:LABEL", "HEADER_UNKNOWN",
     "Header of 'x.csv', column 3 (':LABEL'): this column belongs to nodes, the file is read as "
     "relationships."},
    {"no_start", HeaderKind::Relationships, ":END_ID|a", "HEADER_MISSING",
     "Header of 'x.csv': relationships need a column :START_ID."},
    {"no_end", HeaderKind::Relationships, ":START_ID|a", "HEADER_MISSING",
     "Header of 'x.csv': relationships need a column :END_ID."},
};
class GraphHeaderRefused : public testing::TestWithParam<Refused> {};
TEST_P(GraphHeaderRefused, NamesFileAndColumn) {
    try {
        parseGraphHeader(GetParam().kind, split(GetParam().header), "x.csv");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Data);
        EXPECT_EQ(error.detail(), GetParam().detail);
        EXPECT_EQ(error.message(), GetParam().message);
    }
}
INSTANTIATE_TEST_SUITE_P(Loaders, GraphHeaderRefused, testing::ValuesIn(kRefused),
                         [](const auto& tested) { return tested.param.name; });

TEST(GraphHeader, FindsColumnsByRole) {
    const GraphHeader header =
        parseGraphHeader(HeaderKind::Relationships, split(":START_ID(A)|x|:END_ID(B)|:TYPE"), "x");
    EXPECT_EQ(header.find(ColumnRole::StartId), 0U);
    EXPECT_EQ(header.find(ColumnRole::EndId), 2U);
    EXPECT_EQ(header.find(ColumnRole::Type), 3U);
    EXPECT_EQ(header.find(ColumnRole::Label), std::nullopt);
    EXPECT_EQ(header.columns[0].space, "A");
}

struct Source {
    const char* name;
    HeaderKind kind;
    const char* argument;
    std::vector<std::string> names;
    const char* header;
    std::vector<std::string> files;
};
const Source kSources[] = {
    {"label_and_file", HeaderKind::Nodes, "Company=company.csv", {"Company"}, "", {"company.csv"}},
    {"header_file", HeaderKind::Nodes, "Company=h.csv,company.csv", {"Company"}, "h.csv", {"company.csv"}},
    {"several_files",
     HeaderKind::Nodes,
     "Company=h.csv,a.csv,b.csv",
     {"Company"},
     "h.csv",
     {"a.csv", "b.csv"}},
    {"several_labels", HeaderKind::Nodes, "Subject:Company=c.csv", {"Subject", "Company"}, "", {"c.csv"}},
    {"file_only", HeaderKind::Nodes, "dir/c.csv", {}, "", {"dir/c.csv"}},
    {"no_name_before_the_sign", HeaderKind::Nodes, "=c.csv", {}, "", {"c.csv"}},
    {"sign_in_a_file_name", HeaderKind::Nodes, "A=b=c.csv", {"A"}, "", {"b=c.csv"}},
    {"type", HeaderKind::Relationships, "OWNS=h.csv,shares.csv", {"OWNS"}, "h.csv", {"shares.csv"}},
};
class ImportArgument : public testing::TestWithParam<Source> {};
TEST_P(ImportArgument, IsRead) {
    const ImportSource source = parseImportSource(GetParam().kind, GetParam().argument);
    EXPECT_EQ(source.names, GetParam().names);
    EXPECT_EQ(source.header_file, GetParam().header);
    EXPECT_EQ(source.files, GetParam().files);
}
INSTANTIATE_TEST_SUITE_P(Loaders, ImportArgument, testing::ValuesIn(kSources),
                         [](const auto& tested) { return tested.param.name; });

TEST(ImportArgument, OfAnotherShapeIsRefused) {
    for (const char* argument : {"", "A=", "A=,b.csv", "A=a.csv,", ":A=a.csv", "A::B=a.csv"}) {
        EXPECT_THROW(parseImportSource(HeaderKind::Nodes, argument), Error) << argument;
    }
    try {
        parseImportSource(HeaderKind::Relationships, "A:B=x.csv");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Usage);
        EXPECT_EQ(error.message(),
                  "'A:B=x.csv': a relationship has one type. The form is TYPE=[header.csv,]file.csv.");
    }
}

/// Headers that others wrote, where the folder of shared data is present.
TEST(GraphHeader, OfRealFilesIsRead) {
    const char* given = std::getenv("XINPU_SHARED");
    const std::filesystem::path data =
        (given != nullptr ? std::filesystem::path(given)
                          : std::filesystem::path(XINPU_SOURCE_DIR).parent_path() / "shared") /
        "data";
    if (!std::filesystem::exists(data / "cn-listed")) {
        GTEST_SKIP() << "left out: " << data << " is absent";
    }
    std::size_t files = 0;
    std::size_t rows = 0;
    for (const auto& [set, delimiter] : {std::pair{"cn-listed", ','}, {"snb-sf01-subset", '|'}}) {
        for (const auto& entry : std::filesystem::directory_iterator(data / set)) {
            if (entry.path().extension() != ".csv") {
                continue;
            }
            CsvReader reader(entry.path(), {.delimiter = delimiter});
            ASSERT_EQ(reader.next(), CsvReader::Step::Row);
            const bool between = std::string(reader.row().fields[0]).find("START_ID") != std::string::npos;
            const GraphHeader header =
                parseGraphHeader(between ? HeaderKind::Relationships : HeaderKind::Nodes, reader.row().fields,
                                 entry.path().string());
            EXPECT_EQ(header.find(between ? ColumnRole::StartId : ColumnRole::Id), 0U) << entry.path();
            for (CsvReader::Step step = reader.next(); step != CsvReader::Step::End; step = reader.next()) {
                ASSERT_EQ(step, CsvReader::Step::Row) << entry.path() << " line " << reader.fault().line;
                ++rows;
            }
            ++files;
        }
    }
    EXPECT_EQ(files, 18U);
    EXPECT_GT(rows, 70'000U);
}

}  // namespace
}  // namespace xinpu::loaders
