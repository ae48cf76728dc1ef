// tests/differential/query/random_expressions.cpp
// Numbers, texts, predicates and subqueries over the variables that are in scope.

#include "generator.h"
#include "words.h"

namespace xinpu::naive {

std::string Generator::number() {
    return std::to_string(below(5));
}

std::string Generator::numeric(unsigned depth) {
    const Variable* node = pick(Sort::Node);
    const Variable* relationship = pick(Sort::Relationship);
    const Variable* value = pick(Sort::Number);
    switch (below(depth == 0 ? 5 : 11)) {
    case 0:
        return number();
    case 1:
        return node ? node->name + ".u" : number();
    case 2:
        return relationship ? relationship->name + ".w" : number();
    case 3:
        return value ? value->name : number();
    case 5:
        return "(" + numeric(depth - 1) + oneOf(std::vector<std::string>{" + ", " - ", " * "}) +
               numeric(depth - 1) + ")";
    case 6:
        return "coalesce(" + numeric(depth - 1) + ", " + number() + ")";
    case 7:
        return node ? "size(labels(" + node->name + "))" : number();
    case 8:
        return node ? "COUNT { " + subquery(*node) + " }" : number();
    case 9:
        return "CASE WHEN " + predicate(depth - 1) + " THEN " + numeric(depth - 1) + " ELSE " +
               numeric(depth - 1) + " END";
    case 10:
        return "reduce(t = 0, i IN [1, " + numeric(depth - 1) + ", 2] | t + i)";
    default:
        return node ? node->name + ".x" : number();
    }
}

std::string Generator::text() {
    const Variable* node = pick(Sort::Node);
    const Variable* value = pick(Sort::Text);
    if (value && chance(40)) {
        return value->name;
    }
    return node && chance(60) ? node->name + ".s" : oneOf(kTexts);
}

std::string Generator::mixed() {
    const Variable* node = pick(Sort::Node);
    return node && chance(60) ? node->name + ".m" : oneOf(kMixed);
}

std::string Generator::subquery(const Variable& node) {
    const std::string relationship = "[:" + oneOf(kTypes) + (chance(30) ? "*1..2" : "") + "]";
    const std::string other = fresh("q");
    std::string text = "(" + node.name + ")" + (chance(30) ? "<-" : "-") + relationship + "-(" + other + ")";
    if (chance(50)) {
        text += " WHERE " + other + ".x " + oneOf(kComparisons) + " " +
                (chance(50) ? node.name + ".x" : number());
    }
    return text;
}

std::string Generator::predicateOf(const Variable& variable) {
    const std::string& name = variable.name;
    switch (variable.sort) {
    case Sort::Node: {
        const Variable* other = pick(Sort::Node);
        switch (below(10)) {
        case 0:
            return name + ":" + oneOf(kLabels);
        case 1:
            return name + ".x IS " + (chance(50) ? "NOT NULL" : "NULL");
        case 2:
            return name + ".x IN [" + number() + ", " + number() + (chance(20) ? ", null]" : "]");
        case 3:
            return name + (chance(50) ? " = " : " <> ") + other->name;
        case 4:
            return "EXISTS { " + subquery(variable) + " }";
        case 5:
            return "(" + name + ")-[:" + oneOf(kTypes) + "]-" + (chance(50) ? ">" : "") + "(" +
                   (chance(60) ? ":" + oneOf(kLabels) : "") + ")";
        case 6:
            return "size([(" + name + ")--(q) WHERE q.x > 0 | q.x]) " + oneOf(kComparisons) + " " + number();
        case 7:
            return name + ".x " + oneOf(kComparisons) + " " + other->name + ".x";
        default:
            return name + ".x " + oneOf(kComparisons) + " " + number();
        }
    }
    case Sort::Relationship:
        return chance(50) ? name + ".w " + oneOf(kComparisons) + " " + number()
                          : "type(" + name + ") <> '" + oneOf(kTypes) + "'";
    case Sort::Relationships:
        return chance(50) ? "size(" + name + ") " + oneOf(kComparisons) + " " + number()
                          : oneOf(std::vector<std::string>{"all", "any", "none", "single"}) + "(i IN " +
                                name + " WHERE i.w " + oneOf(kComparisons) + " " + number() + ")";
    case Sort::Number:
        return name + " " + oneOf(kComparisons) + " " + number();
    default:
        return name +
               oneOf(std::vector<std::string>{" STARTS WITH ", " ENDS WITH ", " CONTAINS ", " < ", " = "}) +
               oneOf(kTexts);
    }
}

std::string Generator::predicate(unsigned depth) {
    if (depth > 0 && chance(35)) {
        switch (below(4)) {
        case 0:
            return "NOT (" + predicate(depth - 1) + ")";
        case 1:
            return "(" + predicate(depth - 1) + " XOR " + predicate(depth - 1) + ")";
        case 2:
            return "(" + predicate(depth - 1) + " OR " + predicate(depth - 1) + ")";
        default:
            return "(" + predicate(depth - 1) + " AND " + predicate(depth - 1) + ")";
        }
    }
    if (!scope_.empty() && chance(70)) {
        return predicateOf(oneOf(scope_));
    }
    switch (below(4)) {
    case 0:
        return numeric(depth) + " " + oneOf(kComparisons) + " " + numeric(depth);
    case 1:
        return text() + oneOf(std::vector<std::string>{" STARTS WITH ", " CONTAINS ", " = ", " <= "}) +
               text();
    case 2:
        return mixed() + " " + oneOf(kComparisons) + " " + mixed();
    default:
        return numeric(0) + " IN [" + numeric(0) + ", " + number() + ", null]";
    }
}

}  // namespace xinpu::naive
