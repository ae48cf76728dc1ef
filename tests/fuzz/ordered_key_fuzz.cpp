// tests/fuzz/ordered_key_fuzz.cpp
// Any two stored values: the bytes of their ordered keys compare as the values do, and none starts the other.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/value/codec.h"
#include "engine/value/order.h"
#include "engine/value/ordered_key.h"
#include "fuzz_check.h"
#include "xinpu/error.h"

using namespace xinpu::engine;

namespace {

// False for what has no key.
bool keyOf(const Value& value, std::string& key) {
    try {
        encodeOrderedKey(value, key);
        return true;
    } catch (const xinpu::Error&) {
        return false;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::span<const std::byte> in = std::as_bytes(std::span(data, size));
    Value a;
    Value b;
    std::string keyA;
    std::string keyB;
    if (!decodeValue(in, a) || !decodeValue(in, b) || !keyOf(a, keyA) || !keyOf(b, keyB)) {
        return 0;
    }
    const auto order = orderValues(a, b);
    FUZZ_CHECK((keyA.compare(keyB) <=> 0) == order);
    FUZZ_CHECK(order == 0 || (!keyA.starts_with(keyB) && !keyB.starts_with(keyA)));
    FUZZ_CHECK(order != 0 || hashValue(a) == hashValue(b));
    FUZZ_CHECK(equalValues(a, b) != true || order == 0);
    return 0;
}
