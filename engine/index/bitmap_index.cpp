// engine/index/bitmap_index.cpp
// Loads bitmaps slice by slice.

#include "engine/index/bitmap_index.h"

#include <algorithm>
#include <bit>

#include "engine/index/bitmap_layout.h"

namespace xinpu::engine {

using namespace bitmap;

namespace {

/// Collects slices into a NodeSet: a list as long as it is shorter than the bitset of its span would be.
class SliceCollector {
public:
    /// Slices ascending.
    void add(std::uint32_t slice, const SliceWords& words) {
        if (!first_) {
            first_ = slice;
        }
        const std::uint32_t end = (slice - *first_ + 1) * static_cast<std::uint32_t>(kSliceWords);
        if (!dense_) {
            for (std::uint32_t w = 0; w < kSliceWords; ++w) {
                for (std::uint64_t word = words[w]; word != 0; word &= word - 1) {
                    ids_.push_back(NodeId{slice * kSliceIds + w * 64 +
                                          static_cast<std::uint32_t>(std::countr_zero(word))});
                }
            }
            if (ids_.size() * sizeof(NodeId) > std::size_t{end} * sizeof(std::uint64_t)) {
                becomeDense();
            }
            return;
        }
        words_.resize(end, 0);
        std::copy(words.begin(), words.end(), words_.end() - static_cast<std::ptrdiff_t>(kSliceWords));
    }

    NodeSet take() {
        if (!dense_) {
            return NodeSet::fromSorted(std::move(ids_));
        }
        return NodeSet::fromWords(*first_ * static_cast<std::uint32_t>(kSliceWords), std::move(words_));
    }

private:
    void becomeDense() {
        dense_ = true;
        const std::uint32_t base = *first_ * kSliceIds;
        words_.resize((ids_.back().value - base) / kSliceIds * kSliceWords + kSliceWords, 0);
        for (const NodeId id : ids_) {
            words_[(id.value - base) / 64] |= std::uint64_t{1} << (id.value % 64);
        }
        ids_.clear();
    }

    std::optional<std::uint32_t> first_;
    bool dense_ = false;
    std::vector<NodeId> ids_;
    std::vector<std::uint64_t> words_;
};

using Span = DateBitmaps::Span;

/// Visits the slices of a family that exist, and in each the containers whose value lies in one of `spans`
/// (ascending, disjoint). `visit(slice, bytes)`; `slice_done(slice)` behind the containers of a slice.
template <typename Visit, typename SliceDone>
void walkSlices(const StoreTxn& txn, BitmapFamily family, std::span<const Span> spans, Visit&& visit,
                SliceDone&& slice_done) {
    TableCursor cursor(txn, Table::Bitmaps);
    std::uint32_t slice = 0;
    while (slice <= kSliceLast) {
        std::uint32_t next_slice = slice + 1;
        for (const Span& span : spans) {
            std::optional<TableEntry> entry = cursor.seek(asBytes(containerKey(family, slice, span.first)));
            for (; entry && ofFamily(family, entry->key) && sliceOf(entry->key) == slice &&
                   valueOf(entry->key) <= span.last;
                 entry = cursor.next()) {
                visit(slice, entry->value);
            }
            if (!entry || !ofFamily(family, entry->key)) {
                next_slice = kSliceLast + 1;  // The family ends here.
                break;
            }
            if (sliceOf(entry->key) > slice) {
                next_slice = sliceOf(entry->key);
                break;
            }
        }
        slice_done(slice);
        slice = next_slice;
    }
}

NodeSet loadSpans(const StoreTxn& txn, BitmapFamily family, std::span<const Span> spans) {
    SliceCollector collector;
    SliceWords words{};
    bool any = false;
    walkSlices(
        txn, family, spans,
        [&](std::uint32_t, Bytes bytes) {
            if (!addContainer(bytes, words)) {
                failDamaged(family);
            }
            any = true;
        },
        [&](std::uint32_t slice) {
            if (any) {
                collector.add(slice, words);
                words.fill(0);
                any = false;
            }
        });
    return collector.take();
}

}  // namespace

bool BitmapIndex::contains(std::string_view value, NodeId node) const {
    const std::optional<Bytes> bytes =
        TableReader(*txn_, Table::Bitmaps).get(asBytes(containerKey(family_, node.value / kSliceIds, value)));
    if (!bytes) {
        return false;
    }
    const std::optional<bool> has = containerHas(*bytes, node.value % kSliceIds);
    if (!has) {
        failDamaged(family_);
    }
    return *has;
}

std::uint64_t BitmapIndex::count(std::string_view value) const {
    const Span span{std::string(value), std::string(value)};
    std::uint64_t sum = 0;
    walkSlices(
        *txn_, family_, std::span(&span, 1),
        [&](std::uint32_t, Bytes bytes) {
            const std::optional<std::uint32_t> count = containerCount(bytes);
            if (!count) {
                failDamaged(family_);
            }
            sum += *count;
        },
        [](std::uint32_t) {});
    return sum;
}

NodeSet BitmapIndex::load(std::string_view value) const {
    return loadRange(value, value);
}

bool BitmapIndex::loadSlice(std::string_view value, std::uint32_t slice, SliceWords& words) const {
    const std::optional<Bytes> bytes =
        TableReader(*txn_, Table::Bitmaps).get(asBytes(containerKey(family_, slice, value)));
    if (bytes && !addContainer(*bytes, words)) {
        failDamaged(family_);
    }
    return bytes.has_value();
}

NodeSet BitmapIndex::loadRange(std::string_view first, std::string_view last) const {
    if (last < first) {
        return {};
    }
    const Span span{std::string(first), std::string(last)};
    return loadSpans(*txn_, family_, std::span(&span, 1));
}

void BitmapIndex::eachContainer(
    const std::function<void(std::uint32_t slice, std::string_view value, Bytes bytes)>& visit) const {
    TableCursor cursor(*txn_, Table::Bitmaps);
    for (std::optional<TableEntry> entry = cursor.seek(asBytes(containerKey(family_, 0, {})));
         entry && ofFamily(family_, entry->key); entry = cursor.next()) {
        visit(sliceOf(entry->key), valueOf(entry->key), entry->value);
    }
}

NodeSet DateBitmaps::load(Date from, Date to) const {
    return loadSpans(*txn_, family_, cover(from, to));
}

}  // namespace xinpu::engine
