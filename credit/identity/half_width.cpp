// credit/identity/half_width.cpp
// U+FF01..U+FF5E and U+3000 are three bytes in UTF-8: EF BC 81..EF BD 9E and E3 80 80.

#include "credit/identity/half_width.h"

namespace xinpu::credit {
namespace {

unsigned byteAt(std::string_view text, std::size_t i) noexcept {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

bool continues(unsigned byte) noexcept {
    return (byte & 0xC0U) == 0x80U;
}

bool blank(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

constexpr std::string_view kIdeographicSpace = "\u3000";

}  // namespace

HalfWidth halfWidthAt(std::string_view text) noexcept {
    const unsigned first = byteAt(text, 0);
    if (first < 0x80U) {
        return {.ascii = text[0], .bytes = 1};
    }
    const unsigned second = byteAt(text, 1);
    const unsigned third = byteAt(text, 2);
    if (first == 0xEFU && continues(third)) {
        if (second == 0xBCU && third >= 0x81U) {
            return {.ascii = static_cast<char>(third - 0x81U + '!'), .bytes = 3};
        }
        if (second == 0xBDU && third <= 0x9EU) {
            return {.ascii = static_cast<char>(third - 0x80U + '`'), .bytes = 3};
        }
    }
    if (text.substr(0, 3) == kIdeographicSpace) {
        return {.ascii = ' ', .bytes = 3};
    }
    const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : first >= 0xC0U ? 2 : 1;
    std::size_t bytes = 1;
    while (bytes < length && continues(byteAt(text, bytes))) {
        ++bytes;
    }
    return {.ascii = 0, .bytes = bytes};
}

std::string_view trim(std::string_view text) noexcept {
    for (;;) {
        if (!text.empty() && blank(text.front())) {
            text.remove_prefix(1);
        } else if (text.starts_with(kIdeographicSpace)) {
            text.remove_prefix(kIdeographicSpace.size());
        } else {
            break;
        }
    }
    for (;;) {
        if (!text.empty() && blank(text.back())) {
            text.remove_suffix(1);
        } else if (text.ends_with(kIdeographicSpace)) {
            text.remove_suffix(kIdeographicSpace.size());
        } else {
            return text;
        }
    }
}

void appendHalfWidth(std::string_view text, std::string& out) {
    while (!text.empty()) {
        const HalfWidth next = halfWidthAt(text);
        if (next.ascii != 0) {
            out += next.ascii;
        } else {
            out += text.substr(0, next.bytes);
        }
        text.remove_prefix(next.bytes);
    }
}

}  // namespace xinpu::credit
