// engine/txn/write_txn_changes.cpp
// What a transaction knows beyond its base, for those who read through both.

#include <algorithm>

#include "engine/txn/write_txn.h"

namespace xinpu::engine {

const RecordChange<NodeRecord>* WriteTxn::change(NodeId id) const noexcept {
    if (const auto own = own_.nodes.find(id.value); own != own_.nodes.end()) {
        return &own->second;
    }
    const auto earlier = group_->nodes.find(id.value);
    return earlier != group_->nodes.end() ? &earlier->second : nullptr;
}

const RecordChange<RelRecord>* WriteTxn::change(RelId id) const noexcept {
    if (const auto own = own_.relationships.find(id.value); own != own_.relationships.end()) {
        return &own->second;
    }
    const auto earlier = group_->relationships.find(id.value);
    return earlier != group_->relationships.end() ? &earlier->second : nullptr;
}

bool WriteTxn::incidentChanged(NodeId id) const noexcept {
    return own_.incident.contains(id.value) || group_->incident.contains(id.value);
}

std::vector<NodeId> WriteTxn::changedNodes() const {
    std::vector<NodeId> ids;
    ids.reserve(own_.nodes.size() + group_->nodes.size());
    for (const ChangeSet* level : {group_, static_cast<const ChangeSet*>(&own_)}) {
        for (const auto& [id, change] : level->nodes) {
            ids.push_back(NodeId{id});
        }
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

std::optional<RelRecord> WriteTxn::deletedRelationship(RelId id) const {
    const auto found = deleted_.find(id.value);
    return found != deleted_.end() ? std::optional(found->second) : std::nullopt;
}

}  // namespace xinpu::engine
