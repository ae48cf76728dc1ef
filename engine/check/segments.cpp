// engine/check/segments.cpp
// Segments: their parts, their place between state and journal, and what they change.

#include "engine/check/segments.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace xinpu::engine {
namespace {

auto placeOf(const EdgeChange& edge) {
    return std::tuple(edge.type, edge.node, edge.direction, edge.entry.relationship);
}

}  // namespace

PendingChanges::PendingChanges(Checker& check) {
    readSegments(check);
    if (changes_.size() != check.state.unmerged) {
        check.add(FindingKind::State, "table Meta",
                  fmt::format("{} adjacency changes are said to wait for merging, the segments hold {}",
                              check.state.unmerged, changes_.size()));
    }
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
        return std::tuple_cat(placeOf(a.edge), std::tuple(a.sequence)) <
               std::tuple_cat(placeOf(b.edge), std::tuple(b.sequence));
    });
}

void PendingChanges::readSegments(Checker& check) {
    TableCursor cursor(check.txn, Table::Segments);
    std::uint64_t sequence = 0;
    std::uint16_t expected = 0;
    for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
        const std::string where = entryText(Table::Segments, entry->key);
        if (entry->key.size() != 10) {
            check.add(FindingKind::Table, where, "the key has a wrong length");
            continue;
        }
        if (keyU64(entry->key, 0) != sequence) {
            sequence = keyU64(entry->key, 0);
            expected = 0;
        }
        if (sequence <= check.state.merged_up_to || sequence > check.state.last_entry) {
            check.add(
                FindingKind::Segment, where,
                fmt::format("segment {} does not lie between the merged ones ({}) and the last entry ({})",
                            sequence, check.state.merged_up_to, check.state.last_entry));
            continue;
        }
        const std::uint16_t part = keyU16(entry->key, 8);
        if (part != expected) {
            check.add(FindingKind::Segment, where,
                      fmt::format("part {} of segment {} is missing", expected, sequence));
        }
        expected = static_cast<std::uint16_t>(part + 1);
        Segment segment;
        if (!decodeSegmentPart(entry->value, segment)) {
            check.add(FindingKind::Segment, where,
                      fmt::format("part {} of segment {} does not decode", part, sequence));
            continue;
        }
        for (const EdgeChange& edge : segment.changes) {
            if (edge.type.value >= check.catalog->types().size()) {
                check.add(FindingKind::Segment, where,
                          fmt::format("segment {} changes a type that does not exist", sequence));
                continue;
            }
            changes_.push_back({edge, sequence, 0});
        }
    }
}

PendingChanges::Found PendingChanges::changes(TypeId type, NodeId node, Direction direction,
                                              std::uint32_t relationship, std::uint64_t merged) const {
    if (changes_.empty()) {
        return Found::Nothing;
    }
    const auto place = std::tuple(type, node, direction, relationship);
    const auto first = std::lower_bound(
        changes_.begin(), changes_.end(), std::tuple_cat(place, std::tuple(merged + 1)),
        [](const Change& change, const auto& wanted) {
            return std::tuple_cat(placeOf(change.edge), std::tuple(change.sequence)) < wanted;
        });
    if (first == changes_.end() || placeOf(first->edge) != place) {
        return Found::Nothing;
    }
    return first->edge.op == EdgeOp::Insert ? Found::InsertsAgain : Found::Overrides;
}

void PendingChanges::mergedUpTo(TypeId type, std::uint32_t group, std::uint64_t merged) {
    auto at = std::lower_bound(changes_.begin(), changes_.end(), std::tuple(type, NodeId{group * kGroupIds}),
                               [](const Change& change, const auto& wanted) {
                                   return std::tuple(change.edge.type, change.edge.node) < wanted;
                               });
    for (; at != changes_.end() && at->edge.type == type && groupOf(at->edge.node.value) == group; ++at) {
        at->merged = merged;
    }
}

void PendingChanges::eachLeft(const std::function<void(const EdgeChange&)>& visit) const {
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        const bool newest =
            i + 1 == changes_.size() || placeOf(changes_[i + 1].edge) != placeOf(changes_[i].edge);
        if (newest && changes_[i].sequence > changes_[i].merged && changes_[i].edge.op != EdgeOp::Remove) {
            visit(changes_[i].edge);
        }
    }
}

}  // namespace xinpu::engine
