// query/syntax/lexemes.cpp
// Reads the words and signs of statements: the lexer of grammar/CypherLexer.g4 by hand.
#include "query/syntax/lexemes.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_map>

#include "Cypher.h"
#include "query/syntax/parser.h"
#include "query/syntax/quoted_scan.h"

namespace xinpu::query {
namespace {

using G = antlr::Cypher;

constexpr std::size_t kKeywordFirst = G::ACYCLIC;
constexpr std::size_t kKeywordLast = G::ZONED;
constexpr std::size_t kKeywordBytesMax = 24;

// The grammar's keywords, without the underscores of those that C++ or ANTLR claim.
class Keywords {
public:
    Keywords() {
        std::vector<Lexeme> none{Lexeme(antlr4::Token::EOF, 0, {}, 0, {})};
        LexemeStream stream(none);
        const G parser(&stream);
        for (std::size_t type = kKeywordFirst; type <= kKeywordLast; ++type) {
            std::string& text = texts_[type];
            text = parser.getVocabulary().getSymbolicName(type);
            if (text.back() == '_') {
                text.pop_back();
            }
        }
        for (std::size_t type = kKeywordFirst; type <= kKeywordLast; ++type) {
            types_.emplace(texts_[type], type);
        }
    }

    // The keyword that `word` is in any case, or WORD.
    std::size_t typeOf(std::string_view word) const {
        std::array<char, kKeywordBytesMax> upper{};
        if (word.size() > upper.size()) {
            return G::WORD;
        }
        for (std::size_t i = 0; i < word.size(); ++i) {
            const char c = word[i];
            upper[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        const auto found = types_.find(std::string_view(upper.data(), word.size()));
        return found == types_.end() ? std::size_t{G::WORD} : found->second;
    }

    std::string_view textOf(std::size_t type) const {
        return type >= kKeywordFirst && type <= kKeywordLast ? std::string_view(texts_[type])
                                                             : std::string_view();
    }

private:
    std::array<std::string, kKeywordLast + 1> texts_{};
    std::unordered_map<std::string_view, std::size_t> types_;
};

const Keywords& keywords() {
    static const Keywords kKeywords;
    return kKeywords;
}

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 0;  // 0: no UTF-8
};

CodePoint codePointAt(std::string_view text, std::size_t i) noexcept {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
    const auto more = [&](std::size_t count, char32_t first, char32_t least) -> CodePoint {
        if (i + count >= text.size()) {
            return {};
        }
        char32_t value = first;
        for (std::size_t k = 1; k <= count; ++k) {
            if ((byte(k) & 0xC0U) != 0x80U) {
                return {};
            }
            value = (value << 6U) | (byte(k) & 0x3FU);
        }
        if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
            return {};
        }
        return {value, count + 1};
    };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    if ((lead & 0xE0U) == 0xC0U) {
        return more(1, lead & 0x1FU, 0x80);
    }
    if ((lead & 0xF0U) == 0xE0U) {
        return more(2, lead & 0x0FU, 0x800);
    }
    return (lead & 0xF8U) == 0xF0U ? more(3, lead & 0x07U, 0x10000) : CodePoint{};
}

bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool isSpace(char32_t c) noexcept {
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0xA0 || c == 0x1680 || c == 0x180E ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000 || c == 0xFEFF;
}

bool isConnector(char32_t c) noexcept {
    return c == '_' || c == 0x203F || c == 0x2040 || c == 0x2054 || c == 0xFE33 || c == 0xFE34 ||
           (c >= 0xFE4D && c <= 0xFE4F) || c == 0xFF3F;
}

bool startsName(char32_t c) noexcept {
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
    return isConnector(c) || u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_ID_START) != 0;
}

bool continuesName(char32_t c) noexcept {
    if (c < 0x80) {
        return startsName(c) || (c >= '0' && c <= '9');
    }
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_ID_CONTINUE) != 0;
}

// The dashes and arrow heads of openCypher 9 beside ASCII's; 0 for others.
std::size_t otherSign(char32_t c) noexcept {
    switch (c) {
    case 0xAD:
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
    case 0xFE58:
    case 0xFE63:
    case 0xFF0D:
        return G::OTHER_DASH;
    case 0x27E8:
    case 0x3008:
    case 0xFE64:
    case 0xFF1C:
        return G::OTHER_LEFT;
    case 0x27E9:
    case 0x3009:
    case 0xFE65:
    case 0xFF1E:
        return G::OTHER_RIGHT;
    default:
        return 0;
    }
}

struct Sign {
    std::size_t type = 0;
    std::size_t bytes = 0;
};

Sign signAt(std::string_view text, std::size_t i) noexcept {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const auto pair = [&](char second, std::size_t both, std::size_t alone) {
        return next == second ? Sign{both, 2} : Sign{alone, 1};
    };
    switch (text[i]) {
    case '(':
        return {G::LPAREN, 1};
    case ')':
        return {G::RPAREN, 1};
    case '[':
        return {G::LBRACKET, 1};
    case ']':
        return {G::RBRACKET, 1};
    case '{':
        return {G::LBRACE, 1};
    case '}':
        return {G::RBRACE, 1};
    case ',':
        return {G::COMMA, 1};
    case '.':
        return pair('.', G::DOTS, G::DOT);
    case ':':
        return pair(':', G::COLONS, G::COLON);
    case ';':
        return {G::SEMICOLON, 1};
    case '|':
        return pair('|', G::BARS, G::BAR);
    case '&':
        return {G::AMPERSAND, 1};
    case '!':
        return {G::BANG, 1};
    case '%':
        return {G::PERCENT, 1};
    case '$':
        return {G::DOLLAR, 1};
    case '+':
        return pair('=', G::PLUS_EQ, G::PLUS);
    case '-':
        return {G::MINUS, 1};
    case '*':
        return {G::STAR, 1};
    case '/':
        return {G::SLASH, 1};
    case '^':
        return {G::HAT, 1};
    case '=':
        return pair('~', G::EQ_TILDE, G::EQ);
    case '<':
        return next == '>' ? Sign{G::NE, 2} : pair('=', G::LE, G::LT);
    case '>':
        return pair('=', G::GE, G::GT);
    default:
        return {};
    }
}

// Reads one token after the other.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) { lexemes_.reserve(text.size() / 4 + 2); }

    std::vector<Lexeme> read() {
        while (i_ < text_.size()) {
            readOne();
        }
        return std::move(lexemes_);
    }

    Position at() const noexcept { return at_; }

private:
    void readOne() {
        const char c = text_[i_];
        const CodePoint point = codePointAt(text_, i_);
        if (point.bytes == 0) {
            fail("The statement is no valid UTF-8 here.", "InvalidUnicodeCharacter");
        }
        if (isSpace(point.value)) {
            passOver(i_ + point.bytes);
        } else if (commentBegins(text_, i_)) {
            const std::size_t end = commentEnd(text_, i_);
            if (end == std::string_view::npos) {
                fail("The comment that begins here has no end: expected '*/'.", "UnexpectedSyntax");
            }
            passOver(end);
        } else if (c == '\'' || c == '"' || c == '`') {
            const std::size_t end = quotedEnd(text_, i_);
            if (end == std::string_view::npos) {
                fail(std::string(c == '`' ? "The name" : "The string") +
                         " that begins here has no end: expected " + c + ".",
                     "UnexpectedSyntax");
            }
            add(c == '`' ? G::QUOTED_NAME : G::STRING, end);
        } else if (isDigit(c) || (c == '.' && i_ + 1 < text_.size() && isDigit(text_[i_ + 1]))) {
            readNumber();
        } else if (startsName(point.value)) {
            const std::size_t end = nameEnd(i_ + point.bytes);
            add(keywords().typeOf(text_.substr(i_, end - i_)), end);
        } else if (const Sign sign = signAt(text_, i_); sign.bytes != 0) {
            countBrackets(sign.type);
            add(sign.type, i_ + sign.bytes);
        } else if (const std::size_t other = otherSign(point.value); other != 0) {
            add(other, i_ + point.bytes);
        } else {
            fail("Invalid input '" + std::string(text_.substr(i_, point.bytes)) +
                     "': no word, number or sign begins so.",
                 point.bytes == 1 ? "UnexpectedSyntax" : "InvalidUnicodeCharacter");
        }
    }

    void readNumber() {
        const std::size_t digits = digitsEnd(i_);
        if (digits == i_ + 1 && text_[i_] == '0' && digits < text_.size()) {
            const char base = static_cast<char>(std::tolower(static_cast<unsigned char>(text_[digits])));
            if (base == 'x' || base == 'o') {
                const std::size_t end = nameEnd(digits);
                add(ofBase(text_.substr(digits + 1, end - digits - 1), base == 'x') ? G::INTEGER
                                                                                    : G::BAD_NUMBER,
                    end);
                return;
            }
        }
        std::size_t end = digits;
        bool whole = true;
        if (end + 1 < text_.size() && text_[end] == '.' && isDigit(text_[end + 1])) {
            end = digitsEnd(end + 1);
            whole = false;
        }
        if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
            std::size_t exponent = end + 1;
            exponent += exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-') ? 1 : 0;
            if (digitsEnd(exponent) > exponent) {
                end = digitsEnd(exponent);
                whole = false;
            }
        }
        const std::size_t word = nameEnd(end);
        if (word > end) {
            add(G::BAD_NUMBER, word);
        } else {
            add(whole ? G::INTEGER : G::FLOAT, end);
        }
    }

    static bool ofBase(std::string_view digits, bool hex) noexcept {
        return !digits.empty() && std::all_of(digits.begin(), digits.end(), [hex](char c) {
            return hex ? std::isxdigit(static_cast<unsigned char>(c)) != 0 : c >= '0' && c <= '7';
        });
    }

    std::size_t digitsEnd(std::size_t i) const noexcept {
        while (i < text_.size() && isDigit(text_[i])) {
            ++i;
        }
        return i;
    }

    std::size_t nameEnd(std::size_t i) const noexcept {
        while (i < text_.size()) {
            const CodePoint point = codePointAt(text_, i);
            if (point.bytes == 0 || !continuesName(point.value)) {
                break;
            }
            i += point.bytes;
        }
        return i;
    }

    void countBrackets(std::size_t type) {
        if (type == G::LPAREN || type == G::LBRACKET || type == G::LBRACE) {
            ++depth_;
        } else if ((type == G::RPAREN || type == G::RBRACKET || type == G::RBRACE) && depth_ > 0) {
            --depth_;
        }
        if (depth_ > kBracketDepthMax) {
            throw Error(ErrorCode::Limit,
                        "More than " + std::to_string(kBracketDepthMax) +
                            " brackets inside each other: take the statement apart.",
                        "NESTING_LIMIT", at_);
        }
    }

    void add(std::size_t type, std::size_t end) {
        if (lexemes_.size() >= kStatementTokensMax) {
            throw Error(ErrorCode::Limit,
                        "The statement has more than " + std::to_string(kStatementTokensMax) +
                            " words and signs: pass long lists as parameters.",
                        "STATEMENT_TOO_LONG", at_);
        }
        lexemes_.emplace_back(type, lexemes_.size(), text_.substr(i_, end - i_), i_, at_);
        passOver(end);
    }

    void passOver(std::size_t end) {
        while (i_ < end) {
            const CodePoint point = codePointAt(text_, i_);
            if (point.bytes == 0) {
                fail("The statement is no valid UTF-8 here.", "InvalidUnicodeCharacter");
            }
            i_ += point.bytes;
            ++at_.offset;
            if (point.value == '\n') {
                ++at_.line;
                at_.column = 1;
            } else {
                ++at_.column;
            }
        }
    }

    [[noreturn]] void fail(std::string message, std::string detail) const {
        throw Error(ErrorCode::Syntax, std::move(message), std::move(detail), at_);
    }

    std::string_view text_;
    std::size_t i_ = 0;
    Position at_{};
    std::size_t depth_ = 0;
    std::vector<Lexeme> lexemes_;
};

}  // namespace

std::vector<Lexeme> readAllLexemes(std::string_view text) {
    return Reader(text).read();
}

std::vector<Lexeme> readLexemes(std::string_view text) {
    if (text.size() > kStatementBytesMax) {
        throw Error(ErrorCode::Limit,
                    "The statement has more than " + std::to_string(kStatementBytesMax) +
                        " bytes: pass long texts and lists as parameters.",
                    "STATEMENT_TOO_LONG");
    }
    Reader reader(text);
    std::vector<Lexeme> lexemes = reader.read();
    const auto semicolon = [](const Lexeme& lexeme) { return lexeme.type() == G::SEMICOLON; };
    const auto first = std::find_if(lexemes.begin(), lexemes.end(), semicolon);
    if (const auto second = std::find_if_not(first, lexemes.end(), semicolon); second != lexemes.end()) {
        std::size_t count = first == lexemes.begin() ? 0 : 1;
        for (auto it = second; it != lexemes.end(); ++it) {
            count += !semicolon(*it) && semicolon(*(it - 1)) ? 1 : 0;
        }
        if (count > 1) {
            throw Error(ErrorCode::Syntax,
                        "Expected exactly one statement, but there are " + std::to_string(count) + ".",
                        "UnexpectedSyntax", second->at());
        }
    }
    if (first == lexemes.begin()) {
        throw Error(ErrorCode::Syntax, "The statement is empty.", "UnexpectedSyntax", Position{});
    }
    const Position end = first == lexemes.end() ? reader.at() : first->at();
    const std::size_t end_byte = first == lexemes.end() ? text.size() : first->begin();
    lexemes.erase(first, lexemes.end());
    lexemes.emplace_back(antlr4::Token::EOF, lexemes.size(), std::string_view(), end_byte, end);
    return lexemes;
}

std::string_view keywordText(std::size_t type) {
    return keywords().textOf(type);
}

antlr4::Token* LexemeStream::LT(ssize_t k) {
    if (k == 0 || (k < 0 && static_cast<std::size_t>(-k) > next_)) {
        return nullptr;
    }
    const std::size_t wanted =
        k > 0 ? next_ + static_cast<std::size_t>(k) - 1 : next_ - static_cast<std::size_t>(-k);
    return &(*lexemes_)[std::min(wanted, lexemes_->size() - 1)];
}

std::size_t LexemeStream::LA(ssize_t k) {
    if (k == 1) {
        return (*lexemes_)[next_].type();
    }
    const antlr4::Token* token = LT(k);
    return token == nullptr ? antlr4::Token::INVALID_TYPE : token->getType();
}

}  // namespace xinpu::query
