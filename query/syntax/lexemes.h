// query/syntax/lexemes.h
#pragma once
// The words and signs of a statement with their places, as the generated parser reads them
// (grammar/CypherLexer.g4).
//
// Read by hand: ANTLR's lexer takes half of the time of a parse, and a microsecond for each Chinese
// character.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "antlr4-runtime.h"
#include "xinpu/error.h"

namespace xinpu::query {

/// A token. Refers to the statement's text.
class Lexeme final : public antlr4::Token {
public:
    Lexeme(std::size_t type, std::size_t index, std::string_view text, std::size_t begin,
           Position at) noexcept
        : type_(type), index_(index), begin_(begin), text_(text), at_(at) {}

    std::size_t type() const noexcept { return type_; }
    std::string_view text() const noexcept { return text_; }
    std::size_t begin() const noexcept { return begin_; }  ///< byte of the statement
    std::size_t end() const noexcept { return begin_ + text_.size(); }
    Position at() const noexcept { return at_; }

    std::string getText() const override { return std::string(text_); }
    std::size_t getType() const override { return type_; }
    std::size_t getLine() const override { return at_.line; }
    std::size_t getCharPositionInLine() const override { return at_.column - 1; }
    std::size_t getChannel() const override { return DEFAULT_CHANNEL; }
    std::size_t getTokenIndex() const override { return index_; }
    std::size_t getStartIndex() const override { return begin_; }
    std::size_t getStopIndex() const override { return end() - 1; }
    antlr4::TokenSource* getTokenSource() const override { return nullptr; }
    antlr4::CharStream* getInputStream() const override { return nullptr; }
    std::string toString() const override { return getText(); }

private:
    std::size_t type_;
    std::size_t index_;
    std::size_t begin_;
    std::string_view text_;
    Position at_;
};

/// Reads the tokens of one statement; a `;` behind it is left out. The text must outlive them.
/// @throws Error(Syntax): a character or string that is none, more than one statement, nothing at all;
/// Error(Limit) beyond the limits of query/syntax/parser.h
std::vector<Lexeme> readLexemes(std::string_view text);

/// The same for any number of statements, with the signs `;` among them and without the end: for tests.
std::vector<Lexeme> readAllLexemes(std::string_view text);

/// How a keyword is written, in upper case; empty for what is no keyword.
std::string_view keywordText(std::size_t type);

/// The tokens as a stream. ANTLR's own asks the lexer through three layers for each look.
class LexemeStream final : public antlr4::TokenStream {
public:
    /// `lexemes` ends with the end token and outlives the stream.
    explicit LexemeStream(std::vector<Lexeme>& lexemes) noexcept : lexemes_(&lexemes) {}

    antlr4::Token* LT(ssize_t k) override;
    std::size_t LA(ssize_t k) override;
    void consume() override { next_ += next_ + 1 < lexemes_->size() ? 1 : 0; }
    ssize_t mark() override { return 0; }
    void release(ssize_t) override {}
    std::size_t index() override { return next_; }
    void seek(std::size_t index) override { next_ = index; }
    std::size_t size() override { return lexemes_->size(); }
    std::string getSourceName() const override { return "statement"; }
    antlr4::Token* get(std::size_t index) const override { return &(*lexemes_)[index]; }
    antlr4::TokenSource* getTokenSource() const override { return nullptr; }
    std::string getText(const antlr4::misc::Interval&) override { return {}; }
    std::string getText() override { return {}; }
    std::string getText(antlr4::RuleContext*) override { return {}; }
    std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

private:
    std::vector<Lexeme>* lexemes_;
    std::size_t next_ = 0;
};

}  // namespace xinpu::query
