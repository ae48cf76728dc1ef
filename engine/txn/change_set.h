// engine/txn/change_set.h
#pragma once
// What a transaction changed, in memory: records before and after, and what follows for keys and neighbours.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/graph/record.h"
#include "engine/journal/journal.h"

namespace xinpu::engine {

/// A record's state before the change set and after it; absent = does not exist.
template <typename Record>
struct RecordChange {
    std::optional<Record> before;
    std::optional<Record> after;
};

/// Ids that the change set adds to and takes from one key of one index.
struct KeyHolders {
    std::vector<std::uint32_t> added;
    std::vector<std::uint32_t> removed;
};

/// Key of a KeyHolders map: the index and the ordered key.
struct IndexKey {
    IndexId index;
    std::string key;
    friend bool operator==(const IndexKey&, const IndexKey&) = default;
};
struct IndexKeyHash {
    std::size_t operator()(const IndexKey& key) const noexcept {
        return std::hash<std::string>{}(key.key) ^ (std::size_t{key.index.value} * 0x9e3779b97f4a7c15ULL);
    }
};

/// Changes of one statement, or of a group of them. Reads fall through to the level below.
struct ChangeSet {
    std::unordered_map<std::uint32_t, RecordChange<NodeRecord>> nodes;
    std::unordered_map<std::uint32_t, RecordChange<RelRecord>> relationships;
    /// By node: its relationships that were made or deleted here.
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> incident;
    std::unordered_map<IndexKey, KeyHolders, IndexKeyHash> keys;
    std::vector<std::string> schema;  ///< declarations, as the journal words them

    bool empty() const noexcept { return nodes.empty() && relationships.empty() && schema.empty(); }
    void clear();
    /// Takes in a later change set on top of this one.
    void absorb(ChangeSet&& later);
    EntryCounts counts() const;
};

}  // namespace xinpu::engine
