// query/syntax/tree_schema.cpp
// CREATE INDEX, CREATE CONSTRAINT, DROP … and SHOW ….
#include "query/syntax/tree_builder.h"

namespace xinpu::query {

using engine::Direction;

namespace {

IndexForm indexFormOf(const Lexeme* word) {
    switch (word == nullptr ? std::size_t{Grammar::RANGE} : word->type()) {
    case Grammar::TEXT:
        return IndexForm::Text;
    case Grammar::BITMAP:
        return IndexForm::Bitmap;
    case Grammar::COLUMN:
        return IndexForm::Column;
    case Grammar::ADJACENCY:
        return IndexForm::Adjacency;
    default:
        return IndexForm::Range;
    }
}

SchemaAction shown(const Lexeme& word) {
    switch (word.type()) {
    case Grammar::INDEX:
    case Grammar::INDEXES:
        return SchemaAction::ShowIndexes;
    case Grammar::CONSTRAINT:
    case Grammar::CONSTRAINTS:
        return SchemaAction::ShowConstraints;
    case Grammar::FUNCTION:
    case Grammar::FUNCTIONS:
        return SchemaAction::ShowFunctions;
    case Grammar::PROPERTY:
        return SchemaAction::ShowPropertyClasses;
    default:
        return SchemaAction::ShowProcedures;
    }
}

}  // namespace

std::unique_ptr<SchemaCommand> TreeBuilder::schemaCommand(Tree& tree) {
    auto command = std::make_unique<SchemaCommand>();
    command->at = firstLexeme(tree).at();
    Children children(tree);
    const Lexeme& verb = *children.anyToken();
    if (verb.type() == Grammar::SHOW) {
        command->action = shown(*children.anyToken());
        return command;
    }
    const bool drops = verb.type() == Grammar::DROP;
    const bool of_class = children.token(Grammar::PROPERTY) != nullptr;
    if (drops && !of_class) {
        const bool index = children.anyToken()->type() == Grammar::INDEX;
        command->action = index ? SchemaAction::DropIndex : SchemaAction::DropConstraint;
        command->name = name(*children.anyRule());
        command->if_exists = children.token(Grammar::IF) != nullptr;
        return command;
    }
    if (children.token(Grammar::CONSTRAINT) != nullptr) {
        command->action = SchemaAction::CreateConstraint;
    } else if (of_class) {
        children.token(Grammar::CLASS);
        command->action = drops ? SchemaAction::DropPropertyClass : SchemaAction::CreatePropertyClass;
        command->property_class = name(*children.anyRule());
        if (children.token(Grammar::IF) != nullptr) {
            children.token(Grammar::EXISTS);
            command->if_exists = true;
        }
    } else {
        command->index = indexFormOf(children.token(
            {Grammar::RANGE, Grammar::TEXT, Grammar::BITMAP, Grammar::COLUMN, Grammar::ADJACENCY}));
        children.token(Grammar::INDEX);
    }
    if (Tree* named = children.rule(Grammar::RuleName)) {
        command->name = name(*named);
    }
    command->if_exists = command->if_exists || children.rule(Grammar::RuleIfNotExists) != nullptr;
    children.token(Grammar::FOR);
    Tree& element = *children.anyRule();
    schemaElement(*command, element);
    children.token({Grammar::ON, Grammar::REQUIRE});
    Tree& keyed = *children.anyRule();
    std::vector<Tree*> keys;
    if (keyed.getRuleIndex() == Grammar::RuleSchemaKey) {
        keys.push_back(&keyed);
    } else {
        Children list(keyed, 1);
        while (Tree* key = list.rule(Grammar::RuleSchemaKey)) {
            keys.push_back(key);
            list.token(Grammar::COMMA);
        }
    }
    schemaKeys(*command, std::move(keys));
    if (children.token(Grammar::IS) != nullptr) {
        constraintForm(*command, *children.anyRule());
    }
    return command;
}

// `(n:L)`, `()-[r:T]-()`, or for adjacency `(p:Penalty)-[r:AGAINST]->()`.
void TreeBuilder::schemaElement(SchemaCommand& command, Tree& tree) {
    struct Node {
        std::string variable;
        std::string label;
    };
    const auto nodeOf = [this](Tree& node) {
        Node out;
        Children parts(node, 1);
        if (Tree* variable = parts.rule(Grammar::RuleName)) {
            out.variable = name(*variable);
        }
        if (parts.token(Grammar::COLON) != nullptr) {
            out.label = name(*parts.anyRule());
        }
        return out;
    };
    Children children(tree);
    Node first = nodeOf(*children.anyRule());
    if (children.done()) {
        if (first.variable.empty() || first.label.empty()) {
            fail(firstLexeme(tree).at(), "Invalid input '" + textOf(tree) + "': expected (name:Label).");
        }
        command.variable = std::move(first.variable);
        command.label = std::move(first.label);
        return;
    }
    command.of_relationship = true;
    const bool left = children.token(Grammar::LT) != nullptr;
    children.token(Grammar::MINUS);
    children.token(Grammar::LBRACKET);
    command.variable = name(*children.anyRule());
    children.token(Grammar::COLON);
    command.label = name(*children.anyRule());
    children.token(Grammar::RBRACKET);
    children.token(Grammar::MINUS);
    const bool right = children.token(Grammar::GT) != nullptr;
    command.direction = left == right ? Direction::Both : left ? Direction::In : Direction::Out;
    Node second = nodeOf(*children.anyRule());
    if (first.variable.empty() && first.label.empty() && !(second.variable.empty() && second.label.empty())) {
        std::swap(first, second);  // seen from the node with a name
        if (command.direction != Direction::Both) {
            command.direction = left ? Direction::Out : Direction::In;
        }
    }
    if (!second.variable.empty() || !second.label.empty()) {
        fail(firstLexeme(tree).at(), "Only one of the nodes beside the relationship can have a name.");
    }
    command.neighbour_variable = std::move(first.variable);
    command.neighbour_label = std::move(first.label);
}

void TreeBuilder::schemaKeys(SchemaCommand& command, std::vector<Tree*> keys) {
    for (Tree* key : keys) {
        Children parts(*key);
        const std::string variable = name(*parts.anyRule());
        parts.token(Grammar::DOT);
        const bool neighbour = !command.neighbour_variable.empty() && variable == command.neighbour_variable;
        if (!neighbour && variable != command.variable) {
            fail(firstLexeme(*key).at(), "Variable `" + variable + "` not defined.", "UndefinedVariable");
        }
        if (!command.keys.empty() && neighbour != command.of_neighbour) {
            fail(firstLexeme(*key).at(), "All properties must be of the same variable.");
        }
        command.of_neighbour = neighbour;
        command.keys.push_back(name(*parts.anyRule()));
    }
    const bool adjacency =
        command.action == SchemaAction::CreateIndex && command.index == IndexForm::Adjacency;
    if (adjacency != command.of_relationship && adjacency) {
        fail(command.at, "An adjacency index is for relationships: FOR ()-[r:TYPE]-() ON (r.property).");
    }
    if (command.of_neighbour && !adjacency) {
        fail(command.at, "Only an adjacency index can be on a property of the neighbour.");
    }
}

void TreeBuilder::constraintForm(SchemaCommand& command, Tree& tree) {
    Children children(tree);
    const Lexeme* word = children.token({Grammar::NODE, Grammar::REL, Grammar::RELATIONSHIP});
    if (word != nullptr && (word->type() == Grammar::NODE) == command.of_relationship) {
        unexpected(*word, command.of_relationship ? "RELATIONSHIP" : "NODE");
    }
    if (children.token(Grammar::KEY) != nullptr) {
        command.constraint = ConstraintForm::NodeKey;
    } else if (children.token(Grammar::UNIQUE) != nullptr) {
        command.constraint = ConstraintForm::Unique;
    } else if (children.token(Grammar::NOT) != nullptr) {
        command.constraint = ConstraintForm::NotNull;
    } else {
        command.constraint = ConstraintForm::Typed;
        children.token({Grammar::COLONS, Grammar::TYPED});
        while (Tree* type = children.rule(Grammar::RuleTypeName)) {
            command.type += (command.type.empty() ? "" : " | ") + typeName(*type);
            children.token(Grammar::BAR);
        }
    }
    const bool single =
        command.constraint == ConstraintForm::NotNull || command.constraint == ConstraintForm::Typed;
    if (single && command.keys.size() > 1) {
        unexpected(firstLexeme(tree), "UNIQUE or NODE KEY");
    }
}

}  // namespace xinpu::query
