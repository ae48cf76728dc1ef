// tests/unit/check/page_map.h
#pragma once
// What each byte of a sound database file is for: read independently of the check, from LMDB's format alone.

#include <cstdint>
#include <string>
#include <vector>

namespace xinpu::engine {

/// The use of one byte.
enum class ByteUse : std::uint8_t {
    Unused,     ///< free pages, gaps, padding: a change may go unseen
    Entry,      ///< key, value or node header in a leaf of the main tree, or on overflow pages
    Structure,  ///< page header, offsets, page numbers of branches
    BranchKey,  ///< separator: a change counts if it changes the way to a key
    FreeList,   ///< tree of free pages: keys may change unseen, lists not
    FreeListKey,
    Header,  ///< header page, what must be checked of it
};

/// The use of every byte of `file`.
std::vector<ByteUse> usesOf(const std::string& file);

}  // namespace xinpu::engine
