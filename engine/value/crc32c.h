// engine/value/crc32c.h
#pragma once
// CRC32C (Castagnoli, RFC 3720 appendix B.4): the checksum of every stored value.

#include <cstddef>
#include <cstdint>

namespace xinpu::engine {

/// The checksum of `size` bytes, continuing from `seed`: crc32c(crc32c(0, a), b) is that of a followed by b.
/// Start with 0. Uses the processor's instruction where there is one, else a table.
std::uint32_t crc32c(std::uint32_t seed, const void* data, std::size_t size) noexcept;

/// The table way, on any machine; the same answer as crc32c.
std::uint32_t crc32cSoftware(std::uint32_t seed, const void* data, std::size_t size) noexcept;

/// Whether this machine has what the fast way needs (SSE4.2 and PCLMULQDQ).
bool crc32cIsAccelerated() noexcept;

}  // namespace xinpu::engine
