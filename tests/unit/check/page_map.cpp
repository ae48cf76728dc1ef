// tests/unit/check/page_map.cpp
// Walks both trees of a file that is known to be sound.

#include "page_map.h"

#include <algorithm>
#include <cstring>

namespace xinpu::engine {
namespace {

template <typename Number>
Number at(const std::string& file, std::size_t offset) {
    Number number;
    std::memcpy(&number, file.data() + offset, sizeof number);
    return number;
}

class Mapper {
public:
    explicit Mapper(const std::string& file) : file_(file), uses_(file.size(), ByteUse::Unused) {
        page_bytes_ = at<std::uint32_t>(file, 16 + 24);  // pad of the first tree in the header page
    }

    std::vector<ByteUse> map() {
        const auto commit = [this](std::size_t page) {
            return at<std::uint64_t>(file_, page * page_bytes_ + 16 + 128);
        };
        for (std::size_t page = 0; page < 2; ++page) {
            const std::size_t meta = page * page_bytes_ + 16;
            mark(page * page_bytes_, 8, ByteUse::Header);       // number
            mark(page * page_bytes_ + 10, 2, ByteUse::Header);  // flags
            mark(meta, 8, ByteUse::Header);                     // magic, version
            mark(meta + 24, 6, ByteUse::Header);           // page size and flags of the tree of free pages
            mark(meta + 24 + 48 + 4, 2, ByteUse::Header);  // flags of the main tree
            mark(meta + 128, 8, ByteUse::Header);          // number of the commit
        }
        const std::size_t newest = (commit(0) > commit(1) ? 0 : page_bytes_) + 16;
        for (std::size_t tree = 0; tree < 2; ++tree) {
            const std::size_t body = newest + 24 + tree * 48;
            mark(body + 4, 44, ByteUse::Header);
            const auto root = at<std::uint64_t>(file_, body + 40);
            if (root != ~std::uint64_t{0}) {
                walk(root, tree == 0);
            }
        }
        mark(newest + 120, 8, ByteUse::Header);  // last page
        return std::move(uses_);
    }

private:
    void mark(std::size_t from, std::size_t size, ByteUse use) {
        std::fill_n(uses_.begin() + static_cast<std::ptrdiff_t>(from), size, use);
    }

    void walk(std::uint64_t page, bool free_list) {
        const std::size_t base = page * page_bytes_;
        const auto flags = at<std::uint16_t>(file_, base + 10);
        const auto lower = at<std::uint16_t>(file_, base + 12);
        mark(base, 8, ByteUse::Structure);
        mark(base + 10, 6, ByteUse::Structure);
        mark(base + 16, lower - 16U, ByteUse::Structure);
        for (std::size_t i = 0; i < (lower - 16U) / 2; ++i) {
            const std::size_t node = base + at<std::uint16_t>(file_, base + 16 + i * 2);
            const std::size_t size =
                at<std::uint16_t>(file_, node) | std::size_t{at<std::uint16_t>(file_, node + 2)} << 16;
            const auto node_flags = at<std::uint16_t>(file_, node + 4);
            const std::size_t key_bytes = at<std::uint16_t>(file_, node + 6);
            mark(node, 8, ByteUse::Structure);
            if ((flags & 1) != 0) {
                mark(node + 8, key_bytes, ByteUse::BranchKey);
                walk(size | std::uint64_t{node_flags} << 32, free_list);
                continue;
            }
            mark(node + 8, key_bytes, free_list ? ByteUse::FreeListKey : ByteUse::Entry);
            const ByteUse use = free_list ? ByteUse::FreeList : ByteUse::Entry;
            const std::size_t value = node + 8 + key_bytes;
            const auto listed = [this](std::size_t from, std::size_t bytes) {
                return std::min<std::size_t>(bytes, (at<std::uint64_t>(file_, from) + 1) * 8);
            };
            if ((node_flags & 1) == 0) {
                mark(value, free_list ? listed(value, size) : size, use);
                continue;
            }
            mark(value, 8, ByteUse::Structure);
            const std::size_t overflow = at<std::uint64_t>(file_, value) * page_bytes_;
            mark(overflow, 8, ByteUse::Structure);
            mark(overflow + 10, 6, ByteUse::Structure);
            mark(overflow + 16, free_list ? listed(overflow + 16, size) : size, use);
        }
    }

    const std::string& file_;
    std::vector<ByteUse> uses_;
    std::size_t page_bytes_ = 0;
};

}  // namespace

std::vector<ByteUse> usesOf(const std::string& file) {
    return Mapper(file).map();
}

}  // namespace xinpu::engine
