// engine/txn/commit.cpp
// The order of a commit: records, adjacency, indexes, catalogue, journal, segment, state.

#include "engine/txn/commit.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/journal/payload.h"
#include "engine/txn/commit_indexes.h"
#include "engine/txn/commit_records.h"

namespace xinpu::engine {
namespace {

/// Adjacency changes that follow from record changes.
class EdgeDeriver {
public:
    EdgeDeriver(const Snapshot& base, const ChangeSet& changes, const Catalog& catalog)
        : base_(base), changes_(changes), catalog_(catalog) {}

    std::vector<EdgeChange> derive() {
        edges_.reserve(changes_.relationships.size() * 2);
        for (const auto& [id, change] : changes_.relationships) {
            ofRelationship(RelId{id}, change);
        }
        for (const auto& [id, change] : changes_.nodes) {
            if (change.before && change.after) {
                ofNeighbourProperties(NodeId{id}, *change.before, *change.after);
            }
        }
        return std::move(edges_);
    }

private:
    /// The node after the commit, or nullptr; `holder` keeps one that the commit leaves as it is.
    const NodeRecord* nodeNow(NodeId id, std::optional<NodeRecord>& holder) const {
        const auto found = changes_.nodes.find(id.value);
        if (found != changes_.nodes.end()) {
            return found->second.after ? &*found->second.after : nullptr;
        }
        holder = base_.node(id);
        return holder ? &*holder : nullptr;
    }

    Entry entryFor(RelId id, const RelRecord& record, Direction direction) const {
        const AdjacencyLayout& layout = catalog_.adjacency(record.type);
        const auto& covered = layout.slots[static_cast<std::size_t>(direction)];
        const NodeId neighbour = direction == Direction::Out ? record.end : record.start;
        Entry entry{neighbour.value, id.value, {}};
        std::optional<NodeRecord> holder;
        const NodeRecord* neighbour_record = nullptr;
        if (std::any_of(covered.begin(), covered.end(),
                        [](const CoveredSlot& slot) { return slot.of_neighbour; })) {
            neighbour_record = nodeNow(neighbour, holder);
        }
        entry.slots = slotsOf(covered, record.properties, neighbour_record);
        return entry;
    }

    void add(RelId id, const RelRecord& record, Direction direction, EdgeOp op) {
        const NodeId node = direction == Direction::Out ? record.start : record.end;
        Entry entry;
        if (op == EdgeOp::Remove) {
            entry.neighbour = (direction == Direction::Out ? record.end : record.start).value;
            entry.relationship = id.value;
        } else {
            entry = entryFor(id, record, direction);
        }
        edges_.push_back({record.type, node, direction, op, entry});
    }

    void ofRelationship(RelId id, const RecordChange<RelRecord>& change) {
        if (!change.before && !change.after) {
            return;
        }
        for (const Direction direction : {Direction::Out, Direction::In}) {
            if (!change.before) {
                add(id, *change.after, direction, EdgeOp::Insert);
            } else if (!change.after) {
                add(id, *change.before, direction, EdgeOp::Remove);
            } else {
                const auto& covered =
                    catalog_.adjacency(change.after->type).slots[static_cast<std::size_t>(direction)];
                const bool differs =
                    std::any_of(covered.begin(), covered.end(), [&](const CoveredSlot& slot) {
                        return !slot.of_neighbour &&
                               slotOf(propertyOf(change.before->properties, slot.key), slot.codec) !=
                                   slotOf(propertyOf(change.after->properties, slot.key), slot.codec);
                    });
                if (differs) {
                    add(id, *change.after, direction, EdgeOp::Replace);
                }
            }
        }
    }

    /// A changed property that neighbours' entries cover: rewrite those entries.
    void ofNeighbourProperties(NodeId id, const NodeRecord& before, const NodeRecord& after) {
        for (std::uint32_t t = 0; t < base_.typeCount(); ++t) {
            for (const Direction entry_side : {Direction::Out, Direction::In}) {
                const auto& covered =
                    catalog_.adjacency(TypeId{t}).slots[static_cast<std::size_t>(entry_side)];
                const bool differs =
                    std::any_of(covered.begin(), covered.end(), [&](const CoveredSlot& slot) {
                        return slot.of_neighbour &&
                               slotsOf({slot}, {}, &before)[0] != slotsOf({slot}, {}, &after)[0];
                    });
                if (!differs) {
                    continue;
                }
                // Seen from this node the relationship runs the other way.
                const Direction mine = entry_side == Direction::Out ? Direction::In : Direction::Out;
                base_.adjacency(TypeId{t}).forEachBlock(id, mine, [&](const EntryBlock& block, Direction) {
                    for (std::uint32_t i = 0; i < block.count; ++i) {
                        const RelId rel = block.relationship(i);
                        const auto changed = changes_.relationships.find(rel.value);
                        if (changed != changes_.relationships.end() &&
                            (!changed->second.after || !changed->second.before)) {
                            continue;
                        }
                        const std::optional<RelRecord> record = changed != changes_.relationships.end()
                                                                    ? changed->second.after
                                                                    : base_.relationship(rel);
                        if (record) {
                            std::erase_if(edges_, [&](const EdgeChange& edge) {
                                return edge.direction == entry_side && edge.type == record->type &&
                                       edge.entry.relationship == rel.value;
                            });
                            add(rel, *record, entry_side, EdgeOp::Replace);
                        }
                    }
                });
            }
        }
    }

    const Snapshot& base_;
    const ChangeSet& changes_;
    const Catalog& catalog_;
    std::vector<EdgeChange> edges_;
};

void countDifferences(const ChangeSet& changes, Counts& counts) {
    const auto step = [](std::uint64_t& count, bool before, bool after) {
        count = count + (after ? 1U : 0U) - (before ? 1U : 0U);
    };
    for (const auto& [id, change] : changes.nodes) {
        step(counts.nodes, change.before.has_value(), change.after.has_value());
        if (change.before) {
            for (const LabelId label : change.before->labels) {
                --counts.by_label[label.value];
            }
        }
        if (change.after) {
            for (const LabelId label : change.after->labels) {
                ++counts.by_label[label.value];
            }
        }
    }
    for (const auto& [id, change] : changes.relationships) {
        step(counts.relationships, change.before.has_value(), change.after.has_value());
        if (change.before) {
            --counts.by_type[change.before->type.value];
        }
        if (change.after) {
            ++counts.by_type[change.after->type.value];
        }
    }
}

template <typename Record>
std::vector<std::uint32_t> sortedIds(const std::unordered_map<std::uint32_t, RecordChange<Record>>& records) {
    std::vector<std::uint32_t> ids;
    for (const auto& [id, change] : records) {
        if (change.before || change.after) {
            ids.push_back(id);
        }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<std::pair<std::string_view, const Value*>> named(const Properties& properties,
                                                             const Catalog& catalog) {
    std::vector<std::pair<std::string_view, const Value*>> list;
    list.reserve(properties.size());
    for (const auto& [key, value] : properties) {
        list.emplace_back(catalog.keys().name(key.value), &value);
    }
    return list;
}

}  // namespace

std::array<std::int32_t, kCoveredSlotsMax> slotsOf(const std::vector<CoveredSlot>& covered,
                                                   const Properties& relationship,
                                                   const NodeRecord* neighbour) {
    std::array<std::int32_t, kCoveredSlotsMax> slots{};
    for (std::size_t i = 0; i < covered.size(); ++i) {
        const CoveredSlot& slot = covered[i];
        if (!slot.of_neighbour) {
            slots[i] = slotOf(propertyOf(relationship, slot.key), slot.codec);
        } else if (neighbour != nullptr &&
                   std::binary_search(neighbour->labels.begin(), neighbour->labels.end(), slot.label)) {
            slots[i] = slotOf(propertyOf(neighbour->properties, slot.key), slot.codec);
        } else {
            slots[i] = kSlotSeeRecord;  // another kind of neighbour: whoever asks reads its record
        }
    }
    return slots;
}

std::string encodeChanges(const ChangeSet& changes, const Catalog& catalog) {
    PayloadWriter writer;
    for (const std::string& text : changes.schema) {
        writer.schema(text);
    }
    for (const std::uint32_t id : sortedIds(changes.nodes)) {
        const auto& change = changes.nodes.at(id);
        if (!change.after) {
            writer.deleteNode(id);
        } else if (!change.before || !sameRecord(*change.before, *change.after)) {
            std::vector<std::string_view> labels;
            for (const LabelId label : change.after->labels) {
                labels.push_back(catalog.labels().name(label.value));
            }
            writer.putNode(id, labels, named(change.after->properties, catalog));
        }
    }
    for (const std::uint32_t id : sortedIds(changes.relationships)) {
        const auto& change = changes.relationships.at(id);
        if (!change.after) {
            writer.deleteRelationship(id);
        } else if (!change.before || !sameRecord(*change.before, *change.after)) {
            writer.putRelationship(id, catalog.types().name(change.after->type.value),
                                   change.after->start.value, change.after->end.value,
                                   named(change.after->properties, catalog));
        }
    }
    return writer.take();
}

CommitOutcome applyChanges(StoreTxn& txn, const Snapshot& base, const ChangeSet& changes,
                           CatalogBuilder& catalog, const IdAllocator& ids,
                           const std::vector<PendingEntry>& entries, const FileHeader& header, MergeRun merge,
                           ChunkLimits limits) {
    CommitOutcome outcome;
    outcome.file = base.state().file;
    outcome.counts = base.counts();
    Segment& segment = outcome.segment;

    storeNodeRecords(txn, changes, catalog, limits, segment);
    storeRelationshipRecords(txn, changes, catalog, limits, segment);
    segment.changes = EdgeDeriver(base, changes, catalog.catalog()).derive();
    storeIndexes(txn, changes, catalog, limits, segment);
    countDifferences(changes, outcome.counts);
    buildDeclared(txn, base, changes, catalog, limits, segment);

    for (const PendingEntry& entry : entries) {
        const JournalEntry written =
            appendEntry(txn, entry.draft, entry.payload, header.database_id, limits.value_max);
        outcome.first_entry = outcome.first_entry == 0 ? written.number : outcome.first_entry;
        outcome.file.last_entry = written.number;
    }
    segment.sequence = outcome.file.last_entry;
    if (catalog.changed()) {
        outcome.file.catalog_entry = outcome.file.last_entry;
        storeCatalog(txn, catalog);
    }
    storeCounts(txn, base.counts(), outcome.counts);
    storeAllocation(txn, loadAllocation(txn), ids.allocation());

    if (merge.job != nullptr) {
        MergeSlice slice = merge.job->run(txn, merge.chunks, limits);
        std::move(slice.touched.begin(), slice.touched.end(), std::back_inserter(segment.touched));
        segment.touched_hubs.insert(segment.touched_hubs.end(), slice.touched_hubs.begin(),
                                    slice.touched_hubs.end());
        if (merge.job->done()) {
            eraseSegments(txn, merge.job->upTo());
            outcome.file.merged_up_to = merge.job->upTo();
            outcome.file.unmerged -= std::min<std::uint64_t>(outcome.file.unmerged, merge.job->changeCount());
        }
    }
    outcome.file.unmerged += segment.changes.size();
    if (!segment.changes.empty() || !segment.touched.empty() || !segment.touched_hubs.empty()) {
        const Catalog& now = catalog.catalog();
        storeSegment(
            txn, segment,
            [&now](TypeId type, Direction direction) { return now.adjacency(type).stride(direction); },
            limits.value_max);
    }
    storeState(txn, outcome.file);
    return outcome;
}

}  // namespace xinpu::engine
