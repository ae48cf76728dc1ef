// loaders/keys.cpp
// One pass over the bytes of a number; plain ones are copied as they are.

#include "loaders/keys.h"

#include "credit/identity/half_width.h"

namespace xinpu::loaders {
namespace {

constexpr std::string_view kOpen = "〔";
constexpr std::string_view kClose = "〕";
/// Stands for a bar inside a part, which would look like the one between parts.
constexpr std::string_view kBar = "｜";

bool blank(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// 【】〖〗「」 and the no-break space, which have no ASCII twin.
enum class Other { None, Open, Close, Blank };

Other otherAt(std::string_view character) noexcept {
    if (character == "【" || character == "〖" || character == "「" || character == "『" ||
        character == "〈" || character == "《" || character == "﹝" || character == "﹙") {
        return Other::Open;
    }
    if (character == "】" || character == "〗" || character == "」" || character == "』" ||
        character == "〉" || character == "》" || character == "﹞" || character == "﹚") {
        return Other::Close;
    }
    return character == "\u00A0" || character == "\u2003" || character == "\u2002" || character == "\u200B" ||
                   character == "\uFEFF"
               ? Other::Blank
               : Other::None;
}

}  // namespace

void appendDocNo(std::string_view docNo, std::string& out) {
    while (!docNo.empty()) {
        const credit::HalfWidth next = credit::halfWidthAt(docNo);
        const std::string_view character = docNo.substr(0, next.bytes);
        docNo.remove_prefix(next.bytes);
        switch (next.ascii) {
        case '[':
        case '(':
        case '{':
        case '<':
            out += kOpen;
            break;
        case ']':
        case ')':
        case '}':
        case '>':
            out += kClose;
            break;
        case '|':
            out += kBar;
            break;
        case 0:
            switch (otherAt(character)) {
            case Other::Open:
                out += kOpen;
                break;
            case Other::Close:
                out += kClose;
                break;
            case Other::Blank:
                break;
            case Other::None:
                out += character;
                break;
            }
            break;
        default:
            if (!blank(next.ascii)) {
                out += next.ascii;
            }
        }
    }
}

void appendName(std::string_view name, std::string& out) {
    while (!name.empty()) {
        const credit::HalfWidth next = credit::halfWidthAt(name);
        const std::string_view character = name.substr(0, next.bytes);
        name.remove_prefix(next.bytes);
        if (next.ascii == 0) {
            if (otherAt(character) != Other::Blank) {
                out += character;
            }
        } else if (next.ascii == '|') {
            out += kBar;
        } else if (!blank(next.ascii)) {
            out += next.ascii;
        }
    }
}

std::string authorityCodeOfName(std::string_view name) {
    std::string code = "N:";
    appendName(name, code);
    return code;
}

void penaltyKey(std::string_view authorityCode, std::string_view docNo, std::string_view party,
                std::string& out) {
    out.assign(authorityCode);
    out += '|';
    appendDocNo(docNo, out);
    out += '|';
    out += party;
}

}  // namespace xinpu::loaders
