// query/syntax/tree_queries.cpp
// Statements and queries; the order in which clauses may stand; names and errors.
#include <algorithm>

#include "query/syntax/tree_builder.h"

namespace xinpu::query {

bool updates(ClauseKind kind) {
    switch (kind) {
    case ClauseKind::Create:
    case ClauseKind::Merge:
    case ClauseKind::Set:
    case ClauseKind::Remove:
    case ClauseKind::Delete:
    case ClauseKind::Foreach:
        return true;
    default:
        return false;
    }
}

std::string_view wordOf(const Clause& clause) {
    switch (clause.kind) {
    case ClauseKind::Match:
        return clause.optional ? "OPTIONAL MATCH" : "MATCH";
    case ClauseKind::Unwind:
        return "UNWIND";
    case ClauseKind::With:
        return "WITH";
    case ClauseKind::Return:
        return "RETURN";
    case ClauseKind::Finish:
        return "FINISH";
    case ClauseKind::LoadCsv:
        return "LOAD CSV";
    case ClauseKind::Use:
        return "USE";
    default:
        return "CALL";
    }
}

std::unique_ptr<Statement> TreeBuilder::statement(Tree& tree) {
    auto statement = std::make_unique<Statement>();
    Children children(tree);
    if (children.token(Grammar::EXPLAIN) != nullptr) {
        statement->explain = Explain::Explain;
    } else if (children.token(Grammar::PROFILE) != nullptr) {
        statement->explain = Explain::Profile;
    }
    if (Tree* command = children.rule(Grammar::RuleSchemaCommand)) {
        statement->schema = schemaCommand(*command);
    } else {
        statement->query = query(*children.anyRule(), Place::Top);
        auto& clauses = statement->query->parts.front().clauses;
        if (const Clause& first = clauses.front(); first.kind == ClauseKind::Use) {
            statement->database = first.name;
            if (!first.recorded_at && !first.with_history) {
                clauses.erase(clauses.begin());
            }
        }
    }
    statement->parameters = std::move(parameters_);
    return statement;
}

QueryPtr TreeBuilder::query(Tree& tree, Place place) {
    auto query = std::make_unique<Query>();
    query->at = firstLexeme(tree).at();
    const bool sole = place == Place::Top && tree.children.size() == 1;
    Children children(tree);
    query->parts.push_back(singleQuery(*children.anyRule(), place, sole));
    while (const Lexeme* join = children.token(Grammar::UNION)) {
        const bool all = children.token(Grammar::ALL) != nullptr;
        children.token(Grammar::DISTINCT);
        if (!query->union_all.empty() && query->union_all.back() != all) {
            fail(join->at(), "UNION and UNION ALL cannot be mixed in one query.", "InvalidClauseComposition");
        }
        query->union_all.push_back(all);
        query->parts.push_back(singleQuery(*children.anyRule(), place, sole));
    }
    return query;
}

// `sole`: no UNION around, and no other query.
SingleQuery TreeBuilder::singleQuery(Tree& tree, Place place, bool sole) {
    SingleQuery query;
    query.clauses.reserve(tree.children.size());
    Children children(tree);
    while (Tree* one = children.rule(Grammar::RuleClause)) {
        query.clauses.push_back(clause(*one));
    }
    checkOrder(query, place, sole);
    return query;
}

void TreeBuilder::checkOrder(const SingleQuery& query, Place place, bool sole) const {
    const auto& clauses = query.clauses;
    const std::size_t first = clauses.front().kind == ClauseKind::Use ? 1 : 0;
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        const Clause& one = clauses[i];
        const bool ends = one.kind == ClauseKind::Return || one.kind == ClauseKind::Finish;
        if (ends && i + 1 < clauses.size()) {
            fail(clauses[i + 1].at, std::string(wordOf(one)) + " ends a query: nothing may follow it.",
                 "InvalidClauseComposition");
        }
        if (one.kind == ClauseKind::Use && i > 0) {
            fail(one.at, "USE begins a query: nothing may stand before it.", "InvalidClauseComposition");
        }
        if (one.kind == ClauseKind::CallProcedure && !(sole && clauses.size() == first + 1)) {
            if (!one.args_given) {
                fail(one.at, "A call among other clauses needs its arguments: CALL " + one.name + "(…).",
                     "InvalidArgumentPassingMode");
            }
            if (one.yield_star) {
                fail(one.at, "YIELD * is for a call that stands alone: name the columns.");
            }
        }
    }
    if (clauses.size() == first) {
        fail(clauses.front().at, "The query has no clause but USE.", "InvalidClauseComposition");
    }
    checkLast(clauses.back(), place, sole && clauses.size() == first + 1);
}

void TreeBuilder::checkLast(const Clause& clause, Place place, bool sole) const {
    const ClauseKind kind = clause.kind;
    bool fine = kind == ClauseKind::Return || kind == ClauseKind::Finish || updates(kind);
    std::string_view needed = "RETURN, FINISH or an update";
    switch (place) {
    case Place::Top:
    case Place::Call:
        fine =
            fine || (kind == ClauseKind::CallProcedure && (sole || !clause.yield_given)) ||
            (kind == ClauseKind::CallSubquery &&
             std::all_of(clause.query->parts.begin(), clause.query->parts.end(), [](const SingleQuery& part) {
                 return part.clauses.back().kind != ClauseKind::Return;
             }));
        break;
    case Place::Exists:
        fine = kind != ClauseKind::Finish && kind != ClauseKind::Use;
        needed = "RETURN";
        break;
    case Place::Collect:
        fine = kind == ClauseKind::Return;
        needed = "RETURN";
        break;
    }
    if (!fine) {
        fail(clause.at,
             "The query cannot end with " + std::string(wordOf(clause)) + ": expected " +
                 std::string(needed) + '.',
             "InvalidClauseComposition");
    }
}

void TreeBuilder::onlyReads(const Lexeme& at) const {
    if (only_reads_) {
        fail(at.at(), "EXISTS { }, COUNT { } and COLLECT { } only read: no update may stand in them.",
             "InvalidClauseComposition");
    }
}

std::string TreeBuilder::name(Tree& tree) const {
    return name(firstLexeme(tree));
}

std::string TreeBuilder::name(const Lexeme& lexeme) const {
    if (lexeme.type() != Grammar::QUOTED_NAME) {
        return std::string(lexeme.text());
    }
    std::string out;
    const std::string_view quoted = lexeme.text().substr(1, lexeme.text().size() - 2);
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        out += quoted[i];
        i += quoted[i] == '`' ? 1 : 0;
    }
    if (out.empty()) {
        fail(lexeme.at(), "A name in back quotes cannot be empty.");
    }
    return out;
}

std::string TreeBuilder::textOf(const Tree& tree) const {
    const std::size_t begin = firstLexeme(tree).begin();
    return std::string(text_.substr(begin, lastLexeme(tree).end() - begin));
}

void TreeBuilder::fail(Position at, std::string message, std::string detail) const {
    throw Error(ErrorCode::Syntax, std::move(message), std::move(detail), at);
}

void TreeBuilder::unexpected(const Lexeme& lexeme, std::string_view expected) const {
    fail(lexeme.at(),
         "Invalid input '" + std::string(lexeme.text()) + "': expected " + std::string(expected) + '.');
}

}  // namespace xinpu::query
