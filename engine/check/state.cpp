// engine/check/state.cpp
// The state of the file, and the ids that were given out.

#include <fmt/format.h>

#include <set>

#include "engine/check/checker.h"
#include "engine/txn/write_txn.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

void checkBlocks(Checker& check, const std::map<std::uint32_t, IdBlock>& blocks, std::uint32_t next_block,
                 const char* what) {
    std::set<std::uint32_t> ends;
    for (const auto& [owner, block] : blocks) {
        const std::string where = fmt::format("id block of {} {}", what, owner);
        if (block.end == 0 && block.next == 0) {
            continue;
        }
        if (block.end % kIdBlock != 0 || block.end == 0 || block.next > block.end ||
            block.end - block.next > kIdBlock) {
            check.add(FindingKind::Allocation, where,
                      fmt::format("it goes from {} to {}, which no block does", block.next, block.end));
        } else if (block.end / kIdBlock > next_block) {
            check.add(FindingKind::Allocation, where,
                      fmt::format("it ends at {}, but only {} blocks were given out", block.end, next_block));
        } else if (!ends.insert(block.end).second) {
            check.add(FindingKind::Allocation, where, "another one has the same block");
        }
    }
}

}  // namespace

void checkState(Checker& check, const FileHeader&) {
    const FileState& state = check.state;
    if (state.merged_up_to > state.last_entry) {
        check.add(FindingKind::State, "table Meta",
                  fmt::format("segments are said to be merged up to entry {}, but the last entry is {}",
                              state.merged_up_to, state.last_entry));
    }
    if (state.catalog_entry > state.last_entry) {
        check.add(FindingKind::State, "table Meta",
                  fmt::format("the catalogue is said to have changed with entry {}, but the last entry is {}",
                              state.catalog_entry, state.last_entry));
    }
    check.allocation = loadAllocation(check.txn);
    checkBlocks(check, check.allocation.nodes, check.allocation.next_node_block, "label");
    checkBlocks(check, check.allocation.relationships, check.allocation.next_rel_block, "type");
}

IdLimits::IdLimits(const std::map<std::uint32_t, IdBlock>& blocks, std::uint32_t next_block)
    : next_block_(next_block) {
    for (const auto& [owner, block] : blocks) {
        if (block.end >= kIdBlock) {
            next_in_block_[block.end / kIdBlock - 1] = block.next;
        }
    }
}

bool IdLimits::beyond(std::uint32_t id) const {
    const std::uint32_t block = id / kIdBlock;
    if (block >= next_block_) {
        return true;
    }
    const auto open = next_in_block_.find(block);
    return open != next_in_block_.end() && id >= open->second;
}

}  // namespace xinpu::engine
