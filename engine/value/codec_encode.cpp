// engine/value/codec_encode.cpp
// Values to bytes (docs/format/value.md).

#include <bit>
#include <cmath>

#include "engine/value/codec.h"
#include "engine/value/codec_tags.h"
#include "engine/value/literal.h"
#include "engine/value/varint.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using detail::Tag;

void putTag(Tag tag, std::string& out) {
    out.push_back(static_cast<char>(tag));
}

void putByte(unsigned byte, std::string& out) {
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte)));
}

template <typename Number>
void putFixed(Number number, std::string& out) {
    static_assert(std::endian::native == std::endian::little);
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    out.append(bytes, sizeof number);
}

void putText(std::string_view text, std::string& out) {
    putVarint64(text.size(), out);
    out.append(text);
}

void encodeInteger(std::int64_t number, std::string& out) {
    if (number >= detail::kSmallIntegerMin && number <= detail::kSmallIntegerMax) {
        putByte(detail::kSmallInteger + static_cast<unsigned>(number - detail::kSmallIntegerMin), out);
        return;
    }
    putTag(Tag::Integer, out);
    putZigzag64(number, out);
}

void encodeFloat(double number, std::string& out) {
    if (std::isnan(number)) {  // one NaN, so that equal values have equal bytes
        putTag(Tag::Float32, out);
        putFixed(std::numeric_limits<float>::quiet_NaN(), out);
        return;
    }
    // Beyond the range of float the cast would be undefined.
    const bool inRange =
        std::isinf(number) || std::fabs(number) <= static_cast<double>(std::numeric_limits<float>::max());
    const float shorter = inRange ? static_cast<float>(number) : 0.0F;
    if (std::bit_cast<std::uint64_t>(static_cast<double>(shorter)) == std::bit_cast<std::uint64_t>(number)) {
        putTag(Tag::Float32, out);
        putFixed(shorter, out);
        return;
    }
    putTag(Tag::Float64, out);
    putFixed(number, out);
}

void encodeDecimal(const Decimal& number, std::string& out) {
    putTag(Tag::Decimal, out);
    putByte(number.scale(), out);
    const Int128 value = number.coefficient();
    putVarint((static_cast<UInt128>(value) << 1U) ^ static_cast<UInt128>(value >> 127U), out);
}

/// 0 to 15, or 16 for anything but a lower-case hexadecimal digit.
unsigned hexDigit(char c) noexcept {
    return c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
           : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10U
                                  : 16U;
}

bool encodeHex(std::string_view text, std::string& out) {
    if (text.size() < detail::kHexStringMin || text.size() % 2 != 0) {
        return false;
    }
    for (const char c : text) {
        if (hexDigit(c) > 15) {
            return false;
        }
    }
    putTag(Tag::HexString, out);
    putVarint(text.size() / 2, out);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        putByte(hexDigit(text[i]) << 4U | hexDigit(text[i + 1]), out);
    }
    return true;
}

/// Three-byte UTF-8 of the Chinese range shrinks to two bytes. False where that gains nothing or cannot be
/// undone.
bool encodePacked(std::string_view text, std::string& out) {
    std::size_t wide = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80) {
            ++i;
            continue;
        }
        if ((first & 0xF0U) != 0xE0 || text.size() - i < 3 ||
            (static_cast<unsigned char>(text[i + 1]) & 0xC0U) != 0x80 ||
            (static_cast<unsigned char>(text[i + 2]) & 0xC0U) != 0x80) {
            return false;
        }
        const std::uint32_t point = (first & 0x0FU) << 12U |
                                    (static_cast<unsigned char>(text[i + 1]) & 0x3FU) << 6U |
                                    (static_cast<unsigned char>(text[i + 2]) & 0x3FU);
        if (point < detail::kPackedFirst || point > detail::kPackedLast) {
            return false;
        }
        ++wide;
        i += 3;
    }
    if (wide < 2) {
        return false;
    }
    putTag(Tag::PackedString, out);
    putVarint(text.size() - wide, out);
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80) {
            out.push_back(text[i++]);
            continue;
        }
        const std::uint32_t number =
            ((first & 0x0FU) << 12U | (static_cast<unsigned char>(text[i + 1]) & 0x3FU) << 6U |
             (static_cast<unsigned char>(text[i + 2]) & 0x3FU)) -
            detail::kPackedFirst;
        putByte(0x80U | number >> 8U, out);
        putByte(number & 0xFFU, out);
        i += 3;
    }
    return true;
}

void encodeString(std::string_view text, std::string& out) {
    if (encodeHex(text, out) || encodePacked(text, out)) {
        return;
    }
    if (text.size() <= detail::kShortStringMax) {
        putByte(detail::kShortString + static_cast<unsigned>(text.size()), out);
        out.append(text);
        return;
    }
    putTag(Tag::String, out);
    putText(text, out);
}

void putTimeOfDay(std::int64_t nanosOfDay, std::string& out) {
    putVarint64(static_cast<std::uint64_t>(nanosOfDay / kNanosPerSecond), out);
    putVarint64(static_cast<std::uint64_t>(nanosOfDay % kNanosPerSecond), out);
}

void putNanos(std::int32_t nanos, std::string& out) {
    putVarint32(static_cast<std::uint32_t>(nanos), out);
}

void encodeZoned(const ZonedDateTime& when, std::string& out) {
    putTag(when.zone.empty() ? Tag::OffsetDateTime : Tag::ZonedDateTime, out);
    putZigzag64(when.epochSeconds, out);
    putNanos(when.nanos, out);
    putZigzag64(when.offsetSeconds, out);
    if (!when.zone.empty()) {
        putText(when.zone, out);
    }
}

void encodeDuration(const Duration& duration, std::string& out) {
    putTag(Tag::Duration, out);
    putZigzag64(duration.months, out);
    putZigzag64(duration.days, out);
    putZigzag64(duration.seconds, out);
    putNanos(duration.nanos, out);
}

void encode(const Value& value, std::string& out);

void encodeList(std::span<const Value> list, std::string& out) {
    putTag(Tag::List, out);
    putVarint64(list.size(), out);
    for (const Value& element : list) {
        encode(element, out);
    }
}

void encodeMap(std::span<const MapEntry> map, std::string& out) {
    putTag(Tag::Map, out);
    putVarint64(map.size(), out);
    for (const MapEntry& entry : map) {
        putText(entry.key, out);
        encode(entry.value, out);
    }
}

void encode(const Value& value, std::string& out) {
    switch (value.kind()) {
    case Kind::Null:
        putTag(Tag::Null, out);
        return;
    case Kind::Boolean:
        putTag(value.boolean() ? Tag::True : Tag::False, out);
        return;
    case Kind::Integer:
        encodeInteger(value.integer(), out);
        return;
    case Kind::Float:
        encodeFloat(value.floating(), out);
        return;
    case Kind::Decimal:
        encodeDecimal(value.decimal(), out);
        return;
    case Kind::String:
        encodeString(value.string(), out);
        return;
    case Kind::Bytes: {
        const auto bytes = value.bytes();
        putTag(Tag::Bytes, out);
        putText({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, out);
        return;
    }
    case Kind::Date:
        putTag(Tag::Date, out);
        putZigzag64(value.date().days, out);
        return;
    case Kind::LocalTime:
        putTag(Tag::LocalTime, out);
        putTimeOfDay(value.localTime().nanosOfDay, out);
        return;
    case Kind::Time:
        putTag(Tag::Time, out);
        putTimeOfDay(value.time().nanosOfDay, out);
        putZigzag64(value.time().offsetSeconds, out);
        return;
    case Kind::LocalDateTime:
        putTag(Tag::LocalDateTime, out);
        putZigzag64(value.localDateTime().seconds, out);
        putNanos(value.localDateTime().nanos, out);
        return;
    case Kind::ZonedDateTime:
        encodeZoned(value.zonedDateTime(), out);
        return;
    case Kind::Duration:
        encodeDuration(value.duration(), out);
        return;
    case Kind::List:
        encodeList(value.list(), out);
        return;
    case Kind::Map:
        encodeMap(value.map(), out);
        return;
    case Kind::Node:
    case Kind::Relationship:
    case Kind::Path:
        throw Error(ErrorCode::Type,
                    "a " + std::string(kindName(value.kind())) +
                        " cannot be stored as a property: " + toCypherText(value),
                    "InvalidPropertyType");
    }
}

bool storableScalar(Kind kind) noexcept {
    return kind >= Kind::Boolean && kind <= Kind::Duration;
}

}  // namespace

bool storable(const Value& value) noexcept {
    if (value.kind() != Kind::List) {
        return storableScalar(value.kind());
    }
    for (const Value& element : value.list()) {
        if (!storableScalar(element.kind())) {
            return false;
        }
    }
    return true;
}

void encodeValue(const Value& value, std::string& out) {
    if (value.nesting() > kStoredNestingMax) {
        throw Error(ErrorCode::Limit,
                    "a stored list or map may be nested " + std::to_string(kStoredNestingMax) +
                        " levels deep",
                    "NESTING_LIMIT");
    }
    encode(value, out);
}

void encodeDictString(std::uint32_t code, std::string& out) {
    if (code <= detail::kShortDictStringMax) {
        putByte(detail::kShortDictString + code, out);
        return;
    }
    putTag(Tag::DictString, out);
    putVarint32(code, out);
}

}  // namespace xinpu::engine
