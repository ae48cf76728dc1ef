// engine/bulk/record_stream.h
#pragma once
// Record chunks from rows that arrive block by block of ids, appended in ascending order.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/graph/chunk_table.h"
#include "engine/graph/record.h"

namespace xinpu::engine {

/// Ids are given out in blocks per owner (label or type); blocks fill side by side, and are written in order.
class RecordStream {
public:
    using Append = std::function<void(const std::string& key, const std::string& body)>;

    RecordStream(ChunkSpace space, ChunkLimits limits, Append append)
        : space_(std::move(space)), limits_(limits),
          chunks_(space_.kind, 0, limits.value_min, limits.value_max), append_(std::move(append)) {}

    /// Stores the row under the next id of `owner` and returns that id. @throws Error(Limit) ids are used up
    std::uint32_t add(std::uint32_t owner, std::string_view row);
    /// Writes all that is left. Then blocks() says what was given out.
    void finish();

    struct Block {
        std::uint32_t next = 0;
        std::uint32_t end = 0;
    };
    /// The block in use of each owner, and the number of blocks begun.
    const std::map<std::uint32_t, Block>& blocks() const noexcept { return open_; }
    std::uint32_t blockCount() const noexcept { return next_block_; }
    /// Rows too long for a chunk: id and row, ascending. To be stored in the table of big records.
    const std::map<std::uint32_t, std::string>& bigRows() const noexcept { return big_; }

private:
    struct Rows {
        std::string text;
        std::vector<std::uint32_t> ends;
        bool full = false;
    };
    void flushFull();
    void writeBlock(std::uint32_t block, const Rows& rows);

    ChunkSpace space_;
    ChunkLimits limits_;
    ChunkStream chunks_;
    Append append_;
    std::map<std::uint32_t, Block> open_;
    std::map<std::uint32_t, Rows> waiting_;
    std::map<std::uint32_t, std::string> big_;
    std::uint32_t next_block_ = 0;
};

}  // namespace xinpu::engine
