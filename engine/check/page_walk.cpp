// engine/check/page_walk.cpp
// The pages of an LMDB file: header pages, two trees, overflow pages, the list of free pages.

#include "engine/check/page_walk.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/check/header_pages.h"
#include "engine/check/page_layout.h"
#include "xinpu/error.h"

namespace xinpu::engine {

using namespace page_layout;

namespace {

PageTree treeOf(const TreeBody& body) {
    return {body.depth,   body.branch_pages, body.leaf_pages, body.overflow_pages,
            body.entries, body.root,         body.flags,      body.pad};
}

}  // namespace

std::optional<std::string> PageWalk::fileFault(const std::filesystem::path& file) {
    const Descriptor in(file);
    const std::uint64_t bytes = in.bytes();
    const std::optional<HeaderPage> first = readHeaderPage(in, 0);
    if (!first) {
        return fmt::format("the file has only {} bytes: it is truncated or no database", bytes);
    }
    if (first->meta.magic != kMagic || first->meta.version != kDataVersion) {
        return "the file does not begin like a database: magic number or format version is wrong";
    }
    const std::uint32_t page_bytes = first->meta.trees[0].pad;
    if (!soundPageBytes(page_bytes)) {
        return fmt::format("the page size {} of the first header page is wrong", page_bytes);
    }
    const std::optional<HeaderPage> second = readHeaderPage(in, page_bytes);
    if (!second) {
        return fmt::format("the file has only {} bytes: it is truncated", bytes);
    }
    if (const auto fault = headerFault(*second, 1, page_bytes)) {
        return "header page 1: " + *fault;
    }
    if (const auto fault = headerFault(*first, 0, page_bytes)) {
        return "header page 0: " + *fault;
    }
    const MetaBody& newest = first->meta.commit > second->meta.commit ? first->meta : second->meta;
    if (newest.last_page >= bytes / page_bytes) {
        return fmt::format("the file is truncated: {} bytes, but its last page {} ends at {}", bytes,
                           newest.last_page, (newest.last_page + 1) * page_bytes);
    }
    return std::nullopt;
}

std::unique_ptr<PageWalk> PageWalk::open(const std::filesystem::path& file, std::uint64_t snapshot) {
    const Descriptor in(file);
    std::unique_ptr<PageWalk> opened(new PageWalk);
    PageWalk& walk = *opened;
    walk.bytes_ = in.bytes();
    const auto read = readHeaderPages(in);
    if (!read) {
        throw Error(ErrorCode::Corrupt, "The header pages of the database cannot be read.");
    }
    const std::array<HeaderPage, 2>& pages = *read;
    const auto found = std::find_if(pages.begin(), pages.end(), [snapshot](const HeaderPage& page) {
        return page.meta.commit == snapshot;
    });
    if (found == pages.end()) {
        return nullptr;
    }
    walk.page_bytes_ = pages[0].meta.trees[0].pad;
    walk.last_page_ = found->meta.last_page;
    walk.snapshot_ = snapshot;
    walk.free_ = treeOf(found->meta.trees[0]);
    walk.main_ = treeOf(found->meta.trees[1]);
    for (std::uint64_t i = 0; i < 2; ++i) {
        if (const auto fault = headerFault(pages[i], i, walk.page_bytes_)) {
            walk.header_faults_.push_back({i, *fault});
        }
    }
    if (const auto fault = pairFault(pages)) {
        walk.header_faults_.push_back({0, *fault});
    }
    if (walk.last_page_ >= walk.bytes_ / walk.page_bytes_) {
        walk.header_faults_.push_back(
            {walk.last_page_,
             fmt::format("the file is truncated: {} bytes, but its last page {} ends at {}", walk.bytes_,
                         walk.last_page_, (walk.last_page_ + 1) * walk.page_bytes_)});
        walk.last_page_ = walk.bytes_ / walk.page_bytes_ - 1;
    }
    void* mapped = ::mmap(nullptr, walk.bytes_, PROT_READ, MAP_SHARED, in.get(), 0);
    if (mapped == MAP_FAILED) {
        throw Error(ErrorCode::Io, fmt::format("Cannot map '{}': {}", file.string(), std::strerror(errno)));
    }
    walk.data_ = static_cast<const std::byte*>(mapped);
    ::madvise(mapped, walk.bytes_, MADV_SEQUENTIAL);
    return opened;
}

PageWalk::~PageWalk() {
    if (data_ != nullptr) {
        ::munmap(const_cast<std::byte*>(data_), bytes_);
    }
}

/// One walk over both trees.
struct PageWalk::Walker {
    const PageWalk& file;
    const Visitor& visitor;
    std::vector<std::uint8_t> use;  ///< by page: a bit set of Use
    std::uint64_t done = 0;
    bool stopped = false;
    PageTree seen{};  ///< figures of the tree that is walked
    bool of_free_list = false;

    static constexpr std::uint8_t kReached = 1;
    static constexpr std::uint8_t kFree = 2;

    Walker(const PageWalk& walk, const Visitor& to) : file(walk), visitor(to), use(walk.last_page_ + 1, 0) {}

    void fault(std::uint64_t page, std::string what) { visitor.fault({page, std::move(what)}); }

    const std::byte* at(std::uint64_t page) const noexcept { return file.data_ + page * file.page_bytes_; }

    /// False if the page cannot be walked.
    bool reach(std::uint64_t page, std::uint64_t from) {
        if (page < kFirstPage || page > file.last_page_) {
            fault(from, fmt::format("it names page {}, which the file does not have", page));
            return false;
        }
        if ((use[page] & kReached) != 0) {
            fault(from, fmt::format("it names page {}, which is reached on another way already", page));
            return false;
        }
        use[page] |= kReached;
        ++done;
        if (visitor.progress && (done % 256 == 0) && !visitor.progress(done, file.last_page_ + 1)) {
            stopped = true;
        }
        return !stopped;
    }

    int compare(Bytes a, Bytes b) const noexcept {
        if (of_free_list) {
            std::uint64_t x = 0, y = 0;
            std::memcpy(&x, a.data(), std::min(sizeof x, a.size()));
            std::memcpy(&y, b.data(), std::min(sizeof y, b.size()));
            return x < y ? -1 : x > y ? 1 : 0;
        }
        const int order = std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
        return order != 0 ? order : a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
    }

    void tree(const PageTree& claimed, bool free_list) {
        of_free_list = free_list;
        seen = {};
        if (claimed.root == kNoPage) {
            if (claimed.entries != 0) {
                fault(0, "a tree without pages claims to have entries");
            }
            return;
        }
        if (claimed.depth == 0 || claimed.depth > kDepthMax) {
            fault(0, fmt::format("the depth {} of a tree is impossible", claimed.depth));
            return;
        }
        page(claimed.root, 0, claimed.depth, {}, {});
        if (stopped) {
            return;
        }
        const char* name = free_list ? "free list" : "tree";
        const auto same = [&](const char* what, std::uint64_t claims, std::uint64_t has) {
            if (claims != has) {
                fault(0, fmt::format("the header page says that the {} has {} {}, found were {}", name,
                                     claims, what, has));
            }
        };
        same("branch pages", claimed.branch_pages, seen.branch_pages);
        same("leaf pages", claimed.leaf_pages, seen.leaf_pages);
        same("overflow pages", claimed.overflow_pages, seen.overflow_pages);
        same("entries", claimed.entries, seen.entries);
    }

    /// Walks a page whose keys must lie in [least, behind); an empty bound is none. `levels`: 1 = leaf.
    /// Depth is bounded by kDepthMax.
    void page(std::uint64_t number, std::uint64_t from, unsigned levels, Bytes least, Bytes behind) {
        if (!reach(number, from)) {
            return;
        }
        PageHeader head;
        std::memcpy(&head, at(number), sizeof head);
        const std::uint16_t kind = levels == 1 ? kLeafPage : kBranchPage;
        if (head.number != number) {
            fault(number, fmt::format("it carries the number {}", head.number));
            return;
        }
        if (head.flags != kind) {
            fault(number, fmt::format("it is not a {} page", levels == 1 ? "leaf" : "branch"));
            return;
        }
        if (head.lower < sizeof head || head.lower % 2 != 0 || head.upper < head.lower ||
            head.upper > file.page_bytes_) {
            fault(number, "the bounds of its free space are wrong");
            return;
        }
        const std::size_t count = (head.lower - sizeof head) / 2;
        if (count == 0) {
            fault(number, "it has no entries");
            return;
        }
        ++(levels == 1 ? seen.leaf_pages : seen.branch_pages);
        std::vector<Node> nodes(count);
        if (!readNodes(number, head, levels == 1, nodes)) {
            return;
        }
        for (std::size_t i = 0; i < count; ++i) {
            // The first key of a branch page means nothing and is mostly empty.
            const bool counts = levels == 1 || i > 0;
            if (counts && i > (levels == 1 ? 0U : 1U) && compare(nodes[i - 1].key, nodes[i].key) >= 0) {
                fault(number, fmt::format("its keys {} and {} are not in order", i - 1, i));
            }
            const bool below = counts && !least.empty() && compare(nodes[i].key, least) < 0;
            const bool above = counts && !behind.empty() && compare(nodes[i].key, behind) >= 0;
            if (below || above) {
                fault(number, fmt::format("its key {} lies outside what the page above says", i));
            }
        }
        for (std::size_t i = 0; i < count && !stopped; ++i) {
            if (levels == 1) {
                leafEntry(number, nodes[i]);
            } else {
                page(nodes[i].child, number, levels - 1, i == 0 ? least : nodes[i].key,
                     i + 1 < count ? nodes[i + 1].key : behind);
            }
        }
    }

    struct Node {
        Bytes key;
        Bytes value;              ///< leaf, in place
        std::uint64_t child = 0;  ///< branch, or first overflow page
        std::uint64_t big = 0;    ///< bytes on overflow pages
    };

    /// Bounds of every node; together they must fill the used part of the page exactly.
    bool readNodes(std::uint64_t number, const PageHeader& head, bool leaf, std::vector<Node>& nodes) {
        const std::byte* const bytes = at(number);
        std::size_t used = 0;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            std::uint16_t offset = 0;
            std::memcpy(&offset, bytes + sizeof head + i * 2, 2);
            NodeHeader node;
            if (offset < head.upper || offset % 2 != 0 || offset + sizeof node > file.page_bytes_) {
                fault(number, fmt::format("the offset of its entry {} is wrong", i));
                return false;
            }
            std::memcpy(&node, bytes + offset, sizeof node);
            const std::size_t room = file.page_bytes_ - offset - sizeof node;
            const std::uint32_t size = std::uint32_t{node.low} | std::uint32_t{node.high} << 16;
            const bool big = leaf && node.flags == kBigData;
            if (leaf && node.flags != 0 && !big) {
                fault(number, fmt::format("the flags of its entry {} are wrong", i));
                return false;
            }
            const std::size_t in_place = !leaf ? 0 : big ? sizeof(std::uint64_t) : size;
            if (node.key_bytes > room || in_place > room - node.key_bytes) {
                fault(number, fmt::format("its entry {} reaches behind the page", i));
                return false;
            }
            const std::byte* const key = bytes + offset + sizeof node;
            nodes[i].key = {key, node.key_bytes};
            if (!leaf) {
                nodes[i].child = std::uint64_t{size} | std::uint64_t{node.flags} << 32;
            } else if (big) {
                std::memcpy(&nodes[i].child, key + node.key_bytes, sizeof nodes[i].child);
                nodes[i].big = size;
            } else {
                nodes[i].value = {key + node.key_bytes, in_place};
            }
            used += (sizeof node + node.key_bytes + in_place + 1) / 2 * 2;
        }
        if (used != file.page_bytes_ - head.upper) {
            fault(number, "its entries do not fill its used part");
            return false;
        }
        return true;
    }

    void leafEntry(std::uint64_t number, const Node& node) {
        Bytes value = node.value;
        if (node.child != 0 || node.big != 0) {
            const std::optional<Bytes> big = overflow(number, node);
            if (!big) {
                return;
            }
            value = *big;
        }
        ++seen.entries;
        if (of_free_list) {
            freePages(number, node.key, value);
        } else {
            visitor.entry(number, node.key, value);
        }
    }

    std::optional<Bytes> overflow(std::uint64_t from, const Node& node) {
        if (!reach(node.child, from)) {
            return std::nullopt;
        }
        PageHeader head;
        std::memcpy(&head, at(node.child), sizeof head);
        const std::uint64_t pages = (sizeof head - 1 + node.big) / file.page_bytes_ + 1;
        const std::uint64_t claimed = std::uint64_t{head.lower} | std::uint64_t{head.upper} << 16;
        if (head.number != node.child || head.flags != kOverflowPage || claimed != pages ||
            pages > file.last_page_ - node.child + 1) {
            fault(node.child, "it does not hold the value that its leaf says");
            return std::nullopt;
        }
        for (std::uint64_t i = 1; i < pages; ++i) {
            if (!reach(node.child + i, from)) {
                return std::nullopt;
            }
        }
        seen.overflow_pages += pages;
        return Bytes{at(node.child) + sizeof head, node.big};
    }

    /// An entry of the free list: the pages that one commit freed, most first.
    void freePages(std::uint64_t number, Bytes key, Bytes value) {
        std::uint64_t commit = 0, count = 0;
        if (key.size() != sizeof commit || value.size() < sizeof count) {
            fault(number, "an entry of the free list has a wrong length");
            return;
        }
        std::memcpy(&commit, key.data(), sizeof commit);
        std::memcpy(&count, value.data(), sizeof count);
        if (commit == 0 || commit > file.snapshot_ || count > value.size() / sizeof count - 1) {
            fault(number, "an entry of the free list does not decode");
            return;
        }
        std::uint64_t before = kNoPage;
        for (std::uint64_t i = 1; i <= count; ++i) {
            std::uint64_t page = 0;
            std::memcpy(&page, value.data() + i * sizeof page, sizeof page);
            if (page < kFirstPage || page > file.last_page_ || page >= before) {
                fault(number, fmt::format("the free list names page {}, which cannot be", page));
                return;
            }
            if ((use[page] & kFree) != 0) {
                fault(number, fmt::format("the free list names page {} twice", page));
            }
            use[page] |= kFree;
            before = page;
        }
    }

    void account() {
        std::uint64_t lost = 0, first = 0;
        for (std::uint64_t page = kFirstPage; page <= file.last_page_; ++page) {
            if (use[page] == (kReached | kFree)) {
                fault(page, "it is in use and in the free list");
            } else if (use[page] == 0 && lost++ == 0) {
                first = page;
            }
        }
        if (lost != 0) {
            fault(first, fmt::format("{} pages from here on are neither in use nor in the free list", lost));
        }
    }
};

bool PageWalk::walk(const Visitor& visitor) {
    std::uint64_t faults = 0;
    Visitor counting = visitor;
    counting.fault = [&](const PageFault& fault) {
        ++faults;
        visitor.fault(fault);
    };
    Walker walker(*this, counting);
    for (const PageFault& fault : header_faults_) {
        counting.fault(fault);
    }
    walker.tree(free_, true);
    if (!walker.stopped) {
        walker.tree(main_, false);
    }
    // With a branch lost everything below it would be named as lost, too.
    if (!walker.stopped && faults == 0) {
        walker.account();
    }
    return !walker.stopped;
}

}  // namespace xinpu::engine
