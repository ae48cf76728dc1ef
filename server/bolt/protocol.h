// server/bolt/protocol.h
#pragma once
// Versions of Bolt and agreeing on one, and the frames in which messages travel.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/bolt/packstream.h"

namespace xinpu::server::bolt {

struct Version {
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
    friend constexpr auto operator<=>(const Version&, const Version&) noexcept = default;
};

inline constexpr std::string_view kMagic{"\x60\x60\xB0\x17", 4};
inline constexpr std::size_t kHandshakeBytes = 20;  ///< the magic and four proposals of four bytes

/// 4.4, 5.0 to 5.4, 5.6 to 5.8, 6.0.
bool isSpoken(Version version) noexcept;

struct Choice {
    bool manifest = false;  ///< the client asks for the list of versions
    std::optional<Version> version;
};
/// The first proposal, in the client's order, that the server speaks. `proposals`: 16 bytes.
Choice choose(std::string_view proposals) noexcept;

/// The answer that settles on a version; without one: that there is none.
std::string answerOf(std::optional<Version> version);
/// The list of versions and of capabilities (none) for a client that asked for it.
std::string manifest();
/// The client's answer to the list: a version, and capabilities as a varint. Nothing yet: `used` is 0.
std::optional<Version> chosenFromManifest(std::string_view bytes, std::size_t& used) noexcept;

/// Appends one message in its frame: chunks of at most 65,535 bytes after their length, and an empty one.
template <typename Write>
void putMessage(std::string& out, std::uint8_t tag, std::size_t fields, Write&& write);

/// Puts the frame around what was appended to `out` since it had `begin` bytes, two of which were kept free.
void closeFrame(std::string& out, std::size_t begin);

template <typename Write>
void putMessage(std::string& out, std::uint8_t tag, std::size_t fields, Write&& write) {
    const std::size_t begin = out.size();
    out.append(2, '\0');
    PackWriter pack(out);
    pack.structure(fields, tag);
    write(pack);
    closeFrame(out, begin);
}

/// The bytes of the first frame of `bytes`, its end marker among them; 0 if it is not whole.
std::size_t frameSize(std::string_view bytes) noexcept;

/// Puts messages together from the bytes that come.
class Unframer {
public:
    enum class Got : std::uint8_t { Message, NeedMore, TooLarge };

    explicit Unframer(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}
    void limitTo(std::size_t bytes_max) noexcept { bytes_max_ = bytes_max; }
    /// Takes from the front of `bytes`; `message` is set if one is whole. Empty chunks between messages are
    /// dropped.
    Got take(std::string_view& bytes, std::string& message);
    /// Whether part of a message has come.
    bool within() const noexcept { return !message_.empty() || header_bytes_ > 0 || left_ > 0; }
    std::size_t bytesHeld() const noexcept { return message_.capacity(); }

private:
    std::size_t bytes_max_;
    std::string message_;
    std::size_t left_ = 0;  // of the chunk
    unsigned header_ = 0;
    unsigned header_bytes_ = 0;
};

}  // namespace xinpu::server::bolt
