// engine/txn/change_set.cpp
// Folding one change set into another.

#include "engine/txn/change_set.h"

#include <algorithm>

namespace xinpu::engine {
namespace {

template <typename Record>
void absorbRecords(std::unordered_map<std::uint32_t, RecordChange<Record>>& into,
                   std::unordered_map<std::uint32_t, RecordChange<Record>>&& later) {
    for (auto& [id, change] : later) {
        const auto [at, fresh] = into.try_emplace(id, std::move(change));
        if (!fresh) {
            at->second.after = std::move(change.after);
        }
    }
}

void absorbIds(std::vector<std::uint32_t>& into, std::vector<std::uint32_t>& opposite,
               const std::vector<std::uint32_t>& later) {
    for (const std::uint32_t id : later) {
        const auto found = std::find(opposite.begin(), opposite.end(), id);
        if (found != opposite.end()) {
            opposite.erase(found);
        } else {
            into.push_back(id);
        }
    }
}

template <typename Record>
void countRecords(const std::unordered_map<std::uint32_t, RecordChange<Record>>& records,
                  std::uint64_t& created, std::uint64_t& deleted, std::uint64_t& changed) {
    for (const auto& [id, change] : records) {
        if (change.before && change.after) {
            changed += sameRecord(*change.before, *change.after) ? 0U : 1U;
        } else if (change.after) {
            ++created;
        } else if (change.before) {
            ++deleted;
        }
    }
}

}  // namespace

void ChangeSet::clear() {
    *this = {};
}

void ChangeSet::absorb(ChangeSet&& later) {
    if (nodes.empty() && relationships.empty() && incident.empty() && keys.empty() && schema.empty()) {
        *this = std::move(later);  // a group of one, mostly
        return;
    }
    absorbRecords(nodes, std::move(later.nodes));
    absorbRecords(relationships, std::move(later.relationships));
    for (auto& [node, list] : later.incident) {
        auto& mine = incident[node];
        mine.insert(mine.end(), list.begin(), list.end());
    }
    for (auto& [key, holders] : later.keys) {
        KeyHolders& mine = keys[key];
        absorbIds(mine.removed, mine.added, holders.removed);
        absorbIds(mine.added, mine.removed, holders.added);
    }
    std::move(later.schema.begin(), later.schema.end(), std::back_inserter(schema));
}

EntryCounts ChangeSet::counts() const {
    EntryCounts counts;
    countRecords(nodes, counts.nodes_created, counts.nodes_deleted, counts.records_changed);
    countRecords(relationships, counts.relationships_created, counts.relationships_deleted,
                 counts.records_changed);
    return counts;
}

}  // namespace xinpu::engine
