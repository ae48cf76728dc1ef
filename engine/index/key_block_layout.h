// engine/index/key_block_layout.h
#pragma once
// Byte positions and small codings of a key block, shared by its reader and its builder
// (docs/format/key-block.md). For .cpp files of this room.

#include <array>
#include <cstddef>
#include <cstdint>

namespace xinpu::engine::key_block {

inline constexpr std::uint8_t kFormat = 1;

inline constexpr std::size_t kFormatAt = 0;
inline constexpr std::size_t kFlagsAt = 1;
inline constexpr std::size_t kCountAt = 2;
inline constexpr std::size_t kIdBaseAt = 4;
inline constexpr std::size_t kPrefixAt = 8;
inline constexpr std::size_t kTailAt = 10;
inline constexpr std::size_t kMiddleAt = 12;
inline constexpr std::size_t kHeaderBytes = 14;

inline constexpr std::uint8_t kFlagHex = 1;
inline constexpr std::uint8_t kFlagEqualLength = 2;
inline constexpr unsigned kIdBytesShift = 2;
inline constexpr std::uint8_t kFlagsKnown = 0x1f;

/// Entries between two restart points. 8 cost 2 % more bytes, 32 save 1 %; look-ups are alike (decision
/// 0010).
inline constexpr std::size_t kRestartEvery = 16;

inline constexpr auto kIsHex = [] {
    std::array<bool, 256> table{};
    for (const unsigned char c :
         {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'}) {
        table[c] = true;
    }
    return table;
}();
inline bool isHex(char c) noexcept {
    return kIsHex[static_cast<unsigned char>(c)];
}
inline std::uint8_t hexValue(char c) noexcept {
    return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}
inline constexpr char kHexDigits[] = "0123456789abcdef";

/// Bytes of a length: one below 128, else two (7 bits each, low ones first, high bit = more follow).
inline std::size_t lengthBytes(std::size_t length) noexcept {
    return length < 128 ? 1 : 2;
}

}  // namespace xinpu::engine::key_block
