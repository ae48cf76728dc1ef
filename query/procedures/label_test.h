// query/procedures/label_test.h
#pragma once
// "Does this node carry the label?" at the speed of a walk, kept from one snapshot to the next.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/txn/snapshot.h"

namespace xinpu::query {

/// A copy of one label's bitmap, filled slice by slice as nodes are asked for. Slices survive a commit unless
/// it rewrote records of their nodes. Blocks of ids that all carry the label, or all do not, are told by one
/// byte, so a walk's tests stay in the nearest cache.
///
/// Threads: one object a thread. Lifetime: use() borrows the snapshot until the next use().
class LabelTest {
public:
    /// Answers for `label` in `snapshot` from now on. An invalid label is carried by no node.
    /// @complexity a compare if nothing was committed, else some 10 ns a slice that is held
    void use(const engine::Snapshot& snapshot, engine::LabelId label);

    /// @throws Error(Corrupt) on first use of a damaged slice
    bool contains(engine::NodeId node) {
        const std::uint32_t slice = node.value / engine::kSliceIds;
        if (slice >= slices_.size() || !slices_[slice].filled) [[unlikely]] {
            fill(slice);
        }
        const std::uint8_t block = blocks_[node.value / kBlockIds];
        if (block != kMixed) [[likely]] {
            return block == kAll;
        }
        return (words_[node.value / 64] >> (node.value % 64) & 1) != 0;
    }

private:
    static constexpr std::uint32_t kBlockIds = 1'024;  ///< ids are given out in such blocks a label
    static constexpr std::uint8_t kNone = 0;
    static constexpr std::uint8_t kAll = 1;
    static constexpr std::uint8_t kMixed = 2;
    static constexpr std::uint32_t kLeafIds = engine::SlotTree::kSharedGroups * engine::kRowGroupIds;
    static constexpr std::uint32_t kLeaves = engine::kSliceIds / kLeafIds;
    static_assert(kLeaves * kLeafIds == engine::kSliceIds && engine::kSliceIds % kBlockIds == 0);

    struct Slice {
        bool filled = false;
        std::array<const void*, kLeaves> leaves{};  ///< of the record tree when it was read
    };
    std::array<const void*, kLeaves> leavesOf(std::uint32_t slice) const;
    void fill(std::uint32_t slice);

    const engine::Snapshot* snapshot_ = nullptr;
    engine::LabelId label_;
    std::shared_ptr<engine::SlotTree> tree_;  ///< held, so that its leaves' addresses stay theirs
    std::vector<Slice> slices_;
    std::vector<std::uint8_t> blocks_;
    std::vector<std::uint64_t> words_;
};

}  // namespace xinpu::query
