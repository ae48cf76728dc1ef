// tests/fuzz/chunk_fuzz.cpp
// Any bytes as a chunk of each kind: refused, or its groups are read without leaving them and pack the same
// again.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "engine/graph/adjacency_group.h"
#include "engine/graph/record.h"
#include "fuzz_check.h"

using namespace xinpu::engine;

namespace {

/// Copies into an allocation of its own, so that a step beyond shows.
template <typename Read>
void exact(const ChunkView::Group& group, const Read& read) {
    const std::unique_ptr<std::byte[]> copy(new std::byte[group.size]);
    std::memcpy(copy.get(), group.data, group.size);
    read(ChunkView::Group{copy.get(), group.size, group.flags});
}

void readAdjacency(const ChunkView::Group& group) {
    constexpr std::uint32_t kOut = 16, kIn = 12;
    if (!groupIsSound(group, kOut, kIn)) {
        return;
    }
    const LooseGroup loose = LooseGroup::from(group, kOut, kIn);
    FUZZ_CHECK(loose.bytes(kOut, kIn) <= group.size);
    const ChunkGroup packed = loose.pack(0, kOut, kIn);
    FUZZ_CHECK(LooseGroup::from({asBytes(packed.bytes).data(), packed.bytes.size(), packed.flags}, kOut, kIn)
                   .pack(0, kOut, kIn)
                   .bytes == packed.bytes);
}

void readRows(const ChunkView::Group& group) {
    if (!rowGroupIsSound(group)) {
        return;
    }
    const RowGroup rows = RowGroup::from(group);
    const ChunkGroup packed = rows.pack(0);
    if (!packed.bytes.empty()) {
        FUZZ_CHECK(RowGroup::from({asBytes(packed.bytes).data(), packed.bytes.size(), 0}).rows == rows.rows);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes = std::as_bytes(std::span(data, size));
    for (const ChunkKind kind : {ChunkKind::Records, ChunkKind::Adjacency, ChunkKind::Columns}) {
        const auto view = ChunkView::parse(bytes, kind);
        if (!view) {
            continue;
        }
        FUZZ_CHECK(view->firstGroup() <= view->lastGroup());
        for (const ChunkGroup& copied : view->copyGroups()) {
            const ChunkView::Group group = view->group(copied.group);
            FUZZ_CHECK(group.data >= bytes.data() && group.data + group.size <= bytes.data() + bytes.size());
            if (kind == ChunkKind::Adjacency) {
                exact(group, readAdjacency);
            } else if (kind == ChunkKind::Records) {
                exact(group, readRows);
            }
        }
    }
    return 0;
}
