// engine/catalog/catalog_store.h
#pragma once
// The catalogue and the counts as entries of Table::Catalog (docs/format/file.md).

#include <cstdint>
#include <map>
#include <memory>

#include "engine/catalog/catalog.h"
#include "engine/store/environment.h"

namespace xinpu::engine {

/// How many of what there are. Kept exact by every commit.
struct Counts {
    std::uint64_t nodes = 0;
    std::uint64_t relationships = 0;
    std::map<std::uint32_t, std::uint64_t> by_label;
    std::map<std::uint32_t, std::uint64_t> by_type;
    friend bool operator==(const Counts&, const Counts&) = default;
};

/// The id block in use of one label (nodes) or type (relationships).
struct IdBlock {
    std::uint32_t next = 0;
    std::uint32_t end = 0;
};

/// Ids already given out, by label and by type.
struct Allocation {
    std::uint32_t next_node_block = 0;
    std::uint32_t next_rel_block = 0;
    std::map<std::uint32_t, IdBlock> nodes;
    std::map<std::uint32_t, IdBlock> relationships;
};

/// @throws Error(Corrupt) if an entry does not decode
std::shared_ptr<const Catalog> loadCatalog(const StoreTxn& txn);
Counts loadCounts(const StoreTxn& txn);
Allocation loadAllocation(const StoreTxn& txn);

/// Writes what `builder` added.
void storeCatalog(StoreTxn& txn, const CatalogBuilder& builder);
/// Writes the counts that differ from `before`.
void storeCounts(StoreTxn& txn, const Counts& before, const Counts& after);
void storeAllocation(StoreTxn& txn, const Allocation& before, const Allocation& after);

}  // namespace xinpu::engine
