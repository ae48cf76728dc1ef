// tests/unit/identity/personal_data_test.cpp
// What the scan of free text masks and what it leaves alone; masked names.

#include "credit/identity/personal_data.h"

#include <gtest/gtest.h>

#include <string>

namespace xinpu::credit {
namespace {

struct Text {
    const char* name;
    const char* text;
    const char* expected;  ///< nullptr: nothing is found
};
constexpr Text kTexts[] = {
    {"id_number", "当事人（11010519491231002X）无证经营", "当事人（〔证件号码已遮蔽〕）无证经营"},
    {"id_number_lower_case", "11010519491231002x", "〔证件号码已遮蔽〕"},
    {"id_number_alone", "440524188001010014", "〔证件号码已遮蔽〕"},
    {"id_number_mistyped", "证号110105194912310021，", "证号〔证件号码已遮蔽〕，"},
    {"id_number_full_width", "号码１１０１０５１９４９１２３１００２Ｘ。", "号码〔证件号码已遮蔽〕。"},
    {"id_number_in_groups", "110105 19491231 002X", "〔证件号码已遮蔽〕"},
    {"id_number_with_hyphens", "110105-19491231-002X", "〔证件号码已遮蔽〕"},
    {"id_number_of_15", "旧证110105491231002", "旧证〔证件号码已遮蔽〕"},
    {"two_id_numbers", "11010519491231002X、440524188001010014", "〔证件号码已遮蔽〕、〔证件号码已遮蔽〕"},
    {"id_number_after_letters", "ID11010519491231002X", "ID〔证件号码已遮蔽〕"},
    {"mobile", "电话13800138000", "电话〔手机号码已遮蔽〕"},
    {"mobile_in_groups", "电话138-0013-8000转1", "电话〔手机号码已遮蔽〕转1"},
    {"mobile_with_country", "+86 13800138000", "+〔手机号码已遮蔽〕"},
    {"mobile_with_country_glued", "8613800138000", "〔手机号码已遮蔽〕"},
    {"mobile_after_land_line", "0769-22837777 13800138000", "0769-22837777 〔手机号码已遮蔽〕"},
    {"bank_card", "账户6222020200112345678已冻结", nullptr},  // Luhn digit is wrong
    {"bank_card_right", "账户4111111111111111已冻结", "账户〔银行卡号已遮蔽〕已冻结"},
    {"bank_card_union_pay", "6212345678900000003", "〔银行卡号已遮蔽〕"},
    {"bank_card_in_groups", "4111 1111 1111 1111", "〔银行卡号已遮蔽〕"},
    {"nothing", "", nullptr},
    {"plain_text", "无照经营，罚款五千元", nullptr},
    {"document_number", "东市监罚〔2026〕12号", nullptr},
    {"date_and_amount", "2026-03-05 罚款5000.00元", nullptr},
    {"land_line", "0769-22837777", nullptr},
    {"uscc_of_digits", "统一社会信用代码914419007480321175", nullptr},
    {"uscc_with_letters", "91441900MAXP00018M", nullptr},
    {"uscc_ending_in_xg", "9144030071526726XG", nullptr},
    {"eleven_digits_that_are_no_mobile", "12345678901", nullptr},
    {"mobile_inside_a_serial_number", "SN13800138000A", nullptr},
    {"twenty_digits", "11010519491231002112", nullptr},
    {"eighteen_digits_of_no_region", "990105194912310021", nullptr},
    {"eighteen_digits_without_a_date", "110105194913310021", nullptr},
    {"broken_bytes_around",
     "\xE4\xB8"
     "13800138000\xFF",
     "\xE4\xB8〔手机号码已遮蔽〕\xFF"},
};
class FreeText : public testing::TestWithParam<Text> {};
TEST_P(FreeText, IsMasked) {
    const std::optional<std::string> masked = maskPersonalData(GetParam().text);
    if (GetParam().expected == nullptr) {
        EXPECT_EQ(masked, std::nullopt);
        return;
    }
    EXPECT_EQ(masked, GetParam().expected);
    EXPECT_EQ(maskPersonalData(*masked), std::nullopt);  // masking leaves nothing to mask
}
INSTANTIATE_TEST_SUITE_P(Credit, FreeText, testing::ValuesIn(kTexts),
                         [](const auto& tested) { return tested.param.name; });

TEST(FreeText, ARunWithoutEndIsScannedInPieces) {
    const std::string run(100'000, '7');
    EXPECT_EQ(maskPersonalData(run), std::nullopt);
    EXPECT_EQ(maskPersonalData(run + "，13800138000"), run + "，〔手机号码已遮蔽〕");
}

TEST(FreeText, ANumberBehindManyGroupsOfDigitsIsFound) {
    for (std::size_t groups = 0; groups < 120; ++groups) {
        std::string text;
        for (std::size_t i = 0; i < groups; ++i) {
            text += "22 ";
        }
        EXPECT_EQ(maskPersonalData(text + "13800138000"), text + "〔手机号码已遮蔽〕") << groups;
        EXPECT_EQ(maskPersonalData(text + "440524188001010014 22"), text + "〔证件号码已遮蔽〕 22") << groups;
    }
}

struct Key {
    const char* name;
    const char* text;
    bool expected;
};
constexpr Key kKeys[] = {
    {"id_number", "11010519491231002X", true},
    {"lower_case", "11010519491231002x", true},
    {"of_15", "110105491231002", true},
    {"wrong_check", "110105194912310021", true},
    {"letter_at_the_end", "11010519491231002A", false},
    {"no_birth_date", "110105194913310021", false},
    {"pseudonym", "9d24f093b5a399323a57b730f75b3756", false},
    {"uscc", "914419007480321175", false},
    {"empty", "", false},
    {"one_character", "X", false},
};
class IdNumberAsKey : public testing::TestWithParam<Key> {};
TEST_P(IdNumberAsKey, IsSeen) {
    EXPECT_EQ(looksLikeIdNumber(GetParam().text), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Credit, IdNumberAsKey, testing::ValuesIn(kKeys),
                         [](const auto& tested) { return tested.param.name; });

struct Name {
    const char* name;
    const char* person;
    const char* masked;
    bool shows;
};
constexpr Name kNames[] = {
    {"three_characters", "张三丰", "张**", true},
    {"two_characters", "林娜", "林*", true},
    {"one_character", "林", "林", false},
    {"masked_already", "张**", "张**", false},
    {"masked_otherwise", "张*丰", "张**", true},
    {"latin", "Ann", "A**", true},
    {"four_bytes", "𠮷田", "𠮷*", true},
    {"blanks_around", "　张三 ", "张*", true},
    {"empty", "", "", false},
};
class PersonName : public testing::TestWithParam<Name> {};
TEST_P(PersonName, IsMasked) {
    EXPECT_EQ(maskPerson(GetParam().person), GetParam().masked);
    EXPECT_EQ(showsName(GetParam().person), GetParam().shows);
    EXPECT_FALSE(showsName(maskPerson(GetParam().person)));
}
INSTANTIATE_TEST_SUITE_P(Credit, PersonName, testing::ValuesIn(kNames),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace xinpu::credit
