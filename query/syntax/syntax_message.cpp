// query/syntax/syntax_message.cpp
// Words the error at a token that does not fit, with what would have fitted.
#include "query/syntax/syntax_message.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "Cypher.h"

namespace xinpu::query {
namespace {

using Grammar = antlr::Cypher;

constexpr std::size_t kWordsShownMax = 10;
constexpr std::size_t kFoundCharactersMax = 40;
constexpr std::size_t kSlipsMax = 2;  // letters that may be wrong in a word for us to guess it

std::string_view signText(std::size_t type) {
    switch (type) {
    case Grammar::LPAREN:
        return "'('";
    case Grammar::RPAREN:
        return "')'";
    case Grammar::LBRACKET:
        return "'['";
    case Grammar::RBRACKET:
        return "']'";
    case Grammar::LBRACE:
        return "'{'";
    case Grammar::RBRACE:
        return "'}'";
    case Grammar::COMMA:
        return "','";
    case Grammar::DOT:
        return "'.'";
    case Grammar::DOTS:
        return "'..'";
    case Grammar::COLON:
        return "':'";
    case Grammar::COLONS:
        return "'::'";
    case Grammar::BAR:
        return "'|'";
    case Grammar::AMPERSAND:
        return "'&'";
    case Grammar::BANG:
        return "'!'";
    case Grammar::PERCENT:
        return "'%'";
    case Grammar::DOLLAR:
        return "'$'";
    case Grammar::PLUS:
        return "'+'";
    case Grammar::PLUS_EQ:
        return "'+='";
    case Grammar::MINUS:
        return "'-'";
    case Grammar::STAR:
        return "'*'";
    case Grammar::EQ:
        return "'='";
    case Grammar::LT:
        return "'<'";
    case Grammar::GT:
        return "'>'";
    case Grammar::INTEGER:
        return "an integer";
    default:
        return "";
    }
}

// What every expression may begin with, beside words.
constexpr std::size_t kBegins[] = {Grammar::LPAREN,  Grammar::LBRACKET, Grammar::LBRACE,
                                   Grammar::DOLLAR,  Grammar::PLUS,     Grammar::MINUS,
                                   Grammar::INTEGER, Grammar::FLOAT,    Grammar::STRING};
// What may stand between two operands.
constexpr std::size_t kOperators[] = {
    Grammar::AND,   Grammar::OR,  Grammar::XOR,      Grammar::PLUS,     Grammar::MINUS, Grammar::STAR,
    Grammar::SLASH, Grammar::HAT, Grammar::EQ,       Grammar::EQ_TILDE, Grammar::NE,    Grammar::LT,
    Grammar::LE,    Grammar::GT,  Grammar::GE,       Grammar::PERCENT,  Grammar::BARS,  Grammar::STARTS,
    Grammar::ENDS,  Grammar::IS,  Grammar::CONTAINS, Grammar::IN,       Grammar::DOT,   Grammar::LBRACKET};

// Letters to change, add, leave out or swap to make `b` of `a`.
std::size_t slips(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t k = 0; k <= b.size(); ++k) {
            if (i == 0 || k == 0) {
                cost[i][k] = i + k;
                continue;
            }
            const bool same = (a[i - 1] | 0x20) == (b[k - 1] | 0x20);
            cost[i][k] =
                std::min({cost[i - 1][k] + 1, cost[i][k - 1] + 1, cost[i - 1][k - 1] + (same ? 0 : 1)});
            if (i > 1 && k > 1 && (a[i - 1] | 0x20) == (b[k - 2] | 0x20) &&
                (a[i - 2] | 0x20) == (b[k - 1] | 0x20)) {
                cost[i][k] = std::min(cost[i][k], cost[i - 2][k - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
}

std::set<std::size_t> typesOf(const antlr4::misc::IntervalSet& expected) {
    std::set<std::size_t> types;
    for (const antlr4::misc::Interval& interval : expected.getIntervals()) {
        for (ssize_t type = interval.a; type <= interval.b; ++type) {
            types.insert(static_cast<std::size_t>(type));
        }
    }
    return types;
}

bool isWord(std::size_t type) {
    return type == Grammar::WORD || type == Grammar::QUOTED_NAME || !keywordText(type).empty();
}

template <typename Types>
void eraseAll(std::set<std::size_t>& from, const Types& types) {
    for (const std::size_t type : types) {
        from.erase(type);
    }
}

std::vector<std::string> expectations(std::set<std::size_t> types, std::string_view found) {
    std::vector<std::string> out;
    types.erase(Grammar::BAD_NUMBER);
    if (types.contains(Grammar::WORD)) {  // and so all keywords, as names
        const bool expression = types.contains(Grammar::STRING) && types.contains(Grammar::LBRACE);
        out.emplace_back(expression ? "an expression" : "a name");
        std::erase_if(types, isWord);
        if (expression) {
            eraseAll(types, kBegins);
        }
    }
    if (types.contains(Grammar::AND) && types.contains(Grammar::HAT)) {
        out.emplace_back("an operator");
        eraseAll(types, kOperators);
    }
    eraseAll(types,
             std::array<std::size_t, 3>{Grammar::OTHER_DASH, Grammar::OTHER_LEFT, Grammar::OTHER_RIGHT});
    std::vector<std::string> words;
    for (const std::size_t type : types) {
        if (const std::string_view word = keywordText(type); !word.empty()) {
            words.emplace_back(word);
        } else if (type == antlr4::Token::EOF) {
            words.emplace_back("the end of the statement");
        } else if (const std::string_view sign = signText(type); !sign.empty()) {
            words.emplace_back(sign);
        }
    }
    if (found.size() > kSlipsMax && found.size() < kFoundCharactersMax) {
        std::stable_sort(words.begin(), words.end(), [&](const std::string& a, const std::string& b) {
            const auto near = [&](const std::string& word) {
                return std::min(slips(found, word), kSlipsMax + 1);
            };
            return near(a) < near(b);
        });
    }
    out.insert(out.end(), words.begin(), words.end());
    return out;
}

std::string foundText(std::string_view text) {
    std::size_t bytes = 0;
    std::size_t characters = 0;
    while (bytes < text.size() && characters < kFoundCharactersMax) {
        for (++bytes; bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U;) {
            ++bytes;
        }
        ++characters;
    }
    return std::string(text.substr(0, bytes)) + (bytes < text.size() ? "…" : "");
}

std::string detailOf(const Lexeme& found, std::size_t rule, const std::set<std::size_t>& types) {
    switch (found.type()) {
    case Grammar::OTHER_DASH:
    case Grammar::OTHER_LEFT:
    case Grammar::OTHER_RIGHT:
        return "InvalidUnicodeCharacter";
    default:
        break;
    }
    const bool inside = rule == Grammar::RuleRelDetail || rule == Grammar::RuleRelLength ||
                        (rule == Grammar::RuleRelPattern && types.contains(Grammar::RBRACKET));
    return inside ? "InvalidRelationshipPattern" : "UnexpectedSyntax";
}

}  // namespace

Error syntaxError(const Lexeme& found, std::size_t rule, const antlr4::misc::IntervalSet& expected) {
    const std::set<std::size_t> types = typesOf(expected);
    std::string message = found.type() == antlr4::Token::EOF
                              ? std::string("The statement ends too early")
                              : "Invalid input '" + foundText(found.text()) + '\'';
    std::vector<std::string> words = expectations(types, found.text());
    const bool cut = words.size() > kWordsShownMax;
    words.resize(std::min(words.size(), kWordsShownMax));
    for (std::size_t i = 0; i < words.size(); ++i) {
        message += (i == 0 ? ": expected " : i + 1 == words.size() && !cut ? " or " : ", ") + words[i];
    }
    message += cut ? " …" : ".";
    return {ErrorCode::Syntax, std::move(message), detailOf(found, rule, types), found.at()};
}

}  // namespace xinpu::query
