// engine/bulk/external_sort.cpp
// Run files, and the sorting of byte keys.

#include "engine/bulk/external_sort.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace xinpu::engine {
namespace {

[[noreturn]] void failed(const char* what) {
    throw Error(ErrorCode::Io,
                std::string("Cannot ") + what + " a temporary file of the load: " + std::strerror(errno));
}

}  // namespace

RunFile::RunFile(const std::filesystem::path& folder) {
    std::string name = (folder / "run-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) {
        failed("make");
    }
    ::unlink(name.c_str());
    file_.reset(::fdopen(descriptor, "w+b"));
    if (file_ == nullptr) {
        failed("open");
    }
    std::setvbuf(file_.get(), nullptr, _IOFBF, 1 << 18);
}

void RunFile::write(const void* data, std::size_t bytes) {
    if (bytes != 0 && std::fwrite(data, 1, bytes, file_.get()) != bytes) {
        failed("write");
    }
}

void RunFile::rewind() {
    if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0) {
        failed("rewind");
    }
}

bool RunFile::read(void* data, std::size_t bytes) {
    const std::size_t got = std::fread(data, 1, bytes, file_.get());
    if (got == bytes) {
        return true;
    }
    if (std::ferror(file_.get()) != 0 || got != 0) {
        failed("read");
    }
    return false;
}

void KeySort::add(std::string_view key, std::uint32_t id) {
    if (text_.size() + items_.size() * sizeof(Item) >= bytes_max_) {
        spill();
    }
    items_.add({0, 0, text_.size(), static_cast<std::uint32_t>(key.size()), id});
    text_.add(key.data(), key.size());
}

// Sixteen bytes a key are compared as numbers; keys that agree in them get their next sixteen. Keys of an
// index share long beginnings, so this reads each text a few times where comparing would read it twenty
// times.
void KeySort::sort() {
    struct Range {
        Item* first;
        Item* last;
        std::size_t from;
    };
    const auto fully = [this](const Item& a, const Item& b) {
        const int order = keyOf(a).compare(keyOf(b));
        return order != 0 ? order < 0 : a.id < b.id;
    };
    std::vector<Range> ranges{{items_.begin(), items_.end(), 0}};
    while (!ranges.empty()) {
        const Range range = ranges.back();
        ranges.pop_back();
        if (range.last - range.first <= kFewKeys) {
            std::sort(range.first, range.last, fully);
            continue;
        }
        const std::size_t from = readHeads(range.first, range.last, range.from);
        std::sort(range.first, range.last, [](const Item& a, const Item& b) {
            return a.head != b.head ? a.head < b.head : a.head_low < b.head_low;
        });
        for (Item* first = range.first; first != range.last;) {
            Item* last = first;
            bool ends = false;
            for (; last != range.last && last->head == first->head && last->head_low == first->head_low;
                 ++last) {
                ends = ends || last->length <= from + kHeadBytes;
            }
            if (last - first > 1) {
                if (ends) {
                    std::sort(first, last, fully);
                } else {
                    ranges.push_back({first, last, from + kHeadBytes});
                }
            }
            first = last;
        }
    }
}

/// Takes the heads from where keys of the range first differ, at or behind `from`; returns that place.
std::size_t KeySort::readHeads(Item* first, Item* last, std::size_t from) {
    const std::string_view model = keyOf(*first);
    std::size_t shared = model.size();
    for (const Item* item = first; item != last; ++item) {
        const std::string_view key = keyOf(*item);
        shared = std::min(shared, key.size());
        while (shared > from && std::memcmp(model.data() + from, key.data() + from, shared - from) != 0) {
            --shared;
        }
    }
    for (Item* item = first; item != last; ++item) {
        const std::string_view rest = keyOf(*item).substr(shared);
        std::uint64_t head[2] = {0, 0};
        std::memcpy(head, rest.data(), std::min<std::size_t>(rest.size(), kHeadBytes));
        item->head = __builtin_bswap64(head[0]);
        item->head_low = __builtin_bswap64(head[1]);
    }
    return shared;
}

void KeySort::spill() {
    sort();
    runs_.emplace_back(folder_);
    for (const Item& item : items_) {
        runs_.back().write(&item.length, sizeof item.length);
        runs_.back().write(&item.id, sizeof item.id);
        runs_.back().write(text_.begin() + item.at, item.length);
    }
    spilled_ += items_.size();
    items_.clear();
    text_.clear();
}

void KeySort::drain(const std::function<void(std::string_view, std::uint32_t)>& visit) {
    if (runs_.empty()) {
        for (const Item& item : items_) {
            visit(keyOf(item), item.id);
        }
        return;
    }
    spill();
    struct Head {
        std::string key;
        std::uint32_t id = 0;
    };
    std::vector<Head> heads(runs_.size());
    std::vector<std::size_t> order;
    const auto later = [&heads](std::size_t a, std::size_t b) {
        return std::tie(heads[b].key, heads[b].id) < std::tie(heads[a].key, heads[a].id);
    };
    const auto refill = [&](std::size_t run) {
        std::uint32_t length = 0;
        if (!runs_[run].read(&length, sizeof length)) {
            return;
        }
        heads[run].key.resize(length);
        if (!runs_[run].read(&heads[run].id, sizeof heads[run].id) ||
            !runs_[run].read(heads[run].key.data(), length)) {
            failed("read");
        }
        order.push_back(run);
        std::push_heap(order.begin(), order.end(), later);
    };
    for (std::size_t run = 0; run < runs_.size(); ++run) {
        runs_[run].rewind();
        refill(run);
    }
    while (!order.empty()) {
        std::pop_heap(order.begin(), order.end(), later);
        const std::size_t run = order.back();
        order.pop_back();
        visit(heads[run].key, heads[run].id);
        refill(run);
    }
}

}  // namespace xinpu::engine
