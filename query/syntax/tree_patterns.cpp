// query/syntax/tree_patterns.cpp
// Paths, nodes, relationships and labels.
#include <algorithm>

#include "query/syntax/tree_builder.h"

namespace xinpu::query {

using engine::Direction;

std::vector<PathPattern> TreeBuilder::pathPatterns(Children& children, PatternUse use) {
    std::vector<PathPattern> paths;
    while (Tree* path = children.rule(Grammar::RulePathPattern)) {
        paths.push_back(pathPattern(*path, use));
        children.token(Grammar::COMMA);
    }
    return paths;
}

PathPattern TreeBuilder::pathPattern(Tree& tree, PatternUse use) {
    PathPattern path;
    path.at = firstLexeme(tree).at();
    Children children(tree);
    if (Tree* named = children.rule(Grammar::RuleName)) {
        path.name = name(*named);
        children.token(Grammar::EQ);
    }
    if (Tree* search = children.rule(Grammar::RulePathSearch)) {
        if (use != PatternUse::Match) {
            unexpected(firstLexeme(*search), "a path");
        }
        pathSearch(path, *search);
    }
    if (const Lexeme* function = children.token({Grammar::SHORTESTPATH, Grammar::ALLSHORTESTPATHS})) {
        if (use != PatternUse::Match || path.search != PathSearch::All) {
            unexpected(*function, "a path");
        }
        children.token(Grammar::LPAREN);
        path.search =
            function->type() == Grammar::SHORTESTPATH ? PathSearch::Shortest : PathSearch::AllShortest;
        path.search_function = true;
        pathElements(path, children, use);
        if (path.steps.size() != 1 || !path.steps.front().relationship) {
            fail(function->at(), "A shortest path is searched along one relationship: (a)-[…]-(b).");
        }
    } else {
        pathElements(path, children, use);
    }
    return path;
}

void TreeBuilder::pathSearch(PathPattern& path, Tree& tree) {
    Children children(tree);
    const bool all = children.token(Grammar::ALL) != nullptr;
    const bool any = children.token(Grammar::ANY) != nullptr;
    const bool shortest = children.token(Grammar::SHORTEST) != nullptr;
    if (all && shortest) {
        path.search = PathSearch::AllShortest;
    } else if (shortest) {
        path.search = PathSearch::Shortest;
    } else if (any) {
        path.search = PathSearch::Any;
    }
    if (const Lexeme* count = children.token(Grammar::INTEGER)) {
        const std::int64_t number = integerOf(*count, false);
        if (number < 1) {
            fail(count->at(), "The number of paths must be at least 1.");
        }
        path.search_count = static_cast<std::uint64_t>(number);
    }
    if (Tree* mode = children.rule(Grammar::RulePathMode)) {
        switch (firstLexeme(*mode).type()) {
        case Grammar::WALK:
            path.mode = PathMode::Walk;
            break;
        case Grammar::ACYCLIC:
            path.mode = PathMode::Acyclic;
            break;
        case Grammar::SIMPLE:
            path.mode = PathMode::Simple;
            break;
        default:
            path.mode = PathMode::Trail;
            break;
        }
    }
    children.token({Grammar::PATH, Grammar::PATHS});
    if (children.token({Grammar::GROUP, Grammar::GROUPS}) != nullptr) {
        path.search = PathSearch::ShortestGroups;
    }
}

// Nodes and relationships in turn; empty nodes around groups where none are written.
void TreeBuilder::pathElements(PathPattern& path, Children& children, PatternUse use) {
    std::size_t elements = 0;
    bool open = false;  // a relationship still waits for its node
    while (Tree* element = children.rule(Grammar::RulePathElement)) {
        ++elements;
        Children inside(*element);
        Tree& part = *inside.anyRule();
        const Lexeme& begin = firstLexeme(part);
        const bool after_node = path.nodes.size() == path.steps.size() + 1;
        const auto emptyNode = [&] { path.nodes.emplace_back().at = begin.at(); };
        if (part.getRuleIndex() == Grammar::RuleNodePattern) {
            if (after_node) {
                unexpected(begin, "a relationship or the end of the path");
            }
            path.nodes.push_back(nodePattern(part, use));
            open = false;
        } else if (part.getRuleIndex() == Grammar::RuleRelPattern) {
            if (path.nodes.empty() || open) {
                unexpected(begin, "a node (…)");
            }
            if (!after_node) {
                emptyNode();
            }
            path.steps.emplace_back().relationship = relPattern(part, use);
            open = true;
        } else {
            if (use != PatternUse::Match) {
                unexpected(begin, "a node (…)");
            }
            if (!after_node) {
                emptyNode();
            }
            path.steps.emplace_back().group = groupPattern(part);
            open = false;
        }
    }
    if (open) {
        fail(path.steps.back().relationship->at,
             "The path ends with a relationship: expected a node (…) behind it.");
    }
    if (path.nodes.size() == path.steps.size()) {
        path.nodes.emplace_back().at = path.steps.back().group->at;
    }
    for (PathStepPattern& step : path.steps) {
        if (step.group && step.group->quantifier.at.offset == kNoQuantifier) {
            if (elements != 1 || !step.group->inner->name.empty()) {
                fail(step.group->at, "A path in brackets needs a quantifier behind it: {1,3}, + or *.");
            }
            PathPattern inner = std::move(*step.group->inner);  // brackets around the whole path
            path.where = std::move(step.group->where);
            if (inner.where) {
                fail(path.at, "A path takes one WHERE: join the conditions by AND.");
            }
            path.nodes = std::move(inner.nodes);
            path.steps = std::move(inner.steps);
            break;
        }
    }
}

NodePattern TreeBuilder::nodePattern(Tree& tree, PatternUse use) {
    NodePattern node;
    node.at = firstLexeme(tree).at();
    Children children(tree, 1);
    if (Tree* named = children.rule(Grammar::RuleName)) {
        node.name = name(*named);
    }
    if (Tree* labelled = children.rule(Grammar::RuleLabels)) {
        node.labels = labels(*labelled);
        const auto plain = [](const LabelExpr& label) {
            return label.kind == LabelExpr::Kind::Name || label.kind == LabelExpr::Kind::Dynamic;
        };
        const bool creatable = plain(*node.labels) || (node.labels->kind == LabelExpr::Kind::And &&
                                                       std::all_of(node.labels->children.begin(),
                                                                   node.labels->children.end(), plain));
        if ((use == PatternUse::Create || use == PatternUse::Merge) && !creatable) {
            fail(node.labels->at, "A node is made with labels alone: expected names joined by ':' or '&'.");
        }
    }
    if (Tree* map = children.rule(Grammar::RuleProperties)) {
        node.properties = properties(*map, use);
    }
    if (Tree* condition = children.rule(Grammar::RuleWhere)) {
        if (use == PatternUse::Create || use == PatternUse::Merge) {
            unexpected(firstLexeme(*condition), "')'");
        }
        node.where = where(*condition);
    }
    return node;
}

ExprPtr TreeBuilder::properties(Tree& tree, PatternUse use) {
    Children children(tree);
    Tree& given = *children.anyRule();
    if (given.getRuleIndex() == Grammar::RuleMapLiteral) {
        return mapLiteral(given);
    }
    if (use != PatternUse::Create) {
        fail(firstLexeme(given).at(),
             "A parameter cannot stand for the properties of a pattern: write {name: $map.name}.",
             "InvalidParameterUse");
    }
    return parameter(given);
}

std::unique_ptr<RelPattern> TreeBuilder::relPattern(Tree& tree, PatternUse use) {
    auto relationship = std::make_unique<RelPattern>();
    relationship->at = firstLexeme(tree).at();
    Children children(tree);
    const bool left = children.token({Grammar::LT, Grammar::OTHER_LEFT}) != nullptr;
    children.anyToken();
    if (children.token(Grammar::LBRACKET) != nullptr) {
        if (Tree* detail = children.rule(Grammar::RuleRelDetail)) {
            relDetail(*relationship, *detail, use);
        }
        children.token(Grammar::RBRACKET);
    }
    children.anyToken();
    const bool right = children.token({Grammar::GT, Grammar::OTHER_RIGHT}) != nullptr;
    relationship->direction = left == right ? Direction::Both : left ? Direction::In : Direction::Out;
    if (Tree* quantified = children.rule(Grammar::RuleQuantifier)) {
        if (relationship->length) {
            unexpected(firstLexeme(*quantified), "a node (…)");
        }
        relationship->length = quantifier(*quantified);
    }
    checkCreated(*relationship, use);
    return relationship;
}

void TreeBuilder::checkCreated(const RelPattern& relationship, PatternUse use) const {
    if (use != PatternUse::Create && use != PatternUse::Merge) {
        return;
    }
    const std::string_view word = use == PatternUse::Create ? "CREATE" : "MERGE";
    if (relationship.length) {
        fail(relationship.at, std::string(word) + " makes single relationships, none of variable length.",
             "CreatingVarLength");
    }
    const bool single = relationship.types && (relationship.types->kind == LabelExpr::Kind::Name ||
                                               relationship.types->kind == LabelExpr::Kind::Dynamic);
    // A relationship that has a name and no type may be bound already: the binder sees to it.
    if (!single && (relationship.types || relationship.name.empty())) {
        fail(relationship.at, "A relationship is made with exactly one type: -[:TYPE]->.",
             "NoSingleRelationshipType");
    }
    if (use == PatternUse::Create && relationship.direction == Direction::Both) {
        fail(relationship.at, "CREATE needs the direction of the relationship: --> or <--.",
             "RequiresDirectedRelationship");
    }
    if (relationship.where || relationship.valid_on) {
        fail(relationship.at, std::string(word) + " takes no condition on a relationship.");
    }
}

void TreeBuilder::relDetail(RelPattern& relationship, Tree& tree, PatternUse use) {
    Children children(tree);
    if (Tree* named = children.rule(Grammar::RuleName)) {
        relationship.name = name(*named);
    }
    if (Tree* types = children.rule(Grammar::RuleLabels)) {
        relationship.types = labels(*types);
    }
    if (Tree* length = children.rule(Grammar::RuleRelLength)) {
        relationship.length = relLength(*length);
    }
    if (Tree* map = children.rule(Grammar::RuleProperties)) {
        relationship.properties = properties(*map, use);
    }
    while (Tree* tail = children.rule(Grammar::RuleRelTail)) {
        Children parts(*tail);
        const Lexeme& word = *parts.anyToken();
        const bool valid = parts.token(Grammar::ON) != nullptr;
        ExprPtr& place = valid ? relationship.valid_on : relationship.where;
        if (place) {
            unexpected(word, "']'");
        }
        place = expression(*parts.anyRule(), valid ? Asks::Value : Asks::Truth);
    }
}

// `*`, `*2`, `*1..3`, `*..3`, `*1..`
Quantifier TreeBuilder::relLength(Tree& tree) {
    Quantifier length;
    length.at = firstLexeme(tree).at();
    Children children(tree, 1);
    const Lexeme* min = children.token(Grammar::INTEGER);
    if (min != nullptr) {
        length.min = static_cast<std::uint64_t>(integerOf(*min, false));
    }
    if (children.token(Grammar::DOTS) == nullptr) {
        if (min != nullptr) {
            length.max = length.min;
        }
    } else if (const Lexeme* max = children.token(Grammar::INTEGER)) {
        length.max = static_cast<std::uint64_t>(integerOf(*max, false));
    }
    return length;
}

Quantifier TreeBuilder::quantifier(Tree& tree) {
    Quantifier quantifier;
    quantifier.gql = true;
    quantifier.at = firstLexeme(tree).at();
    Children children(tree);
    switch (children.anyToken()->type()) {
    case Grammar::PLUS:
        return quantifier;
    case Grammar::STAR:
        quantifier.min = 0;
        return quantifier;
    default:
        break;
    }
    const Lexeme* min = children.token(Grammar::INTEGER);
    quantifier.min = min == nullptr ? 0 : static_cast<std::uint64_t>(integerOf(*min, false));
    if (children.token(Grammar::COMMA) == nullptr) {
        if (min == nullptr) {
            unexpected(*children.anyToken(), "a number");
        }
        quantifier.max = quantifier.min;
    } else if (const Lexeme* max = children.token(Grammar::INTEGER)) {
        quantifier.max = static_cast<std::uint64_t>(integerOf(*max, false));
    }
    if (quantifier.max && (*quantifier.max < quantifier.min || *quantifier.max == 0)) {
        fail(quantifier.at, "A quantifier's upper bound is at least 1 and not below the lower one.");
    }
    return quantifier;
}

std::unique_ptr<QuantifiedPath> TreeBuilder::groupPattern(Tree& tree) {
    auto group = std::make_unique<QuantifiedPath>();
    group->at = firstLexeme(tree).at();
    group->inner = std::make_unique<PathPattern>();
    Children children(tree, 1);
    if (Tree* named = children.rule(Grammar::RuleName)) {
        group->inner->name = name(*named);
        children.token(Grammar::EQ);
    }
    group->inner->at = group->at;
    pathElements(*group->inner, children, PatternUse::Match);
    if (Tree* condition = children.rule(Grammar::RuleWhere)) {
        group->where = where(*condition);
    }
    children.token(Grammar::RPAREN);
    Tree* quantified = children.rule(Grammar::RuleQuantifier);
    if (quantified == nullptr) {
        group->quantifier.at.offset = kNoQuantifier;
        return group;
    }
    group->quantifier = quantifier(*quantified);
    const auto grouped = [](const PathStepPattern& step) {
        return step.group != nullptr || step.relationship->length;
    };
    if (group->inner->steps.empty() ||
        std::any_of(group->inner->steps.begin(), group->inner->steps.end(), grouped)) {
        fail(group->at, "A quantified path holds relationships, and none of them is quantified itself.");
    }
    return group;
}

PathPattern TreeBuilder::pathInExpression(Tree& tree) {
    PathPattern path;
    path.at = firstLexeme(tree).at();
    Children children(tree);
    while (!children.done()) {
        Tree& part = *children.anyRule();
        if (part.getRuleIndex() == Grammar::RuleNodePattern) {
            path.nodes.push_back(nodePattern(part, PatternUse::Expression));
        } else {
            path.steps.emplace_back().relationship = relPattern(part, PatternUse::Expression);
        }
    }
    return path;
}

std::unique_ptr<LabelExpr> TreeBuilder::labels(Tree& tree) {
    Children children(tree, 1);
    return std::make_unique<LabelExpr>(labelChain(children));
}

// `A&B|C`: '&' and ':' bind tighter than '|' and '|:'.
LabelExpr TreeBuilder::labelChain(Children& children) {
    const auto joined = [](LabelExpr::Kind kind, std::vector<LabelExpr> parts) {
        if (parts.size() == 1) {
            return std::move(parts.front());
        }
        LabelExpr all;
        all.kind = kind;
        all.at = parts.front().at;
        all.children = std::move(parts);
        return all;
    };
    std::vector<LabelExpr> any;
    std::vector<LabelExpr> both;
    while (Tree* unit = children.rule(Grammar::RuleLabelUnit)) {
        both.push_back(labelUnit(*unit));
        if (children.token(Grammar::BAR) != nullptr) {
            children.token(Grammar::COLON);
            any.push_back(joined(LabelExpr::Kind::And, std::exchange(both, {})));
        } else if (children.token({Grammar::AMPERSAND, Grammar::COLON}) == nullptr) {
            break;
        }
    }
    any.push_back(joined(LabelExpr::Kind::And, std::move(both)));
    return joined(LabelExpr::Kind::Or, std::move(any));
}

LabelExpr TreeBuilder::labelUnit(Tree& tree) {
    LabelExpr label;
    label.at = firstLexeme(tree).at();
    Children children(tree);
    bool inverted = false;
    while (children.token(Grammar::BANG) != nullptr) {
        inverted = !inverted;  // !!A is A
    }
    if (Tree* named = children.rule(Grammar::RuleName)) {
        label.name = name(*named);
    } else if (children.token(Grammar::PERCENT) != nullptr) {
        label.kind = LabelExpr::Kind::Any;
    } else if (children.token(Grammar::DOLLAR) != nullptr) {
        children.token(Grammar::LPAREN);
        label.kind = LabelExpr::Kind::Dynamic;
        label.dynamic = expression(*children.anyRule());
    } else {
        children.token(Grammar::LPAREN);
        label = labelChain(children);
    }
    if (!inverted) {
        return label;
    }
    LabelExpr negation;
    negation.kind = LabelExpr::Kind::Not;
    negation.at = firstLexeme(tree).at();
    negation.children.push_back(std::move(label));
    return negation;
}

}  // namespace xinpu::query
