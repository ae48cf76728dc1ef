// tests/unit/graph/samples.h
#pragma once
// Encoded samples of everything that the graph room decodes, and a catalogue that fits them.

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/graph/hub.h"
#include "engine/graph/record.h"
#include "engine/graph/segment.h"

namespace xinpu::engine::test {

inline constexpr ChunkLimits kLimits{2'048, 4'076};  ///< of pages of 4 KiB
inline constexpr std::uint32_t kStrideOut = 16;
inline constexpr std::uint32_t kStrideIn = 12;

/// 0 to end - 1.
inline std::uint32_t drawn(std::mt19937& random, std::uint32_t end) {
    return static_cast<std::uint32_t>(random() % end);
}

/// Labels A, B, C; types R, S; keys k0 … k9; the first string of its dictionary is "word", for k9.
CatalogBuilder sampleCatalog();
NodeRecord sampleNode();
RelRecord sampleRelationship();
Entry entryOf(std::uint32_t neighbour, std::uint32_t relationship, std::int32_t slot = 0);
/// Nodes with some entries, one of them a hub.
LooseGroup sampleGroup();
Segment sampleSegment();

/// A decoder's input and what reads it to the last byte: returns false if it refuses.
struct Sample {
    std::string name;
    std::string bytes;
    std::function<bool(Bytes)> read;
};
std::vector<Sample> samples();

}  // namespace xinpu::engine::test
