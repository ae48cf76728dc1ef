// tests/unit/loaders/generator_form_test.cpp
// Headers of the generator's form, its rows as values, and each check of a row.

#include "loaders/generator_form.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace xinpu::loaders {
namespace {

using Fields = std::vector<std::string>;

const DayNumber kToday = *parseDate("2026-11-24");

std::vector<std::string_view> views(const Fields& fields) {
    return {fields.begin(), fields.end()};
}

GeneratorForm formOf(Dataset dataset) {
    HeaderIssue issue;
    return *GeneratorForm::recognise(dataset, columnsOf(dataset), issue);
}

/// Issues as "USCC_INVALID(uscc)", warnings with a question mark: "PERSONAL_DATA(name)?", in the order of the
/// columns.
std::string issuesOf(const RowChecker& checker, Dataset dataset) {
    std::string text;
    for (const RowIssue& issue : checker.issues()) {
        text += text.empty() ? "" : " ";
        text += std::string(codeOf(issue.id)) + "(" + std::string(columnsOf(dataset)[issue.column]) + ")";
        text += issue.warning ? "?" : "";
    }
    return text;
}

struct Case {
    const char* name;
    Dataset dataset;
    std::size_t column;  ///< changed in a good row
    const char* value;
    const char* issues;
};

Fields goodRow(Dataset dataset) {
    switch (dataset) {
    case Dataset::Subject:
        return {"91441900MAXP00018M", "东莞市一有限公司", "company", "active", "2020-04-11", "441900", "E50"};
    case Dataset::Person:
        return {"97ea87f7e45c00a5b6e1bf4dee154240", "林*"};
    case Dataset::Capital:
        return {"97ea87f7e45c00a5b6e1bf4dee154240",
                "person",
                "91441900MAXP00018M",
                "33.00",
                "1246740.00",
                "2022-06-20",
                ""};
    case Dataset::Role:
        return {"97ea87f7e45c00a5b6e1bf4dee154240", "91441900MAXP00018M", "director", "2022-06-20",
                "2023-06-20"};
    case Dataset::Penalty:
        break;
    }
    return {"东环罚〔2023〕1号",
            "91441900MAXP00018M",
            "environment",
            "东莞市生态环境局",
            "2023-10-19",
            "罚款",
            "430.00",
            "2",
            "2024-10-18"};
}

bool checkRow(RowChecker& checker, Dataset dataset, const Fields& fields) {
    const std::vector<std::string_view> row = views(fields);
    switch (dataset) {
    case Dataset::Subject: {
        SubjectRow subject;
        return checker.check(row, subject);
    }
    case Dataset::Person: {
        PersonRow person;
        return checker.check(row, person);
    }
    case Dataset::Capital: {
        CapitalRow capital;
        return checker.check(row, capital);
    }
    case Dataset::Role: {
        RoleRow role;
        return checker.check(row, role);
    }
    case Dataset::Penalty:
        break;
    }
    PenaltyRow penalty;
    return checker.check(row, penalty);
}

constexpr Case kCases[] = {
    {"subject_good", Dataset::Subject, 0, "91441900MAXP00018M", ""},
    {"subject_full_width", Dataset::Subject, 0, "９１441900maxp00018m", ""},
    {"subject_check_digit", Dataset::Subject, 0, "91441900MAXP00018N", "USCC_INVALID(uscc)"},
    {"subject_short", Dataset::Subject, 0, "91441900MAXP00018", "USCC_INVALID(uscc)"},
    {"subject_wrong_letter", Dataset::Subject, 0, "91441900MAXPO0018M", "USCC_INVALID(uscc)"},
    {"subject_zeros", Dataset::Subject, 0, "000000000000000000", "USCC_PLACEHOLDER(uscc)"},
    {"subject_without_code", Dataset::Subject, 0, "", "REQUIRED(uscc)"},
    {"subject_code_of_a_person", Dataset::Subject, 0, "11010519491231002X", "USCC_INVALID(uscc)"},
    {"subject_without_name", Dataset::Subject, 1, "  ", "REQUIRED(name)"},
    {"subject_name_says_nothing", Dataset::Subject, 1, "无", "REQUIRED(name)"},
    {"subject_name_null", Dataset::Subject, 1, "NULL", "REQUIRED(name)"},
    {"subject_name_with_control", Dataset::Subject, 1, "东\x01莞", "BAD_CHAR(name)"},
    {"subject_name_with_line_end", Dataset::Subject, 1, "东\n莞", "BAD_CHAR(name)"},
    {"subject_name_with_mobile", Dataset::Subject, 1, "张三13800138000店", "PERSONAL_DATA(name)?"},
    {"subject_kind", Dataset::Subject, 2, "firm", "CODE_UNKNOWN(kind)"},
    {"subject_kind_in_chinese", Dataset::Subject, 2, "个体工商户", ""},
    {"subject_status", Dataset::Subject, 3, "sleeping", "CODE_UNKNOWN(status)"},
    {"subject_status_in_chinese", Dataset::Subject, 3, "在营", ""},
    {"subject_founded_never", Dataset::Subject, 4, "2026-02-30", "DATE_INVALID(founded)"},
    {"subject_founded_absent", Dataset::Subject, 4, "", "REQUIRED(founded)"},
    {"subject_founded_with_slashes", Dataset::Subject, 4, "2026/2/3", ""},
    {"subject_region_absent", Dataset::Subject, 5, "", ""},
    {"subject_region_too_long", Dataset::Subject, 5, "4419000000000", "TOO_LONG(region)"},
    {"subject_industry_absent", Dataset::Subject, 6, "", ""},
    {"person_good", Dataset::Person, 0, "97ea87f7e45c00a5b6e1bf4dee154240", ""},
    {"person_without_pid", Dataset::Person, 0, "", "REQUIRED(pid)"},
    {"person_pid_is_id_number", Dataset::Person, 0, "11010519491231002X", "PERSONAL_DATA(pid)"},
    {"person_pid_is_mistyped_id_number", Dataset::Person, 0, "110105194912310021", "PERSONAL_DATA(pid)"},
    {"person_pid_with_control", Dataset::Person, 0, "a\tb", "BAD_CHAR(pid)"},
    {"person_name_shown", Dataset::Person, 1, "张三丰", "PERSONAL_DATA(name_masked)?"},
    {"person_without_name", Dataset::Person, 1, "-", "REQUIRED(name_masked)"},
    {"capital_good", Dataset::Capital, 3, "5", ""},
    {"capital_share_0", Dataset::Capital, 3, "0", ""},
    {"capital_share_100", Dataset::Capital, 3, "100.000", ""},
    {"capital_share_over", Dataset::Capital, 3, "100.0001", "SHARE_RANGE(share)"},
    {"capital_share_of_16_places", Dataset::Capital, 3, "99.9999999999999999", ""},
    {"capital_share_of_17_places", Dataset::Capital, 3, "9.99999999999999999", ""},
    {"capital_share_below", Dataset::Capital, 3, "-0.01", "SHARE_RANGE(share)"},
    {"capital_share_no_number", Dataset::Capital, 3, "1O", "SHARE_RANGE(share)"},
    {"capital_share_absent", Dataset::Capital, 3, "", "REQUIRED(share)"},
    {"capital_amount_absent", Dataset::Capital, 4, "", ""},
    {"capital_amount_with_fractions_of_fen", Dataset::Capital, 4, "1.001", "AMOUNT_INVALID(amount)"},
    {"capital_amount_with_zeros", Dataset::Capital, 4, "1.01000", ""},
    {"capital_amount_negative", Dataset::Capital, 4, "-1", "AMOUNT_INVALID(amount)"},
    {"capital_amount_with_commas", Dataset::Capital, 4, "1,000", "AMOUNT_INVALID(amount)"},
    {"capital_amount_too_large", Dataset::Capital, 4, "9999999999999999999", "AMOUNT_INVALID(amount)"},
    {"capital_from_absent", Dataset::Capital, 5, "", "REQUIRED(valid_from)"},
    {"capital_from_in_the_future", Dataset::Capital, 5, "2030-01-01", ""},
    {"capital_to_before_from", Dataset::Capital, 6, "2022-06-19", "DATE_ORDER(valid_to)"},
    {"capital_to_is_from", Dataset::Capital, 6, "2022-06-20", "DATE_ORDER(valid_to)"},
    {"capital_to_after_from", Dataset::Capital, 6, "2022-06-21", ""},
    {"capital_kind", Dataset::Capital, 1, "robot", "CODE_UNKNOWN(investor_kind)"},
    {"capital_pid_as_company", Dataset::Capital, 1, "company", "USCC_INVALID(investor)"},
    {"capital_pid_is_id_number", Dataset::Capital, 0, "440524188001010014", "PERSONAL_DATA(investor)"},
    {"capital_two_problems", Dataset::Capital, 2, "91441900MAXP00018N", "USCC_INVALID(uscc)"},
    {"role_good", Dataset::Role, 2, "legal_representative", ""},
    {"role_unknown", Dataset::Role, 2, "king", "CODE_UNKNOWN(role)"},
    {"role_ends_on_its_first_day", Dataset::Role, 4, "2022-06-20", "DATE_ORDER(valid_to)?"},
    {"role_open", Dataset::Role, 4, "", ""},
    {"penalty_good", Dataset::Penalty, 3, "东莞市生态环境局", ""},
    {"penalty_doc_no_absent", Dataset::Penalty, 0, "", "REQUIRED(doc_no)"},
    {"penalty_doc_no_with_id_number", Dataset::Penalty, 0, "罚11010519491231002X", "PERSONAL_DATA(doc_no)?"},
    {"penalty_domain", Dataset::Penalty, 2, "astronomy", "CODE_UNKNOWN(domain)"},
    {"penalty_domain_by_name", Dataset::Penalty, 2, "生态环境", ""},
    {"penalty_domain_of_the_province", Dataset::Penalty, 2, "tax", ""},
    {"penalty_today", Dataset::Penalty, 4, "2026-11-24", "DATE_ORDER(publicity_until)"},
    {"penalty_tomorrow", Dataset::Penalty, 4, "2026-11-25", "DATE_RANGE(date) DATE_ORDER(publicity_until)"},
    {"penalty_before_the_republic", Dataset::Penalty, 4, "1949-09-30",
     "DATE_RANGE(date) DATE_ORDER(publicity_until)?"},
    {"penalty_never", Dataset::Penalty, 4, "2023-02-29", "DATE_INVALID(date)"},
    {"penalty_kind", Dataset::Penalty, 5, "打手心", "CODE_UNKNOWN(kind)"},
    {"penalty_kind_other", Dataset::Penalty, 5, "其他", ""},
    {"penalty_amount_absent", Dataset::Penalty, 6, "", ""},
    {"penalty_severity_4", Dataset::Penalty, 7, "4", ""},
    {"penalty_severity_5", Dataset::Penalty, 7, "5", "CODE_UNKNOWN(severity)"},
    {"penalty_public_until_absent", Dataset::Penalty, 8, "", ""},
    {"penalty_public_until_the_day_itself", Dataset::Penalty, 8, "2023-10-19", ""},
    {"penalty_public_until_the_day_before", Dataset::Penalty, 8, "2023-10-18", "DATE_ORDER(publicity_until)"},
    {"penalty_public_for_three_years", Dataset::Penalty, 8, "2026-10-19", ""},
    {"penalty_public_for_longer", Dataset::Penalty, 8, "2026-10-20", "DATE_ORDER(publicity_until)?"},
};
class GeneratorRow : public testing::TestWithParam<Case> {};
TEST_P(GeneratorRow, IsChecked) {
    const Case& tested = GetParam();
    Fields fields = goodRow(tested.dataset);
    fields[tested.column] = tested.value;
    RowChecker checker(formOf(tested.dataset), kToday);
    const bool accepted = checkRow(checker, tested.dataset, fields);
    EXPECT_EQ(issuesOf(checker, tested.dataset), tested.issues);
    const std::string_view issues = tested.issues;
    EXPECT_EQ(accepted,
              issues.empty() || (issues.ends_with('?') && issues.find(") ") == std::string_view::npos));
    for (const RowIssue& issue : checker.issues()) {  // no sentence shows a person's number
        const std::string text =
            message(issue.id, Language::En, {.value = issue.value, .expected = issue.expected});
        EXPECT_EQ(text.find("19491231"), std::string::npos) << text;
    }
}
INSTANTIATE_TEST_SUITE_P(Loaders, GeneratorRow, testing::ValuesIn(kCases),
                         [](const auto& tested) { return tested.param.name; });

TEST(GeneratorRow, OverLongTextIsNeverCut) {
    Fields fields = goodRow(Dataset::Subject);
    RowChecker checker(formOf(Dataset::Subject), kToday);
    fields[1] = "";
    for (int i = 0; i < 200; ++i) {
        fields[1] += "东";
    }
    EXPECT_TRUE(checkRow(checker, Dataset::Subject, fields));  // 200 characters, 600 bytes
    fields[1] += "东";
    EXPECT_FALSE(checkRow(checker, Dataset::Subject, fields));
    EXPECT_EQ(issuesOf(checker, Dataset::Subject), "TOO_LONG(name)");
    EXPECT_EQ(checker.issues()[0].n, 200U);
}

TEST(GeneratorRow, NamesEveryProblemOfARow) {
    RowChecker checker(formOf(Dataset::Penalty), kToday);
    EXPECT_FALSE(checkRow(checker, Dataset::Penalty, Fields(9, "")));
    EXPECT_EQ(
        issuesOf(checker, Dataset::Penalty),
        "REQUIRED(doc_no) REQUIRED(uscc) REQUIRED(domain) REQUIRED(organ) REQUIRED(date) REQUIRED(kind) "
        "REQUIRED(severity)");
}

TEST(GeneratorRow, TheRightCodeIsNamed) {
    Fields fields = goodRow(Dataset::Subject);
    fields[0] = "91441900MAXP00018N";
    RowChecker checker(formOf(Dataset::Subject), kToday);
    EXPECT_FALSE(checkRow(checker, Dataset::Subject, fields));
    EXPECT_EQ(checker.issues()[0].expected, "91441900MAXP00018M");
}

TEST(GeneratorRow, SubjectBecomesValues) {
    RowChecker checker(formOf(Dataset::Subject), kToday);
    SubjectRow row;
    const Fields fields = {
        " 91441900maxp00018m", "东莞市一有限公司　", "company", "存续", "2020年4月11日", "441900", ""};
    ASSERT_TRUE(checker.check(views(fields), row));
    EXPECT_EQ(row.uscc, "91441900MAXP00018M");
    EXPECT_EQ(row.name, "东莞市一有限公司");
    EXPECT_EQ(row.kind.id, "company");
    EXPECT_EQ(row.status.id, "active");
    EXPECT_EQ(toText(row.founded_on), "2020-04-11");
    EXPECT_EQ(row.region, "441900");
    EXPECT_EQ(row.industry, "");
}

TEST(GeneratorRow, PersonBecomesValues) {
    RowChecker checker(formOf(Dataset::Person), kToday);
    PersonRow row;
    const Fields fields = {"p1", "张三丰"};
    ASSERT_TRUE(checker.check(views(fields), row));
    EXPECT_EQ(row.pid, "p1");
    EXPECT_EQ(row.name_masked, "张**");
}

TEST(GeneratorRow, CapitalBecomesValues) {
    RowChecker checker(formOf(Dataset::Capital), kToday);
    CapitalRow row;
    const Fields fields = {"91441900MAXP00026G", "company",   "91441900MAXP00018M", "33.50", "1246740",
                           "2022-06-20",         "2025-01-01"};
    ASSERT_TRUE(checker.check(views(fields), row));
    EXPECT_EQ(row.investor, "91441900MAXP00026G");
    EXPECT_FALSE(row.investorIsPerson());
    EXPECT_EQ(row.share, (Decimal{335, 1}));
    EXPECT_EQ(row.amount_fen, 124674000);
    EXPECT_EQ(toText(row.valid_from), "2022-06-20");
    EXPECT_EQ(toText(row.valid_to), "2025-01-01");
    const Fields good = goodRow(Dataset::Capital);
    ASSERT_TRUE(checker.check(views(good), row));
    EXPECT_TRUE(row.investorIsPerson());
    EXPECT_EQ(row.valid_to, kNoDate);
    EXPECT_EQ(row.share, (Decimal{33, 0}));
}

TEST(GeneratorRow, AFirmMayHoldItself) {
    RowChecker checker(formOf(Dataset::Capital), kToday);
    CapitalRow row;
    const Fields fields = {"91441900MAXP00018M", "company", "91441900MAXP00018M", "1", "", "2022-06-20", ""};
    EXPECT_TRUE(checker.check(views(fields), row));
    EXPECT_EQ(issuesOf(checker, Dataset::Capital), "SELF_HOLDING(investor)?");
}

TEST(GeneratorRow, RoleBecomesValues) {
    RowChecker checker(formOf(Dataset::Role), kToday);
    RoleRow row;
    const Fields good = goodRow(Dataset::Role);
    ASSERT_TRUE(checker.check(views(good), row));
    EXPECT_EQ(row.pid, "97ea87f7e45c00a5b6e1bf4dee154240");
    EXPECT_EQ(row.uscc, "91441900MAXP00018M");
    EXPECT_EQ(row.role.id, "director");
    EXPECT_EQ(toText(row.valid_to), "2023-06-20");
}

TEST(GeneratorRow, PenaltyBecomesValues) {
    RowChecker checker(formOf(Dataset::Penalty), kToday);
    PenaltyRow row;
    const Fields good = goodRow(Dataset::Penalty);
    ASSERT_TRUE(checker.check(views(good), row));
    EXPECT_EQ(row.doc_no, "东环罚〔2023〕1号");
    EXPECT_EQ(row.domain.id, "environment");
    EXPECT_EQ(row.authority_name, "东莞市生态环境局");
    EXPECT_EQ(toText(row.decided_on), "2023-10-19");
    EXPECT_EQ(row.category.id, "fine");
    EXPECT_EQ(row.fine_fen, 43000);
    EXPECT_EQ(row.severity.id, "general");
    EXPECT_EQ(toText(row.public_until), "2024-10-18");
}

struct Kind {
    const char* word;
    const char* id;
};
/// DOMAIN §2.1: the generator's words.
constexpr Kind kKinds[] = {{"罚款", "fine"},
                           {"警告", "warning"},
                           {"通报批评", "criticism"},
                           {"没收违法所得", "confiscate-income"},
                           {"责令停产停业", "suspend-business"},
                           {"吊销许可证", "revoke-licence"},
                           {"暂扣许可证", "suspend-licence"},
                           {"其他", "other"}};
TEST(Vocabulary, TheGeneratorsKindsOfPenalty) {
    for (const Kind& kind : kKinds) {
        ASSERT_TRUE(penaltyKind(kind.word)) << kind.word;
        EXPECT_EQ(penaltyKind(kind.word)->id, kind.id);
        EXPECT_EQ(penaltyKindIds()[penaltyKind(kind.word)->number], kind.id);
    }
    EXPECT_EQ(severity("1")->id, "minor");
    EXPECT_EQ(severity("2")->id, "general");
    EXPECT_EQ(severity("3")->id, "serious");
    EXPECT_EQ(severity("4")->id, "serious");
}

TEST(Vocabulary, EveryIdIsAWordOfItsList) {
    const std::pair<std::span<const std::string_view>, std::optional<Word> (*)(std::string_view) noexcept>
        kLists[] = {{subjectKindIds(), subjectKind},
                    {subjectStatusIds(), subjectStatus},
                    {investorKindIds(), investorKind},
                    {roleIds(), role},
                    {penaltyKindIds(), penaltyKind},
                    {severityIds(), severity},
                    {domainIds(), domain}};
    for (const auto& [ids, find] : kLists) {
        for (std::size_t i = 0; i < ids.size(); ++i) {
            ASSERT_TRUE(find(ids[i])) << ids[i];
            EXPECT_EQ(find(ids[i])->number, i) << ids[i];
        }
        EXPECT_FALSE(find(""));
        EXPECT_FALSE(find("no such word"));
    }
    EXPECT_EQ(domainIds().size(), 44U);
}

TEST(GeneratorForm, ColumnsMayComeInAnyOrderAndCase) {
    HeaderIssue issue;
    const Fields header = {" NAME_masked ", "Pid"};
    const auto form = GeneratorForm::recognise(Dataset::Person, views(header), issue);
    ASSERT_TRUE(form);
    RowChecker checker(*form, kToday);
    PersonRow row;
    const Fields fields = {"林*", "p1"};
    ASSERT_TRUE(checker.check(views(fields), row));
    EXPECT_EQ(row.pid, "p1");
    EXPECT_EQ(row.name_masked, "林*");
    EXPECT_EQ(form->columnAt(0), 1U);
    EXPECT_EQ(form->columnAt(1), 0U);
    EXPECT_EQ(form->columnAt(7), 1U);
}

struct Header {
    const char* name;
    Fields header;
    MessageId id;
    const char* value;
};
const Header kHeaders[] = {
    {"unknown", {"pid", "name"}, MessageId::HeaderUnknown, "name"},
    {"missing", {"pid"}, MessageId::HeaderMissing, "name_masked"},
    {"twice", {"pid", "name_masked", "PID"}, MessageId::HeaderTwice, "PID"},
    {"of_another_data_set", {"uscc", "name", "kind"}, MessageId::HeaderUnknown, "uscc"},
    {"empty_column", {"pid", "name_masked", ""}, MessageId::HeaderUnknown, ""},
};
class GeneratorHeader : public testing::TestWithParam<Header> {};
TEST_P(GeneratorHeader, IsRefused) {
    HeaderIssue issue;
    EXPECT_FALSE(GeneratorForm::recognise(Dataset::Person, views(GetParam().header), issue));
    EXPECT_EQ(issue.id, GetParam().id);
    EXPECT_EQ(issue.value, GetParam().value);
}
INSTANTIATE_TEST_SUITE_P(Loaders, GeneratorHeader, testing::ValuesIn(kHeaders),
                         [](const auto& tested) { return tested.param.name; });

TEST(GeneratorForm, DataSetsHaveTheirNames) {
    EXPECT_EQ(nameOf(Dataset::Subject), "subject");
    EXPECT_EQ(argumentOf(Dataset::Subject), "companies");
    EXPECT_EQ(nameOf(Dataset::Capital), "capital");
    EXPECT_EQ(argumentOf(Dataset::Penalty), "penalties");
}

}  // namespace
}  // namespace xinpu::loaders
