// tests/unit/cli/text_width_test.cpp
// Display width, cutting and escaping of terminal text.
#include "cli/text_width.h"

#include <string>

#include <gtest/gtest.h>

namespace xinpu::cli {
namespace {

struct Width {
    const char* name;
    const char* text;
    std::size_t width;
};
constexpr Width kWidths[] = {
    {"empty", "", 0},
    {"ascii", "xinpu 1.0", 9},
    {"chinese", "东莞市", 6},
    {"mixed", "A东b莞", 6},
    {"fullwidth_form", "ＡＢ", 4},
    {"ideographic_space", "\u3000", 2},
    {"chinese_punctuation", "（有限）", 8},
    {"halfwidth_katakana", "ｱｲ", 2},
    {"combining_accent", "e\u0301", 1},
    {"two_marks_on_one_letter", "a\u0300\u0323b", 2},
    {"zero_width_joiner_alone", "\u200d", 0},
    {"emoji", "😀", 2},
    {"joined_emoji", "👩\u200d🔬", 2},
    {"flag", "🇨🇳", 2},
    {"heart_shown_as_emoji", "❤\ufe0f", 2},
    {"rare_ideograph_beyond_the_bmp", "𠮷", 2},
    {"ambiguous_counts_one", "±", 1},
    {"hangul_syllable", "한", 2},
    {"hangul_from_parts", "\u1112\u1161\u11ab", 2},
};

class TextWidth : public testing::TestWithParam<Width> {};

TEST_P(TextWidth, IsWhatATerminalTakes) {
    EXPECT_EQ(displayWidth(GetParam().text), GetParam().width);
}

INSTANTIATE_TEST_SUITE_P(Cli, TextWidth, testing::ValuesIn(kWidths),
                         [](const auto& row) { return row.param.name; });

struct Cut {
    const char* name;
    const char* text;
    std::size_t columns;
    const char* fitted;
};
constexpr Cut kCuts[] = {
    {"fits", "abcd", 4, "abcd"},
    {"ascii", "abcde", 4, "abc…"},
    {"chinese_fits_exactly", "东莞", 4, "东莞"},
    {"chinese_wide_character_would_not_fit", "东莞市", 4, "东…"},
    {"chinese_all_columns_used", "东莞市", 5, "东莞…"},
    {"one_column", "东莞", 1, "…"},
    {"mark_stays_with_its_letter", "e\u0301e\u0301e\u0301", 2, "e\u0301…"},
    {"joined_emoji_is_not_split", "👩\u200d🔬ab", 3, "👩\u200d🔬…"},
};

class TextCut : public testing::TestWithParam<Cut> {};

TEST_P(TextCut, KeepsWholeClusters) {
    const Cut& cut = GetParam();
    EXPECT_EQ(fitted(cut.text, cut.columns), cut.fitted);
    EXPECT_LE(displayWidth(fitted(cut.text, cut.columns)), cut.columns);
}

INSTANTIATE_TEST_SUITE_P(Cli, TextCut, testing::ValuesIn(kCuts),
                         [](const auto& row) { return row.param.name; });

struct Control {
    const char* name;
    std::string text;
    const char* shown;
};
const Control kControls[] = {
    {"plain", "东莞 ok", "东莞 ok"},
    {"newline_and_tab", "a\nb\tc", "a\\nb\\tc"},
    {"escape_sequence", "\x1b[2J", "\\u001b[2J"},
    {"c1_control", "\u009b1m", "\\u009b1m"},
    {"nul", std::string("a\0b", 3), "a\\u0000b"},
    {"broken_utf8",
     "a\xff"
     "b",
     "a\uFFFDb"},
};

class TextControl : public testing::TestWithParam<Control> {};

TEST_P(TextControl, CannotSteerTheTerminal) {
    EXPECT_EQ(withoutControls(GetParam().text), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(Cli, TextControl, testing::ValuesIn(kControls),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace xinpu::cli
