// query/syntax/printer_clauses.cpp
// Text of clauses, queries and commands.
#include <array>
#include <string_view>

#include "query/syntax/printer.h"
#include "query/syntax/printer_parts.h"

namespace xinpu::query {
namespace {

using engine::Direction;

void putPatterns(std::string& out, const std::vector<PathPattern>& patterns) {
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        out += i > 0 ? ", " : "";
        out += toText(patterns[i]);
    }
}

void putWhere(std::string& out, const ExprPtr& where) {
    if (where) {
        out += " WHERE ";
        printExpr(out, *where);
    }
}

void putExprs(std::string& out, const std::vector<ExprPtr>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        out += i > 0 ? ", " : "";
        printExpr(out, *list[i]);
    }
}

void putProjectionBody(std::string& out, const Projection& projection) {
    out += projection.distinct ? " DISTINCT " : " ";
    out += projection.star ? "*" : "";
    for (std::size_t i = 0; i < projection.items.size(); ++i) {
        const ProjectionItem& item = projection.items[i];
        out += i > 0 || projection.star ? ", " : "";
        printExpr(out, *item.expr);
        if (item.aliased) {
            out += " AS " + nameText(item.name);
        }
    }
    for (std::size_t i = 0; i < projection.order.size(); ++i) {
        out += i > 0 ? ", " : " ORDER BY ";
        printExpr(out, *projection.order[i].expr);
        out += projection.order[i].descending ? " DESC" : "";
    }
    if (projection.skip) {
        out += " SKIP ";
        printExpr(out, *projection.skip);
    }
    if (projection.limit) {
        out += " LIMIT ";
        printExpr(out, *projection.limit);
    }
    putWhere(out, projection.where);
}

void putItem(std::string& out, const SetItem& item) {
    const bool brackets = item.target->kind != ExprKind::Variable && item.target->kind != ExprKind::Property;
    out += brackets ? "(" : "";
    printExpr(out, *item.target);
    out += brackets ? ")" : "";
    switch (item.kind) {
    case SetKind::Property:
        out += '.' + nameText(item.name);
        break;
    case SetKind::DynamicProperty:
        out += '[' + toText(*item.key) + ']';
        break;
    case SetKind::Labels:
        for (const LabelExpr& label : item.labels) {
            out += ':' + toText(label);
        }
        return;
    default:
        break;
    }
    if (item.value) {
        out += item.kind == SetKind::Merge ? " += " : " = ";
        printExpr(out, *item.value);
    }
}

void putItems(std::string& out, std::string_view word, const std::vector<SetItem>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        out += i > 0 ? ", " : word;
        putItem(out, items[i]);
    }
}

std::string matchText(const Clause& clause) {
    std::string out = clause.optional ? "OPTIONAL MATCH " : "MATCH ";
    out += clause.different_relationships ? "" : "REPEATABLE ELEMENTS ";
    putPatterns(out, clause.patterns);
    putWhere(out, clause.where);
    return out;
}

std::string callText(const Clause& clause) {
    std::string out = clause.optional ? "OPTIONAL CALL " : "CALL ";
    std::size_t from = 0;
    for (std::size_t dot = clause.name.find('.'); dot != std::string::npos;
         dot = clause.name.find('.', from)) {
        out += nameText(clause.name.substr(from, dot - from)) + '.';
        from = dot + 1;
    }
    out += nameText(clause.name.substr(from));
    if (clause.args_given) {
        out += '(';
        putExprs(out, clause.args);
        out += ')';
    }
    if (clause.yield_star) {
        out += " YIELD *";
    }
    for (std::size_t i = 0; i < clause.yields.size(); ++i) {
        const YieldItem& item = clause.yields[i];
        out += i > 0 ? ", " : " YIELD ";
        out += nameText(item.field) + (item.name == item.field ? "" : " AS " + nameText(item.name));
    }
    putWhere(out, clause.where);
    return out;
}

std::string subqueryText(const Clause& clause) {
    std::string out = clause.optional ? "OPTIONAL CALL " : "CALL ";
    if (clause.imports_given) {
        out += clause.imports_star ? "(*" : "(";
        for (std::size_t i = 0; i < clause.imports.size(); ++i) {
            out += (i > 0 ? ", " : "") + nameText(clause.imports[i]);
        }
        out += ") ";
    }
    return out + "{ " + toText(*clause.query) + " }";
}

std::string foreachText(const Clause& clause) {
    std::string out = "FOREACH (" + nameText(clause.name) + " IN " + toText(*clause.expr) + " |";
    for (const Clause& inner : clause.body) {
        out += ' ' + toText(inner);
    }
    return out + ')';
}

std::string loadText(const Clause& clause) {
    std::string out = clause.with_headers ? "LOAD CSV WITH HEADERS FROM " : "LOAD CSV FROM ";
    out += toText(*clause.expr) + " AS " + nameText(clause.name);
    return clause.field_terminator ? out + " FIELDTERMINATOR " + toText(*clause.field_terminator) : out;
}

std::string useText(const Clause& clause) {
    std::string out = "USE " + nameText(clause.name);
    out += clause.recorded_at ? " AT RECORDED TIME " + toText(*clause.recorded_at) : "";
    return clause.with_history ? out + " WITH HISTORY" : out;
}

std::string_view indexFormText(IndexForm form) {
    static constexpr std::array<std::string_view, 5> kForms{"RANGE", "TEXT", "BITMAP", "ADJACENCY", "COLUMN"};
    return kForms[static_cast<std::size_t>(form)];
}

std::string elementText(const SchemaCommand& command) {
    const std::string labelled = nameText(command.variable) + ':' + nameText(command.label);
    if (!command.of_relationship) {
        return '(' + labelled + ')';
    }
    std::string from = "(";
    if (command.of_neighbour) {
        from += nameText(command.neighbour_variable);
        from += command.neighbour_label.empty() ? "" : ':' + nameText(command.neighbour_label);
    }
    return from + ")" + (command.direction == Direction::In ? "<-[" : "-[") + labelled +
           (command.direction == Direction::Out ? "]->()" : "]-()");
}

std::string keysText(const SchemaCommand& command, bool brackets) {
    const std::string& variable = command.of_neighbour ? command.neighbour_variable : command.variable;
    std::string out = brackets ? "(" : "";
    for (std::size_t i = 0; i < command.keys.size(); ++i) {
        out += (i > 0 ? ", " : "") + nameText(variable) + '.' + nameText(command.keys[i]);
    }
    return brackets ? out + ')' : out;
}

std::string constraintText(const SchemaCommand& command) {
    const bool brackets = command.keys.size() > 1 || command.constraint == ConstraintForm::NodeKey;
    const std::string keys = keysText(command, brackets);
    switch (command.constraint) {
    case ConstraintForm::Unique:
        return keys + " IS UNIQUE";
    case ConstraintForm::NodeKey:
        return keys + (command.of_relationship ? " IS RELATIONSHIP KEY" : " IS NODE KEY");
    case ConstraintForm::NotNull:
        return keys + " IS NOT NULL";
    case ConstraintForm::Typed:
        return keys + " IS :: " + command.type;
    }
    return keys;
}

}  // namespace

std::string toText(const Clause& clause) {
    std::string out;
    switch (clause.kind) {
    case ClauseKind::Match:
        return matchText(clause);
    case ClauseKind::Unwind:
        return "UNWIND " + toText(*clause.expr) + " AS " + nameText(clause.name);
    case ClauseKind::With:
        out = "WITH";
        putProjectionBody(out, clause.projection);
        return out;
    case ClauseKind::Return:
        out = "RETURN";
        putProjectionBody(out, clause.projection);
        return out;
    case ClauseKind::Finish:
        return "FINISH";
    case ClauseKind::Create:
        out = "CREATE ";
        putPatterns(out, clause.patterns);
        return out;
    case ClauseKind::Merge:
        out = "MERGE ";
        putPatterns(out, clause.patterns);
        putItems(out, " ON CREATE SET ", clause.on_create);
        putItems(out, " ON MATCH SET ", clause.on_match);
        return out;
    case ClauseKind::Set:
        putItems(out, "SET ", clause.items);
        return out;
    case ClauseKind::Remove:
        putItems(out, "REMOVE ", clause.items);
        return out;
    case ClauseKind::Delete:
        out = clause.detach ? "DETACH DELETE " : "DELETE ";
        putExprs(out, clause.args);
        return out;
    case ClauseKind::Foreach:
        return foreachText(clause);
    case ClauseKind::CallProcedure:
        return callText(clause);
    case ClauseKind::CallSubquery:
        return subqueryText(clause);
    case ClauseKind::LoadCsv:
        return loadText(clause);
    case ClauseKind::Use:
        return useText(clause);
    }
    return out;
}

std::string toText(const Query& query) {
    std::string out;
    for (std::size_t part = 0; part < query.parts.size(); ++part) {
        if (part > 0) {
            out += query.union_all[part - 1] ? " UNION ALL " : " UNION ";
        }
        for (std::size_t i = 0; i < query.parts[part].clauses.size(); ++i) {
            out += (i > 0 ? " " : "") + toText(query.parts[part].clauses[i]);
        }
    }
    return out;
}

std::string toText(const SchemaCommand& command) {
    const std::string name = command.name.empty() ? "" : ' ' + nameText(command.name);
    const std::string not_exists = command.if_exists ? " IF NOT EXISTS" : "";
    const std::string exists = command.if_exists ? " IF EXISTS" : "";
    switch (command.action) {
    case SchemaAction::CreateIndex:
        return "CREATE " + std::string(indexFormText(command.index)) + " INDEX" + name + not_exists +
               " FOR " + elementText(command) + " ON " + keysText(command, true);
    case SchemaAction::CreateConstraint:
        return "CREATE CONSTRAINT" + name + not_exists + " FOR " + elementText(command) + " REQUIRE " +
               constraintText(command);
    case SchemaAction::DropIndex:
        return "DROP INDEX" + name + exists;
    case SchemaAction::DropConstraint:
        return "DROP CONSTRAINT" + name + exists;
    case SchemaAction::ShowIndexes:
        return "SHOW INDEXES";
    case SchemaAction::ShowConstraints:
        return "SHOW CONSTRAINTS";
    case SchemaAction::ShowFunctions:
        return "SHOW FUNCTIONS";
    case SchemaAction::ShowProcedures:
        return "SHOW PROCEDURES";
    case SchemaAction::CreatePropertyClass:
        return "CREATE PROPERTY CLASS " + nameText(command.property_class) + not_exists + " FOR " +
               elementText(command) + " ON " + keysText(command, true);
    case SchemaAction::DropPropertyClass:
        return "DROP PROPERTY CLASS " + nameText(command.property_class) + exists + " FOR " +
               elementText(command) + " ON " + keysText(command, true);
    case SchemaAction::ShowPropertyClasses:
        return "SHOW PROPERTY CLASSES";
    }
    return {};
}

std::string toText(const Statement& statement) {
    std::string out;
    if (statement.explain != Explain::None) {
        out = statement.explain == Explain::Explain ? "EXPLAIN " : "PROFILE ";
    }
    if (statement.schema) {
        return out + toText(*statement.schema);
    }
    const auto& clauses = statement.query->parts.front().clauses;
    const bool use_kept = !clauses.empty() && clauses.front().kind == ClauseKind::Use;
    if (!statement.database.empty() && !use_kept) {
        out += "USE " + nameText(statement.database) + ' ';
    }
    return out + toText(*statement.query);
}

}  // namespace xinpu::query
