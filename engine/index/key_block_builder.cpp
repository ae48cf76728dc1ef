// engine/index/key_block_builder.cpp
// Builds key blocks: keeps the exact encoded length while entries come in, then writes them
// (layout: docs/format/key-block.md).

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/index/key_block.h"
#include "engine/index/key_block_layout.h"
#include "xinpu/assert.h"

namespace xinpu::engine {

using namespace key_block;

namespace {

/// Eight bytes at a time: a batch spends a third of its time here otherwise.
std::size_t commonPrefix(std::string_view a, std::string_view b) noexcept {
    static_assert(std::endian::native == std::endian::little);
    const std::size_t end = std::min(a.size(), b.size());
    std::size_t at = 0;
    for (; at + sizeof(std::uint64_t) <= end; at += sizeof(std::uint64_t)) {
        std::uint64_t left = 0;
        std::uint64_t right = 0;
        std::memcpy(&left, a.data() + at, sizeof left);
        std::memcpy(&right, b.data() + at, sizeof right);
        if (left != right) {
            return at + static_cast<std::size_t>(std::countr_zero(left ^ right)) / 8;
        }
    }
    while (at < end && a[at] == b[at]) {
        ++at;
    }
    return at;
}
std::size_t commonTail(std::string_view a, std::string_view b) noexcept {
    return static_cast<std::size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first -
                                    a.rbegin());
}
bool allHex(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), isHex);
}

void putU16(std::string& out, std::size_t number) {
    out.push_back(static_cast<char>(number & 255));
    out.push_back(static_cast<char>(number >> 8 & 255));
}
void putLength(std::string& out, std::size_t length) {
    if (length >= 128) {
        out.push_back(static_cast<char>((length & 127) | 128));
        length >>= 7;
    }
    out.push_back(static_cast<char>(length));
}
void putSuffix(std::string& out, std::string_view suffix, bool hex) {
    if (!hex) {
        out.append(suffix);
        return;
    }
    for (std::size_t i = 0; i < suffix.size(); i += 2) {
        const unsigned low = i + 1 < suffix.size() ? hexValue(suffix[i + 1]) : 0U;
        out.push_back(static_cast<char>(unsigned{hexValue(suffix[i])} << 4 | low));
    }
}

}  // namespace

std::uint32_t KeyBlockBuilder::Shape::idBytes() const noexcept {
    const std::uint32_t span = id_max - id_min;
    return span == 0 ? 0 : span < 1U << 8 ? 1 : span < 1U << 16 ? 2 : span < 1U << 24 ? 3 : 4;
}

bool KeyBlockBuilder::Shape::writesAlike(const Shape& other) const noexcept {
    return prefix == other.prefix && tail == other.tail && equalLength() == other.equalLength() &&
           idBytes() == other.idBytes();
}

std::string_view KeyBlockBuilder::keyOf(const Item& item) const noexcept {
    return std::string_view(text_).substr(item.at, item.length);
}

/// What is written of a key: behind what it shares with the entry before, up to the tail.
std::string_view KeyBlockBuilder::suffixOf(const Item& item, bool restart,
                                           const Shape& shape) const noexcept {
    const std::size_t end = item.length - shape.tail;
    const std::size_t from = restart ? shape.prefix : std::min<std::size_t>(item.shared, end);
    return keyOf(item).substr(from, end - from);
}

void KeyBlockBuilder::widen(Shape& shape, const Item& item) const noexcept {
    if (&item == &items_.front()) {
        shape = {item.length, 0, item.length, item.length, item.length, item.id, item.id, true};
        return;
    }
    const std::string_view key = keyOf(item);
    // Keys ascend: what all share, neighbours share.
    shape.prefix = std::min<std::size_t>(shape.prefix, item.shared);
    const std::string_view tail = std::string_view(text_).substr(
        items_.front().at + items_.front().length - shape.common_tail, shape.common_tail);
    if (!key.ends_with(tail)) {
        shape.common_tail = commonTail(tail, key);
    }
    shape.shortest = std::min<std::size_t>(shape.shortest, item.length);
    shape.longest = std::max<std::size_t>(shape.longest, item.length);
    shape.tail = std::min(shape.common_tail, shape.shortest - shape.prefix);
    shape.id_min = std::min(shape.id_min, item.id);
    shape.id_max = std::max(shape.id_max, item.id);
}

std::size_t KeyBlockBuilder::cost(const Item& item, std::size_t position, const Shape& shape) const noexcept {
    const bool restart = position % kRestartEvery == 0;
    const std::size_t suffix = suffixOf(item, restart, shape).size();
    const std::size_t shared = item.length - shape.tail - suffix - shape.prefix;
    return (restart ? 2 : lengthBytes(shared)) + (shape.equalLength() ? 0 : lengthBytes(suffix)) +
           (shape.hex ? (suffix + 1) / 2 : suffix) + shape.idBytes();
}

bool KeyBlockBuilder::suffixesAreHex(const Shape& shape) const noexcept {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const std::string_view suffix = suffixOf(items_[i], i % kRestartEvery == 0, shape);
        if (!allHex(suffix)) {
            return false;
        }
    }
    return true;
}

std::size_t KeyBlockBuilder::costOfAll(const Shape& shape) const noexcept {
    std::size_t sum = kHeaderBytes + shape.prefix + shape.tail;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        sum += cost(items_[i], i, shape);
    }
    return sum;
}

void KeyBlockBuilder::append(std::string_view key, std::uint32_t id) {
    XINPU_ASSERT(key.size() <= kStoredKeyBytesMax);
    const std::size_t shared = items_.empty() ? 0 : commonPrefix(last().key, key);
    items_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(key.size()),
                      static_cast<std::uint32_t>(shared), id});
    text_.append(key);
}

void KeyBlockBuilder::clear() noexcept {
    text_.clear();
    items_.clear();
    shape_ = {};
    bytes_ = 0;
}

bool KeyBlockBuilder::tryAdd(std::string_view key, std::uint32_t id, std::size_t share) {
    append(key, id);
    const Item& item = items_.back();
    const std::size_t position = items_.size() - 1;
    Shape shape = shape_;
    widen(shape, item);
    if (position != 0 && shape.writesAlike(shape_) &&
        (!shape.hex || allHex(suffixOf(item, position % kRestartEvery == 0, shape)))) {
        const std::size_t bytes = bytes_ + cost(item, position, shape);
        if (bytes + key.size() <= share) {
            shape_ = shape;
            bytes_ = bytes;
            return true;
        }
    } else {
        shape.hex = suffixesAreHex(shape);
        const std::size_t bytes = costOfAll(shape);
        if (position == 0 || bytes + key.size() <= share) {
            shape_ = shape;
            bytes_ = bytes;
            return true;
        }
    }
    text_.resize(item.at);
    items_.pop_back();
    return false;
}

bool KeyBlockBuilder::tryAddAll(std::span<const KeyBlockEntry> entries, std::size_t share) {
    XINPU_ASSERT(items_.empty());
    items_.reserve(entries.size());
    text_.reserve(entries.size() * (entries.front().key.size() + 8));
    for (const KeyBlockEntry& entry : entries) {
        append(entry.key, entry.id);
    }
    Shape shape;
    for (const Item& item : items_) {
        widen(shape, item);
    }
    shape.hex = suffixesAreHex(shape);
    shape_ = shape;
    bytes_ = costOfAll(shape);
    if (items_.size() > 1 && bytes_ + items_.back().length > share) {
        clear();
        return false;
    }
    return true;
}

KeyBlockEntry KeyBlockBuilder::last() const noexcept {
    return {keyOf(items_.back()), items_.back().id};
}

std::string KeyBlockBuilder::finish() {
    XINPU_ASSERT(!items_.empty() && items_.size() <= 0xffff);
    const std::uint32_t id_bytes = shape_.idBytes();
    std::string entries;
    std::string restarts;
    std::string ids;
    entries.reserve(bytes_);
    ids.reserve(items_.size() * id_bytes);
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const Item& item = items_[i];
        const bool restart = i % kRestartEvery == 0;
        const std::string_view suffix = suffixOf(item, restart, shape_);
        if (restart) {
            putU16(restarts, entries.size());
        } else {
            putLength(entries, item.length - shape_.tail - suffix.size() - shape_.prefix);
        }
        if (!shape_.equalLength()) {
            putLength(entries, suffix.size());
        }
        putSuffix(entries, suffix, shape_.hex);
        for (std::uint32_t k = 0; k < id_bytes; ++k) {
            ids.push_back(static_cast<char>((item.id - shape_.id_min) >> (8 * k) & 255));
        }
    }
    const std::string_view first = keyOf(items_.front());
    std::string out;
    out.reserve(bytes_);
    out.push_back(static_cast<char>(kFormat));
    out.push_back(static_cast<char>((shape_.hex ? kFlagHex : 0) |
                                    (shape_.equalLength() ? kFlagEqualLength : 0) |
                                    id_bytes << kIdBytesShift));
    putU16(out, items_.size());
    putU16(out, shape_.id_min & 0xffff);
    putU16(out, shape_.id_min >> 16);
    putU16(out, shape_.prefix);
    putU16(out, shape_.tail);
    putU16(out, shape_.equalLength() ? shape_.shortest - shape_.prefix - shape_.tail : 0);
    out.append(restarts).append(ids);
    out.append(first.substr(0, shape_.prefix)).append(first.substr(first.size() - shape_.tail));
    out.append(entries);
    XINPU_ASSERT(out.size() == bytes_);
    clear();
    return out;
}

}  // namespace xinpu::engine
