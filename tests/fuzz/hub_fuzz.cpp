// tests/fuzz/hub_fuzz.cpp
// Any bytes as a hub block: refused, or all its entries lie inside.

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/graph/hub.h"
#include "fuzz_check.h"

using namespace xinpu::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes = std::as_bytes(std::span(data, size));
    for (const std::uint32_t stride : {8U, 12U, 32U}) {
        const auto block = parseHubBlock(bytes, stride);
        if (!block) {
            continue;
        }
        FUZZ_CHECK(block->count > 0);
        FUZZ_CHECK(block->first + std::size_t{block->count} * stride <= bytes.data() + bytes.size());
        std::uint64_t sum = 0;
        for (std::uint32_t i = 0; i < block->count; ++i) {
            sum += readEntry(block->first + std::size_t{i} * stride, stride).relationship;
        }
        FUZZ_CHECK(sum <= std::uint64_t{block->count} * UINT32_MAX);
    }
    return 0;
}
