// engine/graph/record.h
#pragma once
// Records: labels and properties of nodes and relationships as bytes of a chunk row (docs/format/record.md).

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog/catalog.h"
#include "engine/graph/chunk_table.h"
#include "engine/graph/slot_tree.h"

namespace xinpu::engine {

/// Properties by ascending key; no nulls.
using Properties = std::vector<std::pair<KeyId, Value>>;

/// The value of `key`, or null.
Value propertyOf(const Properties& properties, KeyId key);
/// Sets `key`; null removes it.
void setProperty(Properties& properties, KeyId key, Value value);

struct NodeRecord {
    std::vector<LabelId> labels;  ///< ascending
    Properties properties;
};
struct RelRecord {
    TypeId type;
    NodeId start;
    NodeId end;
    Properties properties;
};
/// Whether two records hold the same content, to the byte.
bool sameRecord(const NodeRecord& a, const NodeRecord& b);
bool sameRecord(const RelRecord& a, const RelRecord& b);

/// Appends the row. New shapes and dictionary codes go into `catalog`.
void encodeRecord(const NodeRecord& record, CatalogBuilder& catalog, std::string& out);
void encodeRecord(const RelRecord& record, CatalogBuilder& catalog, std::string& out);
/// The parts of a row, for callers that keep the head of a shape: the head, then for a relationship start and
/// end as varints, then the values.
void encodeRowHead(Shape shape, CatalogBuilder& catalog, std::string& out);
void encodeRowValues(const Properties& properties, CatalogBuilder& catalog, std::string& out);
/// False on damage.
bool decodeRecord(Bytes row, const Catalog& catalog, NodeRecord& record) noexcept;
bool decodeRecord(Bytes row, const Catalog& catalog, RelRecord& record) noexcept;

/// Walks a row without building the record.
class RowReader {
public:
    /// @throws Error(Corrupt)
    static RowReader ofNode(Bytes row, const Catalog& catalog);
    static RowReader ofRelationship(Bytes row, const Catalog& catalog);

    bool hasLabel(LabelId label) const noexcept;
    const std::vector<LabelId>& labels() const noexcept { return shape_->labels; }
    TypeId type() const noexcept { return shape_->type; }
    NodeId start() const noexcept { return start_; }
    NodeId end() const noexcept { return end_; }
    /// The value of one property, null if absent; skips the others. @throws Error(Corrupt)
    Value property(KeyId key) const;

private:
    const Catalog* catalog_ = nullptr;
    const Shape* shape_ = nullptr;
    std::shared_ptr<const Shape> own_;  ///< of a row that describes itself
    NodeId start_;
    NodeId end_;
    Bytes values_;
};

/// Longest row that stays in its chunk; longer ones lie in parts of their own.
inline constexpr std::size_t kRowBytesMax = 1'200;

/// A group of rows: 16 row ends (u16), then the rows. An empty row: the id is not in use.
struct RowGroup {
    std::array<std::string, kRowGroupIds> rows;
    std::array<bool, kRowGroupIds> big{};  ///< the row lies in the table of big records; here it is kBigRow

    static RowGroup from(const ChunkView::Group& group);
    ChunkGroup pack(std::uint32_t group) const;
};
/// The one row that says "this record lies in parts".
inline constexpr char kBigRow = 0;
/// Whether the ends ascend and stay inside.
bool rowGroupIsSound(const ChunkView::Group& group) noexcept;
Bytes rowOf(const ChunkView::Group& group, std::uint32_t id) noexcept;

std::string bigRecordKey(std::uint32_t id, std::uint16_t part);

/// Reads rows of nodes or relationships within one snapshot.
/// Threads: any. Lifetime: borrows the transaction; rows are valid until it ends (big rows: as long as the
/// holder).
class RecordView {
public:
    RecordView(const StoreTxn& txn, ChunkSpace space, Table big, SlotTree& groups)
        : txn_(&txn), space_(std::move(space)), big_(big), groups_(&groups) {}

    /// The row of an id, or empty. `holder` keeps a row that was put together from parts.
    /// @complexity one slot and one group; no B-tree descent once the chunk was touched
    /// @throws Error(Corrupt)
    Bytes row(std::uint32_t id, std::string& holder) const;
    void prefetch(std::uint32_t id) const noexcept { groups_->prefetch(rowGroupOf(id)); }
    void prefetchRow(std::uint32_t id) const noexcept {
        const std::uint64_t address = groups_->load(rowGroupOf(id));
        if (address > kAbsent) {
            __builtin_prefetch(reinterpret_cast<const std::byte*>(address));
        }
    }

private:
    static constexpr std::uint64_t kAbsent = 4;
    std::uint64_t resolve(std::uint32_t group) const;
    const StoreTxn* txn_;
    ChunkSpace space_;
    Table big_;
    SlotTree* groups_;
};

/// Puts a long row's parts; removes them when `row` is empty.
void storeBigRecord(StoreTxn& txn, Table table, std::uint32_t id, std::string_view row, std::size_t part_max);
/// The row put together again. @throws Error(Corrupt) if a part is missing
std::string readBigRecord(const StoreTxn& txn, Table table, std::uint32_t id);

}  // namespace xinpu::engine
