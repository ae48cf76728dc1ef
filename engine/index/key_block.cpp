// engine/index/key_block.cpp
// Reads key blocks: look-up without decoding, and decoding (layout: docs/format/key-block.md).

#include "engine/index/key_block.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "engine/index/key_block_layout.h"

namespace xinpu::engine {

using namespace key_block;

namespace {

std::uint32_t byteAt(Bytes bytes, std::size_t at) noexcept {
    return std::to_integer<std::uint32_t>(bytes[at]);
}
std::uint32_t u16At(Bytes bytes, std::size_t at) noexcept {
    return byteAt(bytes, at) | byteAt(bytes, at + 1) << 8;
}
std::uint32_t u32At(Bytes bytes, std::size_t at) noexcept {
    return u16At(bytes, at) | u16At(bytes, at + 2) << 16;
}

/// A suffix as it lies in the block: `length` characters, two to a byte if `hex`.
struct Suffix {
    const std::byte* first = nullptr;
    std::uint32_t length = 0;
    bool hex = false;

    char at(std::uint32_t i) const noexcept {
        const auto raw = std::to_integer<std::uint8_t>(first[hex ? i / 2 : i]);
        if (!hex) {
            return static_cast<char>(raw);
        }
        return kHexDigits[i % 2 == 0 ? raw >> 4 : raw & 15];
    }
};

/// `order` < 0: the entry is less than the target; `matched`: characters that agree before they differ.
struct Comparison {
    int order = 0;
    std::size_t matched = 0;
};

Comparison compare(const Suffix& suffix, std::string_view tail, std::string_view target) noexcept {
    const std::size_t common = std::min<std::size_t>(suffix.length, target.size());
    for (std::uint32_t i = 0; i < common; ++i) {
        const auto have = static_cast<unsigned char>(suffix.at(i));
        const auto want = static_cast<unsigned char>(target[i]);
        if (have != want) {
            return {have < want ? -1 : 1, i};
        }
    }
    if (common < suffix.length) {
        return {1, common};
    }
    const std::string_view rest = target.substr(common);
    const auto [have, want] = std::mismatch(tail.begin(), tail.end(), rest.begin(), rest.end());
    const std::size_t matched = common + static_cast<std::size_t>(have - tail.begin());
    if (have == tail.end()) {
        return {want == rest.end() ? 0 : -1, matched};
    }
    if (want == rest.end()) {
        return {1, matched};
    }
    return {static_cast<unsigned char>(*have) < static_cast<unsigned char>(*want) ? -1 : 1, matched};
}

}  // namespace

std::size_t DecodedKeyBlock::lowerBound(std::string_view key, std::uint32_t id) const noexcept {
    const auto at = std::partition_point(items_.begin(), items_.end(), [&](const Item& item) {
        const std::string_view have = std::string_view(text_).substr(item.at, item.length);
        return std::tie(have, item.id) < std::tie(key, id);
    });
    return static_cast<std::size_t>(at - items_.begin());
}

std::optional<KeyBlockView> KeyBlockView::parse(Bytes bytes) noexcept {
    if (bytes.size() < kHeaderBytes || byteAt(bytes, kFormatAt) != kFormat) {
        return std::nullopt;
    }
    const std::uint32_t flags = byteAt(bytes, kFlagsAt);
    const std::uint32_t id_bytes = flags >> kIdBytesShift;
    KeyBlockView view;
    view.hex_ = (flags & kFlagHex) != 0;
    view.equal_length_ = (flags & kFlagEqualLength) != 0;
    view.id_bytes_ = id_bytes;
    view.count_ = u16At(bytes, kCountAt);
    view.id_base_ = u32At(bytes, kIdBaseAt);
    view.middle_ = u16At(bytes, kMiddleAt);
    if ((flags & ~std::uint32_t{kFlagsKnown}) != 0 || id_bytes > 4 || view.count_ == 0) {
        return std::nullopt;
    }
    const std::size_t prefix = u16At(bytes, kPrefixAt);
    const std::size_t tail = u16At(bytes, kTailAt);
    if (prefix + tail + view.middle_ > kStoredKeyBytesMax || (!view.equal_length_ && view.middle_ != 0)) {
        return std::nullopt;
    }
    const std::size_t restarts = 2 * ((view.count_ + kRestartEvery - 1) / kRestartEvery);
    const std::size_t ids = std::size_t{view.count_} * id_bytes;
    if (bytes.size() - kHeaderBytes < restarts + ids + prefix + tail) {
        return std::nullopt;
    }
    bytes = bytes.subspan(kHeaderBytes);
    view.restarts_ = bytes.first(restarts);
    view.ids_ = bytes.subspan(restarts, ids);
    view.prefix_ = asText(bytes.subspan(restarts + ids, prefix));
    view.tail_ = asText(bytes.subspan(restarts + ids + prefix, tail));
    view.entries_ = bytes.subspan(restarts + ids + prefix + tail);
    return view;
}

/// Steps over the entries of a block from a restart point.
struct KeyBlockView::Walk {
    const KeyBlockView& block;
    std::size_t at = 0;          ///< in entries_
    std::uint32_t position = 0;  ///< of the next entry
    std::uint32_t shared = 0;    ///< of the entry read last, counted behind the prefix
    Suffix suffix{};
    bool damaged = false;

    Walk(const KeyBlockView& view, std::uint32_t restart) noexcept
        : block(view), at(u16At(view.restarts_, 2 * std::size_t{restart})),
          position(restart * static_cast<std::uint32_t>(kRestartEvery)) {
        damaged = at > view.entries_.size();
    }

    bool length(std::uint32_t* out) noexcept {
        const Bytes& entries = block.entries_;
        if (at >= entries.size()) {
            return false;
        }
        *out = byteAt(entries, at++);
        if (*out >= 128) {
            if (at >= entries.size()) {
                return false;
            }
            *out = (*out & 127) | byteAt(entries, at++) << 7;
        }
        return true;
    }

    /// Reads the next entry; false at the end and on damage (then `damaged`).
    bool next() noexcept {
        if (damaged || position >= block.count_) {
            return false;
        }
        damaged = true;
        shared = 0;
        if (position % kRestartEvery != 0 && !length(&shared)) {
            return false;
        }
        std::uint32_t count = 0;
        if (block.equal_length_) {
            if (shared > block.middle_) {
                return false;
            }
            count = block.middle_ - shared;
        } else if (!length(&count)) {
            return false;
        }
        const std::size_t bytes = block.hex_ ? (count + 1) / 2 : count;
        if (block.entries_.size() - at < bytes ||
            block.prefix_.size() + shared + count + block.tail_.size() > kStoredKeyBytesMax) {
            return false;
        }
        suffix = {block.entries_.data() + at, count, block.hex_};
        at += bytes;
        ++position;
        damaged = false;
        return true;
    }

    /// Id of the entry read last.
    std::uint32_t id() const noexcept {
        std::uint32_t offset = 0;
        const std::size_t first = std::size_t{position - 1} * block.id_bytes_;
        for (std::uint32_t i = 0; i < block.id_bytes_; ++i) {
            offset |= byteAt(block.ids_, first + i) << (8 * i);
        }
        return block.id_base_ + offset;
    }
};

KeyLookup KeyBlockView::find(std::string_view key, std::uint32_t* id) const noexcept {
    if (key.size() < prefix_.size() + tail_.size() || !key.starts_with(prefix_) || !key.ends_with(tail_)) {
        return KeyLookup::Absent;
    }
    const std::string_view target = key.substr(prefix_.size());

    // The last restart point below the target; equal keys may begin before an equal restart point.
    std::uint32_t low = 0;
    auto high = static_cast<std::uint32_t>(restarts_.size() / 2);
    while (high - low > 1) {
        const std::uint32_t middle = low + (high - low) / 2;
        Walk walk(*this, middle);
        if (!walk.next()) {
            return KeyLookup::Damaged;
        }
        if (compare(walk.suffix, tail_, target).order < 0) {
            low = middle;
        } else {
            high = middle;
        }
    }

    // `matched`: how far the entry before agreed with the target. An entry that shares more than that with it
    // differs from the target at the same place, so it is less as well.
    std::size_t matched = 0;
    Walk walk(*this, low);
    while (walk.next()) {
        if (walk.shared > matched) {
            continue;
        }
        const Comparison found = compare(walk.suffix, tail_, target.substr(walk.shared));
        if (found.order == 0) {
            *id = walk.id();
            return KeyLookup::Found;
        }
        if (found.order > 0) {
            return KeyLookup::Absent;
        }
        matched = walk.shared + found.matched;
    }
    return walk.damaged ? KeyLookup::Damaged : KeyLookup::Absent;
}

std::optional<DecodedKeyBlock> KeyBlockView::decode() const noexcept {
    DecodedKeyBlock out;
    out.items_.reserve(count_);
    std::string key(prefix_);  // The entry before, so that the next one can share with it.
    std::uint32_t id = 0;
    for (Walk walk(*this, 0); walk.position < count_;) {
        if (walk.position % kRestartEvery == 0 &&
            walk.at != u16At(restarts_, 2 * std::size_t{walk.position / kRestartEvery})) {
            return std::nullopt;
        }
        if (!walk.next() || prefix_.size() + walk.shared > key.size()) {
            return std::nullopt;
        }
        const std::uint32_t at = static_cast<std::uint32_t>(out.text_.size());
        out.text_.append(key, 0, prefix_.size() + walk.shared);
        if (hex_) {
            for (std::uint32_t i = 0; i < walk.suffix.length; ++i) {
                out.text_.push_back(walk.suffix.at(i));
            }
        } else {
            out.text_.append(asText({walk.suffix.first, walk.suffix.length}));
        }
        out.text_.append(tail_);
        const std::string_view now = std::string_view(out.text_).substr(at);
        const std::uint32_t now_id = walk.id();
        if (walk.position > 1 && std::tie(now, now_id) <= std::make_tuple(std::string_view(key), id)) {
            return std::nullopt;
        }
        out.items_.push_back({at, static_cast<std::uint32_t>(now.size()), now_id});
        key.assign(now);
        id = now_id;
        if (walk.position == count_ && walk.at != entries_.size()) {
            return std::nullopt;
        }
    }
    return out;
}

}  // namespace xinpu::engine
