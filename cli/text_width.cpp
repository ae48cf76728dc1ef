// cli/text_width.cpp
// Measures text by grapheme clusters, with ICU's tables.
#include "cli/text_width.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

constexpr UChar32 kEmojiPresentation = 0xFE0F;  // variation selector 16: the character before is shown wide

struct CloseText {
    void operator()(UText* text) const noexcept { utext_close(text); }
};
struct CloseIterator {
    void operator()(UBreakIterator* iterator) const noexcept { ubrk_close(iterator); }
};

bool isPlain(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::size_t widthOf(UChar32 character) noexcept {
    switch (u_charType(character)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_CONTROL_CHAR:
        return 0;
    default:
        break;
    }
    const int width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// A cluster is as wide as its widest character: marks and joined emoji lie over one another.
std::size_t clusterWidth(std::string_view cluster) noexcept {
    std::size_t widest = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(cluster.data());
    const auto length = static_cast<std::int32_t>(cluster.size());
    for (std::int32_t at = 0; at < length;) {
        UChar32 character = 0;
        U8_NEXT_OR_FFFD(bytes, at, length, character);
        const bool wide =
            character == kEmojiPresentation || u_hasBinaryProperty(character, UCHAR_REGIONAL_INDICATOR) != 0;
        widest = std::max(widest, wide ? 2 : widthOf(character));
    }
    return widest;
}

// Calls `visit(cluster)` for each grapheme cluster until it returns false.
template <typename Visit>
void forEachCluster(std::string_view text, Visit&& visit) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UText, CloseText> source(
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status));
    const std::unique_ptr<UBreakIterator, CloseIterator> breaks(
        ubrk_open(UBRK_CHARACTER, "en", nullptr, 0, &status));
    if (breaks != nullptr) {
        ubrk_setUText(breaks.get(), source.get(), &status);
    }
    if (U_FAILURE(status)) {
        throw Error(ErrorCode::Internal, fmt::format("ICU cannot cut text: {}.", u_errorName(status)));
    }
    std::int32_t from = ubrk_first(breaks.get());
    for (std::int32_t to = ubrk_next(breaks.get()); to != UBRK_DONE; to = ubrk_next(breaks.get())) {
        if (!visit(text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)))) {
            return;
        }
        from = to;
    }
}

}  // namespace

std::size_t displayWidth(std::string_view text) {
    if (isPlain(text)) {
        return text.size();
    }
    std::size_t width = 0;
    forEachCluster(text, [&width](std::string_view cluster) {
        width += clusterWidth(cluster);
        return true;
    });
    return width;
}

std::string fitted(std::string_view text, std::size_t columns) {
    if (displayWidth(text) <= columns) {
        return std::string(text);
    }
    std::size_t width = 0;
    std::string kept;
    forEachCluster(text, [&](std::string_view cluster) {
        width += clusterWidth(cluster);
        if (width > columns - 1) {  // one column is for the ellipsis
            return false;
        }
        kept += cluster;
        return true;
    });
    return kept + "…";
}

std::string withoutControls(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < length;) {
        const std::int32_t from = at;
        UChar32 character = 0;
        U8_NEXT_OR_FFFD(bytes, at, length, character);
        if (character == '\n') {
            shown += "\\n";
        } else if (character == '\t') {
            shown += "\\t";
        } else if (u_charType(character) == U_CONTROL_CHAR) {
            shown += fmt::format("\\u{:04x}", static_cast<unsigned>(character));
        } else if (character == 0xFFFD) {
            shown += "\uFFFD";
        } else {
            shown += text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(at - from));
        }
    }
    return shown;
}

}  // namespace xinpu::cli
