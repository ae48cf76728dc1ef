// engine/index/bitmap_changes.cpp
// Changes bitmaps: batches that touch each container once, and bulk building.

#include <algorithm>
#include <tuple>

#include "engine/index/bitmap_index.h"
#include "engine/index/bitmap_layout.h"

namespace xinpu::engine {

using namespace bitmap;

namespace {

auto orderOf(const BitmapChange& change) noexcept {
    return std::make_tuple(change.family, change.id / kSliceIds, std::string_view(change.value), change.id);
}

bool sameContainer(const BitmapChange& a, const BitmapChange& b) noexcept {
    return a.family == b.family && a.id / kSliceIds == b.id / kSliceIds && a.value == b.value;
}

/// Changes one container's bits; true if any changed.
bool changeBits(std::span<const BitmapChange> changes, SliceWords& words, BitmapChangeCounts& counts) {
    bool changed = false;
    for (const BitmapChange& change : changes) {
        const std::uint32_t id = change.id % kSliceIds;
        const std::uint64_t bit = std::uint64_t{1} << (id % 64);
        const bool present = (words[id / 64] & bit) != 0;
        if (present == change.set) {
            ++(present ? counts.present : counts.absent);
            continue;
        }
        words[id / 64] ^= bit;
        ++(change.set ? counts.set : counts.cleared);
        changed = true;
    }
    return changed;
}

}  // namespace

BitmapChangeCounts applyBitmapChanges(StoreTxn& txn, std::span<BitmapChange> changes) {
    const auto before = [](const BitmapChange& a, const BitmapChange& b) { return orderOf(a) < orderOf(b); };
    if (!std::is_sorted(changes.begin(), changes.end(), before)) {
        std::sort(changes.begin(), changes.end(), before);
    }
    XINPU_ASSERT_SLOW(
        std::adjacent_find(changes.begin(), changes.end(), [](const BitmapChange& a, const BitmapChange& b) {
            return orderOf(a) == orderOf(b);
        }) == changes.end());
    TableWriter table(txn, Table::Bitmaps);
    BitmapChangeCounts counts;
    std::span<const BitmapChange> left = changes;
    while (!left.empty()) {
        const BitmapChange& first = left.front();
        const auto behind = std::find_if(left.begin(), left.end(), [&](const BitmapChange& change) {
            return !sameContainer(change, first);
        });
        const std::span<const BitmapChange> mine =
            left.first(static_cast<std::size_t>(behind - left.begin()));
        left = left.subspan(mine.size());

        const std::string key = containerKey(first.family, first.id / kSliceIds, first.value);
        SliceWords words{};
        if (const std::optional<Bytes> bytes = table.get(asBytes(key));
            bytes && !addContainer(*bytes, words)) {
            failDamaged(first.family);
        }
        if (!changeBits(mine, words, counts)) {
            continue;
        }
        if (std::all_of(words.begin(), words.end(), [](std::uint64_t word) { return word == 0; })) {
            table.erase(asBytes(key));
        } else {
            table.put(asBytes(key), asBytes(encodeContainer(words)));
        }
    }
    return counts;
}

void dropBitmaps(StoreTxn& txn, BitmapFamily family) {
    TableWriter table(txn, Table::Bitmaps);
    const std::string start = containerKey(family, 0, {});
    while (const std::optional<TableEntry> found = table.atOrAfter(asBytes(start))) {
        if (!ofFamily(family, found->key)) {
            return;
        }
        const std::string key(asText(found->key));
        table.erase(asBytes(key));
    }
}

std::uint32_t BitmapBuilder::number(std::string_view value) {
    const auto found = numbers_.find(value);
    if (found != numbers_.end()) {
        return found->second;
    }
    const auto number = static_cast<std::uint32_t>(ids_.size());
    numbers_.emplace(value, number);
    ids_.emplace_back();
    return number;
}

void BitmapBuilder::add(std::uint32_t number, std::uint32_t id) {
    const std::uint32_t slice = id / kSliceIds;
    if (slice != slice_) {
        if (slice < slice_) {
            throw Error(ErrorCode::Internal,
                        "Bitmap family " + std::to_string(family_) +
                            " was given ids of a slice that is written. This is a bug in xinpu.");
        }
        flush();
        slice_ = slice;
    }
    ids_[number].push_back(static_cast<std::uint16_t>(id % kSliceIds));
}

void BitmapBuilder::finish() {
    flush();
}

void BitmapBuilder::flush() {
    for (const auto& [value, number] : numbers_) {
        std::vector<std::uint16_t>& ids = ids_[number];
        if (ids.empty()) {
            continue;
        }
        SliceWords words{};
        for (const std::uint16_t id : ids) {
            words[id / 64U] |= std::uint64_t{1} << (id % 64U);
        }
        const std::string key = containerKey(family_, slice_, value);
        table_.append(asBytes(key), asBytes(encodeContainer(words)));
        ids.clear();
    }
}

}  // namespace xinpu::engine
