// engine/check/checker.h
#pragma once
// What the parts of a check share: the list of findings, progress, facts of records. Private to this room.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog/catalog_store.h"
#include "engine/check/check.h"
#include "engine/graph/chunk_table.h"
#include "engine/store/environment.h"
#include "engine/txn/file_state.h"

namespace xinpu::engine {

/// Values by id, in blocks that are made when first needed.
template <typename T>
class IdArray {
public:
    IdArray() = default;
    explicit IdArray(T empty) : empty_(empty) {}

    T& at(std::uint32_t id) {
        const std::uint32_t block = id / kBlockIds;
        if (block >= blocks_.size()) {
            blocks_.resize(std::size_t{block} + 1);
        }
        if (blocks_[block] == nullptr) {
            blocks_[block] = std::make_unique<std::array<T, kBlockIds>>();
            blocks_[block]->fill(empty_);
        }
        return (*blocks_[block])[id % kBlockIds];
    }
    const T& get(std::uint32_t id) const noexcept {
        const std::uint32_t block = id / kBlockIds;
        return block < blocks_.size() && blocks_[block] != nullptr ? (*blocks_[block])[id % kBlockIds]
                                                                   : empty_;
    }
    T* find(std::uint32_t id) noexcept {
        const std::uint32_t block = id / kBlockIds;
        return block < blocks_.size() && blocks_[block] != nullptr ? &(*blocks_[block])[id % kBlockIds]
                                                                   : nullptr;
    }
    /// Calls `visit(id, value)` for every place of the blocks that exist.
    template <typename Visit>
    void forEach(Visit&& visit) {
        for (std::size_t block = 0; block < blocks_.size(); ++block) {
            if (blocks_[block] != nullptr) {
                for (std::uint32_t i = 0; i < kBlockIds; ++i) {
                    visit(static_cast<std::uint32_t>(block * kBlockIds + i), (*blocks_[block])[i]);
                }
            }
        }
    }

private:
    static constexpr std::uint32_t kBlockIds = 1'024;  ///< as ids are given out: blocks of one label are full
    T empty_{};
    std::vector<std::unique_ptr<std::array<T, kBlockIds>>> blocks_;
};

/// What a check has found, at most so many of a kind.
class Findings {
public:
    explicit Findings(std::size_t most) : most_(most) {}
    void add(FindingKind kind, std::string where, std::string detail);
    bool empty() const noexcept { return list_.empty(); }
    /// The list, with a line "N more" behind kinds that had too many.
    std::vector<Finding> take();

private:
    std::size_t most_;
    std::array<std::uint64_t, kFindingKinds> counts_{};
    std::vector<Finding> list_;
};

/// A covered slot that lies in the neighbour's record, whatever relationship type it is for.
struct NeighbourSlot {
    CoveredSlot slot;
    IdArray<std::int32_t> values{kSlotSeeRecord};  ///< by node
};

/// What a relationship's record says about its adjacency entries.
struct RelFact {
    std::uint32_t type = UINT32_MAX;  ///< no such relationship
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    std::uint32_t slots[2] = {0, 0};  ///< CRC32C of the covered slots, by direction
    std::uint8_t seen = 0;            ///< bit 0: entry at its start, bit 1: at its end
};

/// Which ids were given out.
class IdLimits {
public:
    IdLimits(const std::map<std::uint32_t, IdBlock>& blocks, std::uint32_t next_block);
    /// Whether `id` was never given out.
    bool beyond(std::uint32_t id) const;

private:
    std::uint32_t next_block_;
    std::map<std::uint32_t, std::uint32_t> next_in_block_;  ///< of blocks that are not used up
};

/// One run of the check over one snapshot.
struct Checker {
    Checker(const CheckOptions& how, const StoreTxn& snapshot, ChunkLimits chunk_limits, Findings& list)
        : options(how), txn(snapshot), limits(chunk_limits), findings(list) {}

    const CheckOptions& options;
    const StoreTxn& txn;
    const ChunkLimits limits;
    Findings& findings;
    FileState state;
    std::shared_ptr<const Catalog> catalog;  ///< null if it cannot be read
    Allocation allocation;

    IdArray<std::uint8_t> node_exists;
    std::vector<NeighbourSlot> neighbour_slots;
    IdArray<RelFact> relationships;
    Counts counts;  ///< as counted

    void add(FindingKind kind, std::string where, std::string detail) const {
        findings.add(kind, std::move(where), std::move(detail));
    }
    /// Tells how far a step is, and stops the check where that was asked for. @throws Error(Cancelled)
    void step(std::string_view name, std::uint64_t done, std::uint64_t all) const;
};

/// "n:7", "r:7".
std::string nodeText(std::uint32_t id);
std::string relationshipText(std::uint32_t id);
/// Table and key of an entry, without what could be personal data.
std::string entryText(Table table, Bytes key);

/// Parses a chunk and checks that its key, limits and place behind `last_group` are right. Nothing (and a
/// finding) if it cannot be read further.
std::optional<ChunkView> checkedChunk(const Checker& check, const TableEntry& entry, Table table,
                                      ChunkKind kind, std::size_t prefix_bytes, std::int64_t* last_group);

// The steps, in order.
void checkState(Checker& check, const FileHeader& header);    // state.cpp
void checkCatalog(Checker& check);                            // catalog.cpp
void checkNodes(Checker& check);                              // nodes.cpp: records, indexes, bitmaps, columns
void checkRelationships(Checker& check);                      // relationships.cpp
void checkAdjacency(Checker& check);                          // adjacency.cpp: chunks, hubs, segments
void checkCounts(Checker& check);                             // catalog.cpp
void checkJournal(Checker& check, const FileHeader& header);  // journal.cpp

}  // namespace xinpu::engine
