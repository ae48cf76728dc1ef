// query/syntax/tree_literals.cpp
// Numbers, strings with their escapes, and names of types.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "query/syntax/tree_builder.h"

namespace xinpu::query {
namespace {

void appendUtf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0U | (c >> 6U));
        put(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        put(0xE0U | (c >> 12U));
        put(0x80U | ((c >> 6U) & 0x3FU));
        put(0x80U | (c & 0x3FU));
    } else {
        put(0xF0U | (c >> 18U));
        put(0x80U | ((c >> 12U) & 0x3FU));
        put(0x80U | ((c >> 6U) & 0x3FU));
        put(0x80U | (c & 0x3FU));
    }
}

// The number of `digits` hexadecimal digits at `i`.
std::optional<char32_t> hexadecimal(std::string_view text, std::size_t i, std::size_t digits) {
    if (i + digits > text.size()) {
        return std::nullopt;
    }
    std::uint32_t value = 0;
    const char* const first = text.data() + i;
    const auto [end, problem] = std::from_chars(first, first + digits, value, 16);
    return problem == std::errc() && end == first + digits ? std::optional<char32_t>(value) : std::nullopt;
}

bool isLeading(char32_t c) {
    return c >= 0xD800 && c <= 0xDBFF;
}
bool isTrailing(char32_t c) {
    return c >= 0xDC00 && c <= 0xDFFF;
}

[[noreturn]] void badUnicode(const Lexeme& lexeme) {
    throw Error(ErrorCode::Syntax,
                "The string has a \\u that no four (\\U: eight) hexadecimal digits of a character follow.",
                "InvalidUnicodeLiteral", lexeme.at());
}

// What follows `\u` or `\U`, at `i`; moves `i` behind it.
char32_t escapedCharacter(const Lexeme& lexeme, std::string_view text, std::size_t& i, std::size_t digits) {
    const auto value = hexadecimal(text, i, digits);
    if (!value || *value > 0x10FFFF || isTrailing(*value)) {
        badUnicode(lexeme);
    }
    i += digits;
    if (!isLeading(*value)) {
        return *value;
    }
    const bool pair = text.substr(i, 2) == "\\u";
    const auto second = pair ? hexadecimal(text, i + 2, 4) : std::nullopt;
    if (!second || !isTrailing(*second)) {
        badUnicode(lexeme);
    }
    i += 6;
    return 0x10000U + ((*value - 0xD800U) << 10U) + (*second - 0xDC00U);
}

char simpleEscape(const Lexeme& lexeme, char letter) {
    switch (letter) {
    case '\\':
    case '\'':
    case '"':
    case '`':
    case '/':
        return letter;
    case 'b':
    case 'B':
        return '\b';
    case 'f':
    case 'F':
        return '\f';
    case 'n':
    case 'N':
        return '\n';
    case 'r':
    case 'R':
        return '\r';
    case 't':
    case 'T':
        return '\t';
    default:
        throw Error(ErrorCode::Syntax,
                    std::string("The string has the escape \\") + letter +
                        ": expected \\\\, \\', \\\", \\b, \\f, \\n, \\r, \\t or \\u.",
                    "UnexpectedSyntax", lexeme.at());
    }
}

}  // namespace

std::string unescaped(const Lexeme& lexeme) {
    const std::string_view text = lexeme.text().substr(1, lexeme.text().size() - 2);
    std::string out;
    out.reserve(text.size());
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t escape = text.find('\\', i);
        out.append(text.substr(i, escape == std::string_view::npos ? escape : escape - i));
        if (escape == std::string_view::npos) {
            break;
        }
        const char letter = text[escape + 1];  // there is one: the string does not end with it
        i = escape + 2;
        if (letter == 'u' || letter == 'U') {
            appendUtf8(out, escapedCharacter(lexeme, text, i, letter == 'u' ? 4 : 8));
        } else {
            out += simpleEscape(lexeme, letter);
        }
    }
    return out;
}

std::int64_t integerOf(const Lexeme& lexeme, bool negative) {
    std::string_view digits = lexeme.text();
    int base = 10;
    if (digits.size() > 1 && digits[0] == '0') {
        const char mark = digits[1];
        base = mark == 'x' || mark == 'X' ? 16 : 8;
        digits.remove_prefix(mark == 'x' || mark == 'X' || mark == 'o' || mark == 'O' ? 2 : 1);
    }
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (problem == std::errc::invalid_argument ||
        (problem == std::errc() && end != digits.data() + digits.size())) {
        throw Error(ErrorCode::Syntax,
                    "The number " + std::string(lexeme.text()) + " begins with 0 and is not octal.",
                    "InvalidNumberLiteral", lexeme.at());
    }
    const std::uint64_t most = std::uint64_t{std::numeric_limits<std::int64_t>::max()} + (negative ? 1 : 0);
    if (problem != std::errc() || value > most) {
        throw Error(ErrorCode::Syntax,
                    std::string("The integer ") + (negative ? "-" : "") + std::string(lexeme.text()) +
                        " does not fit in 64 bits.",
                    "IntegerOverflow", lexeme.at());
    }
    return static_cast<std::int64_t>(negative ? 0 - value : value);
}

ExprPtr TreeBuilder::literal(const Lexeme& lexeme, bool negative) {
    ExprPtr expr = node(ExprKind::Literal, lexeme.at());
    switch (lexeme.type()) {
    case Grammar::INTEGER:
        expr->value = engine::Value::of(integerOf(lexeme, negative));
        break;
    case Grammar::FLOAT: {
        const std::string text(lexeme.text());
        const double number = std::strtod(text.c_str(), nullptr);
        if (std::isinf(number)) {
            fail(lexeme.at(), "The number " + text + " is beyond the range of floats.",
                 "FloatingPointOverflow");
        }
        expr->value = engine::Value::of(negative ? -number : number);
        break;
    }
    case Grammar::BAD_NUMBER:
        fail(lexeme.at(), "Invalid number '" + std::string(lexeme.text()) + "'.", "InvalidNumberLiteral");
    case Grammar::STRING:
        expr->value = engine::Value::of(unescaped(lexeme));
        break;
    case Grammar::TRUE_:
    case Grammar::FALSE_:
        expr->value = engine::Value::of(lexeme.type() == Grammar::TRUE_);
        break;
    default:
        break;  // null
    }
    return expr;
}

std::string TreeBuilder::typeName(Tree& tree) const {
    std::string out;
    const auto put = [&](std::string word) {
        for (char& c : word) {
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        const bool tight = out.empty() || out.back() == '<' || word == "<" || word == ">";
        out += tight ? word : ' ' + word;
    };
    Children children(tree);
    while (!children.done()) {
        if (Tree* inner = children.rule(Grammar::RuleTypeName)) {
            put(typeName(*inner));
        } else if (Tree* words = children.rule(Grammar::RuleTypeWords)) {
            Children parts(*words);
            while (!parts.done()) {
                put(parts.atToken() ? std::string(parts.anyToken()->text()) : name(*parts.anyRule()));
            }
        } else {
            put(std::string(children.anyToken()->text()));
        }
    }
    return out;
}

}  // namespace xinpu::query
