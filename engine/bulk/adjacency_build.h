// engine/bulk/adjacency_build.h
#pragma once
// Adjacency of one relationship type from unsorted relationships.

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/bulk/external_sort.h"
#include "engine/graph/adjacency_group.h"
#include "engine/graph/chunk_table.h"

namespace xinpu::engine {

/// One end of a relationship while it waits to be sorted.
template <std::size_t Slots>
struct EdgeRow {
    std::uint32_t node;
    std::uint32_t neighbour;
    std::uint32_t relationship;
    std::int32_t slots[Slots == 0 ? 1 : Slots];
};
/// Relationships of a type come by ascending id, so node and neighbour decide.
struct EdgeRowOrder {
    static constexpr unsigned kWords = 2;
    template <typename Row>
    static std::uint32_t word(const Row& row, unsigned from_last) noexcept {
        return from_last == 0 ? row.neighbour : row.node;
    }
};

/// Collects one direction of one type; the row is only as wide as its slots need.
class EdgeSort {
public:
    static std::unique_ptr<EdgeSort> make(std::size_t slots, const std::filesystem::path& folder,
                                          std::size_t bytes_max);
    virtual ~EdgeSort() = default;
    virtual void add(std::uint32_t node, std::uint32_t neighbour, std::uint32_t relationship,
                     std::span<const std::int32_t> slots) = 0;
    virtual void sort() = 0;
    /// After sort(): the next (node, entry), or false. Once through.
    virtual void begin() = 0;
    virtual bool next(std::uint32_t& node, Entry& entry) = 0;
    virtual void clear() = 0;
};

/// Puts chunks by ascending key and collects hub blocks (key, value), which lie in a table of their own.
using AppendChunk = std::function<void(const std::string& key, const std::string& body)>;
void buildAdjacency(TypeId type, const AdjacencyLayout& layout, EdgeSort& out, EdgeSort& in,
                    ChunkLimits limits, const AppendChunk& append,
                    std::vector<std::pair<std::string, std::string>>& hub_blocks);

}  // namespace xinpu::engine
