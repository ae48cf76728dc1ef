// query/exec/create.cpp
// Nodes, relationships and paths of CREATE and MERGE.

#include <fmt/format.h>

#include <algorithm>

#include "engine/value/codec.h"
#include "query/exec/evaluator.h"
#include "query/exec/paths.h"
#include "query/exec/updates.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Kind;
using engine::NodeId;
using engine::Value;

namespace {

engine::WriteTxn& txnOf(const ExecContext& context) {
    XINPU_ASSERT(context.graph().txn() != nullptr);
    return *context.graph().txn();
}

/// The map of a pattern's properties, or null where none are written.
Value propertyMap(const ExprPtr& properties, Row row, ExecContext& context) {
    if (properties == nullptr) {
        return {};
    }
    Value map = evaluate(*properties, row, context);
    if (map.kind() == Kind::Node || map.kind() == Kind::Relationship) {
        map = propertiesOf(map, properties->at, context);
    }
    if (map.kind() != Kind::Map && !map.isNull()) {
        throw Error(ErrorCode::Type,
                    fmt::format("Properties are given as a map, not as a value of type {}.",
                                engine::kindName(map.kind())),
                    "InvalidArgumentType", properties->at);
    }
    return map;
}

engine::Properties propertiesOf(const ExprPtr& expr, Row row, ExecContext& context) {
    engine::Properties properties;
    const Value map = propertyMap(expr, row, context);
    if (map.isNull()) {
        return properties;
    }
    engine::WriteTxn& txn = txnOf(context);
    for (const engine::MapEntry& entry : map.map()) {
        if (!entry.value.isNull()) {
            demandStorable(entry.value, entry.key, expr->at);
            engine::setProperty(properties, txn.key(entry.key), entry.value);
        }
    }
    context.counters.properties_set += properties.size();
    return properties;
}

NodeId createNode(const NodePattern& pattern, Row row, ExecContext& context) {
    engine::WriteTxn& txn = txnOf(context);
    engine::NodeRecord record;
    if (pattern.labels != nullptr) {
        for (const std::string& name : labelNames(*pattern.labels, row, context)) {
            record.labels.push_back(txn.label(name));
        }
        std::sort(record.labels.begin(), record.labels.end());
        record.labels.erase(std::unique(record.labels.begin(), record.labels.end()), record.labels.end());
    }
    record.properties = propertiesOf(pattern.properties, row, context);
    context.counters.labels_added += record.labels.size();
    ++context.counters.nodes_created;
    return txn.createNode(std::move(record));
}

engine::RelId createRelationship(const RelPattern& pattern, NodeId left, NodeId right, Row row,
                                 ExecContext& context) {
    engine::WriteTxn& txn = txnOf(context);
    XINPU_ASSERT(pattern.types != nullptr);
    const std::vector<std::string> types = labelNames(*pattern.types, row, context);
    if (types.size() != 1) {
        throw Error(ErrorCode::Syntax, "A relationship is created with exactly one type.",
                    "NoSingleRelationshipType", pattern.at);
    }
    engine::RelRecord record;
    record.type = txn.type(types.front());
    const bool turned = pattern.direction == engine::Direction::In;
    record.start = turned ? right : left;
    record.end = turned ? left : right;
    record.properties = propertiesOf(pattern.properties, row, context);
    ++context.counters.relationships_created;
    return txn.createRelationship(std::move(record));
}

/// What a pattern bound before, or nothing if it is still to be created.
std::optional<NodeId> nodeAt(const NodePattern& pattern, std::span<const Slot> created, Row row) {
    if (!pattern.bound && std::find(created.begin(), created.end(), pattern.slot) == created.end()) {
        return std::nullopt;
    }
    const Value& value = at(row, pattern.slot);
    if (value.kind() == Kind::Node) {
        return value.node();
    }
    throw Error(ErrorCode::NotFound,
                fmt::format("Cannot create a relationship at node `{}`, because it is {}.", pattern.name,
                            value.isNull() ? "null" : engine::kindName(value.kind())),
                "EntityNotFound", pattern.at);
}

void createPath(const PathPattern& path, std::vector<Slot>& created, Row row, ExecContext& context) {
    std::vector<NodeId> nodes;
    for (const NodePattern& pattern : path.nodes) {
        std::optional<NodeId> node = nodeAt(pattern, created, row);
        if (!node) {
            node = createNode(pattern, row, context);
            at(row, pattern.slot) = Value::of(*node);
            created.push_back(pattern.slot);
        }
        nodes.push_back(*node);
    }
    engine::Path value{nodes.front(), {}};
    NodeId current = nodes.front();
    for (std::size_t i = 0; i < path.steps.size(); ++i) {
        XINPU_ASSERT(path.steps[i].relationship != nullptr);
        const RelPattern& pattern = *path.steps[i].relationship;
        const engine::RelId relationship = createRelationship(pattern, nodes[i], nodes[i + 1], row, context);
        if (pattern.slot != kNoSlot) {
            at(row, pattern.slot) = Value::of(relationship);
        }
        if (path.slot != kNoSlot) {
            appendStep(value, current, relationship, context.graph());
        }
    }
    if (path.slot != kNoSlot) {
        at(row, path.slot) = Value::of(std::move(value));
    }
}

bool homogeneous(const Value& list) noexcept {
    const auto elements = list.list();
    return std::all_of(elements.begin(), elements.end(), [&](const Value& one) {
        return one.kind() == elements.front().kind() || (one.isNumber() && elements.front().isNumber());
    });
}

}  // namespace

void demandStorable(const Value& value, std::string_view name, Position where) {
    if (value.isNull() || (engine::storable(value) && (value.kind() != Kind::List || homogeneous(value)))) {
        return;
    }
    throw Error(
        ErrorCode::Type,
        fmt::format(
            "Property `{}` cannot hold {}. Properties are scalars, or lists of scalars of one type.", name,
            value.kind() == Kind::List ? std::string("this list")
                                       : fmt::format("a value of type {}", engine::kindName(value.kind()))),
        "InvalidPropertyType", where);
}

void createPatterns(std::span<const PathPattern> patterns, Row row, ExecContext& context) {
    std::vector<Slot> created;
    for (const PathPattern& path : patterns) {
        createPath(path, created, row, context);
    }
}

void demandNoNulls(std::span<const PathPattern> patterns, Row row, ExecContext& context) {
    const auto demand = [&](const ExprPtr& properties) {
        const Value map = propertyMap(properties, row, context);
        if (map.isNull()) {
            return;
        }
        for (const engine::MapEntry& entry : map.map()) {
            if (entry.value.isNull()) {
                throw Error(
                    ErrorCode::Semantic,
                    fmt::format("Cannot merge with null as the value of property `{}`: what is created could "
                                "never be found again.",
                                entry.key),
                    "MergeReadOwnWrites", properties->at);
            }
        }
    };
    for (const PathPattern& path : patterns) {
        for (const NodePattern& node : path.nodes) {
            demand(node.properties);
        }
        for (const PathStepPattern& step : path.steps) {
            if (step.relationship != nullptr) {
                demand(step.relationship->properties);
            }
        }
    }
}

}  // namespace xinpu::query
