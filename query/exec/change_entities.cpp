// query/exec/change_entities.cpp
// Properties and labels of SET and REMOVE; deletions.

#include <fmt/format.h>

#include <algorithm>

#include "query/exec/evaluator.h"
#include "query/exec/updates.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Kind;
using engine::NodeId;
using engine::RelId;
using engine::Value;

namespace {

engine::WriteTxn& txnOf(const ExecContext& context) {
    XINPU_ASSERT(context.graph().txn() != nullptr);
    return *context.graph().txn();
}

[[noreturn]] void throwDeleted(const Value& entity, Position where) {
    if (entity.kind() == Kind::Node) {
        query::throwDeleted(entity.node(), where);
    }
    query::throwDeleted(entity.relationship(), where);
}

/// A node or relationship that is being changed; store() writes it back.
class Changed {
public:
    Changed(const Value& entity, Position where, ExecContext& context) : entity_(entity), context_(context) {
        if (entity.kind() == Kind::Node) {
            auto record = txnOf(context).node(entity.node());
            if (!record) {
                throwDeleted(entity, where);
            }
            node_ = std::move(*record);
        } else {
            auto record = txnOf(context).relationship(entity.relationship());
            if (!record) {
                throwDeleted(entity, where);
            }
            relationship_ = std::move(record->properties);
        }
    }

    engine::Properties& properties() {
        return entity_.kind() == Kind::Node ? node_.properties : relationship_;
    }
    std::vector<engine::LabelId>& labels() { return node_.labels; }

    void set(std::string_view name, const Value& value, Position where) {
        demandStorable(value, name, where);
        if (value.isNull()) {
            remove(name);
            return;
        }
        engine::setProperty(properties(), txnOf(context_).key(name), value);
        ++context_.counters.properties_set;
    }
    void remove(std::string_view name) {
        const auto key = context_.graph().catalog().key(name);
        if (key && !engine::propertyOf(properties(), *key).isNull()) {
            engine::setProperty(properties(), *key, Value::null());
            ++context_.counters.properties_set;
        }
    }
    void store() {
        if (entity_.kind() == Kind::Node) {
            txnOf(context_).setNode(entity_.node(), std::move(node_));
        } else {
            txnOf(context_).setRelationship(entity_.relationship(), std::move(relationship_));
        }
    }

private:
    const Value& entity_;
    ExecContext& context_;
    engine::NodeRecord node_;
    engine::Properties relationship_;
};

/// False for null, which is passed over. @throws Error(Type) unless it is a node or a relationship
bool isEntity(const Value& value, Position where) {
    if (value.isNull()) {
        return false;
    }
    if (value.kind() != Kind::Node && value.kind() != Kind::Relationship) {
        throw Error(ErrorCode::Type,
                    fmt::format("Only nodes and relationships can be changed, not a value of type {}.",
                                engine::kindName(value.kind())),
                    "InvalidArgumentType", where);
    }
    return true;
}

std::string keyName(const SetItem& item, Row row, ExecContext& context) {
    if (item.kind == SetKind::Property) {
        return item.name;
    }
    const Value key = evaluate(*item.key, row, context);
    if (key.kind() != Kind::String) {
        throw Error(ErrorCode::Type,
                    fmt::format("A property is named by a string, not by a value of type {}.",
                                engine::kindName(key.kind())),
                    "InvalidArgumentType", item.at);
    }
    return std::string(key.string());
}

void setProperty(const SetItem& item, const Value& entity, Row row, ExecContext& context) {
    const Value value = item.value == nullptr ? Value::null() : evaluate(*item.value, row, context);
    Changed changed(entity, item.at, context);
    changed.set(keyName(item, row, context), value, item.at);
    changed.store();
}

void setProperties(const SetItem& item, const Value& entity, Row row, ExecContext& context) {
    const Value map = propertiesOf(evaluate(*item.value, row, context), item.value->at, context);
    if (map.isNull() && item.kind == SetKind::Merge) {
        return;
    }
    Changed changed(entity, item.at, context);
    if (item.kind == SetKind::Replace) {
        std::vector<std::string> gone;
        for (const auto& [key, value] : changed.properties()) {
            const std::string_view name = context.graph().catalog().keys().name(key.value);
            const Value* kept = map.isNull() ? nullptr : map.find(name);
            if (kept == nullptr || kept->isNull()) {
                gone.emplace_back(name);
            }
        }
        for (const std::string& name : gone) {
            changed.remove(name);
        }
    }
    if (!map.isNull()) {
        for (const engine::MapEntry& entry : map.map()) {
            changed.set(entry.key, entry.value, item.at);
        }
    }
    changed.store();
}

void changeLabels(const SetItem& item, const Value& entity, bool add, Row row, ExecContext& context) {
    if (entity.kind() != Kind::Node) {
        throw Error(ErrorCode::Type, "Only nodes have labels, not relationships.", "InvalidArgumentType",
                    item.at);
    }
    Changed changed(entity, item.at, context);
    std::vector<engine::LabelId>& labels = changed.labels();
    for (const LabelExpr& expr : item.labels) {
        for (const std::string& name : labelNames(expr, row, context)) {
            if (add) {
                const engine::LabelId label = txnOf(context).label(name);
                const auto place = std::lower_bound(labels.begin(), labels.end(), label);
                if (place == labels.end() || *place != label) {
                    labels.insert(place, label);
                    ++context.counters.labels_added;
                }
            } else if (const auto label = context.graph().catalog().label(name)) {
                context.counters.labels_removed += std::erase(labels, *label);
            }
        }
    }
    changed.store();
}

void apply(const SetItem& item, bool set, Row row, ExecContext& context) {
    const Value entity = evaluate(*item.target, row, context);
    if (!isEntity(entity, item.at)) {
        return;
    }
    switch (item.kind) {
    case SetKind::Property:
    case SetKind::DynamicProperty:
        setProperty(item, entity, row, context);
        break;
    case SetKind::Replace:
    case SetKind::Merge:
        setProperties(item, entity, row, context);
        break;
    case SetKind::Labels:
        changeLabels(item, entity, set, row, context);
        break;
    }
}

void deleteRelationship(RelId relationship, ExecContext& context) {
    engine::WriteTxn& txn = txnOf(context);
    if (txn.exists(relationship)) {
        txn.deleteRelationship(relationship);
        ++context.counters.relationships_deleted;
    }
}

void deleteNode(NodeId node, bool detach, ExecContext& context) {
    engine::WriteTxn& txn = txnOf(context);
    if (!txn.exists(node)) {
        return;
    }
    const auto incident = txn.relationshipsOf(node, std::nullopt, engine::Direction::Both);
    if (!incident.empty() && !detach) {
        context.doomed.push_back(node);
        return;
    }
    for (const engine::IncidentRelationship& one : incident) {
        deleteRelationship(one.relationship, context);
    }
    txn.deleteNode(node);
    ++context.counters.nodes_deleted;
}

}  // namespace

void applySet(std::span<const SetItem> items, Row row, ExecContext& context) {
    for (const SetItem& item : items) {
        apply(item, true, row, context);
    }
}

void applyRemove(std::span<const SetItem> items, Row row, ExecContext& context) {
    for (const SetItem& item : items) {
        apply(item, false, row, context);
    }
}

void deleteEntity(const Value& entity, bool detach, Position where, ExecContext& context) {
    switch (entity.kind()) {
    case Kind::Null:
        return;
    case Kind::Node:
        deleteNode(entity.node(), detach, context);
        return;
    case Kind::Relationship:
        deleteRelationship(entity.relationship(), context);
        return;
    case Kind::Path: {
        const engine::Path& path = entity.path();
        for (const engine::PathStep& step : path.steps) {
            deleteRelationship(step.relationship, context);
        }
        deleteNode(path.start, detach, context);
        for (const engine::PathStep& step : path.steps) {
            deleteNode(step.node, detach, context);
        }
        return;
    }
    default:
        throw Error(ErrorCode::Type,
                    fmt::format("Only nodes, relationships and paths can be deleted, not a value of type {}.",
                                engine::kindName(entity.kind())),
                    "InvalidArgumentType", where);
    }
}

void retryDoomed(ExecContext& context) {
    const std::vector<NodeId> waiting = std::move(context.doomed);
    context.doomed.clear();
    for (const NodeId node : waiting) {
        deleteNode(node, false, context);  // waits again if it is still connected
    }
}

void deleteDoomed(ExecContext& context) {
    if (context.doomed.empty()) {
        return;
    }
    retryDoomed(context);
    for (const NodeId node : context.doomed) {
        txnOf(context).deleteNode(node);  // says why it cannot
    }
}

}  // namespace xinpu::query
