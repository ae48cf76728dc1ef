// engine/txn/commit_records.cpp
// Record chunks of a commit: each touched group is read, changed and packed once.

#include "engine/txn/commit_records.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/txn/write_txn.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

template <typename Record>
void storeRecords(StoreTxn& txn, const std::unordered_map<std::uint32_t, RecordChange<Record>>& records,
                  const ChunkSpace& space, Table big_table, CatalogBuilder& catalog, ChunkLimits limits,
                  Segment& segment) {
    std::vector<std::uint32_t> ids;
    for (const auto& [id, change] : records) {
        const bool equal = change.before && change.after && sameRecord(*change.before, *change.after);
        if ((change.before || change.after) && !equal) {
            ids.push_back(id);
        }
    }
    std::sort(ids.begin(), ids.end());
    std::vector<ChunkGroup> groups;
    for (std::size_t i = 0; i < ids.size();) {
        const std::uint32_t group = rowGroupOf(ids[i]);
        RowGroup rows = RowGroup::from(findGroup(txn, space, group));
        for (; i < ids.size() && rowGroupOf(ids[i]) == group; ++i) {
            const std::uint32_t k = ids[i] % kRowGroupIds;
            if (rows.big[k]) {
                storeBigRecord(txn, big_table, ids[i], {}, limits.value_max);
                rows.big[k] = false;
            }
            rows.rows[k].clear();
            if (const auto& after = records.at(ids[i]).after) {
                encodeRecord(*after, catalog, rows.rows[k]);
                if (rows.rows[k].size() > kRecordBytesMax) {
                    throw Error(ErrorCode::Limit,
                                fmt::format("A record of {} bytes is too long; at most {} are allowed.",
                                            rows.rows[k].size(), kRecordBytesMax));
                }
            }
        }
        for (const auto& [id, row] : shrinkGroup(rows, group, limits)) {
            storeBigRecord(txn, big_table, id, row, limits.value_max);
        }
        groups.push_back(rows.pack(group));
    }
    if (!groups.empty()) {
        segment.touched.push_back({space, replaceGroups(txn, space, std::move(groups), 0, limits)});
    }
}

}  // namespace

std::vector<std::pair<std::uint32_t, std::string>> shrinkGroup(RowGroup& rows, std::uint32_t group,
                                                               ChunkLimits limits) {
    std::vector<std::pair<std::uint32_t, std::string>> moved;
    for (;;) {
        std::size_t total = kRowGroupIds * 2;
        std::uint32_t longest = 0;
        for (std::uint32_t k = 0; k < kRowGroupIds; ++k) {
            total += rows.rows[k].size();
            longest = rows.rows[k].size() > rows.rows[longest].size() ? k : longest;
        }
        if (total <= groupBytesMax(limits.value_max) && rows.rows[longest].size() <= kRowBytesMax) {
            return moved;
        }
        moved.emplace_back(group * kRowGroupIds + longest, std::move(rows.rows[longest]));
        rows.rows[longest].assign(1, kBigRow);
        rows.big[longest] = true;
    }
}

void storeNodeRecords(StoreTxn& txn, const ChangeSet& changes, CatalogBuilder& catalog, ChunkLimits limits,
                      Segment& segment) {
    storeRecords(txn, changes.nodes, nodeRecords(), Table::BigNodes, catalog, limits, segment);
}

void storeRelationshipRecords(StoreTxn& txn, const ChangeSet& changes, CatalogBuilder& catalog,
                              ChunkLimits limits, Segment& segment) {
    storeRecords(txn, changes.relationships, relationshipRecords(), Table::BigRelationships, catalog, limits,
                 segment);
}

}  // namespace xinpu::engine
