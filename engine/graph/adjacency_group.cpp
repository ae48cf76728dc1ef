// engine/graph/adjacency_group.cpp
// Packing, unpacking and checking of adjacency groups.

#include "engine/graph/adjacency_group.h"

#include "xinpu/assert.h"

namespace xinpu::engine {

bool groupIsSound(const ChunkView::Group& group, std::uint32_t stride_out, std::uint32_t stride_in) noexcept {
    if (group.flags == 0 || group.flags > (kGroupOut | kGroupIn)) {
        return false;
    }
    std::size_t need = 0;
    const std::byte* counts = group.data;
    for (const auto& [flag, stride] : {std::pair{kGroupOut, stride_out}, std::pair{kGroupIn, stride_in}}) {
        if ((group.flags & flag) == 0) {
            continue;
        }
        if (need + kGroupCountsBytes > group.size) {
            return false;
        }
        need += kGroupCountsBytes + std::size_t{detail::sumBefore(counts, kGroupIds)} * stride;
        counts += kGroupCountsBytes;
        if (need > group.size) {
            return false;
        }
    }
    return need == group.size;
}

void appendEntry(const Entry& entry, std::uint32_t stride, std::string& out) {
    const std::size_t at = out.size();
    out.resize(at + stride);
    std::memcpy(out.data() + at, &entry.neighbour, 4);
    std::memcpy(out.data() + at + 4, &entry.relationship, 4);
    std::memcpy(out.data() + at + kEntryFixedBytes, entry.slots.data(), stride - kEntryFixedBytes);
}

Entry readEntry(const std::byte* at, std::uint32_t stride) noexcept {
    Entry entry;
    std::memcpy(&entry.neighbour, at, 4);
    std::memcpy(&entry.relationship, at + 4, 4);
    std::memcpy(entry.slots.data(), at + kEntryFixedBytes, stride - kEntryFixedBytes);
    return entry;
}

LooseGroup LooseGroup::from(const ChunkView::Group& group, std::uint32_t stride_out,
                            std::uint32_t stride_in) {
    LooseGroup loose;
    if (group.data == nullptr) {
        return loose;
    }
    for (std::uint32_t k = 0; k < kGroupIds; ++k) {
        const NodeEntries found = nodeEntries(group.data, group.flags, k, stride_out, stride_in);
        loose.hub[0][k] = found.out_hub;
        loose.hub[1][k] = found.in_hub;
        for (std::uint32_t i = 0; i < found.out_count; ++i) {
            loose.entries[0][k].push_back(readEntry(found.out + std::size_t{i} * stride_out, stride_out));
        }
        for (std::uint32_t i = 0; i < found.in_count; ++i) {
            loose.entries[1][k].push_back(readEntry(found.in + std::size_t{i} * stride_in, stride_in));
        }
    }
    return loose;
}

bool LooseGroup::empty() const noexcept {
    for (std::size_t d = 0; d < 2; ++d) {
        for (std::uint32_t k = 0; k < kGroupIds; ++k) {
            if (hub[d][k] || !entries[d][k].empty()) {
                return false;
            }
        }
    }
    return true;
}

std::size_t LooseGroup::bytes(std::uint32_t stride_out, std::uint32_t stride_in) const noexcept {
    std::size_t total = 0;
    for (std::size_t d = 0; d < 2; ++d) {
        const std::uint32_t stride = d == 0 ? stride_out : stride_in;
        bool present = false;
        for (std::uint32_t k = 0; k < kGroupIds; ++k) {
            present = present || hub[d][k] || !entries[d][k].empty();
            total += entries[d][k].size() * stride;
        }
        total += present ? kGroupCountsBytes : 0;
    }
    return total;
}

ChunkGroup LooseGroup::pack(std::uint32_t group, std::uint32_t stride_out, std::uint32_t stride_in) const {
    ChunkGroup packed{group, 0, {}};
    for (std::size_t d = 0; d < 2; ++d) {
        std::string counts;
        bool present = false;
        for (std::uint32_t k = 0; k < kGroupIds; ++k) {
            XINPU_ASSERT(entries[d][k].size() < kHubCount);
            XINPU_ASSERT(!hub[d][k] || entries[d][k].empty());
            present = present || hub[d][k] || !entries[d][k].empty();
            counts.push_back(static_cast<char>(hub[d][k] ? kHubCount : entries[d][k].size()));
        }
        if (present) {
            packed.flags = static_cast<std::uint8_t>(packed.flags | (d == 0 ? kGroupOut : kGroupIn));
            packed.bytes += counts;
        }
    }
    for (std::uint32_t k = 0; k < kGroupIds; ++k) {
        for (std::size_t d = 0; d < 2; ++d) {
            for (const Entry& entry : entries[d][k]) {
                appendEntry(entry, d == 0 ? stride_out : stride_in, packed.bytes);
            }
        }
    }
    return packed;
}

}  // namespace xinpu::engine
