// tests/differential/query/updates.cpp
// CREATE, MERGE, SET, REMOVE, DELETE of the naive interpreter.

#include "interpreter.h"

namespace xinpu::naive {

using engine::Direction;
using engine::Kind;
using engine::Value;
using query::NodePattern;
using query::PathPattern;
using query::RelPattern;
using query::SetItem;
using query::SetKind;
using query::Slot;

namespace {

Properties propertiesIn(const Value& map) {
    Properties properties;
    for (const engine::MapEntry& entry : map.map()) {
        if (!entry.value.isNull()) {
            properties[entry.key] = entry.value;
        }
    }
    return properties;
}

void labelsInto(const query::LabelExpr& labels, std::set<std::string>& out) {
    if (labels.kind == query::LabelExpr::Kind::Name) {
        out.insert(labels.name);
    }
    for (const query::LabelExpr& child : labels.children) {
        labelsInto(child, out);
    }
}

}  // namespace

Properties* Interpreter::propertiesOf(const Value& entity) {
    if (entity.kind() == Kind::Node) {
        return &graph_.nodes.at(entity.node().value).properties;
    }
    return &graph_.relationships.at(entity.relationship().value).properties;
}

void Interpreter::create(const PathPattern& pattern, Row& row, std::set<Slot>& known) {
    const auto node = [&](const NodePattern& one) {
        if (one.slot != query::kNoSlot && (one.bound || known.count(one.slot) != 0)) {
            const Value& value = row.at(static_cast<std::size_t>(one.slot));
            if (value.isNull()) {
                throw Error(ErrorCode::Semantic, "an end is null");
            }
            return std::size_t{value.node().value};
        }
        Node made;
        if (one.labels) {
            labelsInto(*one.labels, made.labels);
        }
        if (one.properties) {
            made.properties = propertiesIn(evaluate(*one.properties, row));
        }
        graph_.nodes.push_back(std::move(made));
        ++changes_.nodes_created;
        if (one.slot != query::kNoSlot) {
            row.at(static_cast<std::size_t>(one.slot)) = Value::of(nodeId(graph_.nodes.size() - 1));
            known.insert(one.slot);
        }
        return graph_.nodes.size() - 1;
    };
    std::vector<std::size_t> nodes;
    for (const NodePattern& one : pattern.nodes) {
        nodes.push_back(node(one));
    }
    for (std::size_t i = 0; i < pattern.steps.size(); ++i) {
        const RelPattern& one = *pattern.steps[i].relationship;
        Relationship made;
        made.type = one.types->name;
        const bool back = one.direction == Direction::In;
        made.start = nodes[back ? i + 1 : i];
        made.end = nodes[back ? i : i + 1];
        if (one.properties) {
            made.properties = propertiesIn(evaluate(*one.properties, row));
        }
        graph_.relationships.push_back(std::move(made));
        ++changes_.relationships_created;
        if (one.slot != query::kNoSlot) {
            row.at(static_cast<std::size_t>(one.slot)) =
                Value::of(relationshipId(graph_.relationships.size() - 1));
        }
    }
}

void Interpreter::merge(const query::Clause& clause, Row row, std::vector<Row>& out) {
    const std::size_t before = out.size();
    match(clause.patterns, true, row, [&](Row& found) {
        out.push_back(found);
        return true;
    });
    for (std::size_t i = before; i < out.size(); ++i) {
        set(clause.on_match, false, out[i]);
    }
    if (out.size() == before) {
        std::set<Slot> known;
        create(clause.patterns[0], row, known);
        set(clause.on_create, false, row);
        out.push_back(std::move(row));
    }
}

void Interpreter::setProperty(const Value& target, const std::string& name, const Value& value) {
    Properties& properties = *propertiesOf(target);
    if (value.isNull()) {
        properties.erase(name);
    } else {
        properties[name] = value;
    }
}

void Interpreter::set(const std::vector<SetItem>& items, bool remove, Row& row) {
    for (const SetItem& item : items) {
        const Value target = evaluate(*item.target, row);
        const Value value = item.value ? evaluate(*item.value, row) : Value::null();
        if (target.isNull()) {
            continue;
        }
        switch (item.kind) {
        case SetKind::Property:
            setProperty(target, item.name, value);
            break;
        case SetKind::DynamicProperty:
            setProperty(target, std::string(evaluate(*item.key, row).string()), value);
            break;
        case SetKind::Replace:
        case SetKind::Merge: {
            const bool entity = value.kind() == Kind::Node || value.kind() == Kind::Relationship;
            const Properties from = entity ? *propertiesOf(value) : Properties{};
            if (item.kind == SetKind::Replace) {
                propertiesOf(target)->clear();
            }
            for (const auto& [name, one] : from) {
                setProperty(target, name, one);
            }
            if (value.kind() == Kind::Map) {
                for (const engine::MapEntry& entry : value.map()) {
                    setProperty(target, entry.key, entry.value);
                }
            }
            break;
        }
        case SetKind::Labels:
            for (const query::LabelExpr& label : item.labels) {
                std::set<std::string>& labels = graph_.nodes.at(target.node().value).labels;
                if (remove) {
                    labels.erase(label.name);
                } else {
                    labels.insert(label.name);
                }
            }
            break;
        }
    }
}

void Interpreter::eraseRelationship(std::size_t place) {
    Relationship& relationship = graph_.relationships.at(place);
    if (relationship.there) {
        relationship.there = false;
        ++changes_.relationships_deleted;
    }
}

void Interpreter::erase(const Value& value, bool detach) {
    switch (value.kind()) {
    case Kind::Null:
        return;
    case Kind::Relationship:
        eraseRelationship(value.relationship().value);
        return;
    case Kind::Node: {
        Node& node = graph_.nodes.at(value.node().value);
        if (node.there) {
            node.there = false;
            ++changes_.nodes_deleted;
        }
        for (std::size_t i = 0; detach && i < graph_.relationships.size(); ++i) {
            if (graph_.relationships[i].start == value.node().value ||
                graph_.relationships[i].end == value.node().value) {
                eraseRelationship(i);
            }
        }
        return;
    }
    case Kind::Path:
        for (const engine::PathStep& step : value.path().steps) {
            eraseRelationship(step.relationship.value);
        }
        erase(Value::of(value.path().start), detach);
        for (const engine::PathStep& step : value.path().steps) {
            erase(Value::of(step.node), detach);
        }
        return;
    default:
        throw Error(ErrorCode::Type, "it cannot be deleted", "InvalidArgumentType");
    }
}

void Interpreter::checkDeleted() const {
    for (const Relationship& relationship : graph_.relationships) {
        if (relationship.there &&
            (!graph_.nodes[relationship.start].there || !graph_.nodes[relationship.end].there)) {
            throw Error(ErrorCode::Constraint, "a deleted node has relationships", "DeleteConnectedNode");
        }
    }
}

}  // namespace xinpu::naive
