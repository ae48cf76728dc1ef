// server/bolt/packstream.h
#pragma once
// PackStream: the bytes in which Bolt writes values, and reading messages that clients send in it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"

namespace xinpu::server::bolt {

/// Appends values to a string. Lists, maps and structures are announced by their size and followed by their
/// members; of a map each a text and a value.
class PackWriter {
public:
    explicit PackWriter(std::string& out) noexcept : out_(&out) {}

    void null() { byte(0xC0); }
    void boolean(bool truth) { byte(truth ? 0xC3 : 0xC2); }
    void integer(std::int64_t number);
    void number(double value);
    void text(std::string_view text);
    void bytes(std::span<const std::byte> bytes);
    void list(std::size_t size);
    void map(std::size_t size);
    /// At most 15 fields.
    void structure(std::size_t fields, std::uint8_t tag);

private:
    void byte(unsigned value) { out_->push_back(static_cast<char>(value)); }
    void bigEndian(std::uint64_t value, unsigned size);
    void head(std::size_t size, unsigned tiny, unsigned marker_8);
    std::string* out_;
};

/// Writes a map whose size is known at its end only.
class MapWriter {
public:
    MapWriter() : pack_(body_) {}
    PackWriter& key(std::string_view name) {
        ++size_;
        pack_.text(name);
        return pack_;
    }
    void member(std::string_view name, std::string_view text) { key(name).text(text); }
    void member(std::string_view name, const char* text) { key(name).text(text); }
    void member(std::string_view name, std::uint64_t number) {
        key(name).integer(static_cast<std::int64_t>(number));
    }
    void member(std::string_view name, bool truth) { key(name).boolean(truth); }
    /// A map or list within this one.
    void member(std::string_view name, const MapWriter& inner) {
        key(name);
        inner.appendTo(body_);
    }
    void appendTo(std::string& out) const {
        PackWriter(out).map(size_);
        out += body_;
    }
    /// Where a value of key() goes that is written by other means.
    std::string& body() noexcept { return body_; }

private:
    std::string body_;
    PackWriter pack_;
    std::size_t size_ = 0;
};

/// How instants of DateTime structures are counted: of UTC since 5.0 (4.4 if the client asks), before on the
/// wall clock.
enum class Instants : std::uint8_t { Utc, WallClock };

struct Message {
    std::uint8_t tag = 0;
    std::vector<engine::Value> fields;
    std::size_t memory_bytes = 0;  ///< what the fields take, about
};

enum class Decoded : std::uint8_t {
    Whole,
    Malformed,    ///< the connection is of no more use
    Unsupported,  ///< well formed, with a value that cannot be taken
};

/// Lists, maps and structures within each other.
inline constexpr unsigned kPackDepthMax = 500;
static_assert(kPackDepthMax < engine::kNestingMax);
/// Values of one message: what they take in memory is many times their bytes.
inline constexpr std::size_t kPackValuesMax = 8'000'000;

/// Reads exactly one message. `why`: a sentence if it is not Whole; `message.tag` stands then too if it could
/// be read.
Decoded decodeMessage(std::string_view bytes, Instants instants, Message& message, std::string& why) noexcept;

}  // namespace xinpu::server::bolt
