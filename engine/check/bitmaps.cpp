// engine/check/bitmaps.cpp
// Bitmaps against records, one slice of ids after another.

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "engine/check/node_indexes.h"
#include "engine/index/bitmap_container.h"
#include "engine/txn/bitmap_values.h"
#include "engine/txn/snapshot.h"

namespace xinpu::engine {
namespace {

constexpr std::size_t kKeyFixedBytes = 6;  ///< family and slice

std::string sliceKey(BitmapFamily family, std::uint64_t slice) {
    return KeyBuilder().u16(family).u32(static_cast<std::uint32_t>(slice)).text();
}

}  // namespace

BitmapCheck::BitmapCheck(Checker& check) : check_(check) {
    families_.push_back({labelFamily(), nullptr, "labels", {}});
    for (const IndexDefinition& index : check.catalog->indexes()) {
        if (index.kind == IndexKind::Bitmap || index.kind == IndexKind::DateBitmap) {
            families_.push_back({bitmapFamily(index.id), &index, fmt::format("index '{}'", index.name), {}});
        }
    }
}

void BitmapCheck::add(std::uint32_t id, const NodeRecord& record) {
    const std::uint32_t slice = id / kSliceIds;
    if (slice < slice_) {
        return;  // chunks out of order: reported already
    }
    if (slice > slice_) {
        finishSlice();
        slice_ = slice;
    }
    const auto low = static_cast<std::uint16_t>(id % kSliceIds);
    for (const LabelId label : record.labels) {
        families_.front().values[labelBitmapValue(label)].push_back(low);
    }
    for (std::size_t i = 1; i < families_.size(); ++i) {
        Family& family = families_[i];
        if (std::binary_search(record.labels.begin(), record.labels.end(), family.index->label)) {
            for (std::string& value : bitmapValues(*family.index, record.properties)) {
                family.values[std::move(value)].push_back(low);
            }
        }
    }
}

void BitmapCheck::finishSlice() {
    for (Family& family : families_) {
        compareFamily(family, slice_);
    }
    next_ = std::uint64_t{slice_} + 1;
}

void BitmapCheck::compareFamily(Family& family, std::uint64_t slice) {
    TableCursor cursor(check_.txn, Table::Bitmaps);
    for (auto entry = cursor.seek(asBytes(sliceKey(family.number, next_))); entry; entry = cursor.next()) {
        const std::string where = fmt::format("bitmaps of {}", family.name);
        if (entry->key.size() < kKeyFixedBytes) {
            check_.add(FindingKind::Table, entryText(Table::Bitmaps, entry->key),
                       "the key has a wrong length");
            break;
        }
        const std::uint32_t found = keyU32(entry->key, 2);
        if (keyU16(entry->key, 0) != family.number || found > slice) {
            break;
        }
        const auto expected =
            found == slice ? family.values.find(std::string(asText(entry->key.subspan(kKeyFixedBytes))))
                           : family.values.end();
        if (expected == family.values.end()) {
            check_.add(FindingKind::Bitmap, where,
                       fmt::format("a container for n:{} and following, of which none has this value",
                                   std::uint64_t{found} * kSliceIds));
            continue;
        }
        compareContainer(family, found, entry->value, expected->second);
        family.values.erase(expected);
    }
    for (const auto& [value, ids] : family.values) {
        check_.add(FindingKind::Bitmap, fmt::format("bitmaps of {}", family.name),
                   fmt::format("a container is missing: n:{} and {} others stand in no bitmap of their value",
                               slice * kSliceIds + ids.front(), ids.size() - 1));
    }
    family.values.clear();
}

void BitmapCheck::compareContainer(const Family& family, std::uint32_t slice, Bytes container,
                                   const std::vector<std::uint16_t>& ids) {
    const std::string where = fmt::format("bitmaps of {}", family.name);
    SliceWords words{};
    if (!addContainer(container, words)) {
        check_.add(FindingKind::Layout, where,
                   fmt::format("the container for n:{} and following cannot be read", slice * kSliceIds));
        return;
    }
    for (const std::uint16_t id : ids) {
        words[id / 64U] ^= std::uint64_t{1} << (id % 64U);
    }
    std::uint64_t wrong = 0, first = 0;
    for (std::size_t w = 0; w < words.size(); ++w) {
        if (words[w] != 0 && wrong == 0) {
            first =
                std::uint64_t{slice} * kSliceIds + w * 64 + static_cast<unsigned>(std::countr_zero(words[w]));
        }
        wrong += static_cast<unsigned>(std::popcount(words[w]));
    }
    if (wrong != 0) {
        check_.add(
            FindingKind::Bitmap, where,
            fmt::format("n:{} and {} others are set although their records do not have the value, or the "
                        "other way round",
                        first, wrong - 1));
    }
}

void BitmapCheck::findUndeclared() {
    const TableReader table(check_.txn, Table::Bitmaps);
    for (std::uint32_t number = 0; number <= 0xffff;) {
        const auto entry = table.atOrAfter(KeyBuilder().u16(static_cast<std::uint16_t>(number)).view());
        if (!entry || entry->key.size() < kKeyFixedBytes) {
            return;
        }
        const std::uint32_t found = keyU16(entry->key, 0);
        if (std::none_of(families_.begin(), families_.end(),
                         [found](const Family& family) { return family.number == found; })) {
            check_.add(FindingKind::Bitmap, fmt::format("table Bitmaps, number {}", found),
                       "bitmaps of an index that is not declared");
        }
        number = found + 1;
    }
}

void BitmapCheck::finish() {
    finishSlice();
    for (Family& family : families_) {
        compareFamily(family, UINT32_MAX);  // behind the last node
    }
    findUndeclared();
}

}  // namespace xinpu::engine
