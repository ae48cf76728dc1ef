// query/view/graph_view.h
#pragma once
// The graph as one statement sees it: a snapshot, or a write transaction with what it changed so far.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/txn/database.h"
#include "query/view/personal_watch.h"
#include "xinpu/error.h"

namespace xinpu::query {

/// A relationship as an expansion meets it.
struct Incident {
    engine::RelId relationship;
    engine::NodeId neighbour;
    engine::TypeId type;
    engine::Direction direction = engine::Direction::Out;  ///< Out: it starts at the node asked
};

/// Reads go to the snapshot as long as the transaction has changed nothing, so a reading clause costs a writing
/// statement nothing extra.
///
/// A view with a watch that masks gives no personal property in clear. Whoever reads past it, from the snapshot's
/// indexes or from slots of adjacency entries, asks `hides` first and falls back to property().
///
/// Threads: one. Lifetime: borrows the snapshot or the transaction, and the watch.
class GraphView {
public:
    explicit GraphView(const engine::Snapshot& snapshot) : snapshot_(&snapshot) {}
    explicit GraphView(engine::WriteTxn& txn) : snapshot_(&txn.base()), txn_(&txn) {}
    /// To be called before the first read; nullptr: nothing is personal.
    void watch(PersonalWatch* watch) noexcept {
        watch_ = watch;
        masks_ = watch != nullptr && watch->masks();
    }

    const engine::Catalog& catalog() const noexcept { return txn_ != nullptr ? txn_->catalog() : snapshot_->catalog(); }
    const engine::Snapshot& snapshot() const noexcept { return *snapshot_; }
    /// Null for a statement that only reads.
    engine::WriteTxn* txn() const noexcept { return txn_; }
    /// Whether all reads may go to the snapshot: no change of this transaction or of its group yet.
    bool pristine() const noexcept;

    std::optional<engine::NodeRecord> node(engine::NodeId id) const;
    std::optional<engine::RelRecord> relationship(engine::RelId id) const;
    bool exists(engine::NodeId id) const;
    bool exists(engine::RelId id) const;
    /// Null if absent. @throws Error(NotFound, DeletedEntityAccess) if the entity was deleted
    engine::Value property(engine::NodeId id, engine::KeyId key) const;
    engine::Value property(engine::RelId id, engine::KeyId key) const;
    bool hasLabel(engine::NodeId id, engine::LabelId label) const;
    /// Hints that a node's record will be read: where it lies, then the record itself.
    void prefetchPlace(engine::NodeId id) const { snapshot_->nodes().prefetch(id.value); }
    void prefetchRecord(engine::NodeId id) const { snapshot_->nodes().prefetchRow(id.value); }
    /// Whether values of this property outside of records could tell what is masked.
    bool hides(engine::LabelId label, engine::KeyId key) const noexcept {
        return masks_ && watch_->personal().mayHold(label, key);
    }
    bool hides(engine::TypeId type, engine::KeyId key) const noexcept {
        return masks_ && watch_->personal().mayHold(type, key);
    }
    bool hides(const engine::IndexDefinition& index) const noexcept {
        return masks_ && watch_->personal().mayTell(index);
    }
    /// A property is named by a value, not by the statement's text: its reads count as personal if it may be.
    void notice(engine::KeyId key) const noexcept {
        if (watch_ != nullptr && !masks_ && watch_->personal().mayHold(key)) {
            watch_->touch();
        }
    }
    /// Type and ends of a relationship, also of one that this transaction deleted.
    engine::RelRecord relationshipOrDeleted(engine::RelId id) const;

    /// All nodes by ascending id; stops when `visit` returns false.
    void eachNode(const std::function<bool(engine::NodeId)>& visit) const;
    /// Nodes of a label by ascending id.
    std::vector<engine::NodeId> labelled(engine::LabelId label) const;
    std::vector<engine::NodeId> allNodes() const;
    /// Appends to `out` the relationships of a node; a loop is met once (Both), or once in its direction.
    /// `types` empty: all types.
    void expand(engine::NodeId id, engine::Direction direction, std::span<const engine::TypeId> types,
                std::vector<Incident>& out) const;
    std::uint64_t degree(engine::NodeId id, engine::Direction direction, std::span<const engine::TypeId> types) const;

    /// The node with these values of a unique index.
    std::optional<engine::NodeId> find(const engine::IndexDefinition& index, std::span<const engine::Value> values) const;

private:
    /// Whether a record has to be looked through: in clear no longer once something was touched.
    bool watches() const noexcept { return watch_ != nullptr && (masks_ || !watch_->touched()); }
    std::optional<engine::NodeRecord> clearNode(engine::NodeId id) const;
    std::optional<engine::RelRecord> clearRelationship(engine::RelId id) const;
    engine::Value clearProperty(engine::NodeId id, engine::KeyId key) const;
    engine::Value clearProperty(engine::RelId id, engine::KeyId key) const;
    engine::Value maskedProperty(engine::NodeId id, engine::KeyId key) const;
    engine::Value maskedProperty(engine::RelId id, engine::KeyId key) const;

    const engine::Snapshot* snapshot_;
    engine::WriteTxn* txn_ = nullptr;
    PersonalWatch* watch_ = nullptr;
    bool masks_ = false;
};

/// @throws Error(NotFound, DeletedEntityAccess) always, naming the entity as clients do
[[noreturn]] void throwDeleted(engine::NodeId id, std::optional<Position> at);
[[noreturn]] void throwDeleted(engine::RelId id, std::optional<Position> at);

}  // namespace xinpu::query
