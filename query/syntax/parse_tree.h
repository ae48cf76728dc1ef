// query/syntax/parse_tree.h
#pragma once
// The generated parser's tree, and walking over it.

#include <cstddef>
#include <initializer_list>

#include "Cypher.h"
#include "query/syntax/lexemes.h"

namespace xinpu::query {

using Grammar = antlr::Cypher;
using Tree = antlr4::ParserRuleContext;

const Lexeme& firstLexeme(const Tree& tree);
const Lexeme& lastLexeme(const Tree& tree);

/// Walks over the children of a node of the parse tree: tokens and rules, taken if they are what is asked
/// for.
class Children {
public:
    explicit Children(Tree& tree, std::size_t from = 0) : tree_(&tree), next_(from) { look(); }

    bool done() const noexcept { return token_ == nullptr && rule_ == nullptr; }
    bool isToken(std::size_t type) const noexcept { return token_ != nullptr && token_->type() == type; }
    bool isRule(std::size_t rule) const noexcept { return rule_ != nullptr && rule_->getRuleIndex() == rule; }
    bool atToken() const noexcept { return token_ != nullptr; }
    bool atRule() const noexcept { return rule_ != nullptr; }

    /// The next token if it is a `type`, else nullptr.
    const Lexeme* token(std::size_t type) { return isToken(type) ? anyToken() : nullptr; }
    /// The next token if it is one of `types`, else nullptr.
    const Lexeme* token(std::initializer_list<std::size_t> types);
    /// The next token, whatever it is.
    const Lexeme* anyToken();
    /// The next child if it is a `rule`, else nullptr.
    Tree* rule(std::size_t rule) { return isRule(rule) ? anyRule() : nullptr; }
    Tree* anyRule();

private:
    void look();

    Tree* tree_;
    std::size_t next_;
    const Lexeme* token_ = nullptr;
    Tree* rule_ = nullptr;
};

/// Whether `tree` (an expression) is `name <sign> …`; gives the name's lexeme.
const Lexeme* leadingName(Tree& tree, std::size_t sign);
/// The path in an expression that is nothing else, from child `from` on; else nullptr.
Tree* solePath(Tree& expression, std::size_t from = 0);

}  // namespace xinpu::query
