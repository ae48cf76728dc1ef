// engine/graph/adjacency_group.h
#pragma once
// One group of adjacency: 16 nodes' relationships of one type, both directions, inside a chunk.

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "engine/catalog/catalog.h"
#include "engine/graph/chunk.h"

namespace xinpu::engine {

/// A count that says: this node's entries of this direction lie in hub blocks.
inline constexpr std::uint8_t kHubCount = 255;
inline constexpr std::size_t kGroupCountsBytes = kGroupIds;

/// One node's relationships inside a group. Layout of a group: 16 counts outgoing (if kGroupOut), 16 counts
/// incoming (if kGroupIn), then per node its outgoing entries and its incoming entries.
struct NodeEntries {
    const std::byte* out = nullptr;
    const std::byte* in = nullptr;
    std::uint32_t out_count = 0;
    std::uint32_t in_count = 0;
    bool out_hub = false;
    bool in_hub = false;
};

namespace detail {
/// Sum of the counts before position `k`, hub marks counting nothing.
inline std::uint32_t sumBefore(const std::byte* counts, std::uint32_t k) noexcept {
#if defined(__SSE2__)
    alignas(16) static constexpr std::array<std::uint8_t, 32> kMask = [] {
        std::array<std::uint8_t, 32> mask{};
        for (std::size_t i = 0; i < 16; ++i) {
            mask[i] = 0xff;
        }
        return mask;
    }();
    const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(counts));
    const __m128i keep = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kMask.data() + 16 - k));
    const __m128i hub = _mm_cmpeq_epi8(values, _mm_set1_epi8(static_cast<char>(kHubCount)));
    const __m128i sums =
        _mm_sad_epu8(_mm_andnot_si128(hub, _mm_and_si128(values, keep)), _mm_setzero_si128());
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(sums)) +
           static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_srli_si128(sums, 8)));
#else
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < k; ++i) {
        const auto count = static_cast<std::uint8_t>(counts[i]);
        sum += count == kHubCount ? 0U : count;
    }
    return sum;
#endif
}
}  // namespace detail

/// Finds a node's entries. The group was checked by groupIsSound().
inline NodeEntries nodeEntries(const std::byte* group, std::uint8_t flags, std::uint32_t node,
                               std::uint32_t stride_out, std::uint32_t stride_in) noexcept {
    const std::uint32_t k = node % kGroupIds;
    const std::byte* entries = group;
    NodeEntries found;
    std::size_t before = 0;
    if ((flags & kGroupOut) != 0) {
        const auto count = static_cast<std::uint8_t>(entries[k]);
        found.out_hub = count == kHubCount;
        found.out_count = found.out_hub ? 0 : count;
        before += std::size_t{detail::sumBefore(entries, k)} * stride_out;
        entries += kGroupCountsBytes;
    }
    if ((flags & kGroupIn) != 0) {
        const auto count = static_cast<std::uint8_t>(entries[k]);
        found.in_hub = count == kHubCount;
        found.in_count = found.in_hub ? 0 : count;
        before += std::size_t{detail::sumBefore(entries, k)} * stride_in;
        entries += kGroupCountsBytes;
    }
    found.out = entries + before;
    found.in = found.out + std::size_t{found.out_count} * stride_out;
    return found;
}

/// Whether counts and length agree, so that nodeEntries() stays inside.
bool groupIsSound(const ChunkView::Group& group, std::uint32_t stride_out, std::uint32_t stride_in) noexcept;

/// An adjacency entry in memory.
struct Entry {
    std::uint32_t neighbour = 0;
    std::uint32_t relationship = 0;
    std::array<std::int32_t, kCoveredSlotsMax> slots{};
};
void appendEntry(const Entry& entry, std::uint32_t stride, std::string& out);
Entry readEntry(const std::byte* at, std::uint32_t stride) noexcept;

/// A group taken apart: entries of 16 nodes by direction, each list by (neighbour, relationship).
struct LooseGroup {
    std::array<std::vector<Entry>, kGroupIds> entries[2];
    std::array<bool, kGroupIds> hub[2]{};  ///< its entries lie in hub blocks; the list here is empty

    static LooseGroup from(const ChunkView::Group& group, std::uint32_t stride_out, std::uint32_t stride_in);
    bool empty() const noexcept;
    std::size_t bytes(std::uint32_t stride_out, std::uint32_t stride_in) const noexcept;
    /// Empty bytes if nothing is in it.
    ChunkGroup pack(std::uint32_t group, std::uint32_t stride_out, std::uint32_t stride_in) const;
};

}  // namespace xinpu::engine
