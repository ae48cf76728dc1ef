// query/syntax/tree_atoms.cpp
// What expressions are made of: parameters, calls, lists, maps, CASE, subqueries.
#include <algorithm>

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

}  // namespace

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
        fail(at, "A path is no value here: use [path | expression], EXISTS { }, COUNT { } or COLLECT { }.");
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
        while (children.token(Grammar::COMMA) != nullptr) {
            expr->args.push_back(nullptr);
            expr->args.push_back(expression(*children.anyRule(), asks));
        }
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

}  // namespace xinpu::query
