// engine/txn/write_txn.h
#pragma once
// A transaction that changes the graph: buffered in memory over a snapshot, applied by the writer at commit.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/txn/change_set.h"
#include "engine/txn/snapshot.h"

namespace xinpu::engine {

/// Hands out ids; shared by the transactions of one group. Ids of a dropped transaction are not given out
/// again within the group and are free after it, since nothing of them was written.
class IdAllocator {
public:
    explicit IdAllocator(Allocation allocation) : allocation_(std::move(allocation)) {}
    NodeId node(LabelId primary);
    RelId relationship(TypeId type);
    const Allocation& allocation() const noexcept { return allocation_; }

private:
    Allocation allocation_;
};
/// Ids of one primary label (or type) come in runs of so many, so that its chunks are dense.
inline constexpr std::uint32_t kIdBlock = 1'024;

/// A relationship as a node sees it.
struct IncidentRelationship {
    RelId relationship;
    NodeId neighbour;
    TypeId type;
    Direction direction = Direction::Out;
};

/// Reads see the snapshot, what earlier transactions of the same group did, and its own changes.
/// Threads: one. Lifetime: inside the function that the writer was given.
class WriteTxn {
public:
    WriteTxn(std::shared_ptr<const Snapshot> base, const ChangeSet& group, CatalogBuilder& catalog,
             IdAllocator& ids)
        : base_(std::move(base)), group_(&group), catalog_(&catalog), ids_(&ids) {}
    WriteTxn(const WriteTxn&) = delete;
    WriteTxn& operator=(const WriteTxn&) = delete;

    /// Names, given out where they are new. @throws Error(Limit)
    LabelId label(std::string_view name) { return catalog_->label(name); }
    TypeId type(std::string_view name) { return catalog_->type(name); }
    KeyId key(std::string_view name) { return catalog_->key(name); }
    const Catalog& catalog() const noexcept { return catalog_->catalog(); }
    CatalogBuilder& catalogBuilder() noexcept { return *catalog_; }

    /// Labels ascending, each once; properties without nulls. @throws Error(Type) a value that cannot be
    /// stored; Error(Limit) ids or the transaction's memory are used up
    NodeId createNode(NodeRecord record);
    RelId createRelationship(RelRecord record);
    /// Nothing if there is no such node (any more).
    std::optional<NodeRecord> node(NodeId id) const;
    std::optional<RelRecord> relationship(RelId id) const;
    bool exists(NodeId id) const;
    bool exists(RelId id) const;
    /// Replaces a record. A relationship keeps its type and ends. @throws Error(NotFound), Error(Type)
    void setNode(NodeId id, NodeRecord record);
    void setRelationship(RelId id, Properties properties);
    /// @throws Error(NotFound); Error(Constraint, DeleteConnectedNode) if it still has relationships
    void deleteNode(NodeId id);
    void deleteRelationship(RelId id);
    /// Relationships of a node, of one type or of all; a loop is seen once a direction.
    std::vector<IncidentRelationship> relationshipsOf(NodeId id, std::optional<TypeId> type,
                                                      Direction direction) const;

    /// The node that a unique index gives, own changes taken in.
    std::optional<NodeId> find(const IndexDefinition& index, std::span<const Value> values) const;
    /// All nodes of a label, own changes taken in.
    std::vector<NodeId> labelled(LabelId label) const;
    const Snapshot& base() const noexcept { return *base_; }
    /// Nothing was changed yet, neither here nor by earlier transactions of the group: the base says all.
    bool pristine() const noexcept { return own_.empty() && group_->empty(); }
    /// What is known here of a record beyond the base: nullptr if it is as in the base.
    const RecordChange<NodeRecord>* change(NodeId id) const noexcept;
    const RecordChange<RelRecord>* change(RelId id) const noexcept;
    /// Whether relationships of the node were made or deleted beyond the base.
    bool incidentChanged(NodeId id) const noexcept;
    /// Ids of nodes that were made, changed or deleted beyond the base, ascending.
    std::vector<NodeId> changedNodes() const;
    /// A relationship as it was when this transaction deleted it.
    std::optional<RelRecord> deletedRelationship(RelId id) const;

    /// Declares an index or constraint and fills it from what exists.
    /// @throws Error(Constraint) naming the values if existing data break it; Error(Conflict) if the name is
    /// taken
    IndexId declare(IndexDefinition definition);
    void drop(IndexId index);

    /// Checks unique, existence and type rules over all that changed. Called by the writer when the function
    /// returns.
    /// @throws Error(Constraint) naming label, property and value
    void checkRules() const;
    ChangeSet takeChanges() { return std::move(own_); }
    const ChangeSet& changes() const noexcept { return own_; }
    /// Approximate bytes that the changes hold.
    std::size_t memoryBytes() const noexcept { return memory_bytes_; }

private:
    RecordChange<NodeRecord>& changeOf(NodeId id);
    RecordChange<RelRecord>& changeOf(RelId id);
    void reindex(NodeId id, const std::optional<NodeRecord>& before, const std::optional<NodeRecord>& after);
    void account(std::size_t bytes);
    std::vector<std::uint32_t> holders(const IndexKey& key) const;
    void checkUnique() const;
    void checkRecords() const;

    std::shared_ptr<const Snapshot> base_;
    const ChangeSet* group_;
    CatalogBuilder* catalog_;
    IdAllocator* ids_;
    ChangeSet own_;
    std::unordered_map<std::uint32_t, RelRecord> deleted_;  ///< relationships as they were at the end
    std::size_t memory_bytes_ = 0;
};

/// Memory that one transaction's changes may take.
inline constexpr std::size_t kTransactionBytesMax = std::size_t{2} << 30;
/// Longest encoded record.
inline constexpr std::size_t kRecordBytesMax = std::size_t{16} << 20;

}  // namespace xinpu::engine
