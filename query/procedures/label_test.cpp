// query/procedures/label_test.cpp
// Reading slices of a label's bitmap, and telling which of them a commit left as they were.

#include "query/procedures/label_test.h"

#include "engine/index/bitmap_index.h"
#include "engine/txn/bitmap_values.h"

namespace xinpu::query {

using engine::kRowGroupIds;
using engine::kSliceIds;
using engine::kSliceWords;

void LabelTest::use(const engine::Snapshot& snapshot, engine::LabelId label) {
    snapshot_ = &snapshot;
    if (label == label_ && snapshot.state().nodes == tree_) {
        return;
    }
    const bool other_label = label != label_;
    const std::shared_ptr<engine::SlotTree> before = std::move(tree_);  // until the compare is done
    tree_ = snapshot.state().nodes;
    label_ = label;
    // Labels lie in records: where the record tree shares a leaf with the one before, no label has changed.
    for (std::uint32_t slice = 0; slice < slices_.size(); ++slice) {
        Slice& held = slices_[slice];
        held.filled = held.filled && !other_label && held.leaves == leavesOf(slice);
    }
}

std::array<const void*, LabelTest::kLeaves> LabelTest::leavesOf(std::uint32_t slice) const {
    std::array<const void*, kLeaves> leaves{};
    for (std::uint32_t i = 0; i < kLeaves; ++i) {
        leaves[i] = &tree_->slot(slice * (kSliceIds / kRowGroupIds) + i * engine::SlotTree::kSharedGroups);
    }
    return leaves;
}

void LabelTest::fill(std::uint32_t slice) {
    constexpr std::size_t kBlocks = kSliceIds / kBlockIds;
    constexpr std::size_t kBlockWords = kBlockIds / 64;
    if (slice >= slices_.size()) {
        slices_.resize(slice + 1U);
        blocks_.resize(slices_.size() * kBlocks);
        words_.resize(slices_.size() * kSliceWords);
    }
    engine::SliceWords words{};
    if (label_.valid()) {
        engine::BitmapIndex(snapshot_->txn(), engine::labelFamily())
            .loadSlice(engine::labelBitmapValue(label_), slice, words);
    }
    for (std::size_t block = 0; block < kBlocks; ++block) {
        std::uint64_t any = 0;
        std::uint64_t all = ~std::uint64_t{0};
        for (std::size_t w = block * kBlockWords; w < (block + 1) * kBlockWords; ++w) {
            any |= words[w];
            all &= words[w];
            words_[slice * kSliceWords + w] = words[w];
        }
        blocks_[slice * kBlocks + block] = any == 0 ? kNone : ~all == 0 ? kAll : kMixed;
    }
    slices_[slice].leaves = leavesOf(slice);
    slices_[slice].filled = true;
}

}  // namespace xinpu::query
