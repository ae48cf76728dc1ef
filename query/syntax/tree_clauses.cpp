// query/syntax/tree_clauses.cpp
// Clauses, one function each.
#include "query/syntax/tree_builder.h"

namespace xinpu::query {

Clause TreeBuilder::clause(Tree& tree) {
    Children children(tree);
    Tree& rule = *children.anyRule();
    const Lexeme& begin = firstLexeme(rule);
    Clause clause;
    Children inside(rule, 1);
    switch (rule.getRuleIndex()) {
    case Grammar::RuleMatchClause:
        clause = matchClause(rule);
        break;
    case Grammar::RuleUnwindClause:
        clause = unwindClause(rule);
        break;
    case Grammar::RuleWithClause:
        clause = withClause(rule);
        break;
    case Grammar::RuleLetClause:
        clause = letClause(rule);
        break;
    case Grammar::RuleFilterClause:
        clause = filterClause(rule);
        break;
    case Grammar::RuleForClause:
        clause = forClause(rule);
        break;
    case Grammar::RuleReturnClause:
        clause.kind = ClauseKind::Return;
        clause.projection = projectionBody(*inside.anyRule());
        break;
    case Grammar::RuleFinishClause:
        clause.kind = ClauseKind::Finish;
        break;
    case Grammar::RuleCreateClause:
        onlyReads(begin);
        clause.kind = ClauseKind::Create;
        clause.patterns = pathPatterns(inside, PatternUse::Create);
        break;
    case Grammar::RuleMergeClause:
        onlyReads(begin);
        clause = mergeClause(rule);
        break;
    case Grammar::RuleSetClause:
        onlyReads(begin);
        clause.kind = ClauseKind::Set;
        clause.items = setItems(rule);
        break;
    case Grammar::RuleRemoveClause:
        onlyReads(begin);
        clause.kind = ClauseKind::Remove;
        while (Tree* item = inside.rule(Grammar::RuleOperand)) {
            clause.items.push_back(setTarget(*item));
            if (clause.items.back().kind == SetKind::Replace) {
                unexpected(firstLexeme(*item), "name.property or name:Label");
            }
            inside.token(Grammar::COMMA);
        }
        break;
    case Grammar::RuleDeleteClause:
        onlyReads(begin);
        clause = deleteClause(rule);
        break;
    case Grammar::RuleForeachClause:
        onlyReads(begin);
        clause = foreachClause(rule);
        break;
    case Grammar::RuleCallClause:
        clause = callClause(rule);
        break;
    case Grammar::RuleLoadCsvClause:
        clause = loadCsvClause(rule);
        break;
    default:
        clause = useClause(rule);
        break;
    }
    clause.at = begin.at();
    return clause;
}

Clause TreeBuilder::matchClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::Match;
    Children children(tree);
    clause.optional = children.token(Grammar::OPTIONAL) != nullptr;
    children.token(Grammar::MATCH);
    if (Tree* mode = children.rule(Grammar::RuleMatchMode)) {
        clause.different_relationships = firstLexeme(*mode).type() == Grammar::DIFFERENT;
    }
    clause.patterns = pathPatterns(children, PatternUse::Match);
    if (Tree* condition = children.rule(Grammar::RuleWhere)) {
        clause.where = where(*condition);
    }
    return clause;
}

Clause TreeBuilder::unwindClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::Unwind;
    Children children(tree, 1);
    clause.expr = expression(*children.anyRule());
    children.token(Grammar::AS);
    clause.name = name(*children.anyRule());
    return clause;
}

Clause TreeBuilder::withClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::With;
    Children children(tree, 1);
    clause.projection = projectionBody(*children.anyRule());
    for (const ProjectionItem& item : clause.projection.items) {
        if (!item.aliased && item.expr->kind != ExprKind::Variable) {
            fail(item.at, "An expression in WITH needs a name: expected AS behind it.", "NoExpressionAlias");
        }
    }
    if (Tree* condition = children.rule(Grammar::RuleWhere)) {
        clause.projection.where = where(*condition);
    }
    return clause;
}

// `LET x = e` is WITH *, e AS x.
Clause TreeBuilder::letClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::With;
    clause.projection.star = true;
    Children children(tree, 1);
    while (Tree* one = children.rule(Grammar::RuleLetItem)) {
        Children parts(*one);
        ProjectionItem& item = clause.projection.items.emplace_back();
        item.at = firstLexeme(*one).at();
        item.name = name(*parts.anyRule());
        item.aliased = true;
        parts.token(Grammar::EQ);
        item.expr = expression(*parts.anyRule());
        children.token(Grammar::COMMA);
    }
    return clause;
}

// `FILTER e` is WITH * WHERE e.
Clause TreeBuilder::filterClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::With;
    clause.projection.star = true;
    Children children(tree, 1);
    children.token(Grammar::WHERE);
    clause.projection.where = expression(*children.anyRule(), Asks::Truth);
    return clause;
}

// `FOR x IN list` is UNWIND list AS x.
Clause TreeBuilder::forClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::Unwind;
    Children children(tree, 1);
    clause.name = name(*children.anyRule());
    children.token(Grammar::IN);
    clause.expr = expression(*children.anyRule());
    return clause;
}

Projection TreeBuilder::projectionBody(Tree& tree) {
    Projection projection;
    Children children(tree);
    projection.distinct = children.token(Grammar::DISTINCT) != nullptr;
    if (children.token(Grammar::STAR) != nullptr) {
        projection.star = true;
        children.token(Grammar::COMMA);
    }
    while (Tree* item = children.rule(Grammar::RuleReturnItem)) {
        projection.items.push_back(returnItem(*item));
        children.token(Grammar::COMMA);
    }
    if (Tree* order = children.rule(Grammar::RuleOrderBy)) {
        Children items(*order, 2);
        while (Tree* item = items.rule(Grammar::RuleSortItem)) {
            Children parts(*item);
            SortItem& sort = projection.order.emplace_back();
            sort.expr = expression(*parts.anyRule());
            sort.descending = parts.isToken(Grammar::DESC) || parts.isToken(Grammar::DESCENDING);
            items.token(Grammar::COMMA);
        }
    }
    if (Tree* skip = children.rule(Grammar::RuleSkip)) {
        Children parts(*skip, 1);
        projection.skip = expression(*parts.anyRule());
    }
    if (Tree* limit = children.rule(Grammar::RuleLimit)) {
        Children parts(*limit, 1);
        projection.limit = expression(*parts.anyRule());
    }
    return projection;
}

ProjectionItem TreeBuilder::returnItem(Tree& tree) {
    ProjectionItem item;
    item.at = firstLexeme(tree).at();
    Children children(tree);
    Tree& expr = *children.anyRule();
    item.expr = expression(expr);
    if (children.token(Grammar::AS) != nullptr) {
        item.aliased = true;
        item.name = name(*children.anyRule());
    } else {
        item.name = item.expr->kind == ExprKind::Variable ? item.expr->name : textOf(expr);
    }
    return item;
}

Clause TreeBuilder::mergeClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::Merge;
    Children children(tree, 1);
    clause.patterns.push_back(pathPattern(*children.anyRule(), PatternUse::Merge));
    while (Tree* action = children.rule(Grammar::RuleMergeAction)) {
        Children parts(*action, 1);
        auto& items = parts.anyToken()->type() == Grammar::CREATE ? clause.on_create : clause.on_match;
        for (SetItem& item : setItems(*parts.anyRule())) {
            items.push_back(std::move(item));
        }
    }
    return clause;
}

std::vector<SetItem> TreeBuilder::setItems(Tree& tree) {
    std::vector<SetItem> items;
    Children children(tree, 1);
    while (Tree* item = children.rule(Grammar::RuleSetItem)) {
        items.push_back(setItem(*item));
        children.token(Grammar::COMMA);
    }
    return items;
}

// What is set or removed: name.property, name[key], name:Label or a name (Replace).
SetItem TreeBuilder::setTarget(Tree& tree) {
    SetItem item;
    item.at = firstLexeme(tree).at();
    ExprPtr target = operand(tree, Asks::Value);
    switch (target->kind) {
    case ExprKind::Property:
        item.kind = SetKind::Property;
        item.name = target->name;
        item.target = std::move(target->args[0]);
        break;
    case ExprKind::Index:
        item.kind = SetKind::DynamicProperty;
        item.key = std::move(target->args[1]);
        item.target = std::move(target->args[0]);
        break;
    case ExprKind::HasLabels: {
        item.kind = SetKind::Labels;
        item.target = std::move(target->args[0]);
        if (target->labels->kind == LabelExpr::Kind::And) {
            item.labels = std::move(target->labels->children);
        } else {
            item.labels.push_back(std::move(*target->labels));
        }
        for (const LabelExpr& label : item.labels) {
            if (label.kind != LabelExpr::Kind::Name && label.kind != LabelExpr::Kind::Dynamic) {
                fail(label.at, "Labels are set and removed by name: expected :Name or :$(expression).");
            }
        }
        break;
    }
    case ExprKind::Variable:
        item.kind = SetKind::Replace;
        item.target = std::move(target);
        break;
    default:
        unexpected(firstLexeme(tree), "name.property, name:Label or a name");
    }
    return item;
}

SetItem TreeBuilder::setItem(Tree& tree) {
    Children children(tree);
    Tree& target = *children.anyRule();
    SetItem item = setTarget(target);
    const Lexeme* sign = children.token({Grammar::EQ, Grammar::PLUS_EQ});
    if ((sign == nullptr) != (item.kind == SetKind::Labels)) {
        if (sign != nullptr) {
            unexpected(*sign, "',' or the end of SET");
        }
        fail(item.at, "SET " + textOf(target) + " needs a value: expected '='.");
    }
    if (sign == nullptr) {
        return item;
    }
    if (sign->type() == Grammar::PLUS_EQ) {
        if (item.kind != SetKind::Replace) {
            unexpected(*sign, "'='");
        }
        item.kind = SetKind::Merge;
    }
    item.value = expression(*children.anyRule());
    return item;
}

Clause TreeBuilder::deleteClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::Delete;
    Children children(tree);
    clause.detach = children.token(Grammar::DETACH) != nullptr;
    children.token(Grammar::NODETACH);
    children.token(Grammar::DELETE);
    while (Tree* what = children.rule(Grammar::RuleExpression)) {
        clause.args.push_back(expression(*what));
        if (clause.args.back()->kind == ExprKind::HasLabels) {
            fail(firstLexeme(*what).at(),
                 "DELETE takes nodes, relationships and paths, no labels: use REMOVE.", "InvalidDelete");
        }
        children.token(Grammar::COMMA);
    }
    return clause;
}

Clause TreeBuilder::foreachClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::Foreach;
    Children children(tree, 2);
    clause.name = name(*children.anyRule());
    children.token(Grammar::IN);
    clause.expr = expression(*children.anyRule());
    children.token(Grammar::BAR);
    while (Tree* inner = children.rule(Grammar::RuleClause)) {
        clause.body.push_back(this->clause(*inner));
        if (!updates(clause.body.back().kind)) {
            fail(clause.body.back().at,
                 "FOREACH holds updates alone: " + std::string(wordOf(clause.body.back())) + " is none.",
                 "InvalidClauseComposition");
        }
    }
    return clause;
}

Clause TreeBuilder::callClause(Tree& tree) {
    Clause clause;
    Children children(tree);
    clause.optional = children.token(Grammar::OPTIONAL) != nullptr;
    children.token(Grammar::CALL);
    if (Tree* procedure = children.rule(Grammar::RuleProcedureCall)) {
        clause.kind = ClauseKind::CallProcedure;
        procedureCall(clause, *procedure);
        return clause;
    }
    clause.kind = ClauseKind::CallSubquery;
    if (Tree* imports = children.rule(Grammar::RuleImportList)) {
        clause.imports_given = true;
        Children parts(*imports, 1);
        clause.imports_star = parts.token(Grammar::STAR) != nullptr;
        while (Tree* imported = parts.rule(Grammar::RuleName)) {
            clause.imports.push_back(name(*imported));
            parts.token(Grammar::COMMA);
        }
    }
    children.token(Grammar::LBRACE);
    clause.query = query(*children.anyRule(), Place::Call);
    return clause;
}

void TreeBuilder::procedureCall(Clause& clause, Tree& tree) {
    Children children(tree);
    clause.name = name(*children.anyRule());
    while (children.token(Grammar::DOT) != nullptr) {
        clause.name += '.' + name(*children.anyRule());
    }
    clause.args_given = children.token(Grammar::LPAREN) != nullptr;
    while (Tree* argument = children.rule(Grammar::RuleExpression)) {
        clause.args.push_back(expression(*argument));
        children.token(Grammar::COMMA);
    }
    children.token(Grammar::RPAREN);
    if (Tree* yields = children.rule(Grammar::RuleYieldPart)) {
        yieldPart(clause, *yields);
    }
}

void TreeBuilder::yieldPart(Clause& clause, Tree& tree) {
    clause.yield_given = true;
    Children children(tree, 1);
    clause.yield_star = children.token(Grammar::STAR) != nullptr;
    while (Tree* part = children.rule(Grammar::RuleYieldItem)) {
        Children names(*part);
        YieldItem& item = clause.yields.emplace_back();
        item.at = firstLexeme(*part).at();
        item.field = name(*names.anyRule());
        item.name = names.token(Grammar::AS) != nullptr ? name(*names.anyRule()) : item.field;
        children.token(Grammar::COMMA);
    }
    if (Tree* condition = children.rule(Grammar::RuleWhere)) {
        clause.where = where(*condition);
    }
}

Clause TreeBuilder::loadCsvClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::LoadCsv;
    Children children(tree, 2);
    clause.with_headers = children.token(Grammar::WITH) != nullptr;
    children.token(Grammar::HEADERS);
    children.token(Grammar::FROM);
    clause.expr = expression(*children.anyRule());
    children.token(Grammar::AS);
    clause.name = name(*children.anyRule());
    if (children.token(Grammar::FIELDTERMINATOR) != nullptr) {
        clause.field_terminator = expression(*children.anyRule());
    }
    return clause;
}

Clause TreeBuilder::useClause(Tree& tree) {
    Clause clause;
    clause.kind = ClauseKind::Use;
    Children children(tree, 1);
    Children words(*children.anyRule());
    while (!words.done()) {
        clause.name += words.atRule() ? name(*words.anyRule()) : std::string(words.anyToken()->text());
    }
    if (children.token(Grammar::AT) != nullptr) {
        children.token(Grammar::RECORDED);
        children.token(Grammar::TIME);
        clause.recorded_at = expression(*children.anyRule());
    } else {
        clause.with_history = children.token(Grammar::WITH) != nullptr;
    }
    return clause;
}

}  // namespace xinpu::query
