// engine/graph/chunk_table.cpp
// Look-up and copy-on-write of chunks inside one transaction.

#include "engine/graph/chunk_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

ChunkView parsed(const ChunkSpace& space, Bytes value) {
    const std::optional<ChunkView> view = ChunkView::parse(value, space.kind);
    if (!view) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("A chunk of table {} has a broken layout. Run `xinpu check`.",
                                static_cast<unsigned>(space.table)));
    }
    return *view;
}

bool belongs(const ChunkSpace& space, Bytes key) noexcept {
    return key.size() == space.prefix.size() + 4 &&
           asText(key).substr(0, space.prefix.size()) == space.prefix;
}

/// Both lists ascending; a change replaces or removes the group of its number.
std::vector<ChunkGroup> merge(std::vector<ChunkGroup> base, std::span<ChunkGroup> changes) {
    std::vector<ChunkGroup> result;
    result.reserve(base.size() + changes.size());
    std::size_t i = 0;
    for (ChunkGroup& change : changes) {
        while (i < base.size() && base[i].group < change.group) {
            result.push_back(std::move(base[i++]));
        }
        if (i < base.size() && base[i].group == change.group) {
            ++i;
        }
        if (!change.bytes.empty()) {
            result.push_back(std::move(change));
        }
    }
    std::move(base.begin() + static_cast<std::ptrdiff_t>(i), base.end(), std::back_inserter(result));
    return result;
}

}  // namespace

std::string ChunkSpace::key(std::uint32_t group) const {
    return KeyBuilder().bytes(asBytes(prefix)).u32(group).text();
}

ChunkSpace nodeRecords() {
    return {Table::Nodes, ChunkKind::Records, {}};
}
ChunkSpace relationshipRecords() {
    return {Table::Relationships, ChunkKind::Records, {}};
}
ChunkSpace adjacencyOf(std::uint32_t type) {
    return {Table::Adjacency, ChunkKind::Adjacency, KeyBuilder().u32(type).text()};
}
ChunkSpace columnOf(std::uint32_t column) {
    return {Table::Columns, ChunkKind::Columns, KeyBuilder().u32(column).text()};
}

std::optional<ChunkView> findChunk(const StoreTxn& txn, const ChunkSpace& space, std::uint32_t group) {
    const auto entry = TableReader(txn, space.table).atOrAfter(asBytes(space.key(group)));
    if (!entry || !belongs(space, entry->key)) {
        return std::nullopt;
    }
    const ChunkView view = parsed(space, entry->value);
    if (view.firstGroup() > group) {
        return std::nullopt;
    }
    return view;
}

ChunkView::Group findGroup(const StoreTxn& txn, const ChunkSpace& space, std::uint32_t group) {
    const auto chunk = findChunk(txn, space, group);
    return chunk ? chunk->group(group) : ChunkView::Group{};
}

std::vector<GroupRange> replaceGroups(StoreTxn& txn, const ChunkSpace& space, std::vector<ChunkGroup> changes,
                                      std::uint64_t merged, ChunkLimits limits) {
    XINPU_ASSERT_SLOW(
        std::is_sorted(changes.begin(), changes.end(),
                       [](const ChunkGroup& a, const ChunkGroup& b) { return a.group < b.group; }));
    TableWriter table(txn, space.table);
    std::vector<GroupRange> touched;
    for (std::size_t begin = 0; begin < changes.size();) {
        // The chunk that holds the group, else the next one, else the last one of the space.
        auto entry = table.atOrAfter(asBytes(space.key(changes[begin].group)));
        bool is_last = false;
        if (!entry || !belongs(space, entry->key)) {
            entry = table.before(asBytes(space.key(changes[begin].group)));
            is_last = true;
        }
        std::vector<ChunkGroup> base;
        std::string old_key;
        GroupRange range{changes[begin].group, changes[begin].group};
        std::uint32_t base_last = UINT32_MAX;
        if (entry && belongs(space, entry->key)) {
            const ChunkView view = parsed(space, entry->value);
            base = view.copyGroups();
            old_key = asText(entry->key);
            range = {std::min(range.first, view.firstGroup()), std::max(range.last, view.lastGroup())};
            base_last = view.lastGroup();
        } else {
            is_last = true;
        }
        std::size_t end = begin + 1;
        while (end < changes.size() && (is_last || changes[end].group <= base_last)) {
            ++end;
        }
        range.last = std::max(range.last, changes[end - 1].group);
        const bool appends = is_last && (base.empty() || changes[begin].group >= base.back().group);
        const std::vector<ChunkGroup> groups =
            merge(std::move(base), std::span(changes).subspan(begin, end - begin));
        if (!old_key.empty()) {
            table.erase(asBytes(old_key));
        }
        for (const EncodedChunk& chunk :
             encodeChunks(groups, space.kind, merged, limits.value_min, limits.value_max,
                          appends ? ChunkFill::Greedy : ChunkFill::Even)) {
            table.put(asBytes(space.key(chunk.last_group)), asBytes(chunk.bytes));
        }
        touched.push_back(range);
        begin = end;
    }
    return touched;
}

}  // namespace xinpu::engine
