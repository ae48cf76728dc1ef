// engine/bulk/bulk_graph.h
#pragma once
// Builds a whole database from streams of rows: sorted, appended, every index included, one journal entry.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/catalog/catalog_store.h"
#include "engine/journal/journal.h"
#include "engine/txn/file_state.h"

namespace xinpu::engine {

struct BulkOptions {
    std::size_t memory_bytes = std::size_t{512}
                               << 20;  ///< for sorting; beyond it sorted runs go to temporary files
};

/// The order of calls is fixed: declare, nodes, endNodes, relationships, finish. Keys, bitmap values and
/// column slots of nodes come with the node. The caller answers for unique keys being unique.
///
/// The database must be empty (or an interrupted load); its marker file LOADING stands from begin to finish,
/// so that whatever stops the load leaves a database that says "load incomplete" and can be loaded again.
/// Threads: one at a time; catalog() and bitmapNumber() may be used by another one beside it while nodes or
/// relationships of types that had some already are added.
class BulkGraph {
public:
    /// Clears what an interrupted load left. @throws Error(Locked), Error(Conflict) if the database is not
    /// empty
    BulkGraph(const std::filesystem::path& folder, const BulkOptions& options);
    ~BulkGraph();
    BulkGraph(const BulkGraph&) = delete;
    BulkGraph& operator=(const BulkGraph&) = delete;

    /// Names, shapes, dictionary codes, declarations.
    CatalogBuilder& catalog() noexcept;
    /// Declares an index before the first node.
    IndexId declare(IndexDefinition definition);

    /// `row` as encodeRecord() gives it; `labels` ascending, `primary` the one whose id block it joins.
    NodeId addNode(LabelId primary, std::span<const LabelId> labels, std::string_view row);
    /// The ordered key of a unique or range index.
    void addKey(IndexId index, std::string_view key, NodeId node);
    /// A value of a Bitmap or DateBitmap index, as bitmapValues() gives it.
    void addBitmap(IndexId index, std::string_view value, NodeId node) {
        openBitmap(index);
        addBitmap(index, bitmapNumber(index, value), node);
    }
    /// For many nodes: the index opened once, the number of a value asked for once, then numbers. A number
    /// may be asked for while nodes are added by another thread.
    void openBitmap(IndexId index);
    std::uint32_t bitmapNumber(IndexId index, std::string_view value);
    void addBitmap(IndexId index, std::uint32_t number, NodeId node);
    void addSlot(IndexId column, NodeId node, std::int32_t slot);
    void endNodes();

    /// Takes in the layout of a type's entries; else its first relationship does.
    void openType(TypeId type);
    /// Slots per direction as the type's layout says.
    RelId addRelationship(TypeId type, NodeId start, NodeId end, std::string_view row,
                          std::span<const std::int32_t> out_slots, std::span<const std::int32_t> in_slots);

    /// Writes adjacency, keys, bitmaps, columns, catalogue, counts and the journal entry; makes all durable
    /// and takes the marker away. Returns the number of the journal entry.
    std::uint64_t finish(const EntryDraft& draft, std::string_view payload);
    const Counts& counts() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace xinpu::engine
