// bench/xinpu_bench/holes.h
#pragma once
// A free list as after years of use: many single free pages between used ones.

#include <cstdint>
#include <filesystem>

namespace xinpu::bench {

/// Writes twice as many one-page values as holes are wanted and takes every second one away again. No process
/// may have the database open. The values that stay lie in a table that holds nothing else, and are no part
/// of the graph. Returns the number of free pages without a free neighbour.
std::uint64_t makeHoles(const std::filesystem::path& folder, std::uint64_t holes);

}  // namespace xinpu::bench
