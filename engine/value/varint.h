// engine/value/varint.h
#pragma once
// Variable-length integers (LEB128, zigzag) and a reader over bytes that may be damaged.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace xinpu::engine {

/// Appends 7 bits a byte, lowest first, the top bit set on all but the last: 1 to 5 (u32) or 10 bytes (u64).
template <typename Unsigned>
inline void putVarint(Unsigned value, std::string& out) {
    while (value >= 0x80U) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(value & 0x7FU) | 0x80U));
        value >>= 7U;
    }
    out.push_back(static_cast<char>(static_cast<unsigned char>(value)));
}
inline void putVarint32(std::uint32_t value, std::string& out) {
    putVarint(value, out);
}
inline void putVarint64(std::uint64_t value, std::string& out) {
    putVarint(value, out);
}

/// 0, -1, 1, -2 … as 0, 1, 2, 3 …: small distances from zero stay short.
constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}
constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>((value >> 1U) ^ (0U - (value & 1U)));
}
inline void putZigzag64(std::int64_t value, std::string& out) {
    putVarint(zigzag(value), out);
}

/// Reads from a span of untrusted bytes. Each get returns false and leaves the position alone where the bytes
/// end too early or say what the type cannot hold.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) noexcept
        : at_(bytes.data()), end_(at_ + bytes.size()) {}
    explicit ByteReader(std::string_view bytes) noexcept
        : ByteReader(std::as_bytes(std::span<const char>(bytes))) {}

    std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    bool atEnd() const noexcept { return at_ == end_; }
    /// What was not read yet.
    std::span<const std::byte> rest() const noexcept { return {at_, left()}; }

    bool byte(std::uint8_t& out) noexcept {
        if (at_ == end_) {
            return false;
        }
        out = static_cast<std::uint8_t>(*at_++);
        return true;
    }
    /// Borrows the next `size` bytes.
    bool bytes(std::size_t size, std::span<const std::byte>& out) noexcept {
        if (size > left()) {
            return false;
        }
        out = {at_, size};
        at_ += size;
        return true;
    }
    bool text(std::size_t size, std::string_view& out) noexcept {
        std::span<const std::byte> borrowed;
        if (!bytes(size, borrowed)) {
            return false;
        }
        out = size == 0 ? std::string_view{}
                        : std::string_view{reinterpret_cast<const char*>(borrowed.data()), size};
        return true;
    }
    /// A number of fixed width, little-endian.
    template <typename Number>
    bool fixed(Number& out) noexcept {
        static_assert(std::endian::native == std::endian::little);
        if (sizeof(Number) > left()) {
            return false;
        }
        std::memcpy(&out, at_, sizeof(Number));
        at_ += sizeof(Number);
        return true;
    }
    /// Also for 128 bits. False on more bits than the type has.
    template <typename Unsigned>
    bool varint(Unsigned& out) noexcept {
        constexpr unsigned kBits = sizeof(Unsigned) * 8;
        Unsigned value = 0;
        const std::byte* at = at_;
        for (unsigned shift = 0; shift < kBits; shift += 7) {
            if (at == end_) {
                return false;
            }
            const auto part = static_cast<std::uint8_t>(*at++);
            const auto low = static_cast<std::uint8_t>(part & 0x7FU);
            if (kBits - shift < 7 && (low >> (kBits - shift)) != 0) {
                return false;
            }
            value |= static_cast<Unsigned>(static_cast<Unsigned>(low) << shift);
            if (part < 0x80U) {
                out = value;
                at_ = at;
                return true;
            }
        }
        return false;
    }
    bool zigzag64(std::int64_t& out) noexcept {
        std::uint64_t raw = 0;
        if (!varint(raw)) {
            return false;
        }
        out = unzigzag(raw);
        return true;
    }

private:
    const std::byte* at_;
    const std::byte* end_;
};

}  // namespace xinpu::engine
