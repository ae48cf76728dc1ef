// server/content_coding.h
#pragma once
// Packing of bodies in both directions, gzip (RFC 1952) and zstd (RFC 8878), bounded in what it may unpack
// to.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace xinpu::server {

enum class Coding : std::uint8_t { Identity, Gzip, Zstd };

/// The word of the headers Content-Encoding and Accept-Encoding.
std::string_view nameOf(Coding coding) noexcept;

/// Of a body's Content-Encoding; empty is Identity. Nothing: another one, or several on top of each other.
std::optional<Coding> bodyCoding(std::string_view content_encoding) noexcept;
/// The best one that an Accept-Encoding allows: the highest q, of equal ones zstd, then gzip. Identity if
/// none is named.
Coding answerCoding(std::string_view accept_encoding) noexcept;

/// Packs a body piece by piece. Fast rather than small: the network is near.
class BodyPacker {
public:
    /// `coding` is not Identity. @throws Error(Limit, MemoryPoolOutOfMemoryError)
    explicit BodyPacker(Coding coding);
    ~BodyPacker();
    BodyPacker(const BodyPacker&) = delete;
    BodyPacker& operator=(const BodyPacker&) = delete;
    BodyPacker(BodyPacker&& other) noexcept;

    /// The packed bytes that are ready; `last`: all that is left.
    std::string write(std::string_view piece, bool last);

    class Stream;

private:
    std::unique_ptr<Stream> stream_;
};

/// A body as it was before it was packed; `coding` is not Identity.
/// @throws Error(Usage, RequestMalformed) it does not unpack, or is cut; Error(Limit, ContentTooLarge) to
/// more than `bytes_max`
std::string unpacked(Coding coding, std::string_view body, std::size_t bytes_max);

}  // namespace xinpu::server
