// tests/fuzz/packstream_fuzz.cpp
// Any bytes as a Bolt message: they are read or refused with a sentence, what was read is written and read as
// the same, and frames come apart alike in whatever pieces they arrive.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"
#include "fuzz_check.h"
#include "server/bolt/packstream.h"
#include "server/bolt/protocol.h"

using namespace xinpu;
using namespace xinpu::server::bolt;

namespace {

/// Values without structures; null for those.
void repack(PackWriter& pack, const engine::Value& value) {
    switch (value.kind()) {
    case engine::Kind::Boolean:
        pack.boolean(value.boolean());
        return;
    case engine::Kind::Integer:
        pack.integer(value.integer());
        return;
    case engine::Kind::Float:
        pack.number(value.floating());
        return;
    case engine::Kind::String:
        pack.text(value.string());
        return;
    case engine::Kind::Bytes:
        pack.bytes(value.bytes());
        return;
    case engine::Kind::List:
        pack.list(value.list().size());
        for (const engine::Value& element : value.list()) {
            repack(pack, element);
        }
        return;
    case engine::Kind::Map:
        pack.map(value.map().size());
        for (const engine::MapEntry& entry : value.map()) {
            pack.text(entry.key);
            repack(pack, entry.value);
        }
        return;
    default:
        pack.null();
    }
}

std::string repacked(const Message& message) {
    std::string bytes;
    PackWriter pack(bytes);
    pack.structure(message.fields.size(), message.tag);
    for (const engine::Value& field : message.fields) {
        repack(pack, field);
    }
    return bytes;
}

void checkMessage(std::string_view bytes, Instants instants) {
    Message message;
    std::string why;
    const Decoded decoded = decodeMessage(bytes, instants, message, why);
    FUZZ_CHECK(decoded == Decoded::Whole || !why.empty());
    FUZZ_CHECK(why.size() < 1'000);
    if (decoded != Decoded::Whole) {
        return;
    }
    FUZZ_CHECK(message.memory_bytes >= bytes.size());
    const std::string once = repacked(message);
    Message again;
    FUZZ_CHECK(decodeMessage(once, instants, again, why) == Decoded::Whole);
    FUZZ_CHECK(again.tag == message.tag);
    FUZZ_CHECK(repacked(again) == once);
}

struct Frames {
    std::vector<std::string> messages;
    bool too_large = false;
    friend bool operator==(const Frames&, const Frames&) = default;
};

Frames framesOf(std::string_view bytes, std::size_t piece_bytes) {
    constexpr std::size_t kBytesMax = 1'000;
    Frames frames;
    Unframer unframer(kBytesMax);
    while (!bytes.empty() && !frames.too_large) {
        std::string_view piece = bytes.substr(0, piece_bytes);
        bytes.remove_prefix(piece.size());
        while (!piece.empty() && !frames.too_large) {
            std::string message;
            const Unframer::Got got = unframer.take(piece, message);
            frames.too_large = got == Unframer::Got::TooLarge;
            if (got == Unframer::Got::Message) {
                FUZZ_CHECK(!message.empty() && message.size() <= kBytesMax);
                frames.messages.push_back(std::move(message));
            }
        }
    }
    return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    checkMessage(bytes, Instants::Utc);
    checkMessage(bytes, Instants::WallClock);
    const Frames whole = framesOf(bytes, size + 1);
    FUZZ_CHECK(framesOf(bytes, 1) == whole);
    FUZZ_CHECK(framesOf(bytes, 3) == whole);
    for (const std::string& message : whole.messages) {
        checkMessage(message, Instants::Utc);
    }
    if (size >= 16) {
        const Choice choice = choose(bytes.substr(0, 16));
        FUZZ_CHECK(!choice.version || (isSpoken(*choice.version) && !choice.manifest));
    }
    std::size_t used = 0;
    const auto chosen = chosenFromManifest(bytes, used);
    FUZZ_CHECK(used <= size && (!chosen || (used >= 5 && isSpoken(*chosen))));
    return 0;
}
