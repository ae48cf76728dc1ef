// engine/graph/merge.cpp
// Taking changes into groups, and running a merge chunk by chunk.

#include "engine/graph/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/graph/hub.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

/// A hub goes back into its group below this many entries; far below what drives a node out, so that it does
/// not move back and forth.
constexpr std::size_t kHubBackEntries = 48;
/// Groups behind the last chunk that one slice appends at most.
constexpr std::size_t kTailGroupsMax = 512;

bool entryBefore(const Entry& a, const Entry& b) noexcept {
    return std::tie(a.neighbour, a.relationship) < std::tie(b.neighbour, b.relationship);
}

/// Oldest first per relationship: the last one counts.
void applyChanges(std::vector<Entry>& entries, std::span<const EdgeChange> changes) {
    std::map<std::uint32_t, const EdgeChange*> last;
    for (const EdgeChange& change : changes) {
        last[change.entry.relationship] = &change;
    }
    std::erase_if(entries, [&last](const Entry& entry) { return last.contains(entry.relationship); });
    for (const auto& [relationship, change] : last) {
        if (change->op != EdgeOp::Remove) {
            entries.push_back(change->entry);
        }
    }
    std::sort(entries.begin(), entries.end(), entryBefore);
}

/// Moves the largest lists to hub blocks until the rest fits into a chunk.
void moveOut(StoreTxn& txn, TypeId type, const AdjacencyLayout& layout, std::uint32_t group,
             LooseGroup& loose, ChunkLimits limits, bool* hubs_changed) {
    const std::uint32_t stride[2] = {layout.stride(Direction::Out), layout.stride(Direction::In)};
    for (;;) {
        std::size_t largest = 0, d_at = 0;
        std::uint32_t k_at = 0;
        bool too_many = false;  // for its count byte, however few bytes that is
        for (std::size_t d = 0; d < 2; ++d) {
            for (std::uint32_t k = 0; k < kGroupIds; ++k) {
                const std::size_t bytes = loose.entries[d][k].size() * stride[d];
                const bool over = loose.entries[d][k].size() >= kHubCount;
                if (over > too_many || (over == too_many && bytes > largest)) {
                    too_many = over;
                    largest = bytes;
                    d_at = d;
                    k_at = k;
                }
            }
        }
        if (!too_many && loose.bytes(stride[0], stride[1]) <= groupBytesMax(limits.value_max)) {
            return;
        }
        const HubKey hub{type, static_cast<Direction>(d_at), NodeId{group * kGroupIds + k_at}};
        writeHub(txn, hub, std::move(loose.entries[d_at][k_at]), stride[d_at], layout.hub_order[d_at],
                 limits);
        loose.entries[d_at][k_at].clear();
        loose.hub[d_at][k_at] = true;
        *hubs_changed = true;
    }
}

}  // namespace

ChunkGroup mergeGroup(StoreTxn& txn, TypeId type, const AdjacencyLayout& layout, std::uint32_t group,
                      std::span<const EdgeChange> changes, ChunkLimits limits, bool* hubs_changed) {
    const std::uint32_t stride[2] = {layout.stride(Direction::Out), layout.stride(Direction::In)};
    const ChunkView::Group old = findGroup(txn, adjacencyOf(type.value), group);
    if (old.data != nullptr && !groupIsSound(old, stride[0], stride[1])) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("Adjacency group {} of relationship type {} has counts that do not fit its "
                                "length. Run `xinpu check`.",
                                group, type.value));
    }
    LooseGroup loose = LooseGroup::from(old, stride[0], stride[1]);
    for (std::size_t i = 0; i < changes.size();) {
        std::size_t end = i;
        while (end < changes.size() && changes[end].node == changes[i].node &&
               changes[end].direction == changes[i].direction) {
            ++end;
        }
        const std::size_t d = static_cast<std::size_t>(changes[i].direction);
        const std::uint32_t k = changes[i].node.value % kGroupIds;
        if (loose.hub[d][k]) {
            const HubKey hub{type, changes[i].direction, changes[i].node};
            std::vector<Entry> entries = copyHub(txn, hub, stride[d]);
            applyChanges(entries, changes.subspan(i, end - i));
            *hubs_changed = true;
            if (entries.size() < kHubBackEntries) {
                eraseHub(txn, hub);
                loose.hub[d][k] = false;
                loose.entries[d][k] = std::move(entries);
            } else {
                writeHub(txn, hub, std::move(entries), stride[d], layout.hub_order[d], limits);
            }
        } else {
            applyChanges(loose.entries[d][k], changes.subspan(i, end - i));
        }
        i = end;
    }
    moveOut(txn, type, layout, group, loose, limits, hubs_changed);
    return loose.pack(group, stride[0], stride[1]);
}

MergeJob::MergeJob(const StoreTxn& txn, std::uint64_t after, std::uint64_t up_to,
                   std::shared_ptr<const Catalog> catalog)
    : up_to_(up_to), catalog_(std::move(catalog)) {
    eachSegment(txn, after, [this](const Segment& segment) {
        if (segment.sequence <= up_to_) {
            changes_.insert(changes_.end(), segment.changes.begin(), segment.changes.end());
        }
    });
    // Stable: among changes of one relationship the order of the segments, that is their age, stays.
    std::stable_sort(changes_.begin(), changes_.end(), [](const EdgeChange& a, const EdgeChange& b) {
        return std::tie(a.type, a.node, a.direction, a.entry.relationship) <
               std::tie(b.type, b.node, b.direction, b.entry.relationship);
    });
}

MergeSlice MergeJob::run(StoreTxn& txn, std::size_t chunks, ChunkLimits limits) {
    MergeSlice slice;
    for (std::size_t done = 0; done < chunks && at_ < changes_.size(); ++done) {
        const TypeId type = changes_[at_].type;
        const ChunkSpace space = adjacencyOf(type.value);
        const std::uint32_t first = groupOf(changes_[at_].node.value);
        // All changes of the chunk that holds the first one: a chunk says for all its groups how far it is
        // merged.
        const auto entry = TableReader(txn, space.table).atOrAfter(asBytes(space.key(first)));
        const bool inside = entry && entry->key.size() == 8 && asText(entry->key).starts_with(space.prefix);
        const std::uint32_t last = inside ? keyU32(entry->key, 4) : UINT32_MAX;
        std::vector<ChunkGroup> groups;
        bool hubs_changed = false;
        while (at_ < changes_.size() && changes_[at_].type == type &&
               groupOf(changes_[at_].node.value) <= last && (inside || groups.size() < kTailGroupsMax)) {
            const std::uint32_t group = groupOf(changes_[at_].node.value);
            std::size_t end = at_;
            while (end < changes_.size() && changes_[end].type == type &&
                   groupOf(changes_[end].node.value) == group) {
                ++end;
            }
            groups.push_back(mergeGroup(txn, type, catalog_->adjacency(type), group,
                                        std::span(changes_).subspan(at_, end - at_), limits, &hubs_changed));
            at_ = end;
        }
        slice.touched.push_back({space, replaceGroups(txn, space, std::move(groups), up_to_, limits)});
        if (hubs_changed) {
            slice.touched_hubs.push_back(type);
        }
    }
    return slice;
}

}  // namespace xinpu::engine
