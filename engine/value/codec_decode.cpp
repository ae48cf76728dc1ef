// engine/value/codec_decode.cpp
// Bytes to values (docs/format/value.md); the bytes may be damaged in any way.

#include <algorithm>
#include <bit>

#include "engine/value/codec.h"
#include "engine/value/codec_tags.h"
#include "engine/value/varint.h"

namespace xinpu::engine {
namespace {

using detail::Tag;

// A count is only believed so far; beyond, memory grows with the elements that are really there.
constexpr std::size_t kReservedAtOnce = 256;

// One walk over the bytes, with what it needs along.
class Decoder {
public:
    Decoder(std::span<const std::byte> in, const StringDictionary* dictionary) noexcept
        : in_(in), dictionary_(dictionary) {}

    bool value(Value& out, unsigned depth) noexcept;
    std::span<const std::byte> rest() const noexcept { return in_.rest(); }

private:
    bool tagged(Tag tag, Value& out, unsigned depth) noexcept;
    bool decimal(Value& out) noexcept;
    bool dictString(std::uint32_t code, Value& out) noexcept;
    static bool hexString(std::string_view bytes, Value& out) noexcept;
    static bool packedString(std::string_view bytes, Value& out) noexcept;
    bool timeOfDay(std::int64_t& out) noexcept;
    bool nanos(std::int32_t& out) noexcept;
    bool offset(std::int32_t& out) noexcept;
    bool zoned(bool named, Value& out) noexcept;
    bool duration(Value& out) noexcept;
    bool list(Value& out, unsigned depth) noexcept;
    bool map(Value& out, unsigned depth) noexcept;
    bool sizedText(std::string_view& out) noexcept;

    ByteReader in_;
    const StringDictionary* dictionary_;
};

bool Decoder::value(Value& out, unsigned depth) noexcept {
    std::uint8_t first = 0;
    if (!in_.byte(first) || first >= detail::kReserved) {
        return false;
    }
    if (first >= detail::kShortDictString) {
        return dictString(first - std::uint32_t{detail::kShortDictString}, out);
    }
    if (first >= detail::kSmallInteger) {
        out = Value::of(detail::kSmallIntegerMin + (first - detail::kSmallInteger));
        return true;
    }
    if (first >= detail::kShortString) {
        std::string_view text;
        if (!in_.text(static_cast<std::size_t>(first - detail::kShortString), text)) {
            return false;
        }
        out = Value::of(text);
        return true;
    }
    return tagged(static_cast<Tag>(first), out, depth);
}

bool Decoder::tagged(Tag tag, Value& out, unsigned depth) noexcept {
    std::int64_t whole = 0;
    std::int32_t part = 0;
    std::string_view text;
    switch (tag) {
    case Tag::Null:
        out = Value::null();
        return true;
    case Tag::False:
        out = Value::of(false);
        return true;
    case Tag::True:
        out = Value::of(true);
        return true;
    case Tag::Integer:
        if (!in_.zigzag64(whole)) {
            return false;
        }
        out = Value::of(whole);
        return true;
    case Tag::Float64: {
        double number = 0;
        if (!in_.fixed(number)) {
            return false;
        }
        out = Value::of(number);
        return true;
    }
    case Tag::Float32: {
        float number = 0;
        if (!in_.fixed(number)) {
            return false;
        }
        out = Value::of(static_cast<double>(number));
        return true;
    }
    case Tag::Decimal:
        return decimal(out);
    case Tag::String:
        if (!sizedText(text)) {
            return false;
        }
        out = Value::of(text);
        return true;
    case Tag::DictString: {
        std::uint32_t code = 0;
        return in_.varint(code) && dictString(code, out);
    }
    case Tag::HexString:
        return sizedText(text) && hexString(text, out);
    case Tag::PackedString:
        return sizedText(text) && packedString(text, out);
    case Tag::Bytes:
        if (!sizedText(text)) {
            return false;
        }
        out = Value::ofBytes(std::as_bytes(std::span<const char>(text)));
        return true;
    case Tag::Date:
        if (!in_.zigzag64(whole) || !isValid(Date{whole})) {
            return false;
        }
        out = Value::of(Date{whole});
        return true;
    case Tag::LocalTime:
        if (!timeOfDay(whole)) {
            return false;
        }
        out = Value::of(LocalTime{whole});
        return true;
    case Tag::Time:
        if (!timeOfDay(whole) || !offset(part)) {
            return false;
        }
        out = Value::of(Time{whole, part});
        return true;
    case Tag::LocalDateTime:
        if (!in_.zigzag64(whole) || !nanos(part) || !isValid(LocalDateTime{whole, part})) {
            return false;
        }
        out = Value::of(LocalDateTime{whole, part});
        return true;
    case Tag::OffsetDateTime:
        return zoned(false, out);
    case Tag::ZonedDateTime:
        return zoned(true, out);
    case Tag::Duration:
        return duration(out);
    case Tag::List:
        return list(out, depth);
    case Tag::Map:
        return map(out, depth);
    }
    return false;
}

bool Decoder::decimal(Value& out) noexcept {
    std::uint8_t scale = 0;
    UInt128 raw = 0;
    if (!in_.byte(scale) || !in_.varint(raw)) {
        return false;
    }
    const auto coefficient = static_cast<Int128>((raw >> 1U) ^ (UInt128{0} - (raw & 1U)));
    const auto number = Decimal::fromParts(coefficient, scale);
    if (!number) {
        return false;
    }
    out = Value::of(*number);
    return true;
}

bool Decoder::hexString(std::string_view bytes, Value& out) noexcept {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text(bytes.size() * 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        text[2 * i] = kDigits[byte >> 4U];
        text[2 * i + 1] = kDigits[byte & 15U];
    }
    out = Value::of(std::string_view(text));
    return true;
}

bool Decoder::packedString(std::string_view bytes, Value& out) noexcept {
    std::string text;
    text.reserve(bytes.size() * 3 / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto first = static_cast<unsigned char>(bytes[i]);
        if (first < 0x80) {
            text.push_back(bytes[i]);
            continue;
        }
        if (++i == bytes.size()) {
            return false;
        }
        const std::uint32_t point =
            detail::kPackedFirst + ((first & 0x7FU) << 8U | static_cast<unsigned char>(bytes[i]));
        text.push_back(static_cast<char>(0xE0U | point >> 12U));
        text.push_back(static_cast<char>(0x80U | (point >> 6U & 0x3FU)));
        text.push_back(static_cast<char>(0x80U | (point & 0x3FU)));
    }
    out = Value::of(std::string_view(text));
    return true;
}

bool Decoder::dictString(std::uint32_t code, Value& out) noexcept {
    const auto text = dictionary_ == nullptr ? std::nullopt : dictionary_->text(code);
    if (!text) {
        return false;
    }
    out = Value::of(*text);
    return true;
}

bool Decoder::timeOfDay(std::int64_t& out) noexcept {
    std::uint32_t second = 0;
    std::int32_t part = 0;
    if (!in_.varint(second) || second >= kSecondsPerDay || !nanos(part)) {
        return false;
    }
    out = second * kNanosPerSecond + part;
    return true;
}

bool Decoder::nanos(std::int32_t& out) noexcept {
    std::uint32_t raw = 0;
    if (!in_.varint(raw) || raw >= kNanosPerSecond) {
        return false;
    }
    out = static_cast<std::int32_t>(raw);
    return true;
}

bool Decoder::offset(std::int32_t& out) noexcept {
    std::int64_t raw = 0;
    if (!in_.zigzag64(raw) || raw < -kOffsetSecondsMax || raw > kOffsetSecondsMax) {
        return false;
    }
    out = static_cast<std::int32_t>(raw);
    return true;
}

bool Decoder::zoned(bool named, Value& out) noexcept {
    ZonedDateTime when;
    std::string_view zone;
    if (!in_.zigzag64(when.epochSeconds) || !nanos(when.nanos) || !offset(when.offsetSeconds) ||
        !isValid(when)) {
        return false;
    }
    if (named && (!sizedText(zone) || zone.empty())) {
        return false;
    }
    when.zone = zone;
    out = Value::of(std::move(when));
    return true;
}

bool Decoder::duration(Value& out) noexcept {
    Duration span;
    if (!in_.zigzag64(span.months) || !in_.zigzag64(span.days) || !in_.zigzag64(span.seconds) ||
        !nanos(span.nanos)) {
        return false;
    }
    out = Value::of(span);
    return true;
}

bool Decoder::list(Value& out, unsigned depth) noexcept {
    std::uint64_t count = 0;
    if (depth >= kStoredNestingMax || !in_.varint(count) || count > in_.left()) {
        return false;
    }
    std::vector<Value> elements;
    elements.reserve(std::min<std::size_t>(count, kReservedAtOnce));
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!value(elements.emplace_back(), depth + 1)) {
            return false;
        }
    }
    out = Value::of(std::move(elements));
    return true;
}

bool Decoder::map(Value& out, unsigned depth) noexcept {
    std::uint64_t count = 0;
    if (depth >= kStoredNestingMax || !in_.varint(count) || count > in_.left() / 2) {
        return false;
    }
    std::vector<MapEntry> entries;
    entries.reserve(std::min<std::size_t>(count, kReservedAtOnce));
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string_view key;
        if (!sizedText(key) || (i > 0 && key <= entries.back().key)) {
            return false;
        }
        MapEntry& entry = entries.emplace_back();
        entry.key = key;
        if (!value(entry.value, depth + 1)) {
            return false;
        }
    }
    out = Value::of(std::move(entries));
    return true;
}

bool Decoder::sizedText(std::string_view& out) noexcept {
    std::uint64_t size = 0;
    return in_.varint(size) && size <= in_.left() && in_.text(static_cast<std::size_t>(size), out);
}

bool skipVarint(ByteReader& in) noexcept {
    UInt128 ignored = 0;
    return in.varint(ignored);
}

bool skipVarints(ByteReader& in, unsigned count) noexcept {
    for (unsigned i = 0; i < count; ++i) {
        if (!skipVarint(in)) {
            return false;
        }
    }
    return true;
}

bool skipBytes(ByteReader& in, std::uint64_t size) noexcept {
    std::span<const std::byte> ignored;
    return size <= in.left() && in.bytes(static_cast<std::size_t>(size), ignored);
}

bool skipSized(ByteReader& in) noexcept {
    std::uint64_t size = 0;
    return in.varint(size) && skipBytes(in, size);
}

bool skip(ByteReader& in, unsigned depth) noexcept;

bool skipList(ByteReader& in, unsigned depth, bool withKeys) noexcept {
    std::uint64_t count = 0;
    if (depth >= kStoredNestingMax || !in.varint(count) || count > in.left()) {
        return false;
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        if ((withKeys && !skipSized(in)) || !skip(in, depth + 1)) {
            return false;
        }
    }
    return true;
}

bool skip(ByteReader& in, unsigned depth) noexcept {
    std::uint8_t first = 0;
    if (!in.byte(first) || first >= detail::kReserved) {
        return false;
    }
    if (first >= detail::kSmallInteger) {
        return true;  // small integers and short dictionary codes
    }
    if (first >= detail::kShortString) {
        return skipBytes(in, static_cast<std::uint64_t>(first - detail::kShortString));
    }
    switch (static_cast<Tag>(first)) {
    case Tag::Null:
    case Tag::False:
    case Tag::True:
        return true;
    case Tag::Integer:
    case Tag::DictString:
    case Tag::Date:
        return skipVarint(in);
    case Tag::Float64:
        return skipBytes(in, sizeof(double));
    case Tag::Float32:
        return skipBytes(in, sizeof(float));
    case Tag::Decimal:
        return skipBytes(in, 1) && skipVarint(in);
    case Tag::String:
    case Tag::Bytes:
    case Tag::HexString:
    case Tag::PackedString:
        return skipSized(in);
    case Tag::LocalTime:
    case Tag::LocalDateTime:
        return skipVarints(in, 2);
    case Tag::Time:
    case Tag::OffsetDateTime:
        return skipVarints(in, 3);
    case Tag::ZonedDateTime:
        return skipVarints(in, 3) && skipSized(in);
    case Tag::Duration:
        return skipVarints(in, 4);
    case Tag::List:
        return skipList(in, depth, false);
    case Tag::Map:
        return skipList(in, depth, true);
    }
    return false;
}

}  // namespace

bool decodeValue(std::span<const std::byte>& in, Value& out, const StringDictionary* dictionary) noexcept {
    Decoder decoder(in, dictionary);
    Value decoded;
    if (!decoder.value(decoded, 0)) {
        return false;
    }
    out = std::move(decoded);
    in = decoder.rest();
    return true;
}

bool skipValue(std::span<const std::byte>& in) noexcept {
    ByteReader reader(in);
    if (!skip(reader, 0)) {
        return false;
    }
    in = reader.rest();
    return true;
}

}  // namespace xinpu::engine
