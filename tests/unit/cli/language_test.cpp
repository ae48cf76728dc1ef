// tests/unit/cli/language_test.cpp
// Which language messages come in.
#include "cli/language.h"

#include <gtest/gtest.h>

#include "cli/application.h"
#include "cli/messages.h"

namespace xinpu::cli {
namespace {

struct Locale {
    const char* name;
    const char* lc_all;
    const char* lc_messages;
    const char* lang;
    Language language;
};
constexpr Locale kLocales[] = {
    {"nothing_set", "", "", "", Language::English},
    {"c", "", "", "C", Language::English},
    {"c_utf8", "", "", "C.UTF-8", Language::English},
    {"chinese", "", "", "zh_CN.UTF-8", Language::Chinese},
    {"messages_before_lang", "", "en_GB.UTF-8", "zh_CN.UTF-8", Language::English},
    {"all_before_messages", "zh_TW.UTF-8", "C", "C", Language::Chinese},
};
class LocaleLanguage : public testing::TestWithParam<Locale> {};
TEST_P(LocaleLanguage, IsTheFirstVariableThatIsSet) {
    const Locale& locale = GetParam();
    EXPECT_EQ(languageOfLocale(locale.lc_all, locale.lc_messages, locale.lang), locale.language);
}
INSTANTIATE_TEST_SUITE_P(Cli, LocaleLanguage, testing::ValuesIn(kLocales),
                         [](const auto& row) { return row.param.name; });

TEST(LanguageAsked, ComesBeforeTheLocale) {
    EXPECT_EQ(languageAsked({"version", "--lang", "zh"}, Language::English), Language::Chinese);
    EXPECT_EQ(languageAsked({"--lang=en", "version"}, Language::Chinese), Language::English);
    EXPECT_EQ(languageAsked({"version", "--lang"}, Language::Chinese), Language::Chinese);
    EXPECT_EQ(languageAsked({"--lang=fr"}, Language::Chinese), Language::Chinese);
    EXPECT_EQ(languageAsked({"--language", "zh"}, Language::English), Language::English);
}

TEST(Messages, EveryErrorCodeHasAChineseHeadline) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
        EXPECT_FALSE(messages::headline(static_cast<ErrorCode>(code)).in(Language::Chinese).empty()) << code;
    }
}

}  // namespace
}  // namespace xinpu::cli
