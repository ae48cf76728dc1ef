// engine/index/key_index_layout.h
#pragma once
// Table keys of key blocks: [index, 2 bytes][0x00][greatest key][greatest id, 4 bytes] or [index][0xff] for
// the last block of an index, whatever it holds. For .cpp files of this room.

#include <string>
#include <string_view>

#include "engine/index/key_block.h"
#include "engine/store/table.h"
#include "engine/value/ids.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine::key_index {

inline constexpr std::size_t kIndexBytes = 2;
inline constexpr char kBoundMark = '\x00';
inline constexpr char kLastMark = '\xff';
inline constexpr std::size_t kIdBytes = 4;
static_assert(kIndexBytes + 1 + kStoredKeyBytesMax + kIdBytes <= kKeyBytesMax);

inline std::string indexPrefix(IndexId index) {
    XINPU_ASSERT(index.value <= 0xffff);
    return {static_cast<char>(index.value >> 8), static_cast<char>(index.value & 255)};
}

/// Where the block that may hold `key` is looked for: its bound is the first one at or behind this.
inline std::string seekKey(IndexId index, std::string_view key) {
    std::string out = indexPrefix(index);
    out.push_back(kBoundMark);
    out.append(key);
    return out;
}

inline std::string boundKey(IndexId index, std::string_view key, std::uint32_t id) {
    std::string out = seekKey(index, key);
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(id >> shift & 255));
    }
    return out;
}

/// The entry that a bound names; borrows `bound_key`, which boundKey() made.
inline KeyBlockEntry boundOf(std::string_view bound_key) noexcept {
    const std::size_t around = kIndexBytes + 1 + kIdBytes;
    const std::size_t length = bound_key.size() < around ? 0 : bound_key.size() - around;
    return {bound_key.substr(kIndexBytes + 1, length),
            keyU32(asBytes(bound_key), bound_key.size() - kIdBytes)};
}

inline std::string lastBlockKey(IndexId index) {
    return indexPrefix(index) + kLastMark;
}

inline bool ofIndex(IndexId index, Bytes table_key) noexcept {
    return table_key.size() > kIndexBytes && keyU16(table_key, 0) == index.value;
}

[[noreturn]] inline void failDamaged(IndexId index) {
    throw Error(ErrorCode::Corrupt,
                "Index " + std::to_string(index.value) +
                    " is damaged: a key block cannot be read. Run `xinpu check`, then restore from a backup.",
                "KEY_BLOCK");
}

inline KeyBlockView viewOf(IndexId index, Bytes body) {
    const std::optional<KeyBlockView> view = KeyBlockView::parse(body);
    if (!view) {
        failDamaged(index);
    }
    return *view;
}

inline DecodedKeyBlock decodedOf(IndexId index, Bytes body) {
    std::optional<DecodedKeyBlock> block = viewOf(index, body).decode();
    if (!block) {
        failDamaged(index);
    }
    return *std::move(block);
}

}  // namespace xinpu::engine::key_index
