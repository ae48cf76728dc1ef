// engine/index/bitmap_index.h
#pragma once
// Bitmaps: which nodes have a label, a value of a property, a date in a span. Kept as containers in the table
// Bitmaps (docs/format/bitmap.md).

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/index/bitmap_container.h"
#include "engine/store/environment.h"
#include "engine/value/ids.h"
#include "engine/value/node_set.h"
#include "engine/value/temporal.h"

namespace xinpu::engine {

/// A family holds the bitmaps of one property (or of all labels); its values tell them apart.
using BitmapFamily = std::uint16_t;
/// Longest value of a family: an ordered key, a dictionary code, a label's number, or empty.
inline constexpr std::size_t kBitmapValueBytesMax = 64;

/// Answers from one family within one transaction.
/// Lifetime: borrows the transaction. Threads: any number may read one read transaction.
class BitmapIndex {
public:
    BitmapIndex(const StoreTxn& txn, BitmapFamily family) noexcept : txn_(&txn), family_(family) {}

    /// @throws Error(Corrupt), as do all functions here
    bool contains(std::string_view value, NodeId node) const;
    /// Number of nodes, from the stored counts.
    /// @complexity one or two seeks a slice of the family
    std::uint64_t count(std::string_view value) const;
    /// Nodes with `value`; empty if there are none.
    NodeSet load(std::string_view value) const;
    /// Adds the ids of one slice (of kSliceIds ids) that have `value` to `words`; false if there are none.
    bool loadSlice(std::string_view value, std::uint32_t slice, SliceWords& words) const;
    /// Nodes with any value in [first, last].
    NodeSet loadRange(std::string_view first, std::string_view last) const;
    /// Calls `visit` for every container, in the order of (slice, value).
    void eachContainer(
        const std::function<void(std::uint32_t slice, std::string_view value, Bytes bytes)>& visit) const;

private:
    const StoreTxn* txn_;
    BitmapFamily family_;
};

/// Bitmaps of a date property: one family with a bitmap for each day, month and year that occurs, so that a
/// span is an OR of few of them.
class DateBitmaps {
public:
    DateBitmaps(const StoreTxn& txn, BitmapFamily family) noexcept : txn_(&txn), family_(family) {}

    /// Nodes with a date in [from, to]; empty if to < from. @throws Error(Corrupt)
    NodeSet load(Date from, Date to) const;

    /// Values of a date: its day, month and year. A node is set and cleared in all three.
    static std::vector<std::string> valuesOf(Date date);

    /// First and last value of a row of bitmaps of one level.
    struct Span {
        std::string first;
        std::string last;
    };
    /// The least number of bitmaps that make up [from, to]: at most five spans.
    static std::vector<Span> cover(Date from, Date to);

private:
    const StoreTxn* txn_;
    BitmapFamily family_;
};

/// One change of a bitmap.
struct BitmapChange {
    BitmapFamily family = 0;
    std::string value;
    std::uint32_t id = 0;
    bool set = true;
};

/// What a batch did. `present` were set already and `absent` were not set when cleared: of a sound database
/// both are zero.
struct BitmapChangeCounts {
    std::uint64_t set = 0;
    std::uint64_t cleared = 0;
    std::uint64_t present = 0;
    std::uint64_t absent = 0;
};

/// Applies a batch; each touched container is read and written once. At most one change per (family, value,
/// id). Sorts `changes`. @throws Error(Corrupt), Error(Limit) if the disk is full
BitmapChangeCounts applyBitmapChanges(StoreTxn& txn, std::span<BitmapChange> changes);

/// Removes all bitmaps of a family.
void dropBitmaps(StoreTxn& txn, BitmapFamily family);

/// Writes a new family by TableWriter::append. Families one after another, ascending.
/// Memory: the bitmaps of one slice.
class BitmapBuilder {
public:
    BitmapBuilder(StoreTxn& txn, BitmapFamily family) : table_(txn, Table::Bitmaps), family_(family) {}

    /// Any number of values an id, once each; ids of a slice in any order, slices ascending.
    /// @throws Error(Internal) if the slice was written already
    void add(std::string_view value, std::uint32_t id) { add(number(value), id); }
    /// For many ids: a value's number, asked for once, in place of the value.
    std::uint32_t number(std::string_view value);
    void add(std::uint32_t number, std::uint32_t id);
    /// Writes the last slice. To be called once, before another family or table is appended to.
    void finish();

private:
    void flush();

    TableWriter table_;
    BitmapFamily family_;
    std::uint32_t slice_ = 0;
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
    std::vector<std::vector<std::uint16_t>> ids_;  ///< of the slice at hand, by number of the value
};

}  // namespace xinpu::engine
