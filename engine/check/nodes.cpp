// engine/check/nodes.cpp
// Node records, and everything that is recomputed from them in one pass.

#include <fmt/format.h>

#include <algorithm>

#include "engine/check/checker.h"
#include "engine/check/node_indexes.h"
#include "engine/check/rows.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

/// Properties of nodes that adjacency entries of their neighbours cover, each once.
std::vector<NeighbourSlot> neighbourSlots(const Catalog& catalog) {
    std::vector<NeighbourSlot> list;
    for (std::uint32_t type = 0; type < catalog.types().size(); ++type) {
        for (const auto& slots : catalog.adjacency(TypeId{type}).slots) {
            for (const CoveredSlot& slot : slots) {
                const bool known = std::any_of(list.begin(), list.end(), [&slot](const NeighbourSlot& other) {
                    return other.slot.key == slot.key && other.slot.label == slot.label &&
                           other.slot.codec == slot.codec;
                });
                if (slot.of_neighbour && !known) {
                    list.push_back({slot, IdArray<std::int32_t>(kSlotSeeRecord)});
                }
            }
        }
    }
    return list;
}

bool soundLabels(const NodeRecord& record, const Catalog& catalog) {
    const auto& labels = record.labels;
    return std::all_of(labels.begin(), labels.end(),
                       [&](LabelId label) { return label.value < catalog.labels().size(); }) &&
           std::adjacent_find(labels.begin(), labels.end(), std::greater_equal<>()) == labels.end();
}

void checkRules(Checker& check, std::uint32_t id, const NodeRecord& record) {
    for (const IndexDefinition& index : check.catalog->indexes()) {
        if (index.rules == kRuleNone || !index.label.valid() ||
            !std::binary_search(record.labels.begin(), record.labels.end(), index.label)) {
            continue;
        }
        if (const auto key = brokenRule(index, record.properties)) {
            check.add(FindingKind::Record, nodeText(id),
                      fmt::format("property `{}` breaks the rule '{}'",
                                  check.catalog->keys().name(key->value), index.name));
        }
    }
}

}  // namespace

void checkNodes(Checker& check) {
    check.neighbour_slots = neighbourSlots(*check.catalog);
    const IdLimits limits(check.allocation.nodes, check.allocation.next_node_block);
    KeyCheck keys(check);
    ColumnCheck columns(check);
    BitmapCheck bitmaps(check);
    const std::uint64_t all = loadCounts(check.txn).nodes;
    NodeRecord record;
    eachCheckedRow(check, nodeRecords(), Table::BigNodes, "nodes", all, [&](std::uint32_t id, Bytes row) {
        ++check.counts.nodes;
        check.node_exists.at(id) = 1;
        if (limits.beyond(id)) {
            check.add(FindingKind::Allocation, nodeText(id), "a record for an id that was never given out");
        }
        if (!decodeRecord(row, *check.catalog, record) || !soundLabels(record, *check.catalog) ||
            !soundKeys(record.properties, *check.catalog)) {
            check.add(FindingKind::Record, nodeText(id), "the record does not decode");
            return;
        }
        for (const LabelId label : record.labels) {
            ++check.counts.by_label[label.value];
        }
        checkRules(check, id, record);
        for (NeighbourSlot& covered : check.neighbour_slots) {
            if (std::binary_search(record.labels.begin(), record.labels.end(), covered.slot.label)) {
                covered.values.at(id) =
                    slotOf(propertyOf(record.properties, covered.slot.key), covered.slot.codec);
            }
        }
        try {
            keys.add(id, record);
            columns.add(id, record);
            bitmaps.add(id, record);
        } catch (const Error& error) {  // a value that no index can hold
            check.add(FindingKind::Record, nodeText(id), error.message());
        }
    });
    keys.finish();
    columns.finish();
    bitmaps.finish();
}

}  // namespace xinpu::engine
