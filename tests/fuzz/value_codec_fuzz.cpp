// tests/fuzz/value_codec_fuzz.cpp
// Any bytes as stored values: decoding says no or gives a value that is written and read back the same.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/value/codec.h"
#include "engine/value/literal.h"
#include "engine/value/order.h"
#include "fuzz_check.h"

using namespace xinpu::engine;

namespace {

// Knows the even codes.
class EvenWords final : public StringDictionary {
public:
    std::optional<std::string_view> text(std::uint32_t code) const noexcept override {
        return code % 2 == 0 ? std::optional<std::string_view>("word") : std::nullopt;
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const EvenWords dictionary;
    std::span<const std::byte> in = std::as_bytes(std::span(data, size));
    Value value;
    for (std::span<const std::byte> before = in; decodeValue(in, value, &dictionary); before = in) {
        std::span<const std::byte> skipped = before;
        FUZZ_CHECK(skipValue(skipped));
        FUZZ_CHECK(skipped.size() == in.size());

        std::string again;
        encodeValue(value, again);
        std::span<const std::byte> second = std::as_bytes(std::span<const char>(again));
        Value back;
        FUZZ_CHECK(decodeValue(second, back));
        FUZZ_CHECK(second.empty());
        FUZZ_CHECK(equivalentValues(value, back));
        FUZZ_CHECK(hashValue(value) == hashValue(back));
        FUZZ_CHECK(toCypherText(value) == toCypherText(back));
        std::string third;
        encodeValue(back, third);
        FUZZ_CHECK(again == third);
    }
    return 0;
}
