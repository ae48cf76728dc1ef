// tests/differential/query/generator.cpp
// Grows statements clause by clause over the variables that are in scope.

#include "generator.h"

#include <algorithm>

#include "words.h"

namespace xinpu::naive {

std::string Generator::Path::forward() const {
    std::string text = nodes[0];
    for (std::size_t i = 0; i < relationships.size(); ++i) {
        text += (directions[i] < 0 ? "<-" : "-") + relationships[i] + (directions[i] > 0 ? "->" : "-") +
                nodes[i + 1];
    }
    return text;
}

std::string Generator::Path::backward() const {
    std::string text = nodes.back();
    for (std::size_t i = relationships.size(); i-- > 0;) {
        text +=
            (directions[i] > 0 ? "<-" : "-") + relationships[i] + (directions[i] < 0 ? "->" : "-") + nodes[i];
    }
    return text;
}

std::string Generator::graph() {
    const std::size_t count = 5 + below(8);
    std::string text = "CREATE ";
    for (std::size_t i = 0; i < count; ++i) {
        text += (i > 0 ? ", (n" : "(n") + std::to_string(i);
        for (const std::string& label : kLabels) {
            text += chance(40) ? ":" + label : "";
        }
        text += " {u: " + std::to_string(i);
        text += chance(75) ? ", x: " + std::to_string(below(4)) : "";
        text += chance(60) ? ", s: " + oneOf(kTexts) : "";
        text += chance(50) ? ", m: " + oneOf(kMixed) : "";
        text += "})";
    }
    const std::size_t relationships = below(count * 3 / 2 + 2);
    for (std::size_t i = 0; i < relationships; ++i) {
        const std::size_t start = below(count);
        const std::size_t end = chance(10) ? start : below(count);
        text += ", (n" + std::to_string(start) + ")-[:" + oneOf(kTypes) + " {u: " + std::to_string(100 + i) +
                (chance(70) ? ", w: " + std::to_string(below(3)) : "") + "}]->(n" + std::to_string(end) + ")";
    }
    return text;
}

const Generator::Variable* Generator::pick(Sort sort) {
    std::vector<const Variable*> some;
    for (const Variable& variable : scope_) {
        if (variable.sort == sort) {
            some.push_back(&variable);
        }
    }
    return some.empty() ? nullptr : some[below(some.size())];
}

std::string Generator::labels() {
    switch (below(8)) {
    case 0:
        return ":" + oneOf(kLabels) + "&" + oneOf(kLabels);
    case 1:
        return ":" + oneOf(kLabels) + "|" + oneOf(kLabels);
    case 2:
        return ":!" + oneOf(kLabels);
    case 3:
    case 4:
    case 5:
        return ":" + oneOf(kLabels);
    default:
        return "";
    }
}

std::string Generator::types() {
    switch (below(6)) {
    case 0:
        return ":" + oneOf(kTypes) + "|" + oneOf(kTypes);
    case 1:
        return ":!" + oneOf(kTypes);
    case 2:
        return "";
    default:
        return ":" + oneOf(kTypes);
    }
}

std::string Generator::nodePattern(bool may_reuse) {
    const Variable* known = pick(Sort::Node);
    if (may_reuse && known && chance(40)) {
        return "(" + known->name + ")";
    }
    std::string name;
    if (chance(80)) {
        name = fresh("n");
        scope_.push_back({name, Sort::Node});
    }
    std::string text = "(" + name + labels();
    if (chance(20)) {
        text += " {x: " + number() + "}";
    } else if (!name.empty() && chance(10)) {
        text += " WHERE " + name + ".x " + oneOf(kComparisons) + " " + number();
    }
    return text + ")";
}

std::string Generator::relationshipPattern(bool& turns) {
    const bool many = chance(25);
    std::string name;
    if (chance(60)) {
        name = fresh("r");
        scope_.push_back({name, many ? Sort::Relationships : Sort::Relationship});
        turns = turns && !many;
    }
    std::string text = "[" + name + types();
    if (many) {
        text += oneOf(std::vector<std::string>{"*1..2", "*0..1", "*2", "*..3", "*0..2", "*1..3"});
    }
    if (chance(15)) {
        text += " {w: " + number() + "}";
    }
    return text + "]";
}

Generator::Path Generator::path(bool may_reuse) {
    Path path;
    path.nodes.push_back(nodePattern(may_reuse));
    const std::size_t steps = chance(30) ? 0 : 1 + below(chance(30) ? 2 : 1);
    for (std::size_t i = 0; i < steps; ++i) {
        path.relationships.push_back(relationshipPattern(path.turns));
        path.directions.push_back(static_cast<int>(below(3)) - 1);
        path.nodes.push_back(nodePattern(may_reuse));
    }
    return path;
}

void Generator::add(Generated& out, const std::string& text) {
    out.statement += text;
    out.turned += text;
}

void Generator::match(Generated& out, bool optional) {
    const std::size_t count = chance(30) ? 2 : 1;
    std::vector<std::string> forward;
    std::vector<std::string> turned;
    for (std::size_t i = 0; i < count; ++i) {
        const Path one = path(true);
        if (one.turns && !one.relationships.empty() && chance(8)) {
            const std::string name = fresh("l");
            forward.push_back((name + " = ").append(one.forward()));
            turned.push_back(forward.back());
            continue;
        }
        forward.push_back(one.forward());
        turned.push_back(one.turns ? one.backward() : one.forward());
    }
    std::reverse(turned.begin(), turned.end());
    const auto list = [&](const std::vector<std::string>& paths) {
        std::string text = optional ? "OPTIONAL MATCH " : "MATCH ";
        for (std::size_t i = 0; i < paths.size(); ++i) {
            text += (i > 0 ? ", " : "") + paths[i];
        }
        return text + " ";
    };
    out.statement += list(forward);
    out.turned += list(turned);
    if (chance(60)) {
        add(out, "WHERE " + predicate(2) + " ");
    }
}

void Generator::with(Generated& out) {
    std::vector<Variable> next;
    std::string items;
    const auto item = [&](const std::string& text) { items += (items.empty() ? "" : ", ") + text; };
    for (const Variable& variable : scope_) {
        if (chance(65)) {
            next.push_back(variable);
            item(variable.name);
        }
    }
    if (chance(50) || next.empty()) {
        const Variable made{fresh("v"), Sort::Number};
        const bool aggregate = chance(50);
        item((aggregate ? oneOf(std::vector<std::string>{"count(*)", "count(" + numeric(0) + ")",
                                                         "max(" + numeric(0) + ")", "sum(" + numeric(0) + ")",
                                                         "count(DISTINCT " + numeric(0) + ")"})
                        : numeric(2)) +
             " AS " + made.name);
        next.push_back(made);
    } else if (chance(30)) {
        const Variable made{fresh("v"), Sort::Text};
        item(text() + " AS " + made.name);
        next.push_back(made);
    }
    scope_ = next;
    add(out, std::string("WITH ") + (chance(25) ? "DISTINCT " : "") + items + " ");
    if (chance(30)) {
        add(out, "WHERE " + predicate(1) + " ");
    }
}

void Generator::returned(Generated& out) {
    std::vector<std::string> items;
    const bool limited = chance(15);
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) {
        std::string item = numeric(limited ? 0 : 2);
        if (!limited && chance(50)) {
            const Variable* node = pick(Sort::Node);
            switch (below(7)) {
            case 0:
                item = node ? node->name : "1";
                break;
            case 1:
                item = std::string("count(") + (chance(40) ? "DISTINCT " : "") + mixed() + ")";
                break;
            case 2:
                item = (chance(50) ? "min(" : "max(") + numeric(1) + ")";
                break;
            case 3:
                item = "size(collect(" + std::string(chance(40) ? "DISTINCT " : "") + mixed() + "))";
                break;
            case 4:
                item = predicate(1);
                break;
            case 5:
                item = node ? node->name + " {.x, .s, k: " + numeric(0) + "}" : mixed();
                break;
            default:
                item = text();
                break;
            }
        }
        items.push_back(item);
    }
    std::string list;
    std::string order;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string column = "c" + std::to_string(i);
        list += (i > 0 ? ", " : "") + items[i] + " AS " + column;
        order += (i > 0 ? ", " : "") + column + (chance(30) ? " DESC" : "");
    }
    add(out, std::string("RETURN ") + (chance(25) ? "DISTINCT " : "") + list);
    if (limited) {
        add(out, " ORDER BY " + order + (chance(40) ? " SKIP " + number() : "") + " LIMIT " + number());
    }
}

Generated Generator::reading() {
    scope_.clear();
    names_ = 0;
    switch (below(20)) {
    case 0:
    case 1:
        return reaching();
    case 2:
        return shortest();
    case 3:
    case 4:
        return quantified();
    case 5:
        return counting();
    case 6:
        return joining();
    case 7:
        return gathering();
    default:
        break;
    }
    Generated out;
    if (chance(15)) {
        const Variable made{fresh("v"), Sort::Number};
        add(out, "UNWIND [" + number() + ", null, " + number() + "] AS " + made.name + " ");
        scope_.push_back(made);
    }
    match(out, chance(15));
    if (chance(25)) {
        with(out);
    }
    if (chance(35)) {
        match(out, chance(50));
    }
    if (chance(10)) {
        if (const Variable* node = pick(Sort::Node)) {
            const std::string name = fresh("v");
            add(out, "CALL { WITH " + node->name + " MATCH " + subquery(*node) + " RETURN count(*) AS " +
                         name + " } ");
            scope_.push_back({name, Sort::Number});
        }
    }
    returned(out);
    if (chance(5)) {
        add(out, " UNION " + std::string(chance(50) ? "ALL " : "") + out.statement);
        out.turned = out.statement;
    }
    return out;
}

Generated Generator::updating() {
    Generated out;
    out.updates = true;
    scope_.clear();
    names_ = 0;
    const bool pair = chance(50);
    scope_.push_back({"a", Sort::Node});
    const std::string type = oneOf(kTypes);
    if (pair) {
        scope_.push_back({"b", Sort::Node});
        scope_.push_back({"r", Sort::Relationship});
        add(out, "MATCH (a" + labels() + ")-[r:" + type + "]->(b" + labels() + ") ");
    } else {
        add(out, "MATCH (a" + labels() + ") ");
    }
    if (chance(70)) {
        add(out, "WHERE " + predicate(1) + " ");
    }
    switch (below(pair ? 18 : 13)) {
    case 0:
        add(out,
            "CREATE (a)-[:" + oneOf(kTypes) + " {w: a.x}]->(:" + oneOf(kLabels) + " {x: a.x, s: 'new'})");
        break;
    case 1:
        add(out, "CREATE (:" + oneOf(kLabels) + " {u: a.u, x: " + number() + "})");
        break;
    case 2:
        add(out, "SET a.x = " + number() + (chance(50) ? ", a.s = a.s + 'z'" : ""));
        break;
    case 3:
        add(out, "SET a.x = a.x + 1");
        break;
    case 4:
        add(out, "SET a += {s: 'set', m: null, x: " + number() + "}");
        break;
    case 5:
        add(out, "SET a = {u: a.u, x: " + number() + "}");
        break;
    case 6:
        add(out, "SET a:" + oneOf(kLabels) + ":" + oneOf(kLabels));
        break;
    case 7:
        add(out, "REMOVE a:" + oneOf(kLabels) + ", a." + oneOf(std::vector<std::string>{"x", "s", "m"}));
        break;
    case 8:
        add(out, "DETACH DELETE a");
        break;
    case 9:
        add(out, "WITH a WHERE a.x IS NOT NULL MERGE (k:" + oneOf(kLabels) +
                     " {x: a.x}) ON CREATE SET k.s = 'made' ON MATCH SET k.c = coalesce(k.c, 0) + 1");
        break;
    case 10:
        add(out, "FOREACH (i IN [1, a.x, null] | CREATE (:" + oneOf(kLabels) + " {x: i}))");
        break;
    case 11:
        add(out, "WITH DISTINCT a MERGE (a)-[:" + oneOf(kTypes) + "]->(:" + oneOf(kLabels) +
                     " {x: " + number() + "})");
        break;
    case 12:
        add(out, "DELETE a");  // refused where it has relationships
        break;
    case 13:
        add(out, "DELETE r");
        break;
    case 14:
        add(out, "SET r.w = a.x, b.m = 'seen'");
        break;
    case 15:
        add(out, "MERGE (b)-[:" + oneOf(kTypes) + "]->(a)");
        break;
    case 16:
        add(out, "CREATE (b)-[:" + oneOf(kTypes) +
                     " {w: r.w}]->(a) WITH a MATCH (a)-[q]->() WITH count(q) AS c RETURN c");
        break;
    default:
        add(out, "SET r += {v: 1}, a.m = true REMOVE r.w");
        break;
    }
    if (out.statement.find("RETURN") == std::string::npos && chance(40)) {
        look(out);
    }
    return out;
}

}  // namespace xinpu::naive
