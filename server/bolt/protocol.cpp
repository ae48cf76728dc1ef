// server/bolt/protocol.cpp
// The handshake of four proposals, the manifest, and chunks.
#include "server/bolt/protocol.h"

#include <algorithm>
#include <array>

namespace xinpu::server::bolt {
namespace {

constexpr std::size_t kChunkBytesMax = 0xFFFF;

/// `minor` and the `below` ones under it.
struct Range {
    std::uint8_t major;
    std::uint8_t minor;
    std::uint8_t below;
};
constexpr Range kSpoken[] = {{6, 0, 0}, {5, 8, 2}, {5, 4, 4}, {4, 4, 0}};  // 5.5 was never spoken by anyone

unsigned at(std::string_view bytes, std::size_t i) noexcept {
    return static_cast<unsigned char>(bytes[i]);
}

}  // namespace

bool isSpoken(Version version) noexcept {
    return std::any_of(std::begin(kSpoken), std::end(kSpoken), [&](const Range& range) {
        return range.major == version.major && version.minor <= range.minor &&
               version.minor + range.below >= range.minor;
    });
}

Choice choose(std::string_view proposals) noexcept {
    for (std::size_t i = 0; i + 4 <= proposals.size(); i += 4) {
        const unsigned major = at(proposals, i + 3);
        const unsigned minor = at(proposals, i + 2);
        const unsigned below = std::min(at(proposals, i + 1), minor);
        if (major == 0xFF && minor == 1) {
            return {true, std::nullopt};
        }
        for (unsigned lower = 0; lower <= below && major != 0xFF; ++lower) {
            const Version version{static_cast<std::uint8_t>(major), static_cast<std::uint8_t>(minor - lower)};
            if (isSpoken(version)) {
                return {false, version};
            }
        }
    }
    return {};
}

std::string answerOf(std::optional<Version> version) {
    const Version chosen = version.value_or(Version{});
    return {'\0', '\0', static_cast<char>(chosen.minor), static_cast<char>(chosen.major)};
}

std::string manifest() {
    std::string bytes{'\0', '\0', '\x01', '\xFF'};
    bytes += static_cast<char>(std::size(kSpoken));
    for (const Range& range : kSpoken) {
        bytes += {'\0', static_cast<char>(range.below), static_cast<char>(range.minor),
                  static_cast<char>(range.major)};
    }
    bytes += '\0';  // no capabilities
    return bytes;
}

std::optional<Version> chosenFromManifest(std::string_view bytes, std::size_t& used) noexcept {
    constexpr std::size_t kVarintMax = 10;
    used = 0;
    std::size_t end = 4;
    while (end < bytes.size() && (at(bytes, end) & 0x80U) != 0 && end < 4 + kVarintMax) {
        ++end;
    }
    if (end >= bytes.size()) {
        return std::nullopt;
    }
    used = end + 1;
    const Version version{static_cast<std::uint8_t>(at(bytes, 3)), static_cast<std::uint8_t>(at(bytes, 2))};
    return isSpoken(version) ? std::optional(version) : std::nullopt;
}

void closeFrame(std::string& out, std::size_t begin) {
    const std::size_t size = out.size() - begin - 2;
    const auto putSize = [&](std::size_t place, std::size_t bytes) {
        out[place] = static_cast<char>(bytes >> 8);
        out[place + 1] = static_cast<char>(bytes & 0xFF);
    };
    if (size <= kChunkBytesMax) {
        putSize(begin, size);
    } else {
        const std::string body = out.substr(begin + 2);
        out.resize(begin);
        for (std::size_t done = 0; done < body.size(); done += kChunkBytesMax) {
            const std::size_t bytes = std::min(kChunkBytesMax, body.size() - done);
            const std::size_t place = out.size();
            out.append(2, '\0');
            putSize(place, bytes);
            out.append(body, done, bytes);
        }
    }
    out.append(2, '\0');
}

std::size_t frameSize(std::string_view bytes) noexcept {
    std::size_t end = 0;
    while (end + 2 <= bytes.size()) {
        const std::size_t chunk = at(bytes, end) << 8 | at(bytes, end + 1);
        end += 2;
        if (chunk == 0) {
            return end;
        }
        end += chunk;
    }
    return 0;
}

Unframer::Got Unframer::take(std::string_view& bytes, std::string& message) {
    while (!bytes.empty()) {
        if (left_ > 0) {
            const std::size_t taken = std::min(left_, bytes.size());
            message_.append(bytes.substr(0, taken));
            bytes.remove_prefix(taken);
            left_ -= taken;
            continue;
        }
        header_ = header_ << 8 | at(bytes, 0);
        bytes.remove_prefix(1);
        if (++header_bytes_ < 2) {
            continue;
        }
        left_ = header_;
        header_ = 0;
        header_bytes_ = 0;
        if (left_ == 0 && !message_.empty()) {
            message = std::move(message_);
            message_.clear();
            return Got::Message;
        }
        if (message_.size() + left_ > bytes_max_) {
            return Got::TooLarge;
        }
    }
    return Got::NeedMore;
}

}  // namespace xinpu::server::bolt
