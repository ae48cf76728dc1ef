// query/syntax/printer_patterns.cpp
// Text of labels, nodes, relationships and paths.
#include <array>
#include <string_view>

#include "query/syntax/printer.h"

namespace xinpu::query {
namespace {

using engine::Direction;

// What stands inside the brackets of a node or relationship.
class InBrackets {
public:
    void put(const std::string& part) {
        if (!part.empty()) {
            text_ += text_.empty() ? part : ' ' + part;
        }
    }
    void properties(const ExprPtr& map) {
        if (map) {
            put(toText(*map));
        }
    }
    void where(const ExprPtr& condition) {
        if (condition) {
            put("WHERE " + toText(*condition));
        }
    }
    const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

std::string quantifierText(const Quantifier& quantifier) {
    const std::string min = std::to_string(quantifier.min);
    const std::string max = quantifier.max ? std::to_string(*quantifier.max) : "";
    if (quantifier.gql) {
        if (!quantifier.max && quantifier.min < 2) {
            return quantifier.min == 0 ? "*" : "+";
        }
        return min == max ? '{' + min + '}' : '{' + min + ',' + max + '}';
    }
    if (quantifier.min == 1 && !quantifier.max) {
        return "*";
    }
    return min == max ? '*' + min : '*' + min + ".." + max;
}

}  // namespace

std::string toText(const LabelExpr& labels) {
    const auto child = [](const LabelExpr& of, bool brackets) {
        return brackets ? '(' + toText(of) + ')' : toText(of);
    };
    std::string out;
    switch (labels.kind) {
    case LabelExpr::Kind::Name:
        return nameText(labels.name);
    case LabelExpr::Kind::Any:
        return "%";
    case LabelExpr::Kind::Dynamic:
        return "$(" + toText(*labels.dynamic) + ')';
    case LabelExpr::Kind::Not: {
        const LabelExpr& of = labels.children.front();
        return '!' + child(of, of.kind == LabelExpr::Kind::And || of.kind == LabelExpr::Kind::Or);
    }
    case LabelExpr::Kind::And:
        for (const LabelExpr& of : labels.children) {
            out += out.empty() ? "" : "&";
            out += child(of, of.kind == LabelExpr::Kind::And || of.kind == LabelExpr::Kind::Or);
        }
        return out;
    case LabelExpr::Kind::Or:
        for (const LabelExpr& of : labels.children) {
            out += out.empty() ? "" : "|";
            out += child(of, of.kind == LabelExpr::Kind::Or);
        }
        return out;
    }
    return out;
}

std::string toText(const NodePattern& node) {
    InBrackets inside;
    inside.put((node.name.empty() ? "" : nameText(node.name)) +
               (node.labels ? ':' + toText(*node.labels) : ""));
    inside.properties(node.properties);
    inside.where(node.where);
    return '(' + inside.text() + ')';
}

std::string toText(const RelPattern& relationship) {
    InBrackets inside;
    const bool star = relationship.length && !relationship.length->gql;
    inside.put((relationship.name.empty() ? "" : nameText(relationship.name)) +
               (relationship.types ? ':' + toText(*relationship.types) : "") +
               (star ? quantifierText(*relationship.length) : ""));
    inside.properties(relationship.properties);
    inside.where(relationship.where);
    if (relationship.valid_on) {
        inside.put("VALID ON " + toText(*relationship.valid_on));
    }
    std::string out = relationship.direction == Direction::In ? "<-" : "-";
    out += inside.text().empty() ? "" : '[' + inside.text() + ']';
    out += relationship.direction == Direction::Out ? "->" : "-";
    return relationship.length && !star ? out + quantifierText(*relationship.length) : out;
}

namespace {

std::string groupText(const QuantifiedPath& group) {
    std::string out = '(' + toText(*group.inner);
    if (group.where) {
        out += " WHERE " + toText(*group.where);
    }
    return out + ')' + quantifierText(group.quantifier);
}

// `SHORTEST 2 TRAIL` and the like, with a space behind.
std::string searchText(const PathPattern& path) {
    static constexpr std::array<std::string_view, 4> kModes{"", "WALK ", "ACYCLIC ", "SIMPLE "};
    const std::string mode(kModes[static_cast<std::size_t>(path.mode)]);
    const std::string count = std::to_string(path.search_count) + ' ';
    switch (path.search) {
    case PathSearch::All:
        return mode;
    case PathSearch::Shortest:
        return "SHORTEST " + count + mode;
    case PathSearch::AllShortest:
        return "ALL SHORTEST " + mode;
    case PathSearch::ShortestGroups:
        return "SHORTEST " + count + mode + "GROUPS ";
    case PathSearch::Any:
        return "ANY " + count + mode;
    }
    return mode;
}

// The parser puts an empty node beside a group where none is written.
bool unwritten(const NodePattern& node, const PathPattern& path, std::size_t place) {
    const bool beside_group =
        (place > 0 && path.steps[place - 1].group) || (place < path.steps.size() && path.steps[place].group);
    const bool beside_relationship = (place > 0 && path.steps[place - 1].relationship) ||
                                     (place < path.steps.size() && path.steps[place].relationship);
    return beside_group && !beside_relationship && node.name.empty() && !node.labels && !node.properties &&
           !node.where;
}

}  // namespace

std::string toText(const PathPattern& path) {
    std::string out = path.name.empty() ? "" : nameText(path.name) + " = ";
    std::string end;
    if (path.search_function) {
        out += path.search == PathSearch::AllShortest ? "allShortestPaths(" : "shortestPath(";
        end = ")";
    } else {
        out += searchText(path);
    }
    if (path.where) {
        out += '(';
        end = " WHERE " + toText(*path.where) + ')' + end;
    }
    for (std::size_t i = 0; i < path.nodes.size(); ++i) {
        if (i > 0) {
            const PathStepPattern& step = path.steps[i - 1];
            out += step.relationship ? toText(*step.relationship) : groupText(*step.group);
        }
        if (!unwritten(path.nodes[i], path, i)) {
            out += toText(path.nodes[i]);
        }
    }
    return out + end;
}

}  // namespace xinpu::query
