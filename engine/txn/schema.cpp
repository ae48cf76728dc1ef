// engine/txn/schema.cpp
// Declaring and dropping constraints and indexes inside a transaction.

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "engine/txn/write_txn.h"
#include "engine/value/literal.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

std::string describe(const IndexDefinition& index, const Catalog& catalog) {
    constexpr const char* kKinds[] = {"",          "UNIQUE", "RANGE", "BITMAP", "DATE BITMAP",
                                      "ADJACENCY", "COLUMN", "RULE"};
    std::string keys;
    for (const KeyId key : index.keys) {
        keys += (keys.empty() ? "" : ", ") + std::string(catalog.keys().name(key.value));
    }
    return fmt::format(
        "CREATE {} {} {}{} ({})", kKinds[static_cast<std::size_t>(index.kind)], index.name,
        index.label.valid() ? ":" + std::string(catalog.labels().name(index.label.value)) : "",
        index.type.valid() ? "-[:" + std::string(catalog.types().name(index.type.value)) + "]-" : "", keys);
}

/// The layout of entries that exist, also of deleted ones not merged yet, does not change: their strides
/// would.
void requireRoomForSlots(const IndexDefinition& definition, const Snapshot& base, const ChangeSet& group,
                         const Catalog& catalog) {
    const auto ofType = [&definition](const std::optional<RelRecord>& record) {
        return record && record->type == definition.type;
    };
    if (base.counts().by_type.contains(definition.type.value) ||
        std::any_of(group.relationships.begin(), group.relationships.end(), [&](const auto& pair) {
            return ofType(pair.second.before) || ofType(pair.second.after);
        })) {
        throw Error(
            ErrorCode::Constraint,
            "An adjacency index can only be declared before the first relationship of its type. Export the "
            "database, declare the index in a new one, and import.",
            "AdjacencyIndexTooLate");
    }
    const AdjacencyLayout& layout = catalog.adjacency(definition.type);
    for (const Direction direction : {Direction::Out, Direction::In}) {
        if ((definition.direction == Direction::Both || definition.direction == direction) &&
            layout.slots[static_cast<std::size_t>(direction)].size() + definition.keys.size() >
                kCoveredSlotsMax) {
            throw Error(ErrorCode::Limit,
                        fmt::format("The entries of a relationship type can carry at most {} properties.",
                                    kCoveredSlotsMax),
                        "AdjacencyIndexFull");
        }
    }
}

}  // namespace

IndexId WriteTxn::declare(IndexDefinition definition) {
    if (const IndexDefinition* same = catalog().index(definition.name); same != nullptr) {
        throw Error(ErrorCode::Conflict,
                    fmt::format("There already exists an index or constraint called '{}'.", definition.name),
                    "NameTaken");
    }
    for (const IndexDefinition& other : catalog().indexes()) {
        if (other.kind == definition.kind && other.label == definition.label &&
            other.type == definition.type && other.keys == definition.keys &&
            other.rules == definition.rules) {
            throw Error(ErrorCode::Conflict, fmt::format("'{}' declares the same already.", other.name),
                        "Equivalent");
        }
    }
    if (definition.kind == IndexKind::Adjacency) {
        requireRoomForSlots(definition, *base_, *group_, catalog());
    }
    const IndexId id = catalog_->addIndex(std::move(definition));
    const IndexDefinition index = *catalog().index(id);
    // Existing data must obey the rule before it holds.
    if (index.label.valid()) {
        std::unordered_map<std::string, NodeId> seen;
        for (const NodeId node_id : labelled(index.label)) {
            const std::optional<NodeRecord> record = node(node_id);
            if (!record) {
                continue;
            }
            for (const KeyId key : index.keys) {
                const Value value = propertyOf(record->properties, key);
                const bool missing = (index.rules & kRuleExists) != 0 && value.isNull();
                const bool wrong =
                    (index.rules & kRuleTyped) != 0 && !value.isNull() && value.kind() != index.value_kind;
                if (missing || wrong) {
                    throw Error(ErrorCode::Constraint,
                                fmt::format("Cannot declare '{}': node n:{} with label `{}` has {} = {}.",
                                            index.name, node_id.value,
                                            catalog().labels().name(index.label.value),
                                            catalog().keys().name(key.value), toCypherText(value)),
                                "ConstraintVerificationFailed");
                }
            }
            const auto key = indexKey(index, record->properties);
            if (!key || (index.kind != IndexKind::Unique && index.kind != IndexKind::Range)) {
                continue;
            }
            const auto [at, fresh] = seen.emplace(*key, node_id);
            if (!fresh && index.kind == IndexKind::Unique) {
                throw Error(
                    ErrorCode::Constraint,
                    fmt::format("Cannot declare '{}': nodes n:{} and n:{} with label `{}` both have {} = {}.",
                                index.name, at->second.value, node_id.value,
                                catalog().labels().name(index.label.value),
                                catalog().keys().name(index.keys.front().value),
                                toCypherText(propertyOf(record->properties, index.keys.front()))),
                    "ConstraintVerificationFailed");
            }
            // All of them, not only nodes changed here: what follows in this transaction and its group is
            // checked against these keys, and moves them.
            account(key->size() + 64);
            own_.keys[{id, *key}].added.push_back(node_id.value);
        }
    } else if (index.type.valid() && index.rules != kRuleNone) {
        const auto check = [&](RelId rel, const RelRecord& record) {
            if (record.type != index.type) {
                return;
            }
            for (const KeyId key : index.keys) {
                const Value value = propertyOf(record.properties, key);
                if (((index.rules & kRuleExists) != 0 && value.isNull()) ||
                    ((index.rules & kRuleTyped) != 0 && !value.isNull() &&
                     value.kind() != index.value_kind)) {
                    throw Error(ErrorCode::Constraint,
                                fmt::format("Cannot declare '{}': relationship r:{} has {} = {}.", index.name,
                                            rel.value, catalog().keys().name(key.value), toCypherText(value)),
                                "ConstraintVerificationFailed");
                }
            }
        };
        base_->eachRelationship([&](RelId rel, const RelRecord& record) {
            if (!own_.relationships.contains(rel.value) && !group_->relationships.contains(rel.value)) {
                check(rel, record);
            }
        });
        for (const ChangeSet* level : {group_, static_cast<const ChangeSet*>(&own_)}) {
            for (const auto& [rel, change] : level->relationships) {
                if (const auto record = relationship(RelId{rel})) {
                    check(RelId{rel}, *record);
                }
            }
        }
    }
    own_.schema.push_back(describe(index, catalog()));
    return id;
}

void WriteTxn::drop(IndexId id) {
    const IndexDefinition* index = catalog().index(id);
    if (index == nullptr) {
        throw Error(ErrorCode::NotFound, "There is no such index or constraint.");
    }
    if (index->kind == IndexKind::Adjacency) {
        throw Error(ErrorCode::Constraint,
                    "An adjacency index cannot be dropped: the entries that exist carry its slots.",
                    "AdjacencyIndexKept");
    }
    own_.schema.push_back("DROP " + index->name);
    std::erase_if(own_.keys, [id](const auto& pair) { return pair.first.index == id; });
    catalog_->dropIndex(id);
}

}  // namespace xinpu::engine
