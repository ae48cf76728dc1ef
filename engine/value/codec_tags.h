// engine/value/codec_tags.h
#pragma once
// The first bytes of stored values, for the files of this room (docs/format/value.md).

#include <cstddef>
#include <cstdint>

namespace xinpu::engine::detail {

enum class Tag : std::uint8_t {
    Null = 0x00,
    False = 0x01,
    True = 0x02,
    Integer = 0x03,         // zigzag varint
    Float64 = 0x04,         // 8 bytes
    Float32 = 0x05,         // 4 bytes, where they say the same
    Decimal = 0x06,         // scale byte, zigzag varint of 128 bits
    String = 0x07,          // varint length, UTF-8
    DictString = 0x08,      // varint code
    Bytes = 0x09,           // varint length, bytes
    Date = 0x0A,            // zigzag varint days
    LocalTime = 0x0B,       // varint second of day, varint nanoseconds
    Time = 0x0C,            // like LocalTime, zigzag varint offset
    LocalDateTime = 0x0D,   // zigzag varint seconds, varint nanoseconds
    OffsetDateTime = 0x0E,  // like LocalDateTime in UTC, zigzag varint offset
    ZonedDateTime = 0x0F,   // like OffsetDateTime, varint length, zone
    Duration = 0x10,        // zigzag varints months, days, seconds; varint nanoseconds
    List = 0x11,            // varint count, values
    Map = 0x12,             // varint count, then varint length, key, value; keys ascending
    HexString = 0x13,       // varint bytes; each is two characters of 0-9a-f
    PackedString =
        0x14,  // varint bytes; ASCII in one, U+3000 to U+AFFF in two: 0x80 + high 7 bits, low 8 bits
};

// Whole ranges of first bytes carry their content with them.
inline constexpr std::uint8_t kShortString = 0x40;  // + length
inline constexpr std::size_t kShortStringMax = 63;
/// Shorter strings gain nothing by being packed as hexadecimal digits.
inline constexpr std::size_t kHexStringMin = 16;
/// The characters that PackedString writes in two bytes: Chinese ones and their punctuation.
inline constexpr std::uint32_t kPackedFirst = 0x3000;
inline constexpr std::uint32_t kPackedLast = 0xAFFF;
inline constexpr std::uint8_t kSmallInteger = 0x80;  // + number - kSmallIntegerMin
inline constexpr std::int64_t kSmallIntegerMin = -16;
inline constexpr std::int64_t kSmallIntegerMax = 47;
inline constexpr std::uint8_t kShortDictString = 0xC0;  // + code
inline constexpr std::uint32_t kShortDictStringMax = 31;
inline constexpr std::uint8_t kReserved = 0xE0;  // from here to 0xFF, and 0x15 to 0x3F: not used

}  // namespace xinpu::engine::detail
