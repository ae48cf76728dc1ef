// tests/unit/syntax/lexemes_test.cpp
// The tokens read by hand are those of grammar/CypherLexer.g4, which ANTLR's lexer reads.
#include "query/syntax/lexemes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include <CypherLexer.h>

namespace xinpu::query {
namespace {

struct Token {
    std::size_t type;
    std::string text;
    std::size_t line;
    std::size_t column;
    bool operator==(const Token&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Token& token) {
    return out << token.type << " '" << token.text << "' " << token.line << ':' << token.column;
}

// What the grammar says; without a bad character, for the hand refuses those at once.
std::vector<Token> byGrammar(const std::string& text, bool& bad) {
    antlr4::ANTLRInputStream input(text);
    antlr::CypherLexer lexer(&input);
    lexer.removeErrorListeners();
    std::vector<Token> out;
    for (auto token = lexer.nextToken(); token->getType() != antlr4::Token::EOF; token = lexer.nextToken()) {
        bad = bad || token->getType() == antlr::CypherLexer::BAD_CHARACTER ||
              token->getType() == antlr::CypherLexer::OPEN_COMMENT;
        out.push_back(
            {token->getType(), token->getText(), token->getLine(), token->getCharPositionInLine() + 1});
    }
    return out;
}

std::vector<Token> byHand(const std::string& text, bool& bad) {
    std::vector<Token> out;
    try {
        for (const Lexeme& lexeme : readAllLexemes(text)) {
            out.push_back({lexeme.type(), lexeme.getText(), lexeme.at().line, lexeme.at().column});
        }
    } catch (const Error&) {
        bad = true;
    }
    return out;
}

void expectSame(const std::string& text) {
    bool grammar_bad = false;
    bool hand_bad = false;
    const auto grammar = byGrammar(text, grammar_bad);
    const auto hand = byHand(text, hand_bad);
    ASSERT_EQ(grammar_bad, hand_bad) << text;
    if (!hand_bad) {
        ASSERT_EQ(grammar, hand) << text;
    }
}

TEST(Lexemes, AreThoseOfTheGrammar) {
    for (const char* text :
         {"MATCH (n:Person {name: 'x\\'y'})-[r:R*1..3]->(m) WHERE n.x>=1 AND m.y<>2 RETURN n, count(*) AS c;",
          "match Match mAtCh matches _x x1 中文 é ª ‿a a‿b x·y",
          "1 1.5 .5 1. 1.. 1..2 1...2 1e5 1e+5 1E-5 1.5e-3 .5e3 1e 1e+ 1ex 1e5x 1.5x 1.5e-3x",
          "0x1F 0x 0xZ 0o7 0o8 0o 017 08 0x1.5 00 0 0b1 1.e5 1.5.3",
          "'a' \"b\" 'a\\\\' 'a\\'b' `a` `a``b` '' \"\" 'a\nb'",
          "+= =~ <> <= >= :: .. || ! & % ^ / * - + < > = | . , ; : $ ( ) [ ] { }",
          "a/b a//b\nc a/*b*/c /**/ /***/ / *",
          "— – − ⟨ ⟩ ＜ ＞ － \u00ad",
          "a\u00a0b\u2003c\u3000d\ufeffe\tf\u000bg",
          "skip SKIP null NULL true False",
          "\xf0\x90\x90\x80x \xf0\x9f\x98\x80",
          "# @ ? ~ \\ “",
          "a:b::c:::d",
          "$a $`b` $1",
          "x.y.z 1.x",
          "\r\n\r\n a \n b",
          "'open",
          "`open",
          "/* open",
          "<--> -[]-> <-[]-"}) {
        expectSame(text);
    }
}

TEST(Lexemes, AreThoseOfTheGrammarAtRandom) {
    const std::vector<std::string> pieces{"a",  "E", "x",  "0", "1", "9",  ".", "..", "e",  "+",  "-", "'",
                                          "\"", "`", "\\", "/", "*", "\n", " ", "o",  "_",  "中", "—", ":",
                                          "=",  "~", "<",  ">", "|", "(",  "]", "in", "is", "é"};
    std::mt19937_64 random(20261125);
    for (int round = 0; round < 3'000; ++round) {
        std::string text;
        const std::size_t length = random() % 14;
        for (std::size_t i = 0; i < length; ++i) {
            text += pieces[random() % pieces.size()];
        }
        expectSame(text);
    }
}

}  // namespace
}  // namespace xinpu::query
