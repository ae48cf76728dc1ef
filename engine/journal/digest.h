// engine/journal/digest.h
#pragma once
// SHA-256 digests (FIPS 180-4), by OpenSSL.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace xinpu::engine {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::span<const std::byte> bytes);
Digest sha256(std::string_view text);
/// 64 lower-case hexadecimal digits.
std::string hexOf(const Digest& digest);

/// A digest of bytes that come piece by piece.
class DigestStream {
public:
    DigestStream();
    ~DigestStream();
    DigestStream(const DigestStream&) = delete;
    DigestStream& operator=(const DigestStream&) = delete;
    void add(std::span<const std::byte> bytes);
    /// To be called once.
    Digest finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace xinpu::engine
