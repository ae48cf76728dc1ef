// tests/fuzz/segment_fuzz.cpp
// Any bytes as a part of a segment: refused, or what they say is written the same again.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "engine/graph/segment.h"
#include "fuzz_check.h"

using namespace xinpu::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Segment segment;
    if (!decodeSegmentPart(std::as_bytes(std::span(data, size)), segment)) {
        return 0;
    }
    // Entries come with the length that their block says; the longest one fits them all.
    const StrideOf stride = [](TypeId, Direction) {
        return static_cast<std::uint32_t>(kEntryFixedBytes + 4 * kCoveredSlotsMax);
    };
    const std::size_t changes = segment.changes.size();
    Segment second;
    for (const std::string& part : encodeSegment(segment, stride, 4'076)) {
        FUZZ_CHECK(part.size() <= 4'076);
        FUZZ_CHECK(decodeSegmentPart(asBytes(part), second));
    }
    FUZZ_CHECK(second.changes.size() == changes);
    FUZZ_CHECK(second.touched_hubs == segment.touched_hubs);
    for (std::size_t i = 0; i < changes; ++i) {
        FUZZ_CHECK(second.changes[i].node == segment.changes[i].node);
        FUZZ_CHECK(second.changes[i].entry.slots == segment.changes[i].entry.slots);
    }
    return 0;
}
