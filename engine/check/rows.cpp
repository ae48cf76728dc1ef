// engine/check/rows.cpp
// Record chunks, row groups, parts of long records.

#include "engine/check/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint32_t kGroupsMax = UINT32_MAX / kRowGroupIds + 1;

/// Parts whose row is not marked as long, or that have gaps.
void checkParts(Checker& check, Table table, const std::vector<std::uint32_t>& big) {
    TableCursor cursor(check.txn, table);
    std::uint32_t last = UINT32_MAX;
    std::uint16_t expected = 0;
    for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
        const std::string where = entryText(table, entry->key);
        if (entry->key.size() != 6) {
            check.add(FindingKind::Table, where, "the key has a wrong length");
            continue;
        }
        const std::uint32_t id = keyU32(entry->key, 0);
        if (id != last) {
            last = id;
            expected = 0;
            if (!std::binary_search(big.begin(), big.end(), id)) {
                check.add(FindingKind::Record, where, "a part of a record that does not lie in parts");
            }
        }
        if (keyU16(entry->key, 4) != expected) {
            check.add(FindingKind::Record, where, fmt::format("part {} is missing", expected));
        }
        expected = static_cast<std::uint16_t>(keyU16(entry->key, 4) + 1);
    }
}

bool soundGroup(const ChunkView::Group& group) {
    if (!rowGroupIsSound(group)) {
        return false;
    }
    std::uint16_t end = 0;
    std::memcpy(&end, group.data + (kRowGroupIds - 1) * 2, 2);
    return (kRowGroupIds * 2 + std::size_t{end} + 3) / 4 * 4 == group.size;
}

}  // namespace

void eachCheckedRow(Checker& check, const ChunkSpace& space, Table big_table, std::string_view step,
                    std::uint64_t all, const std::function<void(std::uint32_t id, Bytes row)>& visit) {
    TableCursor cursor(check.txn, space.table);
    std::vector<std::uint32_t> big;
    std::int64_t last_group = -1;
    std::uint64_t done = 0;
    check.step(step, 0, all);
    for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
        const auto chunk = checkedChunk(check, *entry, space.table, space.kind, 0, &last_group);
        if (!chunk) {
            continue;
        }
        for (std::uint32_t number = chunk->firstGroup(); number <= chunk->lastGroup(); ++number) {
            const ChunkView::Group group = chunk->group(number);
            if (group.data == nullptr) {
                continue;
            }
            if (number >= kGroupsMax || !soundGroup(group)) {
                check.add(FindingKind::Layout, entryText(space.table, entry->key),
                          fmt::format("group {} has row ends that do not fit its length", number));
                continue;
            }
            for (std::uint32_t id = number * kRowGroupIds;
                 rowGroupOf(id) == number && id >= number * kRowGroupIds; ++id) {
                const Bytes row = rowOf(group, id);
                if (row.empty()) {
                    continue;
                }
                check.step(step, ++done, all);
                if (row.size() != 1 || row[0] != static_cast<std::byte>(kBigRow)) {
                    visit(id, row);
                } else {
                    big.push_back(id);
                    std::string holder;
                    try {
                        holder = readBigRecord(check.txn, big_table, id);
                    } catch (const Error& error) {
                        check.add(FindingKind::Record,
                                  (space.table == Table::Nodes ? nodeText : relationshipText)(id),
                                  error.message());
                        continue;
                    }
                    visit(id, asBytes(holder));
                }
                if (id == UINT32_MAX) {
                    break;
                }
            }
        }
    }
    std::sort(big.begin(), big.end());
    checkParts(check, big_table, big);
}

std::optional<KeyId> brokenRule(const IndexDefinition& index, const Properties& properties) {
    if (index.rules == kRuleNone) {
        return std::nullopt;
    }
    for (const KeyId key : index.keys) {
        const Value value = propertyOf(properties, key);
        if (((index.rules & kRuleExists) != 0 && value.isNull()) ||
            ((index.rules & kRuleTyped) != 0 && !value.isNull() && value.kind() != index.value_kind)) {
            return key;
        }
    }
    return std::nullopt;
}

bool soundKeys(const Properties& properties, const Catalog& catalog) {
    for (std::size_t i = 0; i < properties.size(); ++i) {
        if (properties[i].first.value >= catalog.keys().size() ||
            (i > 0 && properties[i].first <= properties[i - 1].first)) {
            return false;
        }
    }
    return true;
}

}  // namespace xinpu::engine
