// engine/check/relationships.cpp
// Relationship records, and what their adjacency entries must be.

#include <fmt/format.h>

#include <algorithm>

#include "engine/check/checker.h"
#include "engine/check/rows.h"
#include "engine/value/crc32c.h"

namespace xinpu::engine {
namespace {

/// Where the covered slots of one type and direction come from.
struct SlotSource {
    CoveredSlot slot;
    const NeighbourSlot* neighbour = nullptr;  ///< null: the relationship's own property
};

std::vector<SlotSource> sourcesOf(const Checker& check, TypeId type, std::size_t direction) {
    std::vector<SlotSource> sources;
    for (const CoveredSlot& slot : check.catalog->adjacency(type).slots[direction]) {
        SlotSource source{slot, nullptr};
        for (const NeighbourSlot& covered : check.neighbour_slots) {
            if (slot.of_neighbour && covered.slot.key == slot.key && covered.slot.label == slot.label &&
                covered.slot.codec == slot.codec) {
                source.neighbour = &covered;
            }
        }
        sources.push_back(source);
    }
    return sources;
}

std::uint32_t slotSum(const std::vector<SlotSource>& sources, const Properties& properties,
                      std::uint32_t neighbour) {
    std::uint32_t sum = 0;
    for (const SlotSource& source : sources) {
        const std::int32_t slot = source.neighbour != nullptr
                                      ? source.neighbour->values.get(neighbour)
                                      : slotOf(propertyOf(properties, source.slot.key), source.slot.codec);
        sum = crc32c(sum, &slot, sizeof slot);
    }
    return sum;
}

void checkRules(Checker& check, std::uint32_t id, const RelRecord& record) {
    for (const IndexDefinition& index : check.catalog->indexes()) {
        if (index.type != record.type || index.label.valid() || index.rules == kRuleNone) {
            continue;
        }
        if (const auto key = brokenRule(index, record.properties)) {
            check.add(FindingKind::Record, relationshipText(id),
                      fmt::format("property `{}` breaks the rule '{}'",
                                  check.catalog->keys().name(key->value), index.name));
        }
    }
}

}  // namespace

void checkRelationships(Checker& check) {
    const IdLimits limits(check.allocation.relationships, check.allocation.next_rel_block);
    const std::size_t types = check.catalog->types().size();
    std::vector<std::array<std::vector<SlotSource>, 2>> sources(types);
    for (std::uint32_t type = 0; type < types; ++type) {
        sources[type] = {sourcesOf(check, TypeId{type}, 0), sourcesOf(check, TypeId{type}, 1)};
    }
    const std::uint64_t all = loadCounts(check.txn).relationships;
    RelRecord record;
    eachCheckedRow(check, relationshipRecords(), Table::BigRelationships, "relationships", all,
                   [&](std::uint32_t id, Bytes row) {
                       ++check.counts.relationships;
                       if (limits.beyond(id)) {
                           check.add(FindingKind::Allocation, relationshipText(id),
                                     "a record for an id that was never given out");
                       }
                       if (!decodeRecord(row, *check.catalog, record) || record.type.value >= types ||
                           !soundKeys(record.properties, *check.catalog)) {
                           check.add(FindingKind::Record, relationshipText(id), "the record does not decode");
                           return;
                       }
                       ++check.counts.by_type[record.type.value];
                       for (const NodeId end : {record.start, record.end}) {
                           if (check.node_exists.get(end.value) == 0) {
                               check.add(
                                   FindingKind::Record, relationshipText(id),
                                   fmt::format("it ends at {}, which does not exist", nodeText(end.value)));
                           }
                       }
                       checkRules(check, id, record);
                       RelFact& fact = check.relationships.at(id);
                       fact.type = record.type.value;
                       fact.start = record.start.value;
                       fact.end = record.end.value;
                       fact.slots[0] = slotSum(sources[fact.type][0], record.properties, fact.end);
                       fact.slots[1] = slotSum(sources[fact.type][1], record.properties, fact.start);
                   });
}

}  // namespace xinpu::engine
