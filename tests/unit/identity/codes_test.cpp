// tests/unit/identity/codes_test.cpp
// Organisation codes, registration numbers and identity numbers with their check characters.

#include "credit/identity/codes.h"

#include <gtest/gtest.h>

#include <string>

#include "credit/identity/id_card.h"

namespace xinpu::credit {
namespace {

using std::chrono::sys_days;
constexpr sys_days kToday{std::chrono::year{2026} / std::chrono::November / 24};

struct Case {
    const char* name;
    const char* text;
    bool valid;
};

constexpr Case kOrganisationCodes[] = {
    {"example", "D2143569X", true},
    {"with_hyphen", "D2143569-X", true},
    {"lower_case_full_width", "ｄ2143569－ｘ", true},
    {"huawei", "192203821", true},
    {"tencent", "71526726X", true},
    {"tencent_computer", "708461136", true},
    {"wrong_check", "708461137", false},
    {"neighbours_swapped", "708461316", false},
    {"short", "70846113", false},
    {"long", "7084611366", false},
    {"other_characters", "7084_1136", false},
    {"empty", "", false},
};
class OrganisationCode : public testing::TestWithParam<Case> {};
TEST_P(OrganisationCode, IsChecked) {
    EXPECT_EQ(organisationCodeValid(normaliseOrganisationCode(GetParam().text)), GetParam().valid);
}
INSTANTIATE_TEST_SUITE_P(Credit, OrganisationCode, testing::ValuesIn(kOrganisationCodes),
                         [](const auto& tested) { return tested.param.name; });

TEST(OrganisationCode, EveryDigitIsPossibleAtTheEnd) {
    std::string seen;
    for (int number = 0; number < 1'000; ++number) {
        const std::string body = std::to_string(10'000'000 + number);
        const char check = *organisationCodeCheckCharacter(body);
        EXPECT_TRUE(organisationCodeValid(body + check));
        if (seen.find(check) == std::string::npos) {
            seen += check;
        }
    }
    EXPECT_EQ(seen.size(), 11U);
}

struct RegistrationCase {
    const char* name;
    const char* number;
    RegistrationNumberFault fault;
};
constexpr RegistrationCase kRegistrationNumbers[] = {
    {"beijing", "110108000000016", RegistrationNumberFault::None},
    {"shenzhen", "440301103097413", RegistrationNumberFault::None},
    {"wrong_check", "110000450153148", RegistrationNumberFault::CheckDigit},
    {"right_check", "110000450153144", RegistrationNumberFault::None},
    {"old", "4403011030974", RegistrationNumberFault::OldForm},
    {"short", "44030110309741", RegistrationNumberFault::Malformed},
    {"letters", "44030110309741X", RegistrationNumberFault::Malformed},
    {"empty", "", RegistrationNumberFault::Malformed},
};
class RegistrationNumber : public testing::TestWithParam<RegistrationCase> {};
TEST_P(RegistrationNumber, IsChecked) {
    EXPECT_EQ(checkRegistrationNumber(GetParam().number), GetParam().fault);
}
INSTANTIATE_TEST_SUITE_P(Credit, RegistrationNumber, testing::ValuesIn(kRegistrationNumbers),
                         [](const auto& tested) { return tested.param.name; });

TEST(RegistrationNumber, EverySingleWrongDigitIsFound) {
    const std::string number = "440301103097413";
    for (std::size_t i = 0; i < number.size(); ++i) {
        for (char c = '0'; c <= '9'; ++c) {
            std::string changed = number;
            changed[i] = c;
            EXPECT_EQ(checkRegistrationNumber(changed) == RegistrationNumberFault::None, c == number[i])
                << changed;
        }
    }
}

TEST(RegistrationNumber, WantsTheDigitThatTheDomainPaperNames) {
    EXPECT_EQ(registrationNumberCheckDigit("110000450153148"), '4');
    EXPECT_EQ(registrationNumberCheckDigit("1100"), std::nullopt);
}

constexpr Case kIdCards[] = {
    {"with_x", "11010519491231002X", true},
    {"with_lower_case_x", "11010519491231002x", true},
    {"with_digit", "440524188001010014", true},
    {"wrong_check", "110105194912310021", false},
    {"neighbours_swapped", "11010519491213002X", false},
    {"no_such_day", "110105194902300021", false},
    {"x_inside", "1101051949123100X2", false},
    {"short", "1101051949123100", false},
    {"empty", "", false},
};
class IdCard : public testing::TestWithParam<Case> {};
TEST_P(IdCard, IsChecked) {
    EXPECT_EQ(idCardValid(GetParam().text, kToday), GetParam().valid);
}
INSTANTIATE_TEST_SUITE_P(Credit, IdCard, testing::ValuesIn(kIdCards),
                         [](const auto& tested) { return tested.param.name; });

TEST(IdCard, BirthDateIsRealAndNotInTheFuture) {
    const auto withBirth = [](const std::string& birth) {
        const std::string body = "441900" + birth + "001";
        return idCardValid(body + *idCardCheckCharacter(body), kToday);
    };
    EXPECT_TRUE(withBirth("20261124"));
    EXPECT_FALSE(withBirth("20261125"));
    EXPECT_TRUE(withBirth("20000229"));
    EXPECT_FALSE(withBirth("19000229"));
    EXPECT_FALSE(withBirth("19901301"));
    EXPECT_FALSE(withBirth("19900100"));
    EXPECT_FALSE(withBirth("00000101"));
}

TEST(IdCard, EverySingleWrongDigitIsFound) {
    const std::string number = "440524188001010014";
    for (std::size_t i = 0; i < number.size(); ++i) {
        for (char c = '0'; c <= '9'; ++c) {
            std::string changed = number;
            changed[i] = c;
            EXPECT_EQ(idCardCheckCharacter(changed) == changed.back(), c == number[i]) << changed;
        }
    }
}

TEST(IdCard, OldNumbersBecome18Characters) {
    EXPECT_EQ(idCardFrom15("110105491231002"), "11010519491231002X");
    EXPECT_TRUE(idCardValid(*idCardFrom15("440524800101001"), kToday));
    EXPECT_EQ(idCardFrom15("11010549123100"), std::nullopt);
    EXPECT_EQ(idCardFrom15("11010549123100X"), std::nullopt);
}

}  // namespace
}  // namespace xinpu::credit
