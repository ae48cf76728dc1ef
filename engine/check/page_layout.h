// engine/check/page_layout.h
#pragma once
// The bytes of LMDB 0.9 pages on 64-bit little-endian machines (docs/format/file.md). For .cpp files of this
// room.

#include <bit>
#include <cstdint>

namespace xinpu::engine::page_layout {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::uint32_t kMagic = 0xBEEFC0DE;
inline constexpr std::uint32_t kDataVersion = 1;
inline constexpr std::uint64_t kNoPage = ~std::uint64_t{0};
inline constexpr std::uint64_t kFirstPage = 2;  ///< behind the two header pages
inline constexpr unsigned kDepthMax = 32;       ///< LMDB's own bound of a cursor

// Kinds of pages. What lies in a file has exactly one of them.
inline constexpr std::uint16_t kBranchPage = 0x01;
inline constexpr std::uint16_t kLeafPage = 0x02;
inline constexpr std::uint16_t kOverflowPage = 0x04;
inline constexpr std::uint16_t kMetaPage = 0x08;

inline constexpr std::uint16_t kIntegerKeys = 0x08;  ///< flag of the tree of free pages
inline constexpr std::uint16_t kBigData = 0x01;      ///< flag of a node whose value lies on overflow pages

struct PageHeader {
    std::uint64_t number;
    std::uint16_t pad;
    std::uint16_t flags;
    std::uint16_t lower;  ///< end of the offsets; overflow: lower half of the number of pages
    std::uint16_t upper;  ///< begin of the nodes; overflow: upper half
};
static_assert(sizeof(PageHeader) == 16);

struct NodeHeader {
    std::uint16_t low;  ///< of the value's length, or of the child's page number
    std::uint16_t high;
    std::uint16_t flags;  ///< branch: bits 32 to 47 of the child's page number
    std::uint16_t key_bytes;
};
static_assert(sizeof(NodeHeader) == 8);

struct TreeBody {
    std::uint32_t pad;  ///< of the tree of free pages: the page size
    std::uint16_t flags;
    std::uint16_t depth;
    std::uint64_t branch_pages;
    std::uint64_t leaf_pages;
    std::uint64_t overflow_pages;
    std::uint64_t entries;
    std::uint64_t root;
};
static_assert(sizeof(TreeBody) == 48);

/// Behind the page header of pages 0 and 1.
struct MetaBody {
    std::uint32_t magic;
    std::uint32_t version;
    std::uint64_t address;
    std::uint64_t map_bytes;
    TreeBody trees[2];  ///< free pages, then the main tree
    std::uint64_t last_page;
    std::uint64_t commit;
};
static_assert(sizeof(MetaBody) == 136);

}  // namespace xinpu::engine::page_layout
