// engine/value/ordered_key.cpp
// Order-preserving bytes (docs/format/value.md, "Ordered keys").

#include "engine/value/ordered_key.h"

#include <bit>
#include <cmath>
#include <cstdint>

#include "engine/value/literal.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

// Ascending as orderValues. None is 0x00, which ends a list, or 0xFF, which continues a text after a zero
// byte.
enum class TypeRank : std::uint8_t {
    List = 0x08,
    ZonedDateTime = 0x10,
    LocalDateTime = 0x18,
    Date = 0x20,
    Time = 0x28,
    LocalTime = 0x30,
    Duration = 0x38,
    Bytes = 0x40,
    String = 0x48,
    False = 0x50,
    True = 0x51,
    Negative = 0x58,     // numbers below zero
    NotNegative = 0x59,  // zero and above
    NotANumber = 0x5A,
    Null = 0x60,
};

void putByte(unsigned byte, std::string& out) {
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte)));
}

void putTag(TypeRank tag, std::string& out) {
    putByte(static_cast<unsigned>(tag), out);
}

template <typename Unsigned>
void putBigEndian(Unsigned number, std::string& out, unsigned bytes = sizeof(Unsigned)) {
    for (unsigned i = bytes; i > 0; --i) {
        putByte(static_cast<unsigned>((number >> (8 * (i - 1))) & 0xFFU), out);
    }
}

// A length byte that grows with the number, then as many bytes as it needs, highest first.
void putWhole(std::int64_t number, std::string& out) {
    const bool negative = number < 0;
    const std::uint64_t distance =
        negative ? ~static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    const auto bytes = static_cast<unsigned>((std::bit_width(distance) + 7) / 8);
    putByte(negative ? 0x7FU - bytes : 0x80U + bytes, out);
    putBigEndian(static_cast<std::uint64_t>(number), out, bytes);
}

// A zero byte becomes 00 FF; 00 00 ends the text.
void putText(std::string_view text, std::string& out) {
    std::size_t from = 0;
    for (std::size_t zero = text.find('\0'); zero != std::string_view::npos; zero = text.find('\0', from)) {
        out.append(text.substr(from, zero - from));
        putByte(0x00, out);
        putByte(0xFF, out);
        from = zero + 1;
    }
    out.append(text.substr(from));
    out.append(2, '\0');
}

// Digits of a decimal that no double says, after the double below it: exponent, pairs of digits, end.
void putDigits(UInt128 coefficient, unsigned scale, std::string& out) {
    std::uint8_t digits[2 * Decimal::kDigitsMax];
    std::size_t count = 0;
    for (; coefficient != 0; coefficient /= 10) {
        digits[count++] = static_cast<std::uint8_t>(coefficient % 10);
    }
    // 0.d1d2d3… * 10^exponent, and exponent is within -37..38.
    putByte(static_cast<unsigned>(static_cast<int>(count) - static_cast<int>(scale) + 0x40), out);
    for (std::size_t left = count; left > 0;) {
        const unsigned high = digits[--left];
        const unsigned low = left > 0 ? digits[--left] : 0U;
        putByte(high * 10 + low + 1, out);
    }
    putByte(0x00, out);
}

// Magnitude of a number: the greatest double that is not above it, and 00 where they are the same, else its
// digits.
void putMagnitude(double below, std::string& out) {
    putBigEndian(std::bit_cast<std::uint64_t>(below), out);  // bits of doubles >= 0 order as the doubles
    putByte(0x00, out);
}

void putMagnitude(const Decimal& number, std::string& out) {
    double below = number.toDouble();
    const auto order = number.compare(below);
    if (order == 0) {
        putMagnitude(below, out);
        return;
    }
    if (order < 0) {
        below = std::nextafter(below, 0.0);
    }
    const Decimal plain = number.normalised();
    putBigEndian(std::bit_cast<std::uint64_t>(below), out);
    putDigits(static_cast<UInt128>(plain.coefficient()), plain.scale(), out);
}

// Below zero the order of magnitudes turns round, so all their bits do.
template <typename Magnitude>
void putNumber(bool negative, const Magnitude& magnitude, std::string& out) {
    putTag(negative ? TypeRank::Negative : TypeRank::NotNegative, out);
    const std::size_t from = out.size();
    putMagnitude(magnitude, out);
    if (negative) {
        for (std::size_t i = from; i < out.size(); ++i) {
            out[i] = static_cast<char>(~static_cast<unsigned char>(out[i]));
        }
    }
}

void putFloat(double number, std::string& out) {
    if (std::isnan(number)) {
        putTag(TypeRank::NotANumber, out);
        return;
    }
    putNumber(number < 0, std::fabs(number), out);
}

void putDecimal(const Decimal& number, std::string& out) {
    putNumber(number.sign() < 0, number.sign() < 0 ? -number : number, out);
}

void putInteger(std::int64_t number, std::string& out) {
    constexpr std::int64_t kExactEnd = std::int64_t{1} << 53U;
    if (number > -kExactEnd && number < kExactEnd) {
        putFloat(static_cast<double>(number), out);
    } else {
        putDecimal(Decimal::fromInt64(number), out);
    }
}

void putZoned(const ZonedDateTime& when, std::string& out) {
    putWhole(when.epochSeconds, out);
    putWhole(when.nanos, out);
    putWhole(when.offsetSeconds, out);
    putText(when.zone, out);
}

void putDuration(const Duration& duration, std::string& out) {
    // The order of durations begins with their average length in seconds, which has up to 86 bits.
    const Int128 average =
        duration.months * Int128{2'629'746} + duration.days * Int128{kSecondsPerDay} + duration.seconds;
    putBigEndian(static_cast<UInt128>(average) ^ (UInt128{1} << 127U), out);
    putWhole(duration.nanos, out);
    putWhole(duration.months, out);
    putWhole(duration.days, out);
}

}  // namespace

void encodeOrderedKey(const Value& value, std::string& out) {
    switch (value.kind()) {
    case Kind::Null:
        putTag(TypeRank::Null, out);
        return;
    case Kind::Boolean:
        putTag(value.boolean() ? TypeRank::True : TypeRank::False, out);
        return;
    case Kind::Integer:
        putInteger(value.integer(), out);
        return;
    case Kind::Float:
        putFloat(value.floating(), out);
        return;
    case Kind::Decimal:
        putDecimal(value.decimal(), out);
        return;
    case Kind::String:
        putTag(TypeRank::String, out);
        putText(value.string(), out);
        return;
    case Kind::Bytes: {
        const auto bytes = value.bytes();
        putTag(TypeRank::Bytes, out);
        putText({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, out);
        return;
    }
    case Kind::Date:
        putTag(TypeRank::Date, out);
        putWhole(value.date().days, out);
        return;
    case Kind::LocalTime:
        putTag(TypeRank::LocalTime, out);
        putWhole(value.localTime().nanosOfDay, out);
        return;
    case Kind::Time:
        putTag(TypeRank::Time, out);
        putWhole(value.time().utcNanos(), out);
        putWhole(value.time().offsetSeconds, out);
        return;
    case Kind::LocalDateTime:
        putTag(TypeRank::LocalDateTime, out);
        putWhole(value.localDateTime().seconds, out);
        putWhole(value.localDateTime().nanos, out);
        return;
    case Kind::ZonedDateTime:
        putTag(TypeRank::ZonedDateTime, out);
        putZoned(value.zonedDateTime(), out);
        return;
    case Kind::Duration:
        putTag(TypeRank::Duration, out);
        putDuration(value.duration(), out);
        return;
    case Kind::List:
        putTag(TypeRank::List, out);
        for (const Value& element : value.list()) {
            encodeOrderedKey(element, out);
        }
        putByte(0x00, out);
        return;
    case Kind::Map:
    case Kind::Node:
    case Kind::Relationship:
    case Kind::Path:
        throw Error(ErrorCode::Type,
                    "a " + std::string(kindName(value.kind())) + " cannot be indexed: " + toCypherText(value),
                    "InvalidPropertyType");
    }
}

}  // namespace xinpu::engine
