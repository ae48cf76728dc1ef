// tests/unit/loaders/values_test.cpp
// Dates, decimals, and keys of records.

#include <gtest/gtest.h>

#include <string>

#include "loaders/dates.h"
#include "loaders/keys.h"

namespace xinpu::loaders {
namespace {

struct Date {
    const char* name;
    const char* text;
    const char* expected;  ///< nullptr: no date
};
constexpr Date kDates[] = {
    {"iso", "2026-03-05", "2026-03-05"},
    {"slashes", "2026/03/05", "2026-03-05"},
    {"slashes_short", "2026/3/5", "2026-03-05"},
    {"hyphens_short", "2026-3-5", "2026-03-05"},
    {"digits", "20260305", "2026-03-05"},
    {"chinese", "2026年3月5日", "2026-03-05"},
    {"chinese_two_digits", "2026年03月05日", "2026-03-05"},
    {"leap_day", "2024-02-29", "2024-02-29"},
    {"open", "2099/12/31", "2099-12-31"},
    {"first", "0001-01-01", "0001-01-01"},
    {"no_leap_day", "2023-02-29", nullptr},
    {"february_30", "2026/02/30", nullptr},
    {"month_13", "2026-13-01", nullptr},
    {"month_0", "2026-00-01", nullptr},
    {"day_0", "2026-01-00", nullptr},
    {"year_0", "0000-01-01", nullptr},
    {"mixed_separators", "2026-03/05", nullptr},
    {"serial_number", "46086", nullptr},
    {"time", "2026-03-05T00:00", nullptr},
    {"blank", "2026-03-05 ", nullptr},
    {"chinese_without_end", "2026年3月5", nullptr},
    {"chinese_with_rest", "2026年3月5日起", nullptr},
    {"letters", "2026-o3-05", nullptr},
    {"letters_in_eight", "2026o305", nullptr},
    {"two_digit_year", "26-03-05", nullptr},
    {"year_only", "2026", nullptr},
    {"year_and_month", "2026-03", nullptr},
    {"empty", "", nullptr},
    {"sign", "-2026-03-5", nullptr},
};
class DateText : public testing::TestWithParam<Date> {};
TEST_P(DateText, IsRead) {
    const std::optional<DayNumber> day = parseDate(GetParam().text);
    if (GetParam().expected == nullptr) {
        EXPECT_FALSE(day);
        return;
    }
    ASSERT_TRUE(day);
    EXPECT_EQ(toText(*day), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Loaders, DateText, testing::ValuesIn(kDates),
                         [](const auto& tested) { return tested.param.name; });

TEST(DateText, DaysCountFrom1970) {
    EXPECT_EQ(parseDate("1970-01-01"), 0);
    EXPECT_EQ(parseDate("1969-12-31"), -1);
    EXPECT_EQ(parseDate("2000-03-01"), 11017);
}

TEST(DateText, EveryDayOfSomeYearsIsReadInEveryForm) {
    for (DayNumber day = *parseDate("1999-12-01"); day <= *parseDate("2004-03-31"); ++day) {
        const std::string iso = toText(day);
        const std::string year = iso.substr(0, 4);
        const std::string month = iso.substr(5, 2);
        const std::string date = iso.substr(8, 2);
        for (const std::string& text : {iso, year + "/" + month + "/" + date, year + month + date,
                                        year + "年" + month + "月" + date + "日"}) {
            ASSERT_EQ(parseDate(text), day) << text;
        }
    }
}

struct Number {
    const char* name;
    const char* text;
    const char* expected;
    std::int64_t fen;  ///< -1: not a number of fen
};
constexpr Number kNumbers[] = {
    {"whole", "5", "5", 500},
    {"zeros_left_out", "33.00", "33", 3300},
    {"places", "33.3333", "33.3333", -1},
    {"zero", "0.00", "0", 0},
    {"below_one", "0.05", "0.05", 5},
    {"leading_zeros", "007.50", "7.5", 750},
    {"plus", "+1.5", "1.5", 150},
    {"longest", "123456789012345678", "123456789012345678", -1},
    {"largest_amount", "1234567890123456.78", "1234567890123456.78", 123456789012345678},
    {"too_long", "1234567890123456789", nullptr, -1},
    {"too_many_places", "0.1234567890123456789", nullptr, -1},
    {"no_digit", ".", nullptr, -1},
    {"no_whole_part", ".5", nullptr, -1},
    {"no_places", "5.", nullptr, -1},
    {"two_points", "1.2.3", nullptr, -1},
    {"exponent", "1e3", nullptr, -1},
    {"comma", "1,000", nullptr, -1},
    {"blank", "1 000", nullptr, -1},
    {"two_signs", "+-1", nullptr, -1},
    {"sign_only", "-", nullptr, -1},
    {"empty", "", nullptr, -1},
    {"full_width", "５", nullptr, -1},
};
class DecimalText : public testing::TestWithParam<Number> {};
TEST_P(DecimalText, IsRead) {
    const std::optional<Decimal> decimal = parseDecimal(GetParam().text);
    if (GetParam().expected == nullptr) {
        EXPECT_FALSE(decimal);
        return;
    }
    ASSERT_TRUE(decimal);
    EXPECT_EQ(toText(*decimal), GetParam().expected);
    EXPECT_EQ(rescale(*decimal, 2).value_or(-1), GetParam().fen);
}
INSTANTIATE_TEST_SUITE_P(Loaders, DecimalText, testing::ValuesIn(kNumbers),
                         [](const auto& tested) { return tested.param.name; });

TEST(DecimalText, NegativeOnesKeepTheirSign) {
    EXPECT_EQ(parseDecimal("-0.5"), (Decimal{-5, 1}));
    EXPECT_EQ(toText(Decimal{-5, 1}), "-0.5");
    EXPECT_EQ(rescale(Decimal{-5, 1}, 2), -50);
}

struct DocNo {
    const char* name;
    const char* text;
    const char* expected;
};
constexpr DocNo kDocNos[] = {
    {"normal", "东市监罚〔2026〕12号", "东市监罚〔2026〕12号"},
    {"square_and_blank", "东市监罚[2026]12 号", "东市监罚〔2026〕12号"},
    {"full_width", "东市监罚［２０２６］１２号", "东市监罚〔2026〕12号"},
    {"round", "东市监罚(2026)12号", "东市监罚〔2026〕12号"},
    {"round_full_width", "东市监罚（2026）12号", "东市监罚〔2026〕12号"},
    {"lenticular", "东市监罚【2026】12号", "东市监罚〔2026〕12号"},
    {"ideographic_space", "东市监罚〔2026〕　12号", "东市监罚〔2026〕12号"},
    {"other_spaces", "东市监罚〔2026〕\u00A0\u200B12号\t", "东市监罚〔2026〕12号"},
    {"hyphen", "DG-2026-0012", "DG-2026-0012"},
    {"bar", "1|2", "1｜2"},
    {"empty", "", ""},
    {"broken_bytes", "\xE4\xB8", "\xE4\xB8"},
};
class DocNoKey : public testing::TestWithParam<DocNo> {};
TEST_P(DocNoKey, IsNormalised) {
    std::string once;
    appendDocNo(GetParam().text, once);
    EXPECT_EQ(once, GetParam().expected);
    std::string twice;
    appendDocNo(once, twice);
    EXPECT_EQ(twice, once);
}
INSTANTIATE_TEST_SUITE_P(Loaders, DocNoKey, testing::ValuesIn(kDocNos),
                         [](const auto& tested) { return tested.param.name; });

TEST(RecordKey, JoinsAuthorityNumberAndParty) {
    std::string key = "something before";
    penaltyKey(authorityCodeOfName("东莞市 生态环境局"), "东环罚[2023]1号", "91441900MAXP00018M", key);
    EXPECT_EQ(key, "N:东莞市生态环境局|东环罚〔2023〕1号|91441900MAXP00018M");
    penaltyKey("11441900XP000001XM", "1", "p", key);
    EXPECT_EQ(key, "11441900XP000001XM|1|p");
}

TEST(RecordKey, ABarInsideAPartIsNoBoundary) {
    std::string left;
    std::string right;
    penaltyKey(authorityCodeOfName("a|b"), "c", "p", left);
    penaltyKey(authorityCodeOfName("a"), "b|c", "p", right);
    EXPECT_NE(left, right);
}

TEST(RecordKey, NamesAreHalfWidthWithoutBlanks) {
    EXPECT_EQ(authorityCodeOfName("东莞市公安局（南城）"), "N:东莞市公安局(南城)");
    EXPECT_EQ(authorityCodeOfName(" 东莞市 公安局(南城)"), "N:东莞市公安局(南城)");
}

}  // namespace
}  // namespace xinpu::loaders
