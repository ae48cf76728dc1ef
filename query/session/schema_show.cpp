// query/session/schema_show.cpp
// What SHOW lists: indexes, constraints, property classes, functions, procedures.

#include <fmt/format.h>

#include <array>
#include <vector>

#include "query/session/schema_command.h"

namespace xinpu::query {

using engine::IndexDefinition;
using engine::IndexKind;
using engine::Value;

namespace {

const std::array<std::string, 0> kNoFields{};
const std::array<std::string, 8> kIndexFields{
    "id", "name", "state", "type", "entityType", "labelsOrTypes", "properties", "owningConstraint"};
const std::array<std::string, 8> kConstraintFields{
    "id", "name", "type", "entityType", "labelsOrTypes", "properties", "ownedIndex", "propertyType"};
const std::array<std::string, 6> kClassFields{
    "class", "entityType", "labelsOrTypes", "properties", "name", "builtIn"};
const std::array<std::string, 4> kFunctionFields{"name", "description", "signature", "aggregating"};
const std::array<std::string, 4> kProcedureFields{"name", "description", "signature", "mode"};

const char* typeOf(const IndexDefinition& definition) noexcept {
    switch (definition.kind) {
    case IndexKind::Unique:
        return (definition.rules & engine::kRuleExists) != 0 ? "NODE_KEY" : "UNIQUENESS";
    case IndexKind::Range:
        return (definition.rules & engine::kRuleText) != 0 ? "TEXT" : "RANGE";
    case IndexKind::Bitmap:
    case IndexKind::DateBitmap:
        return "BITMAP";
    case IndexKind::Adjacency:
        return "ADJACENCY";
    case IndexKind::Column:
        return "COLUMN";
    case IndexKind::Rule:
        break;
    }
    if ((definition.rules & engine::kRulePersonal) != 0) {
        return "PROPERTY_CLASS";
    }
    const bool exists = (definition.rules & engine::kRuleExists) != 0;
    if (definition.type.valid()) {
        return exists ? "RELATIONSHIP_PROPERTY_EXISTENCE" : "RELATIONSHIP_PROPERTY_TYPE";
    }
    return exists ? "NODE_PROPERTY_EXISTENCE" : "NODE_PROPERTY_TYPE";
}

Value namesOf(const IndexDefinition& definition, const engine::Catalog& catalog) {
    std::vector<Value> names;
    for (const engine::KeyId key : definition.keys) {
        names.push_back(Value::of(catalog.keys().name(key.value)));
    }
    return Value::of(std::move(names));
}

Value elementOf(const IndexDefinition& definition, const engine::Catalog& catalog) {
    std::vector<Value> names;
    names.push_back(Value::of(definition.type.valid() ? catalog.types().name(definition.type.value)
                                                      : catalog.labels().name(definition.label.value)));
    return Value::of(std::move(names));
}

void showDeclared(bool constraints, const GraphView& graph, ResultSink& sink) {
    const engine::Catalog& catalog = graph.catalog();
    for (const IndexDefinition& definition : catalog.indexes()) {
        const bool unique = definition.kind == IndexKind::Unique;
        if (constraints ? !isConstraint(definition) : definition.kind == IndexKind::Rule) {
            continue;
        }
        const Value name = Value::of(definition.name);
        const Value entity = Value::of(definition.type.valid() ? "RELATIONSHIP" : "NODE");
        const Value id = Value::of(static_cast<std::int64_t>(definition.id.value));
        if (constraints) {
            const bool typed = (definition.rules & engine::kRuleTyped) != 0;
            sink.row(
                std::array<Value, 8>{id, name, Value::of(typeOf(definition)), entity,
                                     elementOf(definition, catalog), namesOf(definition, catalog),
                                     unique ? name : Value(),
                                     typed ? Value::of(engine::kindName(definition.value_kind)) : Value()},
                graph);
        } else {
            sink.row(std::array<Value, 8>{id, name, Value::of("ONLINE"),
                                          Value::of(unique ? "RANGE" : typeOf(definition)), entity,
                                          elementOf(definition, catalog), namesOf(definition, catalog),
                                          unique ? name : Value()},
                     graph);
        }
    }
}

/// What is built in first: the rules of the domain, then what was declared.
void showPropertyClasses(const GraphView& graph, const Registry& registry, ResultSink& sink) {
    const auto listOf = [](std::string_view name) {
        return Value::of(std::vector<Value>{Value::of(name)});
    };
    const Value personal = Value::of("personal");
    const engine::PersonalRules& rules = registry.personalData().rules;
    for (const std::string& key : rules.keys) {
        sink.row(std::array<Value, 6>{personal, Value(), Value(), listOf(key), Value(), Value::of(true)}, graph);
    }
    for (const std::string& label : rules.labels) {
        sink.row(std::array<Value, 6>{personal, Value::of("NODE"), listOf(label), Value(), Value(), Value::of(true)},
                 graph);
    }
    const engine::Catalog& catalog = graph.catalog();
    for (const IndexDefinition& definition : catalog.indexes()) {
        if ((definition.rules & engine::kRulePersonal) != 0) {
            sink.row(std::array<Value, 6>{personal,
                                          Value::of(definition.type.valid() ? "RELATIONSHIP" : "NODE"),
                                          elementOf(definition, catalog), namesOf(definition, catalog),
                                          Value::of(definition.name), Value::of(false)},
                     graph);
        }
    }
}

std::string signatureOf(const Procedure& procedure) {
    const auto fields = [](const std::vector<ProcedureField>& list) {
        std::string text;
        for (const ProcedureField& field : list) {
            text += (text.empty() ? "" : ", ") + field.name + " :: " + field.type;
        }
        return text;
    };
    return fmt::format("{}({}) :: ({})", procedure.name, fields(procedure.inputs), fields(procedure.outputs));
}

}  // namespace

std::span<const std::string> schemaFields(const SchemaCommand& command) {
    switch (command.action) {
    case SchemaAction::ShowIndexes:
        return kIndexFields;
    case SchemaAction::ShowConstraints:
        return kConstraintFields;
    case SchemaAction::ShowFunctions:
        return kFunctionFields;
    case SchemaAction::ShowProcedures:
        return kProcedureFields;
    case SchemaAction::ShowPropertyClasses:
        return kClassFields;
    default:
        return kNoFields;
    }
}

void showSchema(const SchemaCommand& command, const GraphView& graph, const Registry& registry,
                ResultSink& sink) {
    switch (command.action) {
    case SchemaAction::ShowIndexes:
        showDeclared(false, graph, sink);
        break;
    case SchemaAction::ShowConstraints:
        showDeclared(true, graph, sink);
        break;
    case SchemaAction::ShowPropertyClasses:
        showPropertyClasses(graph, registry, sink);
        break;
    case SchemaAction::ShowFunctions:
        for (const Function* function : registry.functions()) {
            sink.row(std::array<Value, 4>{Value::of(function->name), Value::of(function->doc),
                                          Value::of(function->signature), Value::of(function->aggregate())},
                     graph);
        }
        break;
    case SchemaAction::ShowProcedures:
        for (const Procedure* procedure : registry.procedures()) {
            sink.row(std::array<Value, 4>{Value::of(procedure->name), Value::of(procedure->doc),
                                          Value::of(signatureOf(*procedure)),
                                          Value::of(procedure->updates ? "WRITE" : "READ")},
                     graph);
        }
        break;
    default:
        break;
    }
}

}  // namespace xinpu::query
