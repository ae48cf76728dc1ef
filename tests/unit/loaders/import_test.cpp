// tests/unit/loaders/import_test.cpp
// General graph CSV: what a header makes of a field, which rows are refused with which words, and that what
// was exported comes back as it was.

#include "loaders/import.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "engine/check/check.h"
#include "engine/value/codec.h"
#include "graph_text.h"
#include "loaders/export.h"
#include "loaders/graph_schema.h"
#include "loaders/import_value.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

using engine::Value;

HeaderColumn columnOf(std::string_view text) {
    const std::string_view fields[] = {text};
    return parseGraphHeader(HeaderKind::Nodes, fields, "x.csv").columns[0];
}

struct Field {
    const char* header;
    const char* text;
    const char* value;  ///< as toCypherText gives it; nullptr: refused
};
constexpr Field kFields[] = {
    {"a", " x ", "' x '"},
    {"a:char", "钥", "'钥'"},
    {"a:char", "ab", nullptr},
    {"a:boolean", "TRUE", "true"},
    {"a:boolean", "yes", nullptr},
    {"a:byte", "-128", "-128"},
    {"a:byte", "128", nullptr},
    {"a:short", "32768", nullptr},
    {"a:int", " 7 ", "7"},
    {"a:int", "2147483648", nullptr},
    {"a:int", "7.0", nullptr},
    {"a:long", "-9223372036854775808", "-9223372036854775808"},
    {"a:long", "9223372036854775808", nullptr},
    {"a:double", "1e3", "1000.0"},
    {"a:double", "NaN", "NaN"},
    {"a:double", "-Infinity", "-Infinity"},
    {"a:double", "1,5", nullptr},
    {"a:decimal", "5000.00", "decimal('5000.00')"},
    {"a:decimal", "33.3x", nullptr},
    {"a:date", "2026-11-24", "'2026-11-24'"},
    {"a:date", "-0044-03-15", "'-0044-03-15'"},
    {"a:date", "+12345-01-01", "'+12345-01-01'"},
    {"a:date", "2026-02-30", nullptr},
    {"a:date", "2026-2-3", nullptr},
    {"a:localtime", "12:31", "'12:31'"},
    {"a:localtime", "12:31:14.645", "'12:31:14.645'"},
    {"a:localtime", "24:00", nullptr},
    {"a:time", "12:31:00+08:00", "'12:31+08:00'"},
    {"a:time", "12:31", "'12:31Z'"},
    {"a:time{timezone:+08:00}", "12:31", "'12:31+08:00'"},
    {"a:time", "12:31+19:00", nullptr},
    {"a:localdatetime", "2026-11-24T12:31:14", "'2026-11-24T12:31:14'"},
    {"a:localdatetime", "2026-11-24", nullptr},
    {"a:datetime", "2026-11-24T12:31:14Z", "'2026-11-24T12:31:14Z'"},
    {"a:datetime", "2026-11-24T12:31:14", "'2026-11-24T12:31:14Z'"},
    {"a:datetime", "2026-11-24T12:31:14+08:00[Asia/Shanghai]", "'2026-11-24T12:31:14+08:00[Asia/Shanghai]'"},
    {"a:datetime", "2026-11-24T12:31:14[Asia/Shanghai]", "'2026-11-24T12:31:14+08:00[Asia/Shanghai]'"},
    {"a:datetime{timezone:Asia/Shanghai}", "1988-07-01T00:00:00", "'1988-07-01T00:00+09:00[Asia/Shanghai]'"},
    {"a:datetime", "2026-11-24T12:31:14[Asia/Nowhere]", nullptr},
    {"a:datetime", "2026-11-24T12:31:14+08:00x", nullptr},
    {"a:duration", "P1Y2M3DT25H1.000000005S", "'P1Y2M3DT25H1.000000005S'"},
    {"a:duration", "PT-0.5S", "'PT-0.5S'"},
    {"a:duration", "P2W", "'P14D'"},
    {"a:duration", "P", nullptr},
    {"a:duration", "PT", nullptr},
    {"a:duration", "P1.5D", nullptr},
    {"a:duration", "P9223372036854775807Y", nullptr},
    {"a:string[]", "x;;y", "['x', '', 'y']"},
    {"a:int[]", "1;2", "[1, 2]"},
    {"a:int[]", "1;x", nullptr},
    {"a:int[]", "", "[]"},
    {"a:any", "long:5", "5"},
    {"a:any", "string:a;b:c", "'a;b:c'"},
    {"a:any", "string:", "''"},
    {"a:any", "bytes:00ff", "0x00ff"},
    {"a:any", "bytes:0", nullptr},
    {"a:any", "5", nullptr},
    {"a:any", "[\"long:5\",\"string:x\"]", "[5, 'x']"},
    {"a:any", "[]", "[]"},
    {"a:any", "[5]", nullptr},
    {"a:any", "[\"any:5\"]", nullptr},
    {"a:any", "[\"long:5\"", nullptr},
};

TEST(ImportField, IsReadByItsType) {
    for (const Field& field : kFields) {
        const auto value = readField(field.text, columnOf(field.header), ';');
        if (field.value == nullptr) {
            EXPECT_FALSE(value.has_value()) << field.header << " of " << field.text;
            continue;
        }
        ASSERT_TRUE(value.has_value()) << field.header << " of " << field.text;
        EXPECT_EQ(engine::toCypherText(*value), field.value) << field.header << " of " << field.text;
    }
}

// --- Values that come back -------------------------------------------------------------------------------

class Values {
public:
    explicit Values(std::uint32_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    std::int64_t whole() {
        const auto number = static_cast<std::int64_t>(random_());
        return below(2) == 0 ? number : number % 1'000;
    }
    std::string text() {
        const char* const pieces[] = {"a",
                                      ",",
                                      "\"",
                                      "\n",
                                      "\r",
                                      "\r\n",
                                      ";",
                                      "企业",
                                      "'",
                                      " ",
                                      ":",
                                      "=",
                                      "{x}",
                                      "\t",
                                      "long:5",
                                      "[",
                                      "\xf0\x9f\x8f\xa2",
                                      ""};
        std::string out;
        for (std::uint64_t i = below(6); i > 0; --i) {
            out += pieces[below(std::size(pieces))];
        }
        return out;
    }
    std::int64_t nanos() { return static_cast<std::int64_t>(below(2) == 0 ? 0 : below(1'000'000'000)); }
    std::int32_t offset() { return static_cast<std::int32_t>(below(73)) * 1'800 - 64'800; }
    std::int64_t seconds() { return whole() % 100'000'000'000; }

    Value scalar(std::uint64_t kind) {
        switch (kind % 12) {
        case 0:
            return Value::of(below(2) == 0);
        case 1:
            return Value::of(whole());
        case 2: {
            const double special[] = {0.1,
                                      -0.0,
                                      1e300,
                                      5e-324,
                                      std::numeric_limits<double>::infinity(),
                                      std::numeric_limits<double>::quiet_NaN()};
            return Value::of(below(2) == 0 ? special[below(6)] : static_cast<double>(whole()) / 7);
        }
        case 3:
            return Value::of(*engine::Decimal::fromParts(whole(), static_cast<unsigned>(below(20))));
        case 4:
            return Value::of(text());
        case 5: {
            std::vector<std::byte> bytes;
            for (std::uint64_t i = below(5); i > 0; --i) {
                bytes.push_back(static_cast<std::byte>(below(256)));
            }
            return Value::ofBytes(bytes);
        }
        case 6:
            return Value::of(engine::Date{whole() % 3'000'000});
        case 7:
            return Value::of(
                engine::LocalTime{static_cast<std::int64_t>(below(86'400)) * 1'000'000'000 + nanos()});
        case 8:
            return Value::of(
                engine::Time{static_cast<std::int64_t>(below(86'400)) * 1'000'000'000 + nanos(), offset()});
        case 9:
            return Value::of(engine::LocalDateTime{seconds(), static_cast<std::int32_t>(nanos())});
        case 10:
            return Value::of(engine::ZonedDateTime{seconds(), static_cast<std::int32_t>(nanos()), offset(),
                                                   below(2) == 0 ? "" : "Asia/Shanghai"});
        default:
            return Value::of(engine::Duration{whole(), whole() % 1'000'000, whole() % 1'000'000'000'000,
                                              static_cast<std::int32_t>(nanos())});
        }
    }
    Value list(bool mixed) {
        std::vector<Value> elements;
        const std::uint64_t kind = below(12);
        for (std::uint64_t i = below(4); i > 0; --i) {
            elements.push_back(scalar(mixed ? below(12) : kind));
        }
        return Value::of(std::move(elements));
    }

private:
    std::mt19937_64 random_;
};

std::string bytesOf(const Value& value) {
    std::string out;
    engine::encodeValue(value, out);
    return out;
}

TEST(ImportField, EveryValueComesBackFromTheAnyColumn) {
    Values values(11);
    const HeaderColumn any = columnOf("a:any");
    for (int i = 0; i < 20'000; ++i) {
        const Value value = i % 5 == 0 ? values.list(true) : values.scalar(values.below(12));
        const auto back = readField(anyField(value), any, ';');
        ASSERT_TRUE(back.has_value()) << anyField(value);
        ASSERT_EQ(bytesOf(*back), bytesOf(value)) << anyField(value);
    }
}

TEST(ImportField, EveryScalarComesBackFromItsColumn) {
    Values values(12);
    for (int i = 0; i < 20'000; ++i) {
        const Value value = values.scalar(values.below(12));
        const auto type = fieldTypeOf(value.kind());
        if (!type) {
            EXPECT_EQ(value.kind(), engine::Kind::Bytes);
            continue;
        }
        HeaderColumn column;
        column.type = *type;
        std::string text;
        appendField(value, text);
        const auto back = readField(text, column, ';');
        ASSERT_TRUE(back.has_value()) << nameOf(*type) << " of " << text;
        ASSERT_EQ(bytesOf(*back), bytesOf(value)) << text;
    }
}

// --- Files -----------------------------------------------------------------------------------------------

ImportRequest requestOf(const std::filesystem::path& data, const std::vector<std::string>& nodes,
                        const std::vector<std::string>& relationships, char delimiter = ',') {
    ImportRequest request;
    request.data = data;
    request.delimiter = delimiter;
    for (const std::string& argument : nodes) {
        request.nodes.push_back(parseImportSource(HeaderKind::Nodes, argument));
    }
    for (const std::string& argument : relationships) {
        request.relationships.push_back(parseImportSource(HeaderKind::Relationships, argument));
    }
    return request;
}

std::string counted(const ImportOutcome& outcome) {
    std::ostringstream text;
    text << outcome.nodes << ' ' << outcome.relationships << " |";
    for (const auto& [label, count] : outcome.by_label) {
        text << ' ' << label << ' ' << count;
    }
    text << " |";
    for (const auto& [type, count] : outcome.by_type) {
        text << ' ' << type << ' ' << count;
    }
    return text.str();
}

std::string findingsOf(const std::filesystem::path& data) {
    std::string text;
    for (const engine::Finding& finding : engine::checkDatabase(engine::databaseFolder(data, "credit"), {})) {
        text += engine::findingText(finding) + '\n';
    }
    return text;
}

TEST(Import, ReadsNodesAndRelationships) {
    const TestFolder folder;
    const std::string firms =
        folder.write("firms.csv", "code:ID(firm),name,:LABEL,note:IGNORE,tags:string[]\n"
                                  "1,\"东城, \"\"商行\"\"\",Company;Listed,x,a;b\n2,,,y,\"\"\n");
    const std::string header = folder.write("people-header.csv", ":ID(person),age:int\n");
    const std::string people = folder.write("people.csv", "id,age\n1,40\n2,\n");
    const std::string stakes = folder.write(
        "stakes.csv", ":START_ID(person),:END_ID(firm),:TYPE,share:decimal\n1,2,OWNS,33.30\n2,1,,5\n");
    const ImportOutcome outcome = importGraph(
        requestOf(folder / "data", {"Firm=" + firms, "Person=" + header + "," + people}, {"HOLDS=" + stakes}),
        {});
    EXPECT_EQ(counted(outcome), "4 2 | Company 1 Firm 2 Listed 1 Person 2 | HOLDS 1 OWNS 1");
    const std::vector<std::string> lines = graphLines(folder / "data");
    const std::string first = ":Company:Firm:Listed{code: '1', name: '东城, \"商行\"', tags: ['a', 'b'], }";
    const std::string second = ":Firm{code: '2', tags: [], }";
    for (const std::string& line :
         {first, second, std::string(":Person{age: 40, }"), std::string(":Person{}"),
          ":Person{age: 40, }-OWNS{share: decimal('33.30'), }->" + second,
          ":Person{}-HOLDS{share: decimal('5'), }->" + first}) {
        EXPECT_TRUE(std::binary_search(lines.begin(), lines.end(), line)) << line;
    }
    EXPECT_EQ(findingsOf(folder / "data"), "");
    try {
        importGraph(requestOf(folder / "data", {"Firm=" + firms}, {}), {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Conflict);
    }
}

struct Refused {
    const char* nodes;
    const char* relationships;
    ErrorCode code;
    const char* message;  ///< part of it
};
const Refused kRefused[] = {
    {":ID,age:int\n1,x\n", "", ErrorCode::Data, "nodes.csv', line 2, column 2 ('age:int'): 'x' is not int."},
    {":ID,a\n1,\"b\nc\"\n2\n", "", ErrorCode::Data, "nodes.csv', line 4: "},
    {":ID\n1\n1\n", "", ErrorCode::Data,
     "line 3, column 1 (':ID'): the id '1' stands here for the second time."},
    {":ID,a\n,1\n", "", ErrorCode::Data, "a node needs an id"},
    {":ID,a:number\n1,2\n", "", ErrorCode::Data, "the type 'number' is not known"},
    {"", "", ErrorCode::Data, "nodes.csv' is empty"},
    {":ID\n1\n", ":START_ID,:END_ID,:TYPE\n1,2,T\n", ErrorCode::Data,
     "relationships.csv', line 2, column 2 (':END_ID'): there is no node with the id '2'."},
    {":ID\n1\n", ":START_ID,:END_ID(x),:TYPE\n1,1,T\n", ErrorCode::Data, "nor any id of this space"},
    {":ID\n1\n", ":START_ID,:END_ID\n1,1\n", ErrorCode::Data, "the relationship has no type"},
};

TEST(Import, RefusesAsAWholeAndSaysWhere) {
    for (const Refused& refused : kRefused) {
        const TestFolder folder;
        const std::string nodes = folder.write("nodes.csv", refused.nodes);
        std::vector<std::string> relationships;
        if (*refused.relationships != '\0') {
            relationships.push_back(folder.write("relationships.csv", refused.relationships));
        }
        try {
            importGraph(requestOf(folder / "data", {nodes}, relationships), {});
            ADD_FAILURE() << refused.message;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), refused.code);
            EXPECT_NE(error.message().find(refused.message), std::string::npos)
                << refused.message << "\nis not in: " << error.message();
        }
        EXPECT_FALSE(std::filesystem::exists(folder / "data")) << refused.message;
    }
}

TEST(Import, HoldsRowsAgainstTheSchema) {
    const TestFolder folder;
    const std::string schema = folder.write("schema.json", R"({"xinpu-schema": 1, "indexes": [
            {"name": "firm_code", "kind": "unique", "label": "Firm", "keys": ["code"], "exists": true},
            {"name": "age", "kind": "rule", "label": "Firm", "keys": ["age"], "typed": "INTEGER"}]})");
    for (const auto& [rows, what] : {std::pair{"1,a,3\n2,a,3\n", "'firm_code' allows one node"},
                                     {"1,,3\n", "'firm_code' demands the property 'code'"},
                                     {"1,a,3\n2,b,3\n", ""}}) {
        const std::string nodes = folder.write("nodes.csv", std::string(":ID,code,age:int\n") + rows);
        try {
            const ImportOutcome outcome = importGraph(requestOf(folder / "data", {"Firm=" + nodes}, {}), {});
            EXPECT_EQ(outcome.schema, schema);
            EXPECT_STREQ(what, "");
        } catch (const Error& error) {
            EXPECT_STRNE(what, "") << error.message();
            EXPECT_NE(error.message().find(what), std::string::npos) << error.message();
        }
    }
    EXPECT_EQ(findingsOf(folder / "data"), "");
}

// --- Round trip ------------------------------------------------------------------------------------------

void fillAtRandom(const std::filesystem::path& data, std::uint32_t seed) {
    Values values(seed);
    const std::filesystem::path folder = engine::databaseFolder(data, "credit");
    engine::Database::create(folder);
    const auto database = engine::Database::open(folder, {});
    database->write({}, [&](engine::WriteTxn& txn) {
        ensureSchema(txn.catalogBuilder(),
                     [&txn](engine::IndexDefinition def) { return txn.declare(std::move(def)); });
        const auto properties = [&](engine::Properties& list) {
            for (std::uint64_t i = values.below(8); i > 0; --i) {
                const std::uint64_t kind = values.below(12);
                // Keys of one type, of several, of lists of one type and of several.
                const std::uint64_t form = values.below(4);
                const std::string name = (form == 0   ? "k"
                                          : form == 1 ? "mixed "
                                          : form == 2 ? "list:"
                                                      : "lists{") +
                                         std::to_string(form == 0 ? kind : values.below(2));
                engine::setProperty(list, txn.key(name),
                                    form < 2 ? values.scalar(kind) : values.list(form == 3));
            }
        };
        std::vector<engine::NodeId> nodes;
        for (int i = 0; i < 300; ++i) {
            engine::NodeRecord record;
            const char* const labels[] = {"Penalty", "Company", "Odd label, \"quoted\"", "Subject"};
            for (const char* const label : labels) {
                if (values.below(3) == 0) {
                    record.labels.push_back(txn.label(label));
                }
            }
            std::sort(record.labels.begin(), record.labels.end());
            properties(record.properties);
            engine::setProperty(record.properties, txn.key("number"), Value::of(std::int64_t{i}));
            if (values.below(2) == 0) {
                engine::setProperty(record.properties, txn.key("decidedOn"),
                                    Value::of(engine::Date{20'000 + i}));
                engine::setProperty(record.properties, txn.key("uscc"), Value::of(std::to_string(i)));
                engine::setProperty(record.properties, txn.key("domain"), Value::of("tax"));
            }
            nodes.push_back(txn.createNode(std::move(record)));
        }
        for (int i = 0; i < 600; ++i) {
            engine::RelRecord record;
            const char* const types[] = {"INVESTS_IN", "AGAINST", "odd type/../x", "T2"};
            record.type = txn.type(types[values.below(4)]);
            record.start = nodes[values.below(nodes.size())];
            record.end = nodes[values.below(nodes.size())];
            properties(record.properties);
            if (values.below(2) == 0) {
                engine::setProperty(record.properties, txn.key("share"),
                                    Value::of(*engine::Decimal::fromParts(values.whole() % 100, 2)));
            }
            txn.createRelationship(std::move(record));
        }
    });
}

ImportRequest requestOf(const std::filesystem::path& data, const ExportOutcome& exported) {
    ImportRequest request;
    request.data = data;
    for (std::size_t i = 0; i < exported.arguments.size(); i += 2) {
        if (exported.arguments[i] == "--nodes") {
            request.nodes.push_back(parseImportSource(HeaderKind::Nodes, exported.arguments[i + 1]));
        } else if (exported.arguments[i] == "--relationships") {
            request.relationships.push_back(
                parseImportSource(HeaderKind::Relationships, exported.arguments[i + 1]));
        } else {
            EXPECT_EQ(exported.arguments[i], "--schema");
            request.schema = exported.arguments[i + 1];
        }
    }
    return request;
}

TEST(Export, ComesBackAsItWas) {
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        const TestFolder folder;
        fillAtRandom(folder / "data", seed);
        const ExportOutcome exported =
            exportGraph({.data = folder / "data", .database = "credit", .destination = folder / "a=b"}, {});
        EXPECT_EQ(exported.nodes, 300U);
        EXPECT_EQ(exported.relationships, 600U);
        const ImportOutcome imported = importGraph(requestOf(folder / "back", exported), {});
        EXPECT_EQ(imported.nodes, 300U);
        ASSERT_EQ(graphLines(folder / "back"), graphLines(folder / "data")) << "seed " << seed;
        EXPECT_EQ(findingsOf(folder / "back"), "");
        const ExportOutcome again =
            exportGraph({.data = folder / "back", .database = "credit", .destination = folder / "again"}, {});
        EXPECT_EQ(readFile(folder / "again" / "schema.json"), readFile(folder / "a=b" / "schema.json"));
        EXPECT_EQ(again.files.size(), exported.files.size());
    }
}

TEST(Export, LeavesNothingWhenItFails) {
    const TestFolder folder;
    fillAtRandom(folder / "data", 1);
    const std::atomic<bool> stop = true;
    EXPECT_THROW(exportGraph({.data = folder / "data", .database = "credit", .destination = folder / "out"},
                             {.progress = {}, .stop = &stop}),
                 Error);
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
    std::filesystem::create_directory(folder / "full");
    folder.write("full/file", "x");
    try {
        exportGraph({.data = folder / "data", .database = "credit", .destination = folder / "full"}, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Conflict);
    }
}

}  // namespace
}  // namespace xinpu::loaders
