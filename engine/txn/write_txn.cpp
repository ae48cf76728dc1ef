// engine/txn/write_txn.cpp
// Reading and changing through a transaction's buffers.

#include "engine/txn/write_txn.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/value/codec.h"
#include "engine/value/literal.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint32_t kIdsEnd = 0xffff'fc00U;  ///< the last block is never given out: its end would wrap

std::uint32_t nextId(IdBlock& block, std::uint32_t& next_block, const char* what) {
    if (block.next == block.end) {
        if (next_block >= kIdsEnd / kIdBlock) {
            throw Error(ErrorCode::Limit, fmt::format("All 4,294,966,272 {} ids are given out.", what));
        }
        block.next = next_block * kIdBlock;
        block.end = block.next + kIdBlock;
        ++next_block;
    }
    return block.next++;
}

void requireStorable(const Properties& properties, const Catalog& catalog) {
    for (const auto& [key, value] : properties) {
        if (!storable(value)) {
            throw Error(
                ErrorCode::Type,
                fmt::format(
                    "Property '{}' cannot hold a value of type {}. Properties are scalars or lists of "
                    "scalars.",
                    catalog.keys().name(key.value), kindName(value.kind())),
                "InvalidPropertyType");
        }
    }
}

std::size_t bytesOf(const Properties& properties) noexcept {
    std::size_t bytes = 64;
    for (const auto& [key, value] : properties) {
        bytes += sizeof(std::pair<KeyId, Value>) + value.heapBytes();
    }
    return bytes;
}

std::string valuesText(const IndexDefinition& index, const Properties& properties) {
    std::string text;
    for (const KeyId key : index.keys) {
        text += (text.empty() ? "" : ", ") + toCypherText(propertyOf(properties, key));
    }
    return text;
}

std::string keysText(const IndexDefinition& index, const Catalog& catalog) {
    std::string text;
    for (const KeyId key : index.keys) {
        text += (text.empty() ? "`" : ", `") + std::string(catalog.keys().name(key.value)) + "`";
    }
    return text;
}

bool hasLabel(const NodeRecord& record, LabelId label) {
    return std::binary_search(record.labels.begin(), record.labels.end(), label);
}

}  // namespace

NodeId IdAllocator::node(LabelId primary) {
    return NodeId{nextId(allocation_.nodes[primary.value], allocation_.next_node_block, "node")};
}
RelId IdAllocator::relationship(TypeId type) {
    return RelId{nextId(allocation_.relationships[type.value], allocation_.next_rel_block, "relationship")};
}

void WriteTxn::account(std::size_t bytes) {
    memory_bytes_ += bytes;
    if (memory_bytes_ > kTransactionBytesMax) {
        throw Error(ErrorCode::Limit,
                    fmt::format("The transaction holds more than {} MiB of changes. Commit in smaller "
                                "parts, or use `xinpu load`.",
                                kTransactionBytesMax >> 20));
    }
}

RecordChange<NodeRecord>& WriteTxn::changeOf(NodeId id) {
    const auto found = own_.nodes.find(id.value);
    if (found != own_.nodes.end()) {
        return found->second;
    }
    std::optional<NodeRecord> now = node(id);
    return own_.nodes.emplace(id.value, RecordChange<NodeRecord>{now, now}).first->second;
}

RecordChange<RelRecord>& WriteTxn::changeOf(RelId id) {
    const auto found = own_.relationships.find(id.value);
    if (found != own_.relationships.end()) {
        return found->second;
    }
    std::optional<RelRecord> now = relationship(id);
    return own_.relationships.emplace(id.value, RecordChange<RelRecord>{now, now}).first->second;
}

std::optional<NodeRecord> WriteTxn::node(NodeId id) const {
    if (const auto own = own_.nodes.find(id.value); own != own_.nodes.end()) {
        return own->second.after;
    }
    if (const auto earlier = group_->nodes.find(id.value); earlier != group_->nodes.end()) {
        return earlier->second.after;
    }
    return base_->node(id);
}

std::optional<RelRecord> WriteTxn::relationship(RelId id) const {
    if (const auto own = own_.relationships.find(id.value); own != own_.relationships.end()) {
        return own->second.after;
    }
    if (const auto earlier = group_->relationships.find(id.value); earlier != group_->relationships.end()) {
        return earlier->second.after;
    }
    return base_->relationship(id);
}

bool WriteTxn::exists(NodeId id) const {
    if (const auto own = own_.nodes.find(id.value); own != own_.nodes.end()) {
        return own->second.after.has_value();
    }
    if (const auto earlier = group_->nodes.find(id.value); earlier != group_->nodes.end()) {
        return earlier->second.after.has_value();
    }
    return base_->exists(id);
}

bool WriteTxn::exists(RelId id) const {
    if (const auto own = own_.relationships.find(id.value); own != own_.relationships.end()) {
        return own->second.after.has_value();
    }
    if (const auto earlier = group_->relationships.find(id.value); earlier != group_->relationships.end()) {
        return earlier->second.after.has_value();
    }
    return base_->exists(id);
}

void WriteTxn::reindex(NodeId id, const std::optional<NodeRecord>& before,
                       const std::optional<NodeRecord>& after) {
    for (const IndexDefinition& index : catalog().indexes()) {
        if (index.kind != IndexKind::Unique && index.kind != IndexKind::Range) {
            continue;
        }
        const auto keyIn = [&index](const std::optional<NodeRecord>& record) -> std::optional<std::string> {
            return record && hasLabel(*record, index.label) ? indexKey(index, record->properties)
                                                            : std::nullopt;
        };
        const auto old_key = keyIn(before);
        const auto new_key = keyIn(after);
        if (old_key == new_key) {
            continue;
        }
        if (old_key) {
            KeyHolders& holders = own_.keys[{index.id, *old_key}];
            if (std::erase(holders.added, id.value) == 0) {
                holders.removed.push_back(id.value);
            }
        }
        if (new_key) {
            KeyHolders& holders = own_.keys[{index.id, *new_key}];
            if (std::erase(holders.removed, id.value) == 0) {
                holders.added.push_back(id.value);
            }
        }
    }
}

namespace {

std::optional<Decimal> exactDecimal(const Value& value) {
    switch (value.kind()) {
    case Kind::Integer:
        return Decimal::fromInt64(value.integer());
    case Kind::Float:
        return Decimal::fromDouble(value.floating());
    case Kind::String:
        return Decimal::parse(value.string());
    default:
        return std::nullopt;
    }
}

/// Properties that a rule types as DECIMAL take integers, floats and numeric texts too, where these are
/// exact. What is none stays as it is, and the rule refuses it.
template <typename Applies>
void makeDecimals(Properties& properties, const Catalog& catalog, const Applies& applies) {
    for (const IndexDefinition& rule : catalog.indexes()) {
        if ((rule.rules & kRuleTyped) == 0 || rule.value_kind != Kind::Decimal || !applies(rule)) {
            continue;
        }
        for (const KeyId key : rule.keys) {
            if (const std::optional<Decimal> exact = exactDecimal(propertyOf(properties, key))) {
                setProperty(properties, key, Value::of(*exact));
            }
        }
    }
}

void makeDecimals(NodeRecord& record, const Catalog& catalog) {
    makeDecimals(record.properties, catalog, [&](const IndexDefinition& rule) {
        return rule.label.valid() && hasLabel(record, rule.label);
    });
}

void makeDecimals(Properties& properties, TypeId type, const Catalog& catalog) {
    makeDecimals(properties, catalog,
                 [&](const IndexDefinition& rule) { return rule.type.valid() && rule.type == type; });
}

}  // namespace

NodeId WriteTxn::createNode(NodeRecord record) {
    makeDecimals(record, catalog());
    requireStorable(record.properties, catalog());
    account(bytesOf(record.properties) + record.labels.size() * sizeof(LabelId));
    const NodeId id = ids_->node(catalog().primaryLabel(record.labels));
    RecordChange<NodeRecord>& change = own_.nodes[id.value];
    change.after = std::move(record);
    reindex(id, std::nullopt, change.after);
    return id;
}

RelId WriteTxn::createRelationship(RelRecord record) {
    makeDecimals(record.properties, record.type, catalog());
    requireStorable(record.properties, catalog());
    for (const NodeId end : {record.start, record.end}) {
        if (!exists(end)) {
            throw Error(ErrorCode::NotFound, fmt::format("Node n:{} does not exist.", end.value),
                        "DeletedEntityAccess");
        }
    }
    account(bytesOf(record.properties) + 64);
    const RelId id = ids_->relationship(record.type);
    own_.incident[record.start.value].push_back(id.value);
    if (record.end != record.start) {
        own_.incident[record.end.value].push_back(id.value);
    }
    own_.relationships[id.value].after = std::move(record);
    return id;
}

void WriteTxn::setNode(NodeId id, NodeRecord record) {
    makeDecimals(record, catalog());
    requireStorable(record.properties, catalog());
    account(bytesOf(record.properties) * 2);
    RecordChange<NodeRecord>& change = changeOf(id);
    if (!change.after) {
        throw Error(ErrorCode::NotFound, fmt::format("Node n:{} does not exist.", id.value),
                    "DeletedEntityAccess");
    }
    const std::optional<NodeRecord> old = std::exchange(change.after, std::move(record));
    reindex(id, old, change.after);
}

void WriteTxn::setRelationship(RelId id, Properties properties) {
    requireStorable(properties, catalog());
    account(bytesOf(properties) * 2);
    RecordChange<RelRecord>& change = changeOf(id);
    if (!change.after) {
        throw Error(ErrorCode::NotFound, fmt::format("Relationship r:{} does not exist.", id.value),
                    "DeletedEntityAccess");
    }
    makeDecimals(properties, change.after->type, catalog());
    change.after->properties = std::move(properties);
}

void WriteTxn::deleteNode(NodeId id) {
    if (!exists(id)) {
        throw Error(ErrorCode::NotFound, fmt::format("Node n:{} does not exist.", id.value),
                    "DeletedEntityAccess");
    }
    if (!relationshipsOf(id, std::nullopt, Direction::Both).empty()) {
        throw Error(
            ErrorCode::Constraint,
            fmt::format("Cannot delete node n:{}, because it still has relationships. Delete these first, or "
                        "use DETACH DELETE.",
                        id.value),
            "DeleteConnectedNode");
    }
    account(64);
    RecordChange<NodeRecord>& change = changeOf(id);
    const std::optional<NodeRecord> old = std::exchange(change.after, std::nullopt);
    reindex(id, old, std::nullopt);
}

void WriteTxn::deleteRelationship(RelId id) {
    RecordChange<RelRecord>& change = changeOf(id);
    if (!change.after) {
        throw Error(ErrorCode::NotFound, fmt::format("Relationship r:{} does not exist.", id.value),
                    "DeletedEntityAccess");
    }
    account(64);
    own_.incident[change.after->start.value].push_back(id.value);
    if (change.after->end != change.after->start) {
        own_.incident[change.after->end.value].push_back(id.value);
    }
    deleted_.insert_or_assign(id.value, std::move(*change.after));
    change.after.reset();
}

std::vector<IncidentRelationship> WriteTxn::relationshipsOf(NodeId id, std::optional<TypeId> type,
                                                            Direction direction) const {
    std::vector<IncidentRelationship> found;
    std::set<std::uint32_t> changed;
    for (const ChangeSet* level : {static_cast<const ChangeSet*>(&own_), group_}) {
        if (const auto list = level->incident.find(id.value); list != level->incident.end()) {
            changed.insert(list->second.begin(), list->second.end());
        }
    }
    const auto walk = [&](TypeId one) {
        base_->adjacency(one).forEachBlock(id, direction, [&](const EntryBlock& block, Direction seen) {
            for (std::uint32_t i = 0; i < block.count; ++i) {
                if (!changed.contains(block.relationship(i).value)) {
                    found.push_back({block.relationship(i), block.node(i), one, seen});
                }
            }
        });
    };
    if (type) {
        walk(*type);
    } else {
        for (std::uint32_t t = 0; t < base_->typeCount(); ++t) {
            walk(TypeId{t});
        }
    }
    for (const std::uint32_t rel : changed) {
        const std::optional<RelRecord> record = relationship(RelId{rel});
        if (!record || (type && record->type != *type)) {
            continue;
        }
        if (record->start == id && direction != Direction::In) {
            found.push_back({RelId{rel}, record->end, record->type, Direction::Out});
        }
        if (record->end == id && direction != Direction::Out) {
            found.push_back({RelId{rel}, record->start, record->type, Direction::In});
        }
    }
    return found;
}

std::vector<std::uint32_t> WriteTxn::holders(const IndexKey& key) const {
    std::vector<std::uint32_t> ids;
    if (base_->catalog().index(key.index) != nullptr) {
        if (const auto hit = KeyIndex(TableReader(base_->txn(), Table::Keys), key.index).find(key.key)) {
            ids.push_back(hit->id);
        }
    }
    for (const ChangeSet* level : {group_, static_cast<const ChangeSet*>(&own_)}) {
        if (const auto found = level->keys.find(key); found != level->keys.end()) {
            for (const std::uint32_t gone : found->second.removed) {
                std::erase(ids, gone);
            }
            ids.insert(ids.end(), found->second.added.begin(), found->second.added.end());
        }
    }
    return ids;
}

std::optional<NodeId> WriteTxn::find(const IndexDefinition& index, std::span<const Value> values) const {
    Properties properties;
    for (std::size_t i = 0; i < index.keys.size() && i < values.size(); ++i) {
        setProperty(properties, index.keys[i], values[i]);
    }
    const auto key = indexKey(index, properties);
    if (!key) {
        return std::nullopt;
    }
    const std::vector<std::uint32_t> ids = holders({index.id, *key});
    return ids.empty() ? std::nullopt : std::optional(NodeId{ids.front()});
}

std::vector<NodeId> WriteTxn::labelled(LabelId label) const {
    std::set<std::uint32_t> ids;
    base_->labelled(label).forEach([&ids](NodeId id) { ids.insert(id.value); });
    for (const ChangeSet* level : {group_, static_cast<const ChangeSet*>(&own_)}) {
        for (const auto& [id, change] : level->nodes) {
            if (change.after && hasLabel(*change.after, label)) {
                ids.insert(id);
            } else {
                ids.erase(id);
            }
        }
    }
    std::vector<NodeId> nodes;
    nodes.reserve(ids.size());
    for (const std::uint32_t id : ids) {
        nodes.push_back(NodeId{id});
    }
    return nodes;
}

void WriteTxn::checkUnique() const {
    for (const auto& [key, change] : own_.keys) {
        const IndexDefinition* index = catalog().index(key.index);
        if (index == nullptr || index->kind != IndexKind::Unique || change.added.empty()) {
            continue;
        }
        const std::vector<std::uint32_t> ids = holders(key);
        if (ids.size() > 1) {
            const std::optional<NodeRecord> record = node(NodeId{ids.back()});
            XINPU_ASSERT(record.has_value());
            throw Error(ErrorCode::Constraint,
                        fmt::format("Node n:{} already exists with label `{}` and property {} = {}",
                                    ids.front(), catalog().labels().name(index->label.value),
                                    keysText(*index, catalog()), valuesText(*index, record->properties)),
                        "ConstraintVerificationFailed");
        }
    }
}

void WriteTxn::checkRecords() const {
    for (const IndexDefinition& rule : catalog().indexes()) {
        if (rule.rules == kRuleNone) {
            continue;
        }
        const auto check = [&](const Properties& properties, std::string_view what, std::uint32_t id) {
            for (const KeyId key : rule.keys) {
                const Value value = propertyOf(properties, key);
                if ((rule.rules & kRuleExists) != 0 && value.isNull()) {
                    throw Error(ErrorCode::Constraint,
                                fmt::format("{}{} must have the property `{}`", what, id,
                                            catalog().keys().name(key.value)),
                                "ConstraintVerificationFailed");
                }
                if ((rule.rules & kRuleTyped) != 0 && !value.isNull() && value.kind() != rule.value_kind) {
                    throw Error(ErrorCode::Constraint,
                                fmt::format("{}{} must have a property `{}` of type {}, not {}", what, id,
                                            catalog().keys().name(key.value), kindName(rule.value_kind),
                                            kindName(value.kind())),
                                "ConstraintVerificationFailed");
                }
            }
        };
        if (rule.label.valid()) {
            for (const auto& [id, change] : own_.nodes) {
                if (change.after && hasLabel(*change.after, rule.label)) {
                    check(change.after->properties,
                          fmt::format("Node with label `{}` n:", catalog().labels().name(rule.label.value)),
                          id);
                }
            }
        } else if (rule.type.valid()) {
            for (const auto& [id, change] : own_.relationships) {
                if (change.after && change.after->type == rule.type) {
                    check(change.after->properties,
                          fmt::format("Relationship with type `{}` r:",
                                      catalog().types().name(rule.type.value)),
                          id);
                }
            }
        }
    }
}

void WriteTxn::checkRules() const {
    checkUnique();
    checkRecords();
}

}  // namespace xinpu::engine
