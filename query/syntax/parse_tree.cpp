// query/syntax/parse_tree.cpp
// Walks over the parse tree, and recognises the forms that the grammar does not tell apart.
#include "query/syntax/parse_tree.h"

#include <algorithm>

namespace xinpu::query {

const Lexeme& firstLexeme(const Tree& tree) {
    return static_cast<const Lexeme&>(*tree.start);
}

const Lexeme& lastLexeme(const Tree& tree) {
    return static_cast<const Lexeme&>(*tree.stop);
}

void Children::look() {
    token_ = nullptr;
    rule_ = nullptr;
    if (next_ < tree_->children.size()) {
        antlr4::tree::ParseTree* const child = tree_->children[next_];
        rule_ = dynamic_cast<Tree*>(child);
        if (rule_ == nullptr) {
            token_ =
                static_cast<const Lexeme*>(dynamic_cast<antlr4::tree::TerminalNode&>(*child).getSymbol());
        }
    }
}

const Lexeme* Children::token(std::initializer_list<std::size_t> types) {
    const bool any =
        token_ != nullptr && std::find(types.begin(), types.end(), token_->type()) != types.end();
    return any ? anyToken() : nullptr;
}

const Lexeme* Children::anyToken() {
    const Lexeme* const token = token_;
    ++next_;
    look();
    return token;
}

Tree* Children::anyRule() {
    Tree* const rule = rule_;
    ++next_;
    look();
    return rule;
}

const Lexeme* leadingName(Tree& tree, std::size_t sign) {
    if (tree.children.size() < 3) {
        return nullptr;
    }
    Children children(tree);
    Tree& operand = *children.anyRule();
    if (!children.isToken(sign) || operand.children.size() != 1) {
        return nullptr;
    }
    children.anyToken();
    Children inside(operand);
    Tree& atom = *inside.anyRule();
    if (!children.isRule(Grammar::RuleOperand) || atom.children.size() != 1) {
        return nullptr;
    }
    Children parts(atom);
    const bool named = parts.isRule(Grammar::RuleWord) || parts.isToken(Grammar::CASE) ||
                       parts.isToken(Grammar::DISTINCT) || parts.isToken(Grammar::WHEN);
    return named ? &firstLexeme(atom) : nullptr;
}

Tree* solePath(Tree& expression, std::size_t from) {
    if (expression.children.size() != from + 1) {
        return nullptr;
    }
    Children children(expression, from);
    Tree& operand = *children.anyRule();
    Children inside(operand);
    Tree* const atom = operand.children.size() == 1 ? inside.anyRule() : nullptr;
    if (atom == nullptr) {
        return nullptr;
    }
    Children parts(*atom);
    return parts.rule(Grammar::RulePathInExpression);
}

}  // namespace xinpu::query
