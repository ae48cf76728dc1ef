// engine/bulk/adjacency_build.cpp
// Merging the two sorted directions of a type into groups, and groups into chunks.

#include "engine/bulk/adjacency_build.h"

#include "engine/graph/hub.h"

namespace xinpu::engine {
namespace {

template <std::size_t Slots>
class SlottedEdgeSort final : public EdgeSort {
public:
    SlottedEdgeSort(const std::filesystem::path& folder, std::size_t bytes_max) : rows_(folder, bytes_max) {}

    void add(std::uint32_t node, std::uint32_t neighbour, std::uint32_t relationship,
             std::span<const std::int32_t> slots) override {
        EdgeRow<Slots> row{node, neighbour, relationship, {}};
        for (std::size_t i = 0; i < Slots && i < slots.size(); ++i) {
            row.slots[i] = slots[i];
        }
        rows_.add(row);
    }
    void sort() override { rows_.sort(); }
    void begin() override { next_ = rows_.drain(); }
    bool next(std::uint32_t& node, Entry& entry) override {
        const EdgeRow<Slots>* row = next_();
        if (row == nullptr) {
            return false;
        }
        node = row->node;
        entry.neighbour = row->neighbour;
        entry.relationship = row->relationship;
        for (std::size_t i = 0; i < Slots; ++i) {
            entry.slots[i] = row->slots[i];
        }
        return true;
    }
    void clear() override { rows_.clear(); }

private:
    ExternalSort<EdgeRow<Slots>, EdgeRowOrder> rows_;
    std::function<const EdgeRow<Slots>*()> next_;
};

/// One direction's stream with the row at hand.
struct Side {
    EdgeSort& rows;
    std::uint32_t node = 0;
    Entry entry;
    bool more = false;

    explicit Side(EdgeSort& sorted) : rows(sorted) {
        rows.begin();
        more = rows.next(node, entry);
    }
    void take(std::uint32_t group, std::array<std::vector<Entry>, kGroupIds>& lists) {
        while (more && groupOf(node) == group) {
            lists[node % kGroupIds].push_back(entry);
            more = rows.next(node, entry);
        }
    }
};

void moveHubsOut(TypeId type, const AdjacencyLayout& layout, std::uint32_t group, LooseGroup& loose,
                 ChunkLimits limits, std::vector<std::pair<std::string, std::string>>& hub_blocks) {
    const std::uint32_t stride[2] = {layout.stride(Direction::Out), layout.stride(Direction::In)};
    for (;;) {
        std::size_t largest = 0, d_at = 0;
        std::uint32_t k_at = 0;
        for (std::size_t d = 0; d < 2; ++d) {
            for (std::uint32_t k = 0; k < kGroupIds; ++k) {
                if (const std::size_t bytes = loose.entries[d][k].size() * stride[d]; bytes > largest) {
                    largest = bytes;
                    d_at = d;
                    k_at = k;
                }
            }
        }
        if (loose.bytes(stride[0], stride[1]) <= groupBytesMax(limits.value_max) &&
            loose.entries[d_at][k_at].size() < kHubCount) {
            return;
        }
        const HubKey hub{type, static_cast<Direction>(d_at), NodeId{group * kGroupIds + k_at}};
        auto blocks = encodeHub(hub, std::move(loose.entries[d_at][k_at]), stride[d_at],
                                layout.hub_order[d_at], limits);
        std::move(blocks.begin(), blocks.end(), std::back_inserter(hub_blocks));
        loose.entries[d_at][k_at].clear();
        loose.hub[d_at][k_at] = true;
    }
}

}  // namespace

std::unique_ptr<EdgeSort> EdgeSort::make(std::size_t slots, const std::filesystem::path& folder,
                                         std::size_t bytes_max) {
    switch (slots) {
    case 0:
        return std::make_unique<SlottedEdgeSort<0>>(folder, bytes_max);
    case 1:
    case 2:
        return std::make_unique<SlottedEdgeSort<2>>(folder, bytes_max);
    case 3:
        return std::make_unique<SlottedEdgeSort<3>>(folder, bytes_max);
    default:
        return std::make_unique<SlottedEdgeSort<kCoveredSlotsMax>>(folder, bytes_max);
    }
}

void buildAdjacency(TypeId type, const AdjacencyLayout& layout, EdgeSort& out, EdgeSort& in,
                    ChunkLimits limits, const AppendChunk& append,
                    std::vector<std::pair<std::string, std::string>>& hub_blocks) {
    const std::uint32_t stride[2] = {layout.stride(Direction::Out), layout.stride(Direction::In)};
    const ChunkSpace space = adjacencyOf(type.value);
    ChunkStream chunks(ChunkKind::Adjacency, 0, limits.value_min, limits.value_max);
    Side sides[2] = {Side(out), Side(in)};
    LooseGroup loose;
    const auto put = [&](const std::optional<EncodedChunk>& chunk) {
        if (chunk) {
            append(space.key(chunk->last_group), chunk->bytes);
        }
    };
    while (sides[0].more || sides[1].more) {
        std::uint32_t group = UINT32_MAX;
        for (const Side& side : sides) {
            group = side.more ? std::min(group, groupOf(side.node)) : group;
        }
        for (std::size_t d = 0; d < 2; ++d) {
            for (auto& list : loose.entries[d]) {
                list.clear();
            }
            loose.hub[d].fill(false);
            sides[d].take(group, loose.entries[d]);
        }
        moveHubsOut(type, layout, group, loose, limits, hub_blocks);
        put(chunks.add(loose.pack(group, stride[0], stride[1])));
    }
    put(chunks.finish());
}

}  // namespace xinpu::engine
