// tests/unit/identity/uscc_test.cpp
// Unified social credit codes: real ones, wrong ones, placeholders, and the two properties of the check
// character.

#include "credit/identity/uscc.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace xinpu::credit {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

constexpr const char* kValid[] = {
    "914403001922038216", "9144030071526726XG", "91440300708461136T", "91100000100003962T",
    "91330100799655058B", "91440300192317458F", "9144030010001686XA", "91310000132260250X",
    "91440300100012316L", "91440400192548256N", "91440606722473344C", "91110000710925462X",
    "914419007480321175", "91441900557262083U", "914419000585344943", "91350100M000100Y43",
    "91441900MAXP00018M", "91441900MAXP00026G", "92441900MAXP000348", "52441900MAXP000427",
    "11441900XP000001XM", "11441900XP0000028M",
};
class UsccOfRealSubject : public testing::TestWithParam<const char*> {};
TEST_P(UsccOfRealSubject, IsValid) {
    EXPECT_EQ(checkUscc(GetParam()), UsccFault::None);
    EXPECT_EQ(usccCheckCharacter(GetParam()), std::string_view(GetParam()).back());
}
INSTANTIATE_TEST_SUITE_P(Credit, UsccOfRealSubject, testing::ValuesIn(kValid),
                         [](const auto& tested) { return std::string(tested.param); });

struct Wrong {
    const char* name;
    const char* code;
    UsccFault fault;
};
constexpr Wrong kWrong[] = {
    {"example_of_the_standard", "91350100M000100Y4Z", UsccFault::Alphabet},
    {"check_character", "914403001922038217", UsccFault::CheckDigit},
    {"neighbours_swapped", "914403001922032816", UsccFault::CheckDigit},
    {"wrong_last_letter", "91441900MAXP00018N", UsccFault::CheckDigit},
    {"letter_i", "9144030019220382I6", UsccFault::Alphabet},
    {"letter_o_first", "O14403001922038216", UsccFault::Alphabet},
    {"lower_case", "91441900maxp00018m", UsccFault::Alphabet},
    {"zeros", "000000000000000000", UsccFault::Placeholder},
    {"ones", "111111111111111111", UsccFault::Placeholder},
    {"crosses", "XXXXXXXXXXXXXXXXXX", UsccFault::Placeholder},
    {"stars", "******************", UsccFault::Placeholder},
    {"running_digits", "123456789012345678", UsccFault::Placeholder},
    {"organisation_code_of_zeros", "914419000000000003", UsccFault::Placeholder},
    {"empty", "", UsccFault::Length},
    {"short", "91440300192203821", UsccFault::Length},
    {"long", "9144030019220382160", UsccFault::Length},
    {"blank_inside", "91440300 192203821", UsccFault::Alphabet},
    {"bytes_of_another_script", "\xE4\xB8\x9C\xE4\xB8\x9C\xE4\xB8\x9C\xE4\xB8\x9C\xE4\xB8\x9C\xE4\xB8\x9B",
     UsccFault::Alphabet},
};
class UsccWrong : public testing::TestWithParam<Wrong> {};
TEST_P(UsccWrong, IsNamed) {
    EXPECT_EQ(checkUscc(GetParam().code), GetParam().fault);
}
INSTANTIATE_TEST_SUITE_P(Credit, UsccWrong, testing::ValuesIn(kWrong),
                         [](const auto& tested) { return tested.param.name; });

TEST(Uscc, CheckCharacterCorrectsTheStandardsExample) {
    EXPECT_EQ(usccCheckCharacter("91350100M000100Y4"), '3');
    EXPECT_EQ(usccCheckCharacter("91441900MAXP00018N"), 'M');
    EXPECT_EQ(usccCheckCharacter("9135010"), std::nullopt);
    EXPECT_EQ(usccCheckCharacter("91350100M000I00Y4"), std::nullopt);
}

TEST(Uscc, EverySingleWrongCharacterIsFound) {
    for (const std::string code : kValid) {
        for (std::size_t i = 0; i < code.size(); ++i) {
            for (const char c : kAlphabet) {
                std::string changed = code;
                changed[i] = c;
                EXPECT_EQ(usccValid(changed), c == code[i]) << changed;
            }
        }
    }
}

TEST(Uscc, EverySwapOfUnequalNeighboursIsFound) {
    for (const std::string code : kValid) {
        for (std::size_t i = 0; i + 1 < code.size(); ++i) {
            std::string swapped = code;
            std::swap(swapped[i], swapped[i + 1]);
            EXPECT_EQ(usccValid(swapped), swapped == code) << swapped;
        }
    }
}

TEST(Uscc, EveryBodyHasOneCheckCharacter) {
    std::uint32_t state = 20261124;
    for (int round = 0; round < 2'000; ++round) {
        std::string code;
        for (int i = 0; i < 17; ++i) {
            state = state * 1664525U + 1013904223U;
            code += kAlphabet[(state >> 16) % kAlphabet.size()];
        }
        int fitting = 0;
        for (const char c : kAlphabet) {
            fitting += usccValid(code + c) ? 1 : 0;
        }
        EXPECT_EQ(fitting, 1) << code;
    }
}

struct Normal {
    const char* name;
    const char* delivered;
    const char* expected;
};
constexpr Normal kNormals[] = {
    {"clean", "91441900MAXP00018M", "91441900MAXP00018M"},
    {"lower_case", "91441900maxp00018m", "91441900MAXP00018M"},
    {"full_width_lower_case", "９１４４１９００ｍａｘｐ０００１８ｍ", "91441900MAXP00018M"},
    {"blanks_around", " \t91441900MAXP00018M\r\n", "91441900MAXP00018M"},
    {"ideographic_spaces_around", "　91441900MAXP00018M　", "91441900MAXP00018M"},
    {"other_characters_stay", "东91", "东91"},
    {"nothing", " 　 ", ""},
};
class UsccNormal : public testing::TestWithParam<Normal> {};
TEST_P(UsccNormal, IsNormalised) {
    EXPECT_EQ(normaliseUscc(GetParam().delivered), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Credit, UsccNormal, testing::ValuesIn(kNormals),
                         [](const auto& tested) { return tested.param.name; });

struct Parts {
    const char* name;
    const char* code;
    const char* region;
    const char* kind;
    const char* kindName;
    SubjectClass subject;
};
constexpr Parts kParts[] = {
    {"firm", "91441900MAXP00018M", "441900", "91", "企业", SubjectClass::Company},
    {"individual", "92441900MAXP000348", "441900", "92", "个体工商户", SubjectClass::IndividualBusiness},
    {"private_non_enterprise_unit", "52441900MAXP000427", "441900", "52", "民办非企业单位",
     SubjectClass::Organisation},
    {"organ", "11441900XP000001XM", "441900", "11", "机关", SubjectClass::Organisation},
    {"national", "91100000100003962T", "100000", "91", "企业", SubjectClass::Company},
    {"invalid", "91441900MAXP00018N", "", "", "", SubjectClass::Organisation},
};
class UsccParts : public testing::TestWithParam<Parts> {};
TEST_P(UsccParts, AreRead) {
    EXPECT_EQ(usccRegion(GetParam().code), GetParam().region);
    EXPECT_EQ(usccKind(GetParam().code), GetParam().kind);
    EXPECT_EQ(usccKindName(usccKind(GetParam().code)), GetParam().kindName);
    EXPECT_EQ(subjectClass(usccKind(GetParam().code)), GetParam().subject);
}
INSTANTIATE_TEST_SUITE_P(Credit, UsccParts, testing::ValuesIn(kParts),
                         [](const auto& tested) { return tested.param.name; });

TEST(Uscc, OtherKindsAreOrganisations) {
    for (const char* kind : {"11", "31", "51", "81", "93", "A1", "N3", "Y1", "77"}) {
        EXPECT_EQ(subjectClass(kind), SubjectClass::Organisation) << kind;
    }
}

TEST(Uscc, RegionOfLettersIsNoRegion) {
    const std::string body = "9144190AMAXP00018";
    const std::string code = body + *usccCheckCharacter(body);
    EXPECT_TRUE(usccValid(code));
    EXPECT_EQ(usccRegion(code), "");
}

}  // namespace
}  // namespace xinpu::credit
