// tests/fuzz/bitmap_container_fuzz.cpp
// Any bytes as a bitmap container: refused, or a set that counts right, answers right and is written the same
// again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/index/bitmap_container.h"
#include "fuzz_check.h"

using namespace xinpu::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes = std::as_bytes(std::span(data, size));
    SliceWords words{};
    containerHas(bytes, 0);
    containerHas(bytes, kSliceIds - 1);
    if (!addContainer(bytes, words)) {
        return 0;
    }
    const auto count = containerCount(bytes);
    FUZZ_CHECK(count.has_value());
    FUZZ_CHECK(*count > 0);
    for (std::uint32_t id = 0; id < kSliceIds; id += 61) {
        FUZZ_CHECK(containerHas(bytes, id) == ((words[id / 64] >> (id % 64) & 1) != 0));
    }
    const std::string again = encodeContainer(words);
    FUZZ_CHECK(again.size() <= bytes.size());
    FUZZ_CHECK(containerCount(asBytes(again)) == count);
    SliceWords back{};
    FUZZ_CHECK(addContainer(asBytes(again), back));
    FUZZ_CHECK(back == words);
    return 0;
}
