// query/syntax/tree_atoms.cpp
// What expressions are made of: literals, parameters, calls, lists, maps, CASE, subqueries.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "query/syntax/parser.h"
#include "query/syntax/tree_builder.h"

namespace xinpu::query {
namespace {

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

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
    if (problem == std::errc() && end != digits.data() + digits.size()) {
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

ExprPtr TreeBuilder::atom(Tree& tree, Asks asks) {
    Children children(tree);
    const Position at = firstLexeme(tree).at();
    if (Tree* word = children.rule(Grammar::RuleWord)) {
        const Lexeme& lexeme = firstLexeme(*word);
        if (Tree* arguments = children.rule(Grammar::RuleCall)) {
            return call(name(lexeme), at, *arguments);
        }
        ExprPtr variable = node(ExprKind::Variable, at);
        variable->name = name(lexeme);
        Tree* projection = children.rule(Grammar::RuleMapProjection);
        return projection == nullptr ? std::move(variable) : mapProjection(std::move(variable), *projection);
    }
    if (children.atToken()) {
        const Lexeme& lexeme = *children.anyToken();
        switch (lexeme.type()) {
        case Grammar::LPAREN:
            return expression(*children.anyRule(), asks);
        case Grammar::EXISTS:
        case Grammar::COUNT:
        case Grammar::COLLECT:
            children.token(Grammar::LBRACE);
            return subquery(lexeme, *children.anyRule());
        case Grammar::CASE:
        case Grammar::DISTINCT:
        case Grammar::WHEN: {
            ExprPtr variable = node(ExprKind::Variable, at);
            variable->name = name(lexeme);
            return variable;
        }
        default:
            return literal(lexeme, false);
        }
    }
    Tree& rule = *children.anyRule();
    switch (rule.getRuleIndex()) {
    case Grammar::RuleParameter:
        return parameter(rule);
    case Grammar::RuleCaseExpression:
        return caseExpression(rule);
    case Grammar::RuleList:
        return list(rule);
    case Grammar::RuleMapLiteral:
        return mapLiteral(rule);
    default:
        break;
    }
    if (asks == Asks::Value) {
        fail(at, "A pattern is a value only where a truth is asked for: use [" + textOf(rule) +
                     " | …] for a list, or EXISTS { }, COUNT { } or COLLECT { }.");
    }
    return ofPath(ExprKind::PatternPredicate, at, rule);
}

// An expression made of one path.
ExprPtr TreeBuilder::ofPath(ExprKind kind, Position at, Tree& path) {
    const std::uint16_t outside = std::exchange(deepest_, std::uint16_t{0});
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->at = at;
    expr->patterns.push_back(pathInExpression(path));
    expr->depth = static_cast<std::uint16_t>(deepest_ + 1);
    deepest_ = std::max(deepest_, outside);
    return finish(std::move(expr));
}

ExprPtr TreeBuilder::parameter(Tree& tree) {
    const Lexeme& last = lastLexeme(tree);
    ExprPtr expr = node(ExprKind::Parameter, firstLexeme(tree).at());
    expr->name = last.type() == Grammar::INTEGER ? std::string(last.text()) : name(last);
    if (parameters_seen_.insert(expr->name).second) {
        parameters_.push_back(expr->name);
    }
    return expr;
}

ExprPtr TreeBuilder::caseExpression(Tree& tree) {
    auto expr = std::make_unique<Expr>();
    expr->kind = ExprKind::Case;
    expr->at = firstLexeme(tree).at();
    Children children(tree, 1);
    expr->args.push_back(children.atRule() ? expression(*children.anyRule()) : nullptr);
    const Asks asks = expr->args.front() ? Asks::Value : Asks::Truth;
    while (children.token(Grammar::WHEN) != nullptr) {
        expr->args.push_back(expression(*children.anyRule(), asks));
        children.token(Grammar::THEN);
        expr->args.push_back(expression(*children.anyRule()));
    }
    expr->args.push_back(children.token(Grammar::ELSE) != nullptr ? expression(*children.anyRule())
                                                                  : nullptr);
    return finish(std::move(expr));
}

ExprPtr TreeBuilder::subquery(const Lexeme& word, Tree& tree) {
    const std::uint16_t outside = std::exchange(deepest_, std::uint16_t{0});
    const bool outside_reads = std::exchange(only_reads_, true);
    auto expr = std::make_unique<Expr>();
    expr->at = word.at();
    const bool collects = word.type() == Grammar::COLLECT;
    expr->kind = collects                        ? ExprKind::Collect
                 : word.type() == Grammar::COUNT ? ExprKind::Count
                                                 : ExprKind::Exists;
    Children children(tree);
    if (Tree* whole = children.rule(Grammar::RuleQuery)) {
        expr->query = query(*whole, collects ? Place::Collect : Place::Exists);
    } else {
        if (collects) {
            fail(word.at(), "COLLECT { } needs a query with RETURN.", "InvalidClauseComposition");
        }
        expr->query = std::make_unique<Query>();
        expr->query->at = firstLexeme(tree).at();
        Clause match;
        match.at = expr->query->at;
        match.patterns = pathPatterns(children, PatternUse::Match);
        if (Tree* condition = children.rule(Grammar::RuleWhere)) {
            match.where = where(*condition);
        }
        expr->query->parts.emplace_back().clauses.push_back(std::move(match));
    }
    only_reads_ = outside_reads;
    expr->depth = static_cast<std::uint16_t>(deepest_ + 1);
    deepest_ = std::max(deepest_, outside);
    return finish(std::move(expr));
}

ExprPtr TreeBuilder::list(Tree& tree) {
    Children children(tree, 1);
    std::vector<Tree*> items;
    while (Tree* item = children.rule(Grammar::RuleExpression)) {
        items.push_back(item);
        if (children.token(Grammar::COMMA) == nullptr) {
            break;
        }
    }
    if (items.size() == 1) {
        if (leadingName(*items[0], Grammar::IN) != nullptr) {
            return listComprehension(tree, *items[0]);
        }
        if (!children.isToken(Grammar::RBRACKET)) {
            return patternComprehension(tree, *items[0]);
        }
    }
    if (!children.isToken(Grammar::RBRACKET)) {
        const Lexeme& found = children.atToken() ? *children.anyToken() : firstLexeme(*children.anyRule());
        unexpected(found, "',' or ']'");
    }
    auto expr = std::make_unique<Expr>();
    expr->kind = ExprKind::List;
    expr->at = firstLexeme(tree).at();
    expr->args.reserve(items.size());
    for (Tree* item : items) {
        expr->args.push_back(expression(*item));
    }
    return finish(std::move(expr));
}

// `source` is `x IN list`.
ExprPtr TreeBuilder::listComprehension(Tree& tree, Tree& source) {
    auto expr = std::make_unique<Expr>();
    expr->kind = ExprKind::ListComprehension;
    expr->at = firstLexeme(tree).at();
    expr->name = name(*leadingName(source, Grammar::IN));
    expr->args.resize(3);
    expr->args[0] = expressionFrom(source, 2, Asks::Value);
    Children children(tree, 2);
    if (Tree* condition = children.rule(Grammar::RuleWhere)) {
        expr->args[1] = where(*condition);
    }
    if (children.token(Grammar::BAR) != nullptr) {
        expr->args[2] = expression(*children.anyRule());
    }
    return finish(std::move(expr));
}

// `source` is `(a)-->(b)` or `p = (a)-->(b)`.
ExprPtr TreeBuilder::patternComprehension(Tree& tree, Tree& source) {
    const Lexeme* path_name = leadingName(source, Grammar::EQ);
    Tree* path = solePath(source, path_name != nullptr ? 2 : 0);
    Children children(tree, 2);
    Tree* condition = children.rule(Grammar::RuleWhere);
    if (path == nullptr || !children.isToken(Grammar::BAR)) {
        const Lexeme& found = condition != nullptr ? firstLexeme(*condition) : *children.anyToken();
        unexpected(found, path == nullptr ? "',' or ']'" : "'|'");
    }
    ExprPtr expr = ofPath(ExprKind::PatternComprehension, firstLexeme(tree).at(), *path);
    if (path_name != nullptr) {
        expr->patterns[0].name = name(*path_name);
        expr->patterns[0].at = path_name->at();
    }
    expr->args.resize(2);
    if (condition != nullptr) {
        expr->args[0] = where(*condition);
    }
    children.token(Grammar::BAR);
    expr->args[1] = expression(*children.anyRule());
    return finish(std::move(expr));
}

ExprPtr TreeBuilder::call(const std::string& function, Position at, Tree& tree) {
    if (function.find('.') == std::string::npos) {
        if (ExprPtr form = formCall(lowered(function), at, tree)) {
            return form;
        }
    }
    auto expr = std::make_unique<Expr>();
    expr->kind = ExprKind::Function;
    expr->at = at;
    expr->name = function;
    Children children(tree, 1);
    expr->distinct = children.token(Grammar::DISTINCT) != nullptr;
    const Asks asks = lowered(function) == "exists" ? Asks::Truth : Asks::Value;
    while (Tree* argument = children.rule(Grammar::RuleExpression)) {
        expr->args.push_back(expression(*argument, asks));
        children.token(Grammar::COMMA);
    }
    if (!children.isToken(Grammar::RPAREN)) {
        const Lexeme& found = children.atToken() ? *children.anyToken() : firstLexeme(*children.anyRule());
        unexpected(found, "',' or ')'");
    }
    return finish(std::move(expr));
}

// What looks like a call and is a form of its own; a null pointer for calls.
ExprPtr TreeBuilder::formCall(const std::string& lower, Position at, Tree& tree) {
    Children children(tree, 1);
    if (lower == "count" && children.token(Grammar::STAR) != nullptr) {
        return node(ExprKind::CountStar, at);
    }
    Tree* first = children.rule(Grammar::RuleExpression);
    if (first == nullptr) {
        return nullptr;
    }
    if (lower == "reduce") {
        return reduceCall(at, tree);
    }
    if (lower == "all" || lower == "any" || lower == "none" || lower == "single") {
        const ExprKind kind = lower == "all"    ? ExprKind::All
                              : lower == "any"  ? ExprKind::Any
                              : lower == "none" ? ExprKind::None
                                                : ExprKind::Single;
        const bool form = leadingName(*first, Grammar::IN) != nullptr;
        return form ? quantifierCall(kind, at, tree, *first) : nullptr;
    }
    if (lower == "shortestpath" || lower == "allshortestpaths") {
        Tree* path = solePath(*first);
        if (path == nullptr || !children.isToken(Grammar::RPAREN)) {
            unexpected(firstLexeme(*first), "a path (a)-[…]->(b)");
        }
        ExprPtr expr = ofPath(ExprKind::ShortestPath, at, *path);
        expr->patterns[0].search = lower == "shortestpath" ? PathSearch::Shortest : PathSearch::AllShortest;
        expr->patterns[0].search_function = true;
        return expr;
    }
    return nullptr;
}

// `all(x IN list WHERE condition)`; `source` is `x IN list`.
ExprPtr TreeBuilder::quantifierCall(ExprKind kind, Position at, Tree& tree, Tree& source) {
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->at = at;
    expr->name = name(*leadingName(source, Grammar::IN));
    expr->args.resize(2);
    expr->args[0] = expressionFrom(source, 2, Asks::Value);
    Children children(tree, 2);
    if (Tree* condition = children.rule(Grammar::RuleWhere)) {
        expr->args[1] = where(*condition);
    }
    if (!children.isToken(Grammar::RPAREN)) {
        unexpected(*children.anyToken(), "WHERE or ')'");
    }
    return finish(std::move(expr));
}

// `reduce(sum = 0, x IN list | sum + x)`
ExprPtr TreeBuilder::reduceCall(Position at, Tree& tree) {
    Children children(tree, 1);
    Tree& start = *children.anyRule();
    const Lexeme* sum = leadingName(start, Grammar::EQ);
    if (sum == nullptr) {
        unexpected(firstLexeme(start), "reduce(name = value, name IN list | expression)");
    }
    children.token(Grammar::COMMA);
    Tree* source = children.rule(Grammar::RuleExpression);
    const Lexeme* each = source == nullptr ? nullptr : leadingName(*source, Grammar::IN);
    if (each == nullptr || children.token(Grammar::BAR) == nullptr) {
        const Lexeme& found = each == nullptr && source != nullptr ? firstLexeme(*source)
                              : children.atToken()                 ? *children.anyToken()
                                                                   : firstLexeme(*children.anyRule());
        unexpected(found, each == nullptr ? "name IN list" : "'|'");
    }
    auto expr = std::make_unique<Expr>();
    expr->kind = ExprKind::Reduce;
    expr->at = at;
    expr->name = name(*sum);
    expr->name2 = name(*each);
    expr->args.push_back(expressionFrom(start, 2, Asks::Value));
    expr->args.push_back(expressionFrom(*source, 2, Asks::Value));
    expr->args.push_back(expression(*children.anyRule()));
    return finish(std::move(expr));
}

ExprPtr TreeBuilder::mapLiteral(Tree& tree) {
    auto expr = std::make_unique<Expr>();
    expr->kind = ExprKind::Map;
    expr->at = firstLexeme(tree).at();
    Children children(tree, 1);
    while (Tree* entry = children.rule(Grammar::RuleMapEntry)) {
        Children parts(*entry);
        expr->keys.push_back(name(*parts.anyRule()));
        parts.token(Grammar::COLON);
        expr->args.push_back(expression(*parts.anyRule()));
        children.token(Grammar::COMMA);
    }
    return finish(std::move(expr));
}

ExprPtr TreeBuilder::mapProjection(ExprPtr base, Tree& tree) {
    auto expr = std::make_unique<Expr>();
    expr->kind = ExprKind::MapProjection;
    expr->at = base->at;
    expr->args.push_back(std::move(base));
    Children children(tree, 1);
    while (Tree* part = children.rule(Grammar::RuleProjectionItem)) {
        MapProjectionItem& item = expr->projection.emplace_back();
        Children inside(*part);
        if (inside.token(Grammar::DOT) != nullptr) {
            const bool all = inside.token(Grammar::STAR) != nullptr;
            item.kind = all ? MapProjectionItem::Kind::AllProperties : MapProjectionItem::Kind::Property;
            item.name = all ? std::string() : name(*inside.anyRule());
        } else {
            Tree& key = *inside.anyRule();
            item.name = name(key);
            const bool entry = inside.token(Grammar::COLON) != nullptr;
            item.kind = entry ? MapProjectionItem::Kind::Entry : MapProjectionItem::Kind::Variable;
            if (entry) {
                item.value = expression(*inside.anyRule());
            } else {
                item.value = node(ExprKind::Variable, firstLexeme(key).at());
                item.value->name = item.name;
            }
        }
        children.token(Grammar::COMMA);
    }
    return finish(std::move(expr));
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
