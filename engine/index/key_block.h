// engine/index/key_block.h
#pragma once
// One block of a unique or range index: sorted (ordered key, id) entries, front-coded
// (docs/format/key-block.md).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/store/table.h"

namespace xinpu::engine {

/// Most bytes of an encoded block together with its greatest key, unless it holds one entry alone: six blocks
/// then share one 4 KiB page (page header 16; of each block 2 + 8 for the node, 8 around the key, 4 of
/// checksum). docs/decisions/0010-key-blocks.md has sizes and times of other shares.
inline constexpr std::size_t kKeyBlockShareBytes = 656;
/// Longest key that a block holds.
inline constexpr std::size_t kStoredKeyBytesMax = 480;

/// An entry of a block. `key` borrows what gave it out.
struct KeyBlockEntry {
    std::string_view key;
    std::uint32_t id = 0;
};

/// The entries of a block, decoded. Owns its bytes.
class DecodedKeyBlock {
public:
    std::size_t size() const noexcept { return items_.size(); }
    KeyBlockEntry entry(std::size_t i) const noexcept {
        const Item& item = items_[i];
        return {std::string_view(text_).substr(item.at, item.length), item.id};
    }
    /// Position of the first entry >= (key, id); size() if there is none.
    std::size_t lowerBound(std::string_view key, std::uint32_t id) const noexcept;

private:
    friend class KeyBlockView;
    struct Item {
        std::uint32_t at;
        std::uint32_t length;
        std::uint32_t id;
    };
    std::string text_;
    std::vector<Item> items_;
};

/// What a look-up in one block found.
enum class KeyLookup : std::uint8_t { Found, Absent, Damaged };

/// Reads an encoded block where it lies. Borrows the bytes. Every access is checked against their end:
/// damaged bytes give Damaged or a wrong answer, never a read outside.
class KeyBlockView {
public:
    /// Checks the header; nothing if it cannot be a block.
    static std::optional<KeyBlockView> parse(Bytes bytes) noexcept;

    std::uint32_t size() const noexcept { return count_; }
    /// The least id of `key`; `*id` is left alone unless Found.
    /// @complexity binary search over restart points, then at most 16 entries; no allocation
    KeyLookup find(std::string_view key, std::uint32_t* id) const noexcept;
    /// All entries; nothing if the bytes are damaged or the entries do not ascend.
    std::optional<DecodedKeyBlock> decode() const noexcept;

private:
    struct Walk;
    KeyBlockView() noexcept = default;

    Bytes restarts_;
    Bytes ids_;
    std::string_view prefix_;
    std::string_view tail_;
    Bytes entries_;
    std::uint32_t count_ = 0;
    std::uint32_t id_base_ = 0;
    std::uint32_t id_bytes_ = 0;
    std::uint32_t middle_ = 0;  ///< length between prefix and tail, if it is the same in all entries
    bool equal_length_ = false;
    bool hex_ = false;
};

/// Collects ascending entries into one block, as long as they fit.
class KeyBlockBuilder {
public:
    /// Adds the entry unless block and key would together exceed `share` bytes by it; a first entry always
    /// fits. (key, id) must be greater than the last one; `key` at most kStoredKeyBytesMax bytes.
    bool tryAdd(std::string_view key, std::uint32_t id, std::size_t share);
    /// As tryAdd of each, into an empty builder, but measured once: twice as fast. If they do not fit
    /// together, the builder is empty afterwards.
    bool tryAddAll(std::span<const KeyBlockEntry> entries, std::size_t share);
    bool empty() const noexcept { return items_.empty(); }
    std::size_t size() const noexcept { return items_.size(); }
    /// Length that finish() would give.
    std::size_t bytes() const noexcept { return bytes_; }
    /// The greatest entry so far; not of an empty builder.
    KeyBlockEntry last() const noexcept;
    /// The encoded block; the builder is empty afterwards. Not of an empty builder.
    std::string finish();

private:
    struct Item {
        std::uint32_t at;
        std::uint32_t length;
        std::uint32_t shared;  ///< with the entry before, counted from the start of the key
        std::uint32_t id;
    };
    /// What the entries have in common; decides how each is written.
    struct Shape {
        std::size_t prefix = 0;
        std::size_t tail = 0;
        std::size_t common_tail =
            0;  ///< tail before it is cut to what the shortest key leaves beside the prefix
        std::size_t shortest = 0;
        std::size_t longest = 0;
        std::uint32_t id_min = 0;
        std::uint32_t id_max = 0;
        bool hex = false;

        bool equalLength() const noexcept { return shortest == longest; }
        std::uint32_t idBytes() const noexcept;
        bool writesAlike(const Shape& other) const noexcept;
    };
    std::string_view keyOf(const Item& item) const noexcept;
    std::string_view suffixOf(const Item& item, bool restart, const Shape& shape) const noexcept;
    void append(std::string_view key, std::uint32_t id);
    void clear() noexcept;
    void widen(Shape& shape, const Item& item) const noexcept;
    std::size_t cost(const Item& item, std::size_t position, const Shape& shape) const noexcept;
    std::size_t costOfAll(const Shape& shape) const noexcept;
    bool suffixesAreHex(const Shape& shape) const noexcept;

    std::string text_;
    std::vector<Item> items_;
    Shape shape_;
    std::size_t bytes_ = 0;
};

}  // namespace xinpu::engine
