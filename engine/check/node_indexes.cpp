// engine/check/node_indexes.cpp
// Keys and columns against records, in both directions.

#include "engine/check/node_indexes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "engine/graph/column.h"
#include "engine/index/key_index.h"
#include "engine/txn/snapshot.h"

namespace xinpu::engine {
namespace {

bool hasLabel(const NodeRecord& record, LabelId label) {
    return std::binary_search(record.labels.begin(), record.labels.end(), label);
}

std::uint64_t hashOf(std::string_view stored_key) {
    const std::uint64_t hash = std::hash<std::string_view>{}(stored_key);
    return hash == 0 ? 1 : hash;
}

std::string indexText(const IndexDefinition& index) {
    return fmt::format("index '{}'", index.name);
}

}  // namespace

KeyCheck::KeyCheck(Checker& check) : check_(check) {
    for (const IndexDefinition& index : check.catalog->indexes()) {
        if ((index.kind == IndexKind::Unique || index.kind == IndexKind::Range) && index.label.valid()) {
            indexes_.push_back({&index, IdArray<std::uint64_t>()});
        }
    }
}

void KeyCheck::add(std::uint32_t id, const NodeRecord& record) {
    for (Expected& expected : indexes_) {
        if (hasLabel(record, expected.index->label)) {
            if (const auto key = indexKey(*expected.index, record.properties)) {
                expected.keys.at(id) = hashOf(storedKey(*key));
            }
        }
    }
}

void KeyCheck::compare(Expected& expected) {
    const IndexDefinition& index = *expected.index;
    const TableReader table(check_.txn, Table::Keys);
    if (const auto fault = KeyIndex(table, index.id).firstFault()) {
        check_.add(FindingKind::Layout, indexText(index), *fault);
        return;
    }
    KeyScan scan(table, index.id, {}, ScanOrder::Ascending);
    std::string before;
    std::uint32_t before_id = 0;
    std::uint64_t done = 0;
    while (const auto entry = scan.next()) {
        check_.step("indexes", ++done, 0);
        std::uint64_t* const wanted = expected.keys.find(entry->id);
        if (wanted == nullptr || *wanted != hashOf(entry->key)) {
            check_.add(
                FindingKind::Index, indexText(index),
                fmt::format("an entry for {}, whose record does not have this value", nodeText(entry->id)));
        } else {
            *wanted = 0;
        }
        if (index.kind == IndexKind::Unique) {
            if (done > 1 && entry->key == before) {
                check_.add(
                    FindingKind::Index, indexText(index),
                    fmt::format("{} and {} have the same value", nodeText(before_id), nodeText(entry->id)));
            }
            before.assign(entry->key);
            before_id = entry->id;
        }
    }
    expected.keys.forEach([&](std::uint32_t id, std::uint64_t left) {
        if (left != 0) {
            check_.add(FindingKind::Index, indexText(index),
                       fmt::format("the entry of {} is missing", nodeText(id)));
        }
    });
}

void KeyCheck::finish() {
    for (Expected& expected : indexes_) {
        compare(expected);
        expected.keys = IdArray<std::uint64_t>();
    }
    // Blocks of indexes that are not declared: from each one found, on to the next number.
    const TableReader table(check_.txn, Table::Keys);
    for (std::uint32_t number = 0; number <= 0xffff;) {
        const auto entry = table.atOrAfter(KeyBuilder().u16(static_cast<std::uint16_t>(number)).view());
        if (!entry) {
            return;
        }
        if (entry->key.size() < 2) {
            check_.add(FindingKind::Table, entryText(Table::Keys, entry->key), "the key has a wrong length");
            return;
        }
        const std::uint32_t found = keyU16(entry->key, 0);
        if (std::none_of(indexes_.begin(), indexes_.end(),
                         [found](const Expected& expected) { return expected.index->id.value == found; })) {
            check_.add(FindingKind::Index, fmt::format("table Keys, number {}", found),
                       "entries of an index that is not declared");
        }
        number = found + 1;
    }
}

ColumnCheck::ColumnCheck(Checker& check) : check_(check) {
    for (const IndexDefinition& index : check.catalog->indexes()) {
        if (index.kind == IndexKind::Column) {
            columns_.push_back({&index, IdArray<std::int32_t>(kSlotAbsent)});
        }
    }
}

void ColumnCheck::add(std::uint32_t id, const NodeRecord& record) {
    for (Expected& expected : columns_) {
        if (!hasLabel(record, expected.index->label)) {
            continue;
        }
        const std::int32_t slot = slotOf(propertyOf(record.properties, expected.index->keys.front()),
                                         expected.index->codecs.front());
        if (slot != kSlotAbsent) {
            expected.slots.at(id) = slot;
        }
    }
}

void ColumnCheck::compareGroup(Expected& expected, std::uint32_t group, Bytes slots,
                               const std::string& where) {
    for (std::uint32_t k = 0; k < kGroupIds; ++k) {
        const std::uint32_t id = group * kGroupIds + k;
        std::int32_t slot = 0;
        std::memcpy(&slot, slots.data() + std::size_t{k} * 4, 4);
        std::int32_t* const wanted = expected.slots.find(id);
        if (slot != (wanted == nullptr ? kSlotAbsent : *wanted)) {
            check_.add(FindingKind::Column, fmt::format("{}, {}", indexText(*expected.index), nodeText(id)),
                       "the slot differs from the record; " + where);
        }
        if (wanted != nullptr) {
            *wanted = kSlotAbsent;
        }
    }
}

void ColumnCheck::finish() {
    TableCursor cursor(check_.txn, Table::Columns);
    std::int64_t last_group = -1;
    std::uint32_t column = UINT32_MAX;
    for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
        const std::string where = entryText(Table::Columns, entry->key);
        if (entry->key.size() == 8 && keyU32(entry->key, 0) != column) {
            column = keyU32(entry->key, 0);
            last_group = -1;
        }
        const auto chunk = checkedChunk(check_, *entry, Table::Columns, ChunkKind::Columns, 4, &last_group);
        if (!chunk) {
            continue;
        }
        const auto expected = std::find_if(columns_.begin(), columns_.end(), [column](const Expected& one) {
            return one.index->id.value == column;
        });
        if (expected == columns_.end()) {
            check_.add(FindingKind::Column, where, "a chunk of a column that is not declared");
            continue;
        }
        for (std::uint32_t group = chunk->firstGroup(); group <= chunk->lastGroup(); ++group) {
            const ChunkView::Group found = chunk->group(group);
            if (found.data == nullptr) {
                continue;
            }
            if (found.size != kColumnGroupBytes || group > groupOf(UINT32_MAX)) {
                check_.add(FindingKind::Layout, where, fmt::format("group {} has a wrong length", group));
                continue;
            }
            compareGroup(*expected, group, {found.data, found.size}, where);
        }
    }
    for (Expected& expected : columns_) {
        expected.slots.forEach([&](std::uint32_t id, std::int32_t left) {
            if (left != kSlotAbsent) {
                check_.add(FindingKind::Column,
                           fmt::format("{}, {}", indexText(*expected.index), nodeText(id)),
                           "the slot is missing");
            }
        });
    }
}

}  // namespace xinpu::engine
