// tests/differential/query/special_forms.cpp
// Forms that the planner treats in a way of its own: ends that are met at all, shortest paths, quantifiers,
// counts from the catalogue, joins on values, lists of subqueries.

#include "generator.h"
#include "words.h"

namespace xinpu::naive {

Generated Generator::reaching() {
    Generated out;
    const std::string arrow = oneOf(std::vector<std::string>{"->", "-", "-"});
    const std::string back = arrow == "-" && chance(30) ? "<-" : "-";
    const std::string filter =
        chance(40) ? " WHERE e.w " + oneOf(kComparisons) + " " + number() : std::string();
    const std::string quantifier = oneOf(
        std::vector<std::string>{"{0,3}", "{0,2}", "{1,3}", "{1,1}", "{2,3}", "{0,1}", "{1,2}", "{0,4}"});
    std::string type = types();
    if (chance(25)) {  // openCypher's own form
        const std::string length = oneOf(std::vector<std::string>{"*0..3", "*1..3", "*..2", "*2..3"});
        add(out,
            "MATCH (a" + labels() + ")" + back + "[e" + type + length + "]" + arrow + "(x" + labels() + ") ");
    } else {
        add(out, "MATCH (a" + labels() + ")" + back + "[e" + type + filter + "]" + arrow + quantifier + "(x" +
                     labels() + ") ");
    }
    scope_ = {{"a", Sort::Node}, {"x", Sort::Node}};
    if (chance(50)) {
        add(out, "WHERE " + predicate(1) + " ");
    }
    switch (below(7)) {
    case 0:
        add(out, "RETURN count(DISTINCT x) AS c");
        break;
    case 1:
        add(out, "RETURN DISTINCT x.u AS u, x.x AS x");
        break;
    case 2:
        add(out, "WITH DISTINCT x MATCH (x)-[q]->() RETURN x.u AS u, count(q) AS c");
        break;
    case 3:
        add(out, "RETURN a.u AS a, count(DISTINCT x) AS c");
        break;
    case 4:
        add(out, "RETURN DISTINCT a.u AS a, x.u AS x");
        break;
    case 5:
        add(out, "RETURN count(x) AS c, sum(x.u) AS s");  // every trail counts
        break;
    default:
        add(out, "WITH DISTINCT a, x RETURN a.u AS a, max(x.u) AS m, min(x.x) AS n");
        break;
    }
    return out;
}

Generated Generator::shortest() {
    Generated out;
    const std::string length = oneOf(std::vector<std::string>{"*", "*..2", "*..3", "*1..4"});
    const std::string arrow = chance(50) ? "->" : "-";
    const std::string middle = "-[" + types() + length + "]" + arrow;
    const std::string ends = "MATCH (a" + labels() + "), (b" + labels() + ") WHERE a.u < b.u ";
    switch (below(4)) {
    case 0:
        add(out, ends + "MATCH p = allShortestPaths((a)" + middle + "(b)) RETURN a.u AS a, b.u AS b, " +
                     "[n IN nodes(p) | n.u] AS n, length(p) AS l");
        break;
    case 1:
        add(out,
            ends + "MATCH p = shortestPath((a)" + middle + "(b)) RETURN a.u AS a, b.u AS b, length(p) AS l");
        break;
    case 2:
        add(out, ends + "OPTIONAL MATCH p = shortestPath((a)" + middle +
                     "(b)) RETURN a.u AS a, b.u AS b, length(p) AS l");
        break;
    default:
        add(out, "MATCH p = ALL SHORTEST (a" + labels() + ")-[" + types() + "]" + arrow + "{1,3}(b" +
                     labels() +
                     ") WHERE a.u <> b.u RETURN a.u AS a, b.u AS b, [r IN relationships(p) | r.u] AS r");
        break;
    }
    return out;
}

Generated Generator::quantified() {
    Generated out;
    const std::string mode = oneOf(std::vector<std::string>{"", "", "", "TRAIL ", "ACYCLIC ", "SIMPLE "});
    const std::string quantifier = oneOf(std::vector<std::string>{"{1,2}", "{0,2}", "{2}", "{1,3}", "{0,1}"});
    const std::string arrow = oneOf(std::vector<std::string>{"->", "-", "->"});
    scope_ = {{"a", Sort::Node}, {"b", Sort::Node}};
    if (chance(50)) {
        const std::string filter =
            chance(50) ? " WHERE r.w " + oneOf(kComparisons) + " " + number() : std::string();
        add(out, "MATCH " + mode + "(a" + labels() + ")-[r" + types() + filter + "]" + arrow + quantifier +
                     "(b" + labels() + ") ");
        scope_.push_back({"r", Sort::Relationships});
    } else {
        const std::string second = chance(30) ? "<-[s" + types() + "]-(z)" : std::string();
        const std::string filter =
            chance(60) ? " WHERE x.x " + oneOf(kComparisons) + (chance(50) ? " y.x" : " 1") : std::string();
        add(out, "MATCH " + mode + "(a" + labels() + ") ((x" + labels() + ")-[r" + types() + "]" + arrow +
                     "(y)" + second + filter + ")" + quantifier + " (b" + labels() + ") ");
        scope_.push_back({"r", Sort::Relationships});
        if (chance(40)) {
            add(out, "WHERE " + predicate(1) + " ");
        }
        add(out, "RETURN a.u AS a, b.u AS b, [i IN x | i.u] AS x, [i IN y | i.u] AS y, [i IN r | i.u] AS r");
        return out;
    }
    if (chance(50)) {
        add(out, "WHERE " + predicate(1) + " ");
    }
    add(out,
        chance(50) ? "RETURN a.u AS a, b.u AS b, [i IN r | i.u] AS r" : "RETURN b.u AS b, count(*) AS c");
    return out;
}

Generated Generator::counting() {
    Generated out;
    switch (below(7)) {
    case 0:
        add(out, "MATCH (n" + labels() + ") RETURN count(*) AS c");
        break;
    case 1:
        add(out, "MATCH ()-[r" + types() + "]->() RETURN count(r) AS c");
        break;
    case 2:
        add(out, "MATCH (" + labels() + ")-[r" + types() + "]-(" + labels() + ") RETURN count(*) AS c");
        break;
    case 3:
        add(out, "MATCH (n" + labels() + ") RETURN count(n.x) AS c, count(n) AS d, count(DISTINCT n.m) AS e");
        break;
    case 4:
        add(out, "MATCH (n" + labels() + ") RETURN n.u AS u, COUNT { (n)-[" + types() + "]->(" + labels() +
                     ") } AS c");
        break;
    case 5:
        add(out, "MATCH (n" + labels() + ") WHERE COUNT { (n)-[" + types() + "]-() } " + oneOf(kComparisons) +
                     " " + number() + " RETURN count(n) AS c");
        break;
    default:
        add(out, "MATCH (n), (m" + labels() + ") RETURN count(*) AS c");
        break;
    }
    return out;
}

Generated Generator::joining() {
    Generated out;
    const std::string key = oneOf(std::vector<std::string>{"x", "m", "s", "u"});
    const std::string other = chance(70) ? key : "x";
    scope_ = {{"a", Sort::Node}, {"b", Sort::Node}};
    switch (below(4)) {
    case 0:
        add(out, "MATCH (a" + labels() + "), (b" + labels() + ") WHERE a." + key + " = b." + other + " ");
        break;
    case 1:
        add(out, "MATCH (a" + labels() + ") MATCH (b" + labels() + " {" + other + ": a." + key + "}) WHERE " +
                     predicate(1) + " ");
        break;
    case 2:
        add(out, "MATCH (a" + labels() + ")-[" + types() + "]->(), (b" + labels() + ") WHERE a." + key +
                     " = b." + other + " AND " + predicate(0) + " ");
        break;
    default:
        add(out, "UNWIND [" + oneOf(kMixed) + ", " + oneOf(kMixed) +
                     ", null] AS k MATCH (a:C) WHERE a.m = k MATCH (b" + labels() + ") WHERE b.m " +
                     oneOf(kComparisons) + " k ");
        break;
    }
    add(out, "RETURN a.u AS a, b.u AS b");
    return out;
}

Generated Generator::gathering() {
    Generated out;
    scope_ = {{"a", Sort::Node}};
    add(out, "MATCH (a" + labels() + ") ");
    switch (below(6)) {
    case 0:
        add(out,
            "RETURN a.u AS a, COLLECT { MATCH (a)-[r" + types() + "]-(q) RETURN q.u ORDER BY q.u } AS l");
        break;
    case 1:
        add(out, "WHERE EXISTS { MATCH (a)-->(q) WITH q, count(*) AS c WHERE c >= 1 AND q.x > " + number() +
                     " RETURN q } RETURN a.u AS a");
        break;
    case 2:
        add(out,
            "WITH collect(a) AS l UNWIND l AS k MATCH (k)-[" + types() + "]->(q) RETURN k.u AS k, q.u AS q");
        break;
    case 3:
        add(out, "CALL { WITH a MATCH (a)-[" + types() +
                     "]->(q) RETURN q ORDER BY q.u, q.x LIMIT 1 } RETURN a.u AS a, "
                     "q.u AS q");
        break;
    case 4:
        add(out, "WITH a ORDER BY a.u DESC, a.x LIMIT " + number() + " OPTIONAL MATCH (a)-[" + types() +
                     "]->(q) RETURN a.u AS a, count(q) AS c");
        break;
    default:
        add(out, "RETURN a.u AS a, size([(a)-[r" + types() +
                     "]->(q)-->(z) WHERE q.x IS NOT NULL | z.u]) AS s, " +
                     "any(i IN [1, a.x, null] WHERE i = " + number() + ") AS y");
        break;
    }
    return out;
}

void Generator::look(Generated& out) {
    switch (below(4)) {
    case 0:
        add(out, " WITH count(*) AS made MATCH (z" + labels() + ") RETURN made, count(z) AS c");
        break;
    case 1:
        add(out, " WITH count(*) AS made MATCH (z:A {x: " + number() + "}) RETURN made, count(z) AS c");
        break;
    case 2:
        add(out, " WITH count(*) AS made OPTIONAL MATCH (z" + labels() + ")-[q" + types() +
                     "]->() WHERE z.x > 0 RETURN made, count(q) AS c, count(DISTINCT z) AS d");
        break;
    default:
        add(out, " WITH count(*) AS made MATCH (z:C) WHERE z.s STARTS WITH 'a' OR z.m = 1 RETURN made, "
                 "count(z) AS c");
        break;
    }
}

}  // namespace xinpu::naive
