// tests/unit/loaders/quarantine_test.cpp
// Sentences of the catalogue, quarantine files and receipts as a reader finds them on disk.

#include "loaders/quarantine.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

struct Golden {
    MessageId id;
    MessageValues values;
    const char* code;
    const char* zh;
    const char* en;
};
const Golden kGoldens[] = {
    {MessageId::Required, {.column = "name"}, "REQUIRED", "name不能为空", "name must not be empty"},
    {MessageId::TooLong,
     {.column = "name", .n = 200},
     "TOO_LONG",
     "name超过200个字符",
     "name is longer than 200 characters"},
    {MessageId::CodeUnknown,
     {.column = "kind", .value = "x"},
     "CODE_UNKNOWN",
     "kind的值“x”不在代码表中",
     "the value “x” of kind is not in the code list"},
    {MessageId::UsccInvalid,
     {.value = "91441900MAXP00018N", .expected = "91441900MAXP00018M"},
     "USCC_INVALID",
     "统一社会信用代码“91441900MAXP00018N”校验不通过：应为“91441900MAXP00018M”",
     "the unified social credit code “91441900MAXP00018N” fails its check: it should be "
     "“91441900MAXP00018M”"},
    {MessageId::UsccPlaceholder,
     {},
     "USCC_PLACEHOLDER",
     "统一社会信用代码不得用占位值",
     "the unified social credit code must not be a dummy value"},
    {MessageId::DateInvalid,
     {.value = "2026/02/30"},
     "DATE_INVALID",
     "日期“2026/02/30”格式不正确",
     "“2026/02/30” is not a date"},
    {MessageId::DateRange,
     {},
     "DATE_RANGE",
     "处罚决定日期不得晚于今天",
     "the decision date must not be after today"},
    {MessageId::DateOrder,
     {.column = "publicity_until"},
     "DATE_ORDER",
     "publicity_until不得早于处罚决定日期",
     "publicity_until must not be before the decision date"},
    {MessageId::AmountInvalid, {.value = "x"}, "AMOUNT_INVALID", "金额格式不正确", "“x” is not an amount"},
    {MessageId::PersonalData,
     {.column = "doc_no"},
     "PERSONAL_DATA",
     "doc_no含个人敏感信息，已遮蔽",
     "doc_no held personal data, now masked"},
    {MessageId::DuplicateKey,
     {},
     "DUPLICATE_KEY",
     "同一批次内决定书文号重复且内容不同",
     "the same document number stands twice in this batch with different content"},
    {MessageId::FieldCount,
     {.n = 7, .found = 6, .line = 12},
     "CSV_STRUCTURE",
     "第12行有6个字段，应为7个",
     "line 12 has 6 fields instead of 7"},
    {MessageId::Encoding,
     {.line = 12, .at = 3},
     "ENCODING",
     "第12行第3个字符处不是UTF-8编码",
     "not UTF-8 at line 12, character 3"},
};
TEST(Message, ReadsAsInTheDataStandard) {
    for (const Golden& golden : kGoldens) {
        EXPECT_EQ(codeOf(golden.id), golden.code);
        EXPECT_EQ(message(golden.id, Language::Zh, golden.values), golden.zh);
        EXPECT_EQ(message(golden.id, Language::En, golden.values), golden.en);
    }
}

TEST(Message, EveryOneHasACodeAndBothLanguages) {
    for (int i = 0; i < static_cast<int>(MessageId::kCount); ++i) {
        const auto id = static_cast<MessageId>(i);
        EXPECT_FALSE(codeOf(id).empty());
        for (const Language language : {Language::Zh, Language::En}) {
            const std::string text = message(id, language, {.column = "C", .value = "V", .expected = "E"});
            EXPECT_FALSE(text.empty()) << codeOf(id);
            EXPECT_EQ(text.find_first_of("{}"), std::string::npos) << text;
        }
    }
}

TEST(Message, StandsInTheDocumentation) {
    std::ifstream file(std::string(XINPU_SOURCE_DIR) + "/docs/data-standard.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    for (int i = 0; i < static_cast<int>(MessageId::kCount); ++i) {
        const auto id = static_cast<MessageId>(i);
        const std::string row = "| `" + std::string(codeOf(id)) + "` | " +
                                std::string(sentence(id, Language::Zh)) + " | " +
                                std::string(sentence(id, Language::En)) + " |\n";
        EXPECT_NE(page.find(row), std::string::npos) << row;
    }
}

TEST(Message, NeverRepeatsPersonalDataAndNoLongValue) {
    EXPECT_EQ(
        message(MessageId::CodeUnknown, Language::Zh, {.column = "kind", .value = "11010519491231002X"}),
        "kind的值“〔证件号码已遮蔽〕”不在代码表中");
    std::string value;
    for (int i = 0; i < 100; ++i) {
        value += "东";
    }
    const std::string text = message(MessageId::DateInvalid, Language::En, {.value = value});
    EXPECT_EQ(text, "“" + value.substr(0, 3 * kMessageValueCharactersMax) + "…” is not a date");
}

class QuarantineOnDisk : public testing::Test {
protected:
    void SetUp() override {
        base_ = std::filesystem::temp_directory_path() /
                ("xinpu-quarantine-" + std::to_string(std::random_device{}()));
        std::filesystem::create_directory(base_);
    }
    void TearDown() override { std::filesystem::remove_all(base_); }

    static std::string contentOf(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static QuarantineEntry entry(std::string_view raw) {
        return {.dataset = "penalty",
                .file = "in/penalties.csv",
                .line = 7,
                .column = "uscc",
                .id = MessageId::UsccInvalid,
                .values = {.column = "uscc", .value = "91441900MAXP00018N", .expected = "91441900MAXP00018M"},
                .raw = raw};
    }
    static Receipt receipt() {
        return {.batch = "b-1",
                .supplier = {},
                .delivered_at = {},
                .received_at = "2026-11-24T12:00:00+08:00",
                .datasets = {{.name = "penalty",
                              .file = "in/penalties.csv",
                              .rows = 10,
                              .accepted = 9,
                              .unchanged = 1,
                              .warned = 2,
                              .quarantined = 1}},
                .seconds = 1.25,
                .journal = 3};
    }
    std::filesystem::path base_;
};

TEST_F(QuarantineOnDisk, ErrorsBecomeRows) {
    Quarantine quarantine(base_ / "a" / "b-1");
    EXPECT_FALSE(quarantine.used());
    quarantine.add(entry("x,\"y\n\"\"z\""));
    quarantine.finish(receipt(), false);
    EXPECT_TRUE(quarantine.used());
    EXPECT_EQ(contentOf(base_ / "a" / "b-1" / "penalty.csv"),
              "file,line,column,code,message_zh,message_en,raw\n"
              "in/"
              "penalties.csv,7,uscc,USCC_INVALID,"
              "统一社会信用代码“91441900MAXP00018N”校验不通过：应为“91441900MAXP00018M”,"
              "the unified social credit code “91441900MAXP00018N” fails its check: it should be "
              "“91441900MAXP00018M”,"
              "\"x,\"\"y\n\"\"\"\"z\"\"\"\n");
    CsvReader reader(base_ / "a" / "b-1" / "penalty.csv", CsvOptions{});
    ASSERT_EQ(reader.next(), CsvReader::Step::Row);
    ASSERT_EQ(reader.next(), CsvReader::Step::Row);
    EXPECT_EQ(reader.row().fields[6], "x,\"y\n\"\"z\"");
    EXPECT_EQ(
        contentOf(base_ / "a" / "b-1" / "receipt.json"),
        "{\"batch\":\"b-1\",\"receivedAt\":\"2026-11-24T12:00:00+08:00\",\"datasets\":[{\"name\":\"penalty\","
        "\"file\":\"in/"
        "penalties.csv\",\"rows\":10,\"accepted\":9,\"unchanged\":1,\"warned\":2,\"quarantined\":1}],"
        "\"seconds\":1.25,\"journal\":3}\n");
}

TEST_F(QuarantineOnDisk, ACleanLoadLeavesNothing) {
    Quarantine quarantine(base_ / "b-1");
    quarantine.finish(receipt(), false);
    EXPECT_TRUE(std::filesystem::is_empty(base_));
}

TEST_F(QuarantineOnDisk, ANamedFolderGetsAReceiptAllTheSame) {
    {
        Quarantine first(base_);
        first.add(entry("x"));
        first.finish(receipt(), true);
    }
    std::ofstream(base_ / "person.csv") << "pid,name\n";  // not ours
    Quarantine second(base_);
    second.finish(receipt(), true);
    EXPECT_FALSE(std::filesystem::exists(base_ / "penalty.csv"));  // that batch's rows are not this one's
    EXPECT_TRUE(std::filesystem::exists(base_ / "person.csv"));
    EXPECT_TRUE(std::filesystem::exists(base_ / "receipt.json"));
}

TEST_F(QuarantineOnDisk, NoPersonalDataAndNoBrokenBytesGetThere) {
    Quarantine quarantine(base_);
    QuarantineEntry bad = entry("11010519491231002X,13800138000,\xB6\xAB");
    bad.id = MessageId::Encoding;
    quarantine.add(bad);
    quarantine.finish(receipt(), false);
    const std::string content = contentOf(base_ / "penalty.csv");
    EXPECT_EQ(content.find("11010519491231002X"), std::string::npos);
    EXPECT_EQ(content.find("13800138000"), std::string::npos);
    EXPECT_NE(content.find("\"〔证件号码已遮蔽〕,〔手机号码已遮蔽〕,\uFFFD\uFFFD\""), std::string::npos)
        << content;
}

TEST_F(QuarantineOnDisk, DiscardTakesItBack) {
    Quarantine quarantine(base_ / "b-1");
    quarantine.add(entry("x"));
    quarantine.discard();
    EXPECT_FALSE(quarantine.used());
    EXPECT_TRUE(std::filesystem::is_empty(base_));
}

TEST_F(QuarantineOnDisk, AFolderThatCannotBeMadeIsNamed) {
    std::ofstream(base_ / "file") << "x";
    Quarantine quarantine(base_ / "file" / "b-1");
    try {
        quarantine.add(entry("x"));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Io);
        EXPECT_NE(error.message().find((base_ / "file").string()), std::string::npos);
    }
}

TEST(Raw, IsCutBetweenCharacters) {
    std::string raw;
    while (raw.size() <= kQuarantineRawBytesMax) {
        raw += "东";
    }
    const std::string safe = safeRaw(raw);
    EXPECT_LE(safe.size(), kQuarantineRawBytesMax);
    EXPECT_EQ(safe, raw.substr(0, safe.size()));
    EXPECT_GE(safe.size() + 3, kQuarantineRawBytesMax);
}

TEST(Raw, ShowsNoPartOfANumberAcrossItsCut) {
    for (std::size_t before = kQuarantineRawBytesMax - 20; before <= kQuarantineRawBytesMax; ++before) {
        const std::string safe = safeRaw(std::string(before, 'x') + ",11010519491231002X,");
        EXPECT_EQ(safe.find("1101"), std::string::npos) << before;
    }
}

TEST(Message, ShowsNoPartOfANumberAcrossItsCut) {
    for (std::size_t before = 40; before <= kMessageValueCharactersMax; ++before) {
        const std::string value = std::string(before, 'x') + ",11010519491231002X,";
        EXPECT_EQ(message(MessageId::DateInvalid, Language::En, {.value = value}).find("1101"),
                  std::string::npos);
    }
}

TEST(LoadResult, IsOneObject) {
    Receipt receipt;
    receipt.datasets = {{.name = "subject",
                         .file = "c.csv",
                         .rows = 3,
                         .accepted = 2,
                         .unchanged = 0,
                         .warned = 0,
                         .quarantined = 1}};
    receipt.seconds = 0.0204;
    EXPECT_EQ(toJson(receipt),
              "{\"datasets\":[{\"name\":\"subject\",\"rows\":3,\"accepted\":2,\"unchanged\":0,\"warned\":0,"
              "\"quarantined\":1}],\"seconds\":0.02,\"journal\":null}");
}

TEST(CsvFaults, HaveTheirSentences) {
    CsvReader reader("a,b\n1\n2,\"3", "x", {});
    ASSERT_EQ(reader.next(), CsvReader::Step::Row);
    ASSERT_EQ(reader.next(), CsvReader::Step::Fault);
    EXPECT_EQ(message(messageOf(reader.fault().kind), Language::En, valuesOf(reader.fault())),
              "line 2 has 1 fields instead of 2");
    ASSERT_EQ(reader.next(), CsvReader::Step::Fault);
    EXPECT_EQ(message(messageOf(reader.fault().kind), Language::En, valuesOf(reader.fault())),
              "line 3, character 3: the quote is not closed");
    for (int i = 0; i <= static_cast<int>(CsvFaultKind::RowTooLong); ++i) {
        const auto kind = static_cast<CsvFaultKind>(i);
        EXPECT_EQ(codeOf(messageOf(kind)), codeOf(kind));
    }
}

}  // namespace
}  // namespace xinpu::loaders
