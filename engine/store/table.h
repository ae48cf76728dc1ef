// engine/store/table.h
#pragma once
// Ordered tables of bytes inside one LMDB environment; every value is checked against its own checksum when
// read.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/value/value.h"  // first: g++ takes Kind::Bytes, declared behind the alias below, for shadowing

namespace xinpu::engine {

using Bytes = std::span<const std::byte>;

inline Bytes asBytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view asText(Bytes bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The tables of a database. All lie in one B-tree, told apart by this first byte of the key; their order is
/// the order in which a bulk load can produce them (docs/decisions/0002-one-tree.md), so numbers never
/// change.
enum class Table : std::uint8_t {
    Nodes = 1,          ///< record chunks of nodes
    BigNodes = 2,       ///< parts of node records too long for a chunk
    Relationships = 3,  ///< record chunks of relationships
    BigRelationships = 4,
    Adjacency = 5,  ///< adjacency chunks
    Hubs = 6,       ///< adjacency blocks of nodes with very many relationships
    Columns = 7,    ///< column chunks
    Keys = 8,       ///< key blocks of unique and range indexes
    Bitmaps = 9,    ///< bitmap containers
    History = 10,   ///< ended versions of records declared WITH HISTORY
    Segments = 11,  ///< adjacency changes not merged yet
    Journal = 12,   ///< journal entries
    Payloads = 13,  ///< what the journal entries hash
    Catalog = 14,   ///< names, constraints, indexes, counts
    Meta = 15,      ///< file header and state
};
inline constexpr std::uint8_t kTableLast = 15;

/// Bytes of checksum behind each value: CRC32C over (table byte, key, value body), little-endian.
inline constexpr std::size_t kChecksumBytes = 4;
/// Longest key below the table byte: LMDB allows 511 bytes in all.
inline constexpr std::size_t kKeyBytesMax = 500;

struct TableEntry {
    Bytes key;    ///< without the table byte
    Bytes value;  ///< without the checksum
};

class StoreTxn;

/// Reads one table inside one transaction.
/// Lifetime: borrows the transaction. In a read transaction, bytes stay valid until it ends; in a write
/// transaction only until its next put or erase. Threads: a read transaction's tables may be read by any
/// number of threads at once.
class TableReader {
public:
    TableReader(const StoreTxn& txn, Table table) noexcept : txn_(&txn), table_(table) {}

    /// The value of `key`, or nothing. @throws Error(Corrupt) if its checksum does not match
    std::optional<Bytes> get(Bytes key) const;
    /// First entry with a key >= `key`, or nothing. @throws Error(Corrupt)
    std::optional<TableEntry> atOrAfter(Bytes key) const;
    /// Last entry with a key < `key`, or nothing. @throws Error(Corrupt)
    std::optional<TableEntry> before(Bytes key) const;
    /// Last entry of the table, or nothing. @throws Error(Corrupt)
    std::optional<TableEntry> last() const;
    Table table() const noexcept { return table_; }

protected:
    const StoreTxn* txn_;
    Table table_;
};

/// Walks a table in key order. Cheaper than repeated atOrAfter().
/// Lifetime: borrows the transaction, and must be gone before a write transaction is committed: LMDB frees it
/// then. Threads: one cursor, one thread.
class TableCursor {
public:
    TableCursor(const StoreTxn& txn, Table table);
    ~TableCursor();
    TableCursor(const TableCursor&) = delete;
    TableCursor& operator=(const TableCursor&) = delete;

    /// First entry with a key >= `key`. @throws Error(Corrupt)
    std::optional<TableEntry> seek(Bytes key);
    /// The entry behind the current one; nothing at the end of the table. @throws Error(Corrupt)
    std::optional<TableEntry> next();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Reads and changes one table inside the write transaction.
class TableWriter : public TableReader {
public:
    TableWriter(StoreTxn& txn, Table table) noexcept : TableReader(txn, table), writer_(&txn) {}

    /// Stores `body` under `key`, replacing what was there. @throws Error(Limit) if the disk or map is full
    void put(Bytes key, Bytes body);
    /// As put(), where `key` is greater than every key in the whole tree (bulk load). @throws Error(Internal)
    /// else
    void append(Bytes key, Bytes body);
    /// Removes `key`; false if it was not there.
    bool erase(Bytes key);

private:
    void store(Bytes key, Bytes body, unsigned flags);
    StoreTxn* writer_;
};

/// The checksum that stands behind a value.
std::uint32_t valueChecksum(Table table, Bytes key, Bytes body) noexcept;

/// Big-endian numbers of a key: memcmp order is number order.
class KeyBuilder {
public:
    KeyBuilder& u8(std::uint8_t number);
    KeyBuilder& u16(std::uint16_t number);
    KeyBuilder& u32(std::uint32_t number);
    KeyBuilder& u64(std::uint64_t number);
    KeyBuilder& bytes(Bytes raw);
    Bytes view() const noexcept { return asBytes(text_); }
    const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

std::uint16_t keyU16(Bytes key, std::size_t at) noexcept;
std::uint32_t keyU32(Bytes key, std::size_t at) noexcept;
std::uint64_t keyU64(Bytes key, std::size_t at) noexcept;

}  // namespace xinpu::engine
