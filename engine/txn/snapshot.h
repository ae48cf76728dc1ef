// engine/txn/snapshot.h
#pragma once
// One consistent view of a database: records, adjacency, indexes, catalogue and counts as of one commit.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/catalog/catalog_store.h"
#include "engine/graph/adjacency.h"
#include "engine/graph/column.h"
#include "engine/graph/record.h"
#include "engine/index/bitmap_index.h"
#include "engine/index/key_index.h"
#include "engine/txn/file_state.h"

namespace xinpu::engine {

/// What is known of one commit in memory. Versions share what does not differ. Immutable but for address
/// caches.
struct GraphState {
    FileState file;
    std::shared_ptr<const Catalog> catalog;
    std::shared_ptr<const Counts> counts;
    std::shared_ptr<SlotTree> nodes;
    std::shared_ptr<SlotTree> relationships;
    std::vector<std::shared_ptr<const TypeAdjacency>> types;  ///< by type
    std::vector<std::shared_ptr<SlotTree>> columns;           ///< by index id; null if it is not a column
    std::shared_ptr<Overlay> overlay;

    /// Everything read anew: at open, and when a reader fell behind the merges.
    static std::shared_ptr<GraphState> load(const StoreTxn& txn);
    /// The state after the commits that `txn` sees beyond this one.
    std::shared_ptr<GraphState> advance(const StoreTxn& txn) const;
    /// The state after one commit of this process, whose parts are at hand.
    std::shared_ptr<GraphState> after(const FileState& new_file, std::shared_ptr<const Catalog> new_catalog,
                                      std::shared_ptr<const Counts> new_counts, const Segment& segment,
                                      const StoreTxn& txn) const;

private:
    void takeIn(const Segment& segment);
    void fitTypesAndColumns(const Catalog& before);
};

/// Threads: any number of threads may read one snapshot. Lifetime: bytes and views are valid as long as it
/// lives. An open snapshot keeps pages of older commits from being used again: keep it short.
class Snapshot {
public:
    Snapshot(StoreTxn txn, std::shared_ptr<const GraphState> state, std::uint32_t page_bytes)
        : txn_(std::move(txn)), state_(std::move(state)), page_bytes_(page_bytes) {}

    /// Number of the last journal entry that it contains.
    std::uint64_t sequence() const noexcept { return state_->file.last_entry; }
    const Catalog& catalog() const noexcept { return *state_->catalog; }
    const Counts& counts() const noexcept { return *state_->counts; }
    const StoreTxn& txn() const noexcept { return txn_; }
    const GraphState& state() const noexcept { return *state_; }

    /// Nothing if no such node exists. @throws Error(Corrupt)
    std::optional<NodeRecord> node(NodeId id) const;
    std::optional<RelRecord> relationship(RelId id) const;
    bool exists(NodeId id) const;
    bool exists(RelId id) const;
    RecordView nodes() const { return {txn_, nodeRecords(), Table::BigNodes, *state_->nodes}; }
    RecordView relationships() const {
        return {txn_, relationshipRecords(), Table::BigRelationships, *state_->relationships};
    }
    /// Value of one property without building the record; null if absent or no such node.
    Value property(NodeId id, KeyId key) const;
    Value property(RelId id, KeyId key) const;

    /// A type that the catalogue does not know has no entries.
    AdjacencyView adjacency(TypeId type) const;
    /// Number of relationship types, for walks over all of them.
    std::uint32_t typeCount() const noexcept { return static_cast<std::uint32_t>(state_->types.size()); }

    /// The node that a unique index gives for these values, or nothing.
    std::optional<NodeId> find(const IndexDefinition& index, std::span<const Value> values) const;
    /// Nodes of a label.
    NodeSet labelled(LabelId label) const;
    /// Nodes whose property equals `value` (Bitmap index).
    NodeSet withValue(const IndexDefinition& index, const Value& value) const;
    /// Nodes whose date property lies in [from, to] (DateBitmap index).
    NodeSet withDate(const IndexDefinition& index, Date from, Date to) const;
    /// The column of a Column index.
    ColumnView column(const IndexDefinition& index) const;

    /// Calls `visit` for every node (relationship), by ascending id.
    void eachNode(const std::function<void(NodeId, const NodeRecord&)>& visit) const;
    void eachRelationship(const std::function<void(RelId, const RelRecord&)>& visit) const;
    /// The same without building the records; stops when `visit` returns false.
    void eachNodeId(const std::function<bool(NodeId)>& visit) const;

private:
    StoreTxn txn_;
    std::shared_ptr<const GraphState> state_;
    std::uint32_t page_bytes_;
};

/// Key of a unique or range index for a record's values, or nothing if one is absent.
std::optional<std::string> indexKey(const IndexDefinition& index, const Properties& properties);
/// Bitmap families: labels and indexes share one numbering.
std::uint16_t labelFamily() noexcept;
std::uint16_t bitmapFamily(IndexId index) noexcept;

}  // namespace xinpu::engine
