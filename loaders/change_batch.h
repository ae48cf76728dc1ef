// loaders/change_batch.h
#pragma once
// Changes that a loader has decided on and not yet written: a few thousand of them make one transaction.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/txn/write_txn.h"

namespace xinpu::loaders {

/// A node that is there, or one that the same batch makes.
struct NodeRef {
    engine::NodeId id{};
    std::optional<std::size_t> made = std::nullopt;  ///< position among the batch's new nodes
};

/// Threads: one at a time. apply() may run more than once: it changes nothing here.
class ChangeBatch {
public:
    NodeRef create(engine::NodeRecord record);
    void set(engine::NodeId id, engine::NodeRecord record);
    void relate(engine::TypeId type, NodeRef start, NodeRef end, engine::Properties properties);
    void set(engine::RelId id, engine::Properties properties);

    /// The record of a node that this batch makes.
    engine::NodeRecord& made(const NodeRef& node) { return nodes_made_[*node.made]; }
    std::size_t size() const noexcept;
    void clear();

    void apply(engine::WriteTxn& txn) const;

private:
    template <typename Id, typename Content>
    struct Change {
        Id id;
        Content content;
    };
    struct Relation {
        engine::TypeId type;
        NodeRef start;
        NodeRef end;
        engine::Properties properties;
    };
    std::vector<engine::NodeRecord> nodes_made_;
    std::vector<Change<engine::NodeId, engine::NodeRecord>> nodes_set_;
    std::vector<Relation> relations_made_;
    std::vector<Change<engine::RelId, engine::Properties>> relations_set_;
};

/// Gives `record` the values that `fresh` has for the keys of `owned`; a key that `fresh` lacks is taken
/// away, other keys stay. True if that changed anything: equal numbers are equal however they are written.
bool supersede(engine::Properties& record, const engine::Properties& fresh,
               std::span<const engine::KeyId> owned);

}  // namespace xinpu::loaders
