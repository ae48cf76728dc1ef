// engine/index/key_index.h
#pragma once
// Unique and range indexes: ordered keys to ids, kept as key blocks in the table Keys
// (docs/format/key-block.md).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/index/key_block.h"
#include "engine/store/table.h"
#include "engine/value/ids.h"

namespace xinpu::engine {

/// Keys up to this length are stored as they are; of longer ones this much, with the SHA-256 of all behind
/// it.
inline constexpr std::size_t kPlainKeyBytesMax = 448;

/// The form in which a block holds `key`. Equal keys have equal forms; keys keep their order, except among
/// those that are longer than kPlainKeyBytesMax and agree in as many bytes.
std::string storedKey(std::string_view key);

/// An entry of an index. If `recheck`, the index knows the key only up to its first kPlainKeyBytesMax bytes
/// and a digest: a range scan then asks the record whether the value really lies in the range.
struct KeyEntry {
    std::string_view key;  ///< stored form; valid until the next step of the scan
    std::uint32_t id = 0;
    bool recheck = false;
};

struct KeyHit {
    std::uint32_t id = 0;
    bool recheck = false;
};

/// lo <= key < hi, both ends open where absent.
struct KeyRange {
    std::string lo;
    std::optional<std::string> hi;
};

/// Answers from one index within one transaction.
///
/// Keys are ordered encodings of values (engine/value); within one index no key is the beginning of another.
/// Ids of equal keys ascend. In a unique index a key has one id: who adds looks first. Lifetime: borrows the
/// transaction of `table`. Threads: immutable, see TableReader.
class KeyIndex {
public:
    KeyIndex(const TableReader& table, IndexId index) noexcept : table_(table), index_(index) {}

    /// The least id of `key`, or nothing.
    /// @complexity one descent of the tree and one block, no allocation beyond the seek key
    /// @throws Error(Corrupt)
    std::optional<KeyHit> find(std::string_view key) const;
    /// Says what is wrong with the index by itself (block unreadable, order, bound), or nothing.
    /// @throws Error(Corrupt) if a value does not match its checksum
    std::optional<std::string> firstFault() const;

private:
    TableReader table_;
    IndexId index_;
};

enum class ScanOrder : std::uint8_t { Ascending, Descending };

/// Walks a range of an index in the order of (key, id) or backwards.
/// Lifetime: borrows the transaction; in a write transaction the scan ends with the next change of the index.
class KeyScan {
public:
    KeyScan(const TableReader& table, IndexId index, const KeyRange& range, ScanOrder order);

    /// The next entry, or nothing at the end. @throws Error(Corrupt)
    std::optional<KeyEntry> next();

private:
    bool loadAscending();
    bool loadDescending();

    TableReader table_;
    IndexId index_;
    std::string lo_;
    std::optional<std::string> hi_;
    ScanOrder order_;
    std::string seek_;  ///< table key from which the next block is looked for
    DecodedKeyBlock block_;
    std::size_t from_ = 0;  ///< entries [from_, to_) of block_ are not given out yet
    std::size_t to_ = 0;
    bool done_ = false;
};

/// One change of an index; `key` in full length.
struct KeyChange {
    std::string key;
    std::uint32_t id = 0;
    bool add = true;
};

/// What a batch did. `present` adds were there already and `missing` removals were not: of a sound database
/// both are zero.
struct KeyChangeCounts {
    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    std::uint64_t present = 0;
    std::uint64_t missing = 0;
};

/// Applies a batch; each touched block is read and written once. At most one change per (key, id). Sorts
/// `changes` and brings their keys to the stored form.
/// @throws Error(Corrupt), Error(Limit) if the disk is full
KeyChangeCounts applyKeyChanges(TableWriter& table, IndexId index, std::span<KeyChange> changes);

/// Removes all entries of an index.
void dropKeyIndex(TableWriter& table, IndexId index);

/// Writes a new index from ascending (stored key, id) pairs into full blocks, by TableWriter::append.
class KeyIndexBuilder {
public:
    KeyIndexBuilder(TableWriter& table, IndexId index) noexcept : table_(&table), index_(index) {}

    /// @throws Error(Internal) if (key, id) is not greater than the one before
    void add(std::string_view stored_key, std::uint32_t id);
    /// Writes the last block. To be called once, before another index or table is appended to.
    void finish();
    std::uint64_t entries() const noexcept { return entries_; }

private:
    TableWriter* table_;
    IndexId index_;
    KeyBlockBuilder block_;
    std::uint64_t entries_ = 0;
};

}  // namespace xinpu::engine
