// tests/model/operations.cpp
// Operations and the values they draw from.

#include "operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace xinpu::engine::model {
namespace {

constexpr std::array kLabels{"A", "B", "C"};
constexpr std::array kTypes{"R", "S"};
constexpr std::array kKeys{"k", "m", "d", "x"};
constexpr std::array kSlotKinds{SlotCodec{SlotCodec::Kind::Date, 0}, SlotCodec{SlotCodec::Kind::Integer, 0},
                                SlotCodec{SlotCodec::Kind::Decimal, 2}};

Value drawnValue(std::uint32_t n) {
    const std::uint32_t more = n / 64;
    switch (n % 24) {
    case 0:
        return Value::of(1.0);
    case 1:
        return Value::of(*Decimal::fromParts(100, 2));
    case 2:
        return Value::of(*Decimal::fromParts(150 + static_cast<int>(more % 3), 2));
    case 3:
        return Value::of(std::numeric_limits<double>::quiet_NaN());
    case 4:
        return Value::of(-0.0);
    case 5:
        return Value::of(std::string(more % 300, 'a'));
    case 6:
        return Value::of(std::string(200 + more % 400, 'b'));
    case 7:  // about the bound between rows and parts
        return Value::of(std::string(1'150 + more % 100, 'c'));
    case 8:  // more than a page, or several
        return more % 4 == 0 ? Value::of(std::string(3'000 + more % 20'000, 'd')) : Value::of("d");
    case 9:
        return Value::of(std::vector<Value>{Value::of(std::int64_t{1}), Value::of("x")});
    case 10:
        return Value::of(std::vector<Value>{Value::of(1.0), Value::of("x")});
    case 11:
        return Value::of(more % 2 == 0);
    case 12:
        return Value::of(std::numeric_limits<std::int64_t>::max() - std::int64_t{more % 2});
    case 13:
        return Value::of(Time{7'200'000'000'000, 3'600});
    case 14:
    case 15:
    case 16:
    case 17:
        return Value::of(Date{20'000 + static_cast<std::int64_t>(more % 40)});
    default:
        return Value::of(static_cast<std::int64_t>(more % 6));
    }
}

NamedProperties drawnProperties(std::uint32_t n, std::uint32_t m) {
    NamedProperties properties;
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
        if ((n >> i & 1U) != 0) {
            properties[kKeys[i]] = drawnValue(m * (static_cast<std::uint32_t>(i) * 2'654'435'761U + 1U) >> 3);
        }
    }
    return properties;
}

std::set<std::string> drawnLabels(std::uint32_t n) {
    std::set<std::string> labels;
    for (std::size_t i = 0; i < kLabels.size(); ++i) {
        if ((n >> i & 1U) != 0) {
            labels.insert(kLabels[i]);
        }
    }
    return labels;
}

template <typename Map>
std::optional<std::uint32_t> pick(const Map& map, std::uint32_t n) {
    if (map.empty()) {
        return std::nullopt;
    }
    return std::next(map.begin(), static_cast<std::ptrdiff_t>(n % map.size()))->first;
}

Properties toEngine(const NamedProperties& named, WriteTxn& txn) {
    Properties properties;
    for (const auto& [key, value] : named) {
        setProperty(properties, txn.key(key), value);
    }
    return properties;
}

NodeRecord toEngine(const NaiveNode& node, WriteTxn& txn) {
    NodeRecord record;
    for (const std::string& label : node.labels) {
        record.labels.push_back(txn.label(label));
    }
    std::sort(record.labels.begin(), record.labels.end());
    record.properties = toEngine(node.properties, txn);
    return record;
}

std::uint32_t createNode(NaiveGraph& graph, WriteTxn& txn, NaiveNode node) {
    const NodeId id = txn.createNode(toEngine(node, txn));
    if (!graph.nodes.emplace(id.value, std::make_shared<const NaiveNode>(std::move(node))).second) {
        throw Disagreement(fmt::format("node id {} was given out twice", id.value));
    }
    return id.value;
}

void createRel(NaiveGraph& graph, WriteTxn& txn, NaiveRel rel) {
    const RelId id = txn.createRelationship(
        {txn.type(rel.type), NodeId{rel.start}, NodeId{rel.end}, toEngine(rel.properties, txn)});
    if (!graph.relationships.emplace(id.value, std::make_shared<const NaiveRel>(std::move(rel))).second) {
        throw Disagreement(fmt::format("relationship id {} was given out twice", id.value));
    }
}

void createHub(const Op& op, NaiveGraph& graph, WriteTxn& txn) {
    const std::uint32_t hub = *pick(graph.nodes, op.a);
    const std::uint32_t count = op.b % 3 == 0 ? 240 + op.c % 120 : 20 + op.c % 60;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t other = *pick(graph.nodes, op.d + i % 7 * 13);
        const bool out = op.b % 5 < 3 || (op.b % 5 == 3 && i % 2 == 0);
        createRel(graph, txn,
                  {kTypes[op.b % kTypes.size()], out ? hub : other, out ? other : hub,
                   i % 3 == 0 ? drawnProperties(op.d + i, op.c + i * 977U) : NamedProperties()});
    }
}

void setNode(NaiveGraph& graph, WriteTxn& txn, std::uint32_t id, NaiveNode node) {
    txn.setNode(NodeId{id}, toEngine(node, txn));
    graph.nodes[id] = std::make_shared<const NaiveNode>(std::move(node));
}

void deleteRel(NaiveGraph& graph, WriteTxn& txn, std::uint32_t id) {
    txn.deleteRelationship(RelId{id});
    graph.relationships.erase(id);
}

NaiveIndex drawnIndex(const Op& op) {
    NaiveIndex index;
    index.kind = static_cast<IndexKind>(1 + op.a % 7);
    index.label = kLabels[op.b % kLabels.size()];
    index.keys = {kKeys[op.c % kKeys.size()]};
    switch (index.kind) {
    case IndexKind::Unique:
    case IndexKind::Range:
        if (op.d % 3 == 0) {
            index.keys.emplace_back(kKeys[(op.c + 1) % kKeys.size()]);
        }
        index.rules = op.d % 11 == 0 ? kRuleExists : kRuleNone;
        break;
    case IndexKind::Rule:
        index.rules = op.d % 2 == 0 ? kRuleExists : kRuleTyped;
        index.value_kind = op.d % 4 < 2 ? Kind::Integer : Kind::Date;
        if (op.d % 5 < 2) {
            index.label.clear();
            index.type = kTypes[op.b % kTypes.size()];
        }
        break;
    case IndexKind::Column:
        index.codecs = {kSlotKinds[op.d % kSlotKinds.size()]};
        break;
    case IndexKind::Adjacency:
        index.type = kTypes[op.b % kTypes.size()];
        index.codecs = {kSlotKinds[op.d % kSlotKinds.size()]};
        index.of_neighbour = op.d % 5 < 3;
        index.direction = static_cast<Direction>(op.d / 8 % 3);
        if (!index.of_neighbour) {
            index.label.clear();
        }
        break;
    default:
        break;
    }
    index.name = fmt::format("i{}", op.b % 13);
    return index;
}

bool sameDeclaration(const NaiveIndex& a, const NaiveIndex& b) {
    return a.kind == b.kind && a.label == b.label && a.type == b.type && a.keys == b.keys &&
           a.rules == b.rules;
}

std::optional<ErrorCode> whyRefused(const NaiveGraph& graph, const NaiveIndex& index, const WriteTxn& txn) {
    if (graph.index(index.name) != nullptr ||
        std::any_of(graph.indexes.begin(), graph.indexes.end(),
                    [&index](const NaiveIndex& other) { return sameDeclaration(other, index); })) {
        return ErrorCode::Conflict;
    }
    if (index.kind == IndexKind::Adjacency) {
        const auto type = txn.catalog().type(index.type);
        if (graph.types_stored.contains(index.type) ||
            (type && txn.base().counts().by_type.contains(type->value))) {
            return ErrorCode::Constraint;
        }
        std::size_t slots[2] = {index.keys.size(), index.keys.size()};
        for (const NaiveIndex& other : graph.indexes) {
            for (std::size_t d = 0; d < 2; ++d) {
                slots[d] +=
                    other.kind == IndexKind::Adjacency && other.type == index.type ? other.keys.size() : 0;
            }
        }
        if (std::max(slots[0], slots[1]) > kCoveredSlotsMax) {
            return ErrorCode::Limit;
        }
    }
    NaiveGraph with = graph;
    with.indexes = {index};
    return with.violated() ? std::optional(ErrorCode::Constraint) : std::nullopt;
}

void declare(const Op& op, NaiveGraph& graph, WriteTxn& txn, Expectation& expected) {
    NaiveIndex index = drawnIndex(op);
    expected.error = whyRefused(graph, index, txn);
    IndexDefinition definition;
    definition.name = index.name;
    definition.kind = index.kind;
    definition.rules = index.rules;
    definition.value_kind = index.value_kind;
    definition.label = index.label.empty() ? LabelId{} : txn.label(index.label);
    definition.type = index.type.empty() ? TypeId{} : txn.type(index.type);
    for (const std::string& key : index.keys) {
        definition.keys.push_back(txn.key(key));
    }
    definition.codecs = index.codecs;
    definition.of_neighbour = index.of_neighbour;
    definition.direction = index.direction;
    txn.declare(definition);
    if (expected.error) {
        throw Disagreement("'" + index.name + "' was declared and should have been refused");
    }
    graph.indexes.push_back(std::move(index));
}

void drop(const Op& op, NaiveGraph& graph, WriteTxn& txn, Expectation& expected) {
    const NaiveIndex index = graph.indexes[op.a % graph.indexes.size()];
    if (index.kind == IndexKind::Adjacency) {
        expected.error = ErrorCode::Constraint;
    }
    txn.drop(txn.catalog().index(index.name)->id);
    std::erase_if(graph.indexes, [&index](const NaiveIndex& one) { return one.name == index.name; });
}

void deleteNode(const Op& op, NaiveGraph& graph, WriteTxn& txn, Expectation& expected) {
    const std::uint32_t id = *pick(graph.nodes, op.a);
    const std::vector<std::uint32_t> incident = graph.relationshipsOf(id);
    if (op.kind == OpKind::DetachDelete) {
        for (const std::uint32_t rel : incident) {
            deleteRel(graph, txn, rel);
        }
    } else if (!incident.empty()) {
        expected.error = ErrorCode::Constraint;
    }
    txn.deleteNode(NodeId{id});
    graph.nodes.erase(id);
}

}  // namespace

void applyOp(const Op& op, NaiveGraph& graph, WriteTxn& txn, Expectation& expected) {
    const auto node = pick(graph.nodes, op.a);
    const auto rel = pick(graph.relationships, op.a);
    switch (op.kind) {
    case OpKind::CreateNode:
        createNode(graph, txn, {drawnLabels(op.a), drawnProperties(op.b, op.c)});
        break;
    case OpKind::CreateNodes:
        for (std::uint32_t i = 0; i < 10 + op.d % 60; ++i) {
            createNode(graph, txn, {drawnLabels(op.a), drawnProperties(op.b + i % 2, op.c + i * 97U)});
        }
        break;
    case OpKind::CreateRel:
        if (!node) {
            return;
        }
        createRel(graph, txn,
                  {kTypes[op.b % kTypes.size()], *node, *pick(graph.nodes, op.c),
                   drawnProperties(op.b >> 4, op.d)});
        break;
    case OpKind::CreateHub:
        if (!node) {
            return;
        }
        createHub(op, graph, txn);
        break;
    case OpKind::SetNode:
    case OpKind::SetLabels: {
        if (!node) {
            return;
        }
        NaiveNode changed = *graph.nodes.at(*node);
        if (op.kind == OpKind::SetLabels) {
            changed.labels = drawnLabels(op.b);
        } else {
            for (const auto& [key, value] : drawnProperties(op.b, op.c)) {
                if (op.d % 4 == 0) {
                    changed.properties.erase(key);
                } else {
                    changed.properties[key] = value;
                }
            }
        }
        setNode(graph, txn, *node, std::move(changed));
        break;
    }
    case OpKind::SetRel: {
        if (!rel) {
            return;
        }
        NaiveRel changed = *graph.relationships.at(*rel);
        changed.properties = drawnProperties(op.b, op.c);
        txn.setRelationship(RelId{*rel}, toEngine(changed.properties, txn));
        graph.relationships[*rel] = std::make_shared<const NaiveRel>(std::move(changed));
        break;
    }
    case OpKind::DeleteRel:
        if (!rel) {
            return;
        }
        deleteRel(graph, txn, *rel);
        break;
    case OpKind::DeleteNode:
    case OpKind::DetachDelete:
        if (!node) {
            return;
        }
        deleteNode(op, graph, txn, expected);
        break;
    case OpKind::ThinHub: {
        std::map<std::uint32_t, std::vector<std::uint32_t>> by_node;
        for (const auto& [id, one] : graph.relationships) {
            by_node[one->start].push_back(id);
        }
        if (by_node.empty()) {
            return;
        }
        const auto hub = std::max_element(by_node.begin(), by_node.end(), [](const auto& a, const auto& b) {
            return a.second.size() < b.second.size();
        });
        if (op.a % 30 >= hub->second.size()) {
            return;
        }
        for (std::size_t i = op.a % 30; i < hub->second.size(); ++i) {
            deleteRel(graph, txn, hub->second[i]);
        }
        break;
    }
    case OpKind::Declare:
        declare(op, graph, txn, expected);
        break;
    case OpKind::Drop:
        if (graph.indexes.empty()) {
            return;
        }
        drop(op, graph, txn, expected);
        break;
    case OpKind::Dictionary:
        txn.catalogBuilder().makeDictionaryKey(txn.key(kKeys[op.a % kKeys.size()]));
        if (!graph.dictionary_keys.insert(kKeys[op.a % kKeys.size()]).second) {
            return;
        }
        break;
    case OpKind::Throw:
        expected.accident = true;
        throw Accident();
    case OpKind::Count:
        return;
    }
    expected.changed = true;
}

void compareInside(const NaiveGraph& graph, const WriteTxn& txn) {
    std::map<std::uint32_t, std::set<std::pair<std::uint32_t, Direction>>> incident;
    for (const auto& [id, rel] : graph.relationships) {
        incident[rel->start].emplace(id, Direction::Out);
        incident[rel->end].emplace(id, Direction::In);
    }
    for (const auto& [id, node] : graph.nodes) {
        const auto record = txn.node(NodeId{id});
        if (!record || record->labels.size() != node->labels.size() ||
            record->properties.size() != node->properties.size()) {
            throw Disagreement(fmt::format("node {} reads differently inside the transaction", id));
        }
        std::set<std::pair<std::uint32_t, Direction>> found;
        for (const auto& one : txn.relationshipsOf(NodeId{id}, std::nullopt, Direction::Both)) {
            if (!found.emplace(one.relationship.value, one.direction).second) {
                throw Disagreement(fmt::format("relationship {} is seen twice", one.relationship.value));
            }
        }
        if (found != incident[id]) {
            throw Disagreement(fmt::format("node {} has other relationships inside the transaction", id));
        }
    }
    for (const NaiveIndex& index : graph.indexes) {
        if (index.kind != IndexKind::Unique) {
            continue;
        }
        const IndexDefinition& definition = *txn.catalog().index(index.name);
        std::map<std::string, std::uint32_t> keys;
        for (const auto& [id, node] : graph.nodes) {
            const auto key = orderedKeyOf(index, node->properties);
            if (!key || !node->labels.contains(index.label) || !keys.emplace(*key, id).second) {
                continue;  // a second holder: refused when the transaction ends
            }
            std::vector<Value> values;
            for (const std::string& name : index.keys) {
                values.push_back(node->properties.at(name));
            }
            if (!txn.find(definition, values)) {
                throw Disagreement(fmt::format("'{}' does not find node {}", index.name, id));
            }
        }
    }
    for (const char* label : kLabels) {
        if (const auto id = txn.catalog().label(label)) {
            std::vector<NodeId> expected;
            for (const auto& [node, record] : graph.nodes) {
                if (record->labels.contains(label)) {
                    expected.push_back(NodeId{node});
                }
            }
            if (txn.labelled(*id) != expected) {
                throw Disagreement(std::string("other nodes of label ") + label + " inside the transaction");
            }
        }
    }
}

}  // namespace xinpu::engine::model
