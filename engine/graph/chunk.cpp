// engine/graph/chunk.cpp
// Encoding, cutting and checking of chunks.

#include "engine/graph/chunk.h"

#include <algorithm>

#include "xinpu/assert.h"

namespace xinpu::engine {
namespace {

/// Absent groups between two present ones that a chunk's directory bridges at most: 128 bytes.
constexpr std::uint32_t kGapGroupsMax = 64;
constexpr std::size_t kHeaderBytes = sizeof(ChunkHeader);

std::size_t padded(std::size_t bytes) noexcept {
    return (bytes + 3) / 4 * 4;
}

/// Bytes of a chunk with `span` directory entries and `content` bytes of groups.
std::size_t chunkBytes(std::size_t span, std::size_t content) noexcept {
    return padded(kHeaderBytes + span * 2) + content;
}

EncodedChunk encodeOne(std::span<const ChunkGroup> groups, ChunkKind kind, std::uint64_t merged,
                       std::size_t value_min, std::size_t value_max) {
    XINPU_ASSERT(!groups.empty());
    EncodedChunk chunk;
    chunk.first_group = groups.front().group;
    chunk.last_group = groups.back().group;
    const std::size_t span = std::size_t{chunk.last_group} - chunk.first_group + 1;
    std::vector<std::uint16_t> directory(span, 0);
    std::size_t at = padded(kHeaderBytes + span * 2);
    chunk.bytes.assign(at, '\0');
    for (const ChunkGroup& group : groups) {
        XINPU_ASSERT(!group.bytes.empty());
        const std::size_t word = at / 4;
        XINPU_ASSERT(word <= kGroupOffsetMask);
        directory[group.group - chunk.first_group] =
            static_cast<std::uint16_t>(word | static_cast<unsigned>(group.flags) << kGroupFlagShift);
        chunk.bytes.append(group.bytes);
        at = padded(at + group.bytes.size());
        chunk.bytes.resize(at, '\0');
    }
    XINPU_ASSERT(at <= value_max);
    ChunkHeader header{};
    header.kind = static_cast<std::uint8_t>(kind);
    header.version = kChunkVersion;
    header.group_count = static_cast<std::uint16_t>(span);
    header.first_group = chunk.first_group;
    header.merged = merged;
    header.used_words = static_cast<std::uint16_t>(at / 4);
    std::memcpy(chunk.bytes.data(), &header, kHeaderBytes);
    std::memcpy(chunk.bytes.data() + kHeaderBytes, directory.data(), span * 2);
    if (chunk.bytes.size() < value_min) {
        chunk.bytes.resize(padded(value_min), '\0');
    }
    return chunk;
}

}  // namespace

std::optional<ChunkView> ChunkView::parse(Bytes bytes, ChunkKind kind) noexcept {
    if (bytes.size() < kHeaderBytes) {
        return std::nullopt;
    }
    const ChunkView view(bytes);
    const ChunkHeader header = view.header();
    const std::size_t used = std::size_t{header.used_words} * 4;
    if (header.kind != static_cast<std::uint8_t>(kind) || header.version != kChunkVersion ||
        header.group_count == 0 || used > bytes.size() ||
        padded(kHeaderBytes + std::size_t{header.group_count} * 2) > used ||
        header.first_group > UINT32_MAX - header.group_count) {
        return std::nullopt;
    }
    std::size_t least = padded(kHeaderBytes + std::size_t{header.group_count} * 2) / 4;
    for (std::size_t i = 0; i < header.group_count; ++i) {
        const std::uint16_t entry = view.entry(i);
        if (entry == 0) {
            continue;
        }
        const std::size_t word = entry & kGroupOffsetMask;
        if (word < least || word >= header.used_words) {
            return std::nullopt;
        }
        least = word + 1;
    }
    if (view.entry(0) == 0 || view.entry(header.group_count - 1U) == 0) {
        return std::nullopt;
    }
    return view;
}

ChunkView::Group ChunkView::group(std::uint32_t group) const noexcept {
    const ChunkHeader head = header();
    if (group < head.first_group || group - head.first_group >= head.group_count) {
        return {};
    }
    std::size_t index = group - head.first_group;
    const std::uint16_t here = entry(index);
    if (here == 0) {
        return {};
    }
    const std::size_t begin = std::size_t{here & static_cast<unsigned>(kGroupOffsetMask)} * 4;
    std::size_t end = std::size_t{head.used_words} * 4;
    while (++index < head.group_count) {
        if (const std::uint16_t next = entry(index); next != 0) {
            end = std::size_t{next & static_cast<unsigned>(kGroupOffsetMask)} * 4;
            break;
        }
    }
    return {bytes_.data() + begin, end - begin, static_cast<std::uint8_t>(here >> kGroupFlagShift)};
}

std::vector<ChunkGroup> ChunkView::copyGroups() const {
    std::vector<ChunkGroup> groups;
    for (std::uint32_t id = firstGroup();; ++id) {
        const Group found = group(id);
        if (found.data != nullptr) {
            groups.push_back(
                {id, found.flags, std::string(reinterpret_cast<const char*>(found.data), found.size)});
        }
        if (id == lastGroup()) {
            return groups;
        }
    }
}

std::vector<EncodedChunk> encodeChunks(std::span<const ChunkGroup> groups, ChunkKind kind,
                                       std::uint64_t merged, std::size_t value_min, std::size_t value_max,
                                       ChunkFill fill) {
    std::size_t target = value_max;
    if (fill == ChunkFill::Even) {
        std::size_t content = 0;
        for (const ChunkGroup& group : groups) {
            content += padded(group.bytes.size()) + 2;
        }
        const std::size_t room = value_max - kHeaderBytes;
        const std::size_t pieces = (content + room - 1) / room;
        if (pieces > 1) {
            target = std::min(value_max, content / pieces + value_max / 8 + kHeaderBytes);
        }
    }
    std::vector<EncodedChunk> chunks;
    for (std::size_t begin = 0; begin < groups.size();) {
        std::size_t end = begin;
        std::size_t content = 0;
        while (end < groups.size()) {
            const std::size_t span = std::size_t{groups[end].group} - groups[begin].group + 1;
            const std::size_t bytes = chunkBytes(span, content + padded(groups[end].bytes.size()));
            if (end > begin &&
                (bytes > target || groups[end].group - groups[end - 1].group > kGapGroupsMax)) {
                break;
            }
            XINPU_ASSERT(bytes <= value_max);
            content += padded(groups[end].bytes.size());
            ++end;
        }
        chunks.push_back(encodeOne(groups.subspan(begin, end - begin), kind, merged, value_min, value_max));
        begin = end;
    }
    return chunks;
}

bool ChunkStream::fits(const ChunkGroup& group) const noexcept {
    if (pending_.empty()) {
        return true;
    }
    const std::size_t span = std::size_t{group.group} - pending_.front().group + 1;
    return group.group - pending_.back().group <= kGapGroupsMax &&
           chunkBytes(span, words_ * 4 + padded(group.bytes.size())) <= value_max_;
}

std::optional<EncodedChunk> ChunkStream::add(ChunkGroup group) {
    std::optional<EncodedChunk> full;
    if (!fits(group)) {
        full = finish();
    }
    words_ += padded(group.bytes.size()) / 4;
    pending_.push_back(std::move(group));
    return full;
}

std::optional<EncodedChunk> ChunkStream::finish() {
    if (pending_.empty()) {
        return std::nullopt;
    }
    EncodedChunk chunk = encodeOne(pending_, kind_, merged_, value_min_, value_max_);
    pending_.clear();
    words_ = 0;
    return chunk;
}

}  // namespace xinpu::engine
