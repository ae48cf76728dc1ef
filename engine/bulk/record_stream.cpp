// engine/bulk/record_stream.cpp
// Filling blocks and turning full ones into chunks.

#include "engine/bulk/record_stream.h"

#include <algorithm>

#include "engine/txn/commit_records.h"
#include "engine/txn/write_txn.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

/// So many blocks may wait for an earlier one to fill; then that one is closed with what it has. Some ids
/// stay unused, memory stays bounded.
constexpr std::size_t kWaitingBlocksMax = 48;
constexpr std::uint32_t kBlocksMax = 0xffff'fc00U / kIdBlock;

}  // namespace

std::uint32_t RecordStream::add(std::uint32_t owner, std::string_view row) {
    Block& block = open_[owner];
    if (block.next == block.end) {
        if (next_block_ >= kBlocksMax) {
            throw Error(ErrorCode::Limit, "All ids are given out.");
        }
        block.next = next_block_ * kIdBlock;
        block.end = block.next + kIdBlock;
        waiting_[next_block_++].ends.reserve(kIdBlock);
        if (waiting_.size() > kWaitingBlocksMax) {
            // Close the oldest: its owner starts a new block with its next row.
            Rows& oldest = waiting_.begin()->second;
            oldest.full = true;
            for (auto& [other, open] : open_) {
                if (open.end / kIdBlock == waiting_.begin()->first + 1) {
                    open.next = open.end;
                }
            }
            flushFull();
        }
    }
    const std::uint32_t id = block.next++;
    Rows& rows = waiting_[id / kIdBlock];
    if (row.size() > kRowBytesMax) {
        big_.emplace(id, row);
        rows.text.push_back(kBigRow);
    } else {
        rows.text.append(row);
    }
    rows.ends.push_back(static_cast<std::uint32_t>(rows.text.size()));
    if (block.next == block.end) {
        rows.full = true;
        flushFull();
    }
    return id;
}

void RecordStream::flushFull() {
    while (!waiting_.empty() && waiting_.begin()->second.full) {
        writeBlock(waiting_.begin()->first, waiting_.begin()->second);
        waiting_.erase(waiting_.begin());
    }
}

void RecordStream::writeBlock(std::uint32_t block, const Rows& rows) {
    std::size_t at = 0;
    std::size_t row = 0;
    const std::uint32_t first_group = block * (kIdBlock / kRowGroupIds);
    for (std::uint32_t g = 0; row < rows.ends.size(); ++g) {
        RowGroup group;
        for (std::uint32_t k = 0; k < kRowGroupIds && row < rows.ends.size(); ++k, ++row) {
            group.rows[k].assign(rows.text, at, rows.ends[row] - at);
            at = rows.ends[row];
        }
        for (auto& [id, text] : shrinkGroup(group, first_group + g, limits_)) {
            if (text.size() != 1 || text[0] != kBigRow) {
                big_.emplace(id, std::move(text));
            }
        }
        ChunkGroup packed = group.pack(first_group + g);
        if (packed.bytes.empty()) {
            continue;
        }
        if (const auto full = chunks_.add(std::move(packed))) {
            append_(space_.key(full->last_group), full->bytes);
        }
    }
}

void RecordStream::finish() {
    for (auto& [block, rows] : waiting_) {
        writeBlock(block, rows);
    }
    waiting_.clear();
    if (const auto last = chunks_.finish()) {
        append_(space_.key(last->last_group), last->bytes);
    }
}

}  // namespace xinpu::engine
