// cli/statement_cell.cpp
// Chooses the kind of cell; lists and maps nest at most engine::kNestingMax deep, so recursion is bounded.
#include "cli/statement_cell.h"

#include <cmath>

#include "engine/value/literal.h"
#include "server/json/value_json.h"

namespace xinpu::cli {
namespace {

using engine::Kind;
using engine::Value;

class Display {
public:
    explicit Display(const query::GraphView& graph) : graph_(graph) {}

    void write(const Value& value) {
        switch (value.kind()) {
        case Kind::List:
            writeList(value.list());
            return;
        case Kind::Map:
            writeMap(value.map());
            return;
        case Kind::Node:
            writeNode(value.node());
            return;
        case Kind::Relationship:
            writeRelationship(value.relationship());
            return;
        case Kind::Path:
            writePath(value.path());
            return;
        case Kind::Decimal:
            text_ += value.decimal().toString();
            return;
        default:
            text_ += engine::toCypherText(value);
            return;
        }
    }
    std::string take() { return std::move(text_); }

private:
    void writeList(std::span<const Value> list) {
        const char* before = "[";
        for (const Value& element : list) {
            text_ += before;
            write(element);
            before = ", ";
        }
        text_ += list.empty() ? "[]" : "]";
    }
    void writeMap(std::span<const engine::MapEntry> map) {
        const char* before = "{";
        for (const engine::MapEntry& entry : map) {
            text_ += before + entry.key + ": ";
            write(entry.value);
            before = ", ";
        }
        text_ += map.empty() ? "{}" : "}";
    }
    void writeProperties(const engine::Properties& properties, const char* before) {
        if (properties.empty()) {
            return;
        }
        text_ += before;
        before = "{";
        for (const auto& [key, value] : properties) {
            text_ += before + std::string(graph_.catalog().keys().name(key.value)) + ": ";
            write(value);
            before = ", ";
        }
        text_ += "}";
    }
    void writeNode(engine::NodeId id) {
        const auto found = graph_.node(id);
        text_ += "(";
        if (found) {
            for (const engine::LabelId label : found->labels) {
                text_ += ":" + std::string(graph_.catalog().labels().name(label.value));
            }
            writeProperties(found->properties, found->labels.empty() ? "" : " ");
        }
        text_ += ")";
    }
    void writeRelationship(engine::RelId id) {
        const engine::RelRecord record = graph_.relationshipOrDeleted(id);
        text_ += "[:" + std::string(graph_.catalog().types().name(record.type.value));
        writeProperties(record.properties, " ");
        text_ += "]";
    }
    void writePath(const engine::Path& path) {
        writeNode(path.start);
        for (const engine::PathStep& step : path.steps) {
            text_ += step.direction == engine::Direction::In ? "<-" : "-";
            writeRelationship(step.relationship);
            text_ += step.direction == engine::Direction::In ? "-" : "->";
            writeNode(step.node);
        }
    }

    const query::GraphView& graph_;
    std::string text_;
};

Cell tableCell(const Value& value, const query::GraphView& graph) {
    switch (value.kind()) {
    case Kind::Null:
        return Cell::null();
    case Kind::Integer:
        return Cell::ofNumber(value.integer());
    case Kind::Float:
        return {Cell::Kind::Number, engine::formatFloat(value.floating())};
    case Kind::Decimal:
        return Cell::ofDecimal(value.decimal().toString());
    default:
        return Cell::ofText(displayText(value, graph));
    }
}

}  // namespace

std::string displayText(const engine::Value& value, const query::GraphView& graph) {
    if (server::isTextInJson(value)) {
        return server::plainText(value);
    }
    Display display(graph);
    display.write(value);
    return display.take();
}

Cell statementCell(const engine::Value& value, const query::GraphView& graph, Format format) {
    if (format == Format::Table) {
        return tableCell(value, graph);
    }
    switch (value.kind()) {
    case Kind::Null:
        return Cell::null();
    case Kind::Integer:
        return Cell::ofNumber(value.integer());
    case Kind::Decimal:
        return Cell::ofDecimal(value.decimal().toString());
    default:
        break;
    }
    if (server::isTextInJson(value)) {
        return Cell::ofText(server::plainText(value));
    }
    const bool number = value.kind() == Kind::Float;
    return {number ? Cell::Kind::Number : Cell::Kind::Json, server::jsonOf(value, graph)};
}

}  // namespace xinpu::cli
