// cli/language.h
#pragma once
// A text for people in both languages of xinpu, and the choice between them.

#include <cstdint>
#include <string_view>

namespace xinpu::cli {

enum class Language : std::uint8_t { English, Chinese };

/// One text of the catalogue. Both versions have the same number of `{}` fields, or it does not compile.
class Text {
public:
    consteval Text(const char* english, const char* chinese) : english_(english), chinese_(chinese) {
        if (fields(english_) != fields(chinese_)) {
            throw "the two versions of a text have different fields";
        }
    }
    constexpr std::string_view in(Language language) const noexcept {
        return language == Language::Chinese ? chinese_ : english_;
    }

private:
    static constexpr int fields(std::string_view text) noexcept {
        int count = 0;
        for (const char c : text) {
            count += c == '{' ? 1 : 0;
        }
        return count;
    }

    std::string_view english_;
    std::string_view chinese_;
};

/// The language that the locale's variables ask for: the first of LC_ALL, LC_MESSAGES and LANG that is set
/// and not empty decides; English unless it begins with "zh".
constexpr Language languageOfLocale(std::string_view lc_all, std::string_view lc_messages,
                                    std::string_view lang) noexcept {
    const std::string_view chosen = !lc_all.empty() ? lc_all : !lc_messages.empty() ? lc_messages : lang;
    return chosen.substr(0, 2) == "zh" ? Language::Chinese : Language::English;
}

}  // namespace xinpu::cli
