// engine/check/adjacency.cpp
// Adjacency entries against relationship records, in both directions: chunks, hub blocks, waiting segments.

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "engine/check/checker.h"
#include "engine/check/segments.h"
#include "engine/graph/hub.h"
#include "engine/value/crc32c.h"

namespace xinpu::engine {
namespace {

struct HubMark {
    std::uint64_t merged = 0;  ///< of the chunk that has the mark
    std::uint64_t entries = 0;
    std::int64_t last_order = INT64_MIN;
    std::uint32_t last_relationship = 0;
};

using HubName = std::tuple<std::uint32_t, std::uint8_t, std::uint32_t>;  ///< type, direction, node

class AdjacencyCheck {
public:
    explicit AdjacencyCheck(Checker& check) : check_(check), pending_(check) {}

    void run() {
        walkChunks();
        walkHubs();
        pending_.eachLeft([this](const EdgeChange& change) {
            entry(change.type.value, change.direction, change.node.value, change.entry);
        });
        findMissing();
    }

private:
    std::string where(std::uint32_t type, Direction direction, std::uint32_t node) const {
        return fmt::format("{} of {} along type {}", direction == Direction::Out ? "outgoing" : "incoming",
                           nodeText(node), type);
    }

    /// Holds one entry that readers see against its record.
    void entry(std::uint32_t type, Direction direction, std::uint32_t node, const Entry& entry) {
        check_.step("adjacency", ++done_, 2 * check_.counts.relationships);
        const std::string_view end = direction == Direction::Out ? "start" : "end";
        RelFact* const fact = check_.relationships.find(entry.relationship);
        if (fact == nullptr || fact->type == UINT32_MAX) {
            check_.add(
                FindingKind::Adjacency, where(type, direction, node),
                fmt::format("an entry for {}, which does not exist", relationshipText(entry.relationship)));
            return;
        }
        const std::uint32_t own = direction == Direction::Out ? fact->start : fact->end;
        const std::uint32_t other = direction == Direction::Out ? fact->end : fact->start;
        if (fact->type != type || own != node || other != entry.neighbour) {
            check_.add(FindingKind::Adjacency, where(type, direction, node),
                       fmt::format("the entry for {} has another type, node or neighbour than its record",
                                   relationshipText(entry.relationship)));
            return;
        }
        const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(direction));
        if ((fact->seen & bit) != 0) {
            check_.add(
                FindingKind::Adjacency, where(type, direction, node),
                fmt::format("a second entry for {} at its {}", relationshipText(entry.relationship), end));
        }
        fact->seen = static_cast<std::uint8_t>(fact->seen | bit);
        const std::size_t d = static_cast<std::size_t>(direction);
        const std::size_t slots = check_.catalog->adjacency(TypeId{type}).slots[d].size();
        if (crc32c(0, entry.slots.data(), slots * 4) != fact->slots[d]) {
            check_.add(FindingKind::Slot, where(type, direction, node),
                       fmt::format("the covered slots of {} differ from what the records say",
                                   relationshipText(entry.relationship)));
        }
    }

    void baseEntries(std::uint32_t type, Direction direction, std::uint32_t node, std::uint64_t merged,
                     const std::byte* first, std::uint32_t count, std::uint32_t stride) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const Entry base = readEntry(first + std::size_t{i} * stride, stride);
            switch (pending_.changes(TypeId{type}, NodeId{node}, direction, base.relationship, merged)) {
            case PendingChanges::Found::Nothing:
                entry(type, direction, node, base);
                break;
            case PendingChanges::Found::InsertsAgain:
                check_.add(FindingKind::Segment, where(type, direction, node),
                           fmt::format("a segment inserts {}, which is merged already",
                                       relationshipText(base.relationship)));
                break;
            case PendingChanges::Found::Overrides:
                break;
            }
        }
    }

    void walkChunks() {
        TableCursor cursor(check_.txn, Table::Adjacency);
        std::uint32_t type = UINT32_MAX;
        std::int64_t last_group = -1;
        for (auto found = cursor.seek({}); found; found = cursor.next()) {
            if (found->key.size() == 8 && keyU32(found->key, 0) != type) {
                type = keyU32(found->key, 0);
                last_group = -1;
            }
            const auto chunk =
                checkedChunk(check_, *found, Table::Adjacency, ChunkKind::Adjacency, 4, &last_group);
            if (!chunk) {
                continue;
            }
            const std::string text = entryText(Table::Adjacency, found->key);
            if (type >= check_.catalog->types().size()) {
                check_.add(FindingKind::Adjacency, text, "a chunk of a type that does not exist");
                continue;
            }
            if (chunk->merged() > check_.state.last_entry) {
                check_.add(FindingKind::Segment, text,
                           fmt::format("the chunk is merged up to entry {}, but the last entry is {}",
                                       chunk->merged(), check_.state.last_entry));
            }
            for (std::uint32_t group = chunk->firstGroup(); group <= chunk->lastGroup(); ++group) {
                if (const ChunkView::Group bytes = chunk->group(group); bytes.data != nullptr) {
                    walkGroup(type, group, bytes, chunk->merged(), text);
                }
            }
        }
    }

    void walkGroup(std::uint32_t type, std::uint32_t group, const ChunkView::Group& bytes,
                   std::uint64_t merged, const std::string& text) {
        const AdjacencyLayout& layout = check_.catalog->adjacency(TypeId{type});
        const std::uint32_t stride[2] = {layout.stride(Direction::Out), layout.stride(Direction::In)};
        if (group > groupOf(UINT32_MAX) || !groupIsSound(bytes, stride[0], stride[1])) {
            check_.add(FindingKind::Layout, text,
                       fmt::format("group {} has counts that do not fit its length", group));
            return;
        }
        pending_.mergedUpTo(TypeId{type}, group, merged);
        for (std::uint32_t k = 0; k < kGroupIds; ++k) {
            const std::uint32_t node = group * kGroupIds + k;
            const NodeEntries found = nodeEntries(bytes.data, bytes.flags, node, stride[0], stride[1]);
            if (found.out_hub) {
                hubs_[{type, std::uint8_t{0}, node}].merged = merged;
            }
            if (found.in_hub) {
                hubs_[{type, std::uint8_t{1}, node}].merged = merged;
            }
            list(type, Direction::Out, node, merged, found.out, found.out_count, stride[0]);
            list(type, Direction::In, node, merged, found.in, found.in_count, stride[1]);
        }
    }

    void list(std::uint32_t type, Direction direction, std::uint32_t node, std::uint64_t merged,
              const std::byte* first, std::uint32_t count, std::uint32_t stride) {
        for (std::uint32_t i = 1; i < count; ++i) {
            const Entry a = readEntry(first + std::size_t{i - 1} * stride, stride);
            const Entry b = readEntry(first + std::size_t{i} * stride, stride);
            if (std::tie(a.neighbour, a.relationship) >= std::tie(b.neighbour, b.relationship)) {
                check_.add(FindingKind::Adjacency, where(type, direction, node),
                           "entries are not ordered by neighbour and relationship");
                break;
            }
        }
        baseEntries(type, direction, node, merged, first, count, stride);
    }

    void walkHubs() {
        TableCursor cursor(check_.txn, Table::Hubs);
        for (auto found = cursor.seek({}); found; found = cursor.next()) {
            const std::string text = entryText(Table::Hubs, found->key);
            if (found->key.size() != 17) {
                check_.add(FindingKind::Table, text, "the key has a wrong length");
                continue;
            }
            const HubName name{keyU32(found->key, 0), std::to_integer<std::uint8_t>(found->key[4]),
                               keyU32(found->key, 5)};
            const auto mark = hubs_.find(name);
            if (mark == hubs_.end()) {
                check_.add(FindingKind::Adjacency, text, "a hub block of a node that is not marked as a hub");
                continue;
            }
            walkHubBlock(name, mark->second, *found, text);
        }
        for (const auto& [name, mark] : hubs_) {
            if (mark.entries == 0) {
                check_.add(
                    FindingKind::Adjacency,
                    where(std::get<0>(name), static_cast<Direction>(std::get<1>(name)), std::get<2>(name)),
                    "the node is marked as a hub, but has no hub blocks");
            }
        }
    }

    void walkHubBlock(const HubName& name, HubMark& mark, const TableEntry& found, const std::string& text) {
        const auto [type, direction_number, node] = name;
        const auto direction = static_cast<Direction>(direction_number);
        const AdjacencyLayout& layout = check_.catalog->adjacency(TypeId{type});
        const std::uint32_t stride = layout.stride(direction);
        const auto block = parseHubBlock(found.value, stride);
        if (!block || found.value.size() < check_.limits.value_min ||
            found.value.size() > check_.limits.value_max) {
            check_.add(FindingKind::Layout, text, "the hub block cannot be read");
            return;
        }
        const int order_slot = layout.hub_order[direction_number];
        bool ordered = true;
        std::int32_t order = 0;
        for (std::uint32_t i = 0; i < block->count; ++i) {
            const Entry one = readEntry(block->first + std::size_t{i} * stride, stride);
            order = order_slot < 0 ? 0 : one.slots[static_cast<std::size_t>(order_slot)];
            ordered =
                ordered && (mark.entries == 0 || std::tuple(std::int64_t{order}, one.relationship) >
                                                     std::tuple(mark.last_order, mark.last_relationship));
            mark.last_order = order;
            mark.last_relationship = one.relationship;
            ++mark.entries;
        }
        const HubKey hub{TypeId{type}, direction, NodeId{node}};
        if (!ordered || hubBlockKey(hub, order, mark.last_relationship) != asText(found.key)) {
            check_.add(FindingKind::Adjacency, text, "the hub block is out of order");
        }
        baseEntries(type, direction, node, mark.merged, block->first, block->count, stride);
    }

    void findMissing() {
        check_.relationships.forEach([this](std::uint32_t id, const RelFact& fact) {
            if (fact.type == UINT32_MAX || fact.seen == 3) {
                return;
            }
            const std::string where = fmt::format("{} of type {}", relationshipText(id), fact.type);
            if (fact.seen == 0) {
                check_.add(FindingKind::Adjacency, where,
                           fmt::format("it has no entry at its start {} and none at its end {}",
                                       nodeText(fact.start), nodeText(fact.end)));
            } else {
                check_.add(FindingKind::Mirror, where,
                           fmt::format("it has an entry at its {} {}, but none at its {} {}",
                                       fact.seen == 1 ? "start" : "end",
                                       nodeText(fact.seen == 1 ? fact.start : fact.end),
                                       fact.seen == 1 ? "end" : "start",
                                       nodeText(fact.seen == 1 ? fact.end : fact.start)));
            }
        });
    }

    Checker& check_;
    PendingChanges pending_;
    std::map<HubName, HubMark> hubs_;
    std::uint64_t done_ = 0;
};

}  // namespace

void checkAdjacency(Checker& check) {
    AdjacencyCheck(check).run();
}

}  // namespace xinpu::engine
