// server/bolt/packstream.cpp
// Markers and big-endian numbers, written and read; structures of dates and times on the way in.
#include "server/bolt/packstream.h"

#include <bit>
#include <exception>
#include <limits>
#include <optional>

#include "loaders/utf8.h"
#include "query/functions/zones.h"
#include "server/bolt/structure_tags.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

using engine::Kind;
using engine::MapEntry;
using engine::Value;

constexpr std::int64_t kTinyMin = -16;
constexpr std::size_t kTinySize = 15;

}  // namespace

void PackWriter::bigEndian(std::uint64_t value, unsigned size) {
    for (unsigned shift = size * 8; shift > 0; shift -= 8) {
        byte(static_cast<unsigned>(value >> (shift - 8)) & 0xFFU);
    }
}

void PackWriter::integer(std::int64_t number) {
    const auto bits = static_cast<std::uint64_t>(number);
    if (number >= kTinyMin && number <= std::numeric_limits<std::int8_t>::max()) {
        byte(static_cast<unsigned>(bits & 0xFF));
    } else if (number == static_cast<std::int8_t>(number)) {
        byte(0xC8);
        bigEndian(bits, 1);
    } else if (number == static_cast<std::int16_t>(number)) {
        byte(0xC9);
        bigEndian(bits, 2);
    } else if (number == static_cast<std::int32_t>(number)) {
        byte(0xCA);
        bigEndian(bits, 4);
    } else {
        byte(0xCB);
        bigEndian(bits, 8);
    }
}

void PackWriter::number(double value) {
    byte(0xC1);
    bigEndian(std::bit_cast<std::uint64_t>(value), 8);
}

/// A size in the marker itself, or after one of three markers that follow each other.
void PackWriter::head(std::size_t size, unsigned tiny, unsigned marker_8) {
    if (tiny != 0 && size <= kTinySize) {
        byte(tiny | static_cast<unsigned>(size));
    } else if (size <= 0xFF) {
        byte(marker_8);
        bigEndian(size, 1);
    } else if (size <= 0xFFFF) {
        byte(marker_8 + 1);
        bigEndian(size, 2);
    } else if (size <= std::numeric_limits<std::uint32_t>::max()) {
        byte(marker_8 + 2);
        bigEndian(size, 4);
    } else {
        throw Error(ErrorCode::Limit, "A value is too large for Bolt.");
    }
}

void PackWriter::text(std::string_view text) {
    head(text.size(), 0x80, 0xD0);
    out_->append(text);
}

void PackWriter::bytes(std::span<const std::byte> bytes) {
    head(bytes.size(), 0, 0xCC);
    out_->append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void PackWriter::list(std::size_t size) {
    head(size, 0x90, 0xD4);
}

void PackWriter::map(std::size_t size) {
    head(size, 0xA0, 0xD8);
}

void PackWriter::structure(std::size_t fields, std::uint8_t tag) {
    byte(0xB0U | static_cast<unsigned>(fields & kTinySize));
    byte(tag);
}

namespace {

/// Reads values. What is false from the first failing step on stays so; `why` says what was wrong.
class Decoder {
public:
    Decoder(std::string_view bytes, Instants instants, std::string& why)
        : bytes_(bytes), instants_(instants), why_(why) {}

    bool atEnd() const noexcept { return at_ == bytes_.size(); }
    bool supported() const noexcept { return supported_; }
    std::size_t memoryBytes() const noexcept { return bytes_.size() + spent_ * sizeof(Value); }

    bool messageHead(std::size_t& fields, std::uint8_t& tag) {
        unsigned marker = 0;
        if (!byte(marker) || (marker & 0xF0) != 0xB0) {
            return malformed("A message must be a structure.");
        }
        fields = marker & 0x0F;
        unsigned read = 0;
        if (!byte(read)) {
            return false;
        }
        tag = static_cast<std::uint8_t>(read);
        return true;
    }

    bool value(Value& out, unsigned depth) {
        unsigned marker = 0;
        if (depth > kPackDepthMax) {
            return malformed("Values are nested too deeply.");
        }
        if (!byte(marker)) {
            return false;
        }
        if (marker <= 0x7F || marker >= 0xF0) {
            out = Value::of(std::int64_t{static_cast<std::int8_t>(marker)});
            return true;
        }
        switch (marker & 0xF0) {
        case 0x80:
            return text(marker & 0x0F, out);
        case 0x90:
            return list(marker & 0x0F, out, depth);
        case 0xA0:
            return map(marker & 0x0F, out, depth);
        case 0xB0:
            return structure(marker & 0x0F, out, depth);
        default:
            return sized(marker, out, depth);
        }
    }

    bool malformed(const char* why) {
        if (why_.empty()) {
            why_ = why;
        }
        return false;
    }

private:
    std::size_t left() const noexcept { return bytes_.size() - at_; }

    /// Before memory is taken for them: sizes are what the client claims.
    bool spend(std::size_t values) {
        if (values > kPackValuesMax - spent_) {
            return malformed("A message holds too many values.");
        }
        spent_ += values;
        return true;
    }

    bool byte(unsigned& out) {
        if (left() < 1) {
            return malformed("A message ends within a value.");
        }
        out = static_cast<unsigned char>(bytes_[at_++]);
        return true;
    }

    bool bigEndian(unsigned size, std::uint64_t& out) {
        if (left() < size) {
            return malformed("A message ends within a value.");
        }
        out = 0;
        for (unsigned i = 0; i < size; ++i) {
            out = out << 8 | static_cast<unsigned char>(bytes_[at_++]);
        }
        return true;
    }

    bool integer(unsigned size, Value& out) {
        std::uint64_t bits = 0;
        if (!bigEndian(size, bits)) {
            return false;
        }
        const unsigned unused = 64 - 8 * size;
        out = Value::of(static_cast<std::int64_t>(bits << unused) >> unused);
        return true;
    }

    bool sized(unsigned marker, Value& out, unsigned depth) {
        std::uint64_t size = 0;
        switch (marker) {
        case 0xC0:
            out = Value::null();
            return true;
        case 0xC1:
            if (!bigEndian(8, size)) {
                return false;
            }
            out = Value::of(std::bit_cast<double>(size));
            return true;
        case 0xC2:
        case 0xC3:
            out = Value::of(marker == 0xC3);
            return true;
        case 0xC8:
        case 0xC9:
        case 0xCA:
        case 0xCB:
            return integer(1U << (marker - 0xC8), out);
        case 0xCC:
        case 0xCD:
        case 0xCE:
            return bigEndian(1U << (marker - 0xCC), size) && raw(size, out);
        case 0xD0:
        case 0xD1:
        case 0xD2:
            return bigEndian(1U << (marker - 0xD0), size) && text(size, out);
        case 0xD4:
        case 0xD5:
        case 0xD6:
            return bigEndian(1U << (marker - 0xD4), size) && list(size, out, depth);
        case 0xD8:
        case 0xD9:
        case 0xDA:
            return bigEndian(1U << (marker - 0xD8), size) && map(size, out, depth);
        default:
            return malformed("A message has a marker that is not of PackStream.");
        }
    }

    bool view(std::size_t size, std::string_view& out) {
        if (left() < size) {
            return malformed("A message ends within a value.");
        }
        out = bytes_.substr(at_, size);
        at_ += size;
        return true;
    }

    bool raw(std::size_t size, Value& out) {
        std::string_view bytes;
        if (!view(size, bytes)) {
            return false;
        }
        out = Value::ofBytes(std::as_bytes(std::span(bytes.data(), bytes.size())));
        return true;
    }

    bool textView(std::size_t size, std::string_view& out) {
        return view(size, out) && (loaders::invalidUtf8At(out) == std::string_view::npos ||
                                   malformed("A text in the message is not UTF-8."));
    }

    bool text(std::size_t size, Value& out) {
        std::string_view text;
        if (!textView(size, text)) {
            return false;
        }
        out = Value::of(text);
        return true;
    }

    bool list(std::size_t size, Value& out, unsigned depth) {
        if (left() < size) {  // each element takes a byte at least
            return malformed("A message ends within a value.");
        }
        if (!spend(size)) {
            return false;
        }
        std::vector<Value> elements(size);
        for (Value& element : elements) {
            if (!value(element, depth + 1)) {
                return false;
            }
        }
        out = Value::of(std::move(elements));
        return true;
    }

    bool map(std::size_t size, Value& out, unsigned depth) {
        constexpr std::size_t kEntryValues = 3;  // an entry takes as much memory as so many values
        if (left() / 2 < size) {
            return malformed("A message ends within a value.");
        }
        if (!spend(kEntryValues * size)) {
            return false;
        }
        std::vector<MapEntry> entries(size);
        for (MapEntry& entry : entries) {
            unsigned marker = 0;
            std::uint64_t length = 0;
            std::string_view key;
            if (!byte(marker)) {
                return false;
            }
            if ((marker & 0xF0) == 0x80) {
                length = marker & 0x0F;
            } else if (marker < 0xD0 || marker > 0xD2) {
                return malformed("A key of a map must be a text.");
            } else if (!bigEndian(1U << (marker - 0xD0), length)) {
                return false;
            }
            if (!textView(length, key) || !value(entry.value, depth + 1)) {
                return false;
            }
            entry.key = key;
        }
        out = Value::of(std::move(entries));
        return true;
    }

    bool structure(std::size_t size, Value& out, unsigned depth) {
        unsigned tag = 0;
        if (!byte(tag)) {
            return false;
        }
        std::vector<Value> fields(size);
        for (Value& field : fields) {
            if (!value(field, depth + 1)) {
                return false;
            }
        }
        std::optional<Value> made = temporal(tag, fields);
        if (!made && supported_) {
            supported_ = false;
            if (why_.empty()) {
                why_ = refusalOf(tag);
            }
        }
        out = made ? std::move(*made) : Value::null();
        return true;
    }

    static const char* refusalOf(unsigned tag) noexcept {
        switch (tag) {
        case tags::kPoint2D:
        case tags::kPoint3D:
            return "Points are no values of this database: send coordinates as numbers.";
        case tags::kVector:
            return "Vectors are no values of this database: send a list of numbers.";
        case tags::kNode:
        case tags::kRelationship:
        case tags::kUnboundRelationship:
        case tags::kPath:
            return "Nodes, relationships and paths are no parameters: send what elementId() gives of them.";
        default:
            return "A parameter is a structure that no parameter can be, or has parts out of range.";
        }
    }

    static bool areIntegers(std::span<const Value> fields, std::size_t size, std::size_t integers) {
        if (fields.size() != size) {
            return false;
        }
        for (std::size_t i = 0; i < integers; ++i) {
            if (fields[i].kind() != Kind::Integer) {
                return false;
            }
        }
        return true;
    }
    template <typename Small>
    static bool fits(std::int64_t number) noexcept {
        return number >= std::numeric_limits<Small>::min() && number <= std::numeric_limits<Small>::max();
    }
    template <typename Part>
    static std::optional<Value> ifValid(const Part& part) {
        return engine::isValid(part) ? std::optional(Value::of(part)) : std::nullopt;
    }

    /// Nothing for other structures and parts out of range.
    std::optional<Value> temporal(unsigned tag, std::span<const Value> f) const {
        const bool wall_clock = instants_ == Instants::WallClock;
        if (tag == tags::kDate && areIntegers(f, 1, 1)) {
            return ifValid(engine::Date{f[0].integer()});
        }
        if (tag == tags::kLocalTime && areIntegers(f, 1, 1)) {
            return ifValid(engine::LocalTime{f[0].integer()});
        }
        if (tag == tags::kTime && areIntegers(f, 2, 2) && fits<std::int32_t>(f[1].integer())) {
            return ifValid(engine::Time{f[0].integer(), static_cast<std::int32_t>(f[1].integer())});
        }
        if (tag == tags::kDuration && areIntegers(f, 4, 4)) {
            return duration(f);
        }
        const unsigned offset_tag = wall_clock ? tags::kWallClockDateTime : tags::kDateTime;
        const unsigned zone_tag = wall_clock ? tags::kWallClockDateTimeZoneId : tags::kDateTimeZoneId;
        if (f.size() < 2 || !areIntegers(f.first(2), 2, 2) || !fits<std::int32_t>(f[1].integer())) {
            return std::nullopt;
        }
        const engine::LocalDateTime local{f[0].integer(), static_cast<std::int32_t>(f[1].integer())};
        if (!engine::isValid(local)) {
            return std::nullopt;
        }
        if (tag == tags::kLocalDateTime && f.size() == 2) {
            return Value::of(local);
        }
        if (tag == offset_tag && areIntegers(f, 3, 3) && fits<std::int32_t>(f[2].integer())) {
            const auto offset = static_cast<std::int32_t>(f[2].integer());
            const std::int64_t instant = wall_clock ? local.seconds - offset : local.seconds;
            return ifValid(engine::ZonedDateTime{instant, local.nanos, offset, {}});
        }
        if (tag == zone_tag && f.size() == 3 && f[2].kind() == Kind::String) {
            const query::Zone zone = query::Zone::parse(f[2].string());
            return ifValid(wall_clock ? zone.atLocal(local) : zone.atInstant(local.seconds, local.nanos));
        }
        return std::nullopt;
    }

    /// Clients may send nanoseconds of any size and sign.
    static std::optional<Value> duration(std::span<const Value> f) {
        std::int64_t carried = f[3].integer() / engine::kNanosPerSecond;
        std::int64_t nanos = f[3].integer() % engine::kNanosPerSecond;
        if (nanos < 0) {
            nanos += engine::kNanosPerSecond;
            --carried;
        }
        std::int64_t seconds = 0;
        if (__builtin_add_overflow(f[2].integer(), carried, &seconds)) {
            return std::nullopt;
        }
        return ifValid(
            engine::Duration{f[0].integer(), f[1].integer(), seconds, static_cast<std::int32_t>(nanos)});
    }

    std::string_view bytes_;
    Instants instants_;
    std::string& why_;
    std::size_t at_ = 0;
    std::size_t spent_ = 0;
    bool supported_ = true;
};

}  // namespace

Decoded decodeMessage(std::string_view bytes, Instants instants, Message& message,
                      std::string& why) noexcept {
    try {
        Decoder decoder(bytes, instants, why);
        std::size_t fields = 0;
        if (!decoder.messageHead(fields, message.tag)) {
            return Decoded::Malformed;
        }
        message.fields.assign(fields, Value::null());
        for (Value& field : message.fields) {
            if (!decoder.value(field, 1)) {
                return Decoded::Malformed;
            }
        }
        if (!decoder.atEnd()) {
            decoder.malformed("A message is followed by bytes that are none of it.");
            return Decoded::Malformed;
        }
        message.memory_bytes = decoder.memoryBytes();
        return decoder.supported() ? Decoded::Whole : Decoded::Unsupported;
    } catch (const Error& error) {  // a time zone that does not exist
        try {
            why = error.message();
        } catch (const std::exception&) {
            return Decoded::Malformed;
        }
        return Decoded::Unsupported;
    } catch (const std::exception&) {
        return Decoded::Malformed;
    }
}

}  // namespace xinpu::server::bolt
