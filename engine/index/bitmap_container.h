// engine/index/bitmap_container.h
#pragma once
// One slice of a bitmap: up to 16,384 ids in at most 2,052 bytes (docs/format/bitmap.md).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/store/table.h"

namespace xinpu::engine {

/// Ids per slice. A bitset of them is 2 KiB: a changed id rewrites no more than that.
inline constexpr std::uint32_t kSliceIds = 16'384;
inline constexpr std::size_t kSliceWords = kSliceIds / 64;

/// A slice in memory: bit b of word w is id 64 w + b of the slice.
using SliceWords = std::array<std::uint64_t, kSliceWords>;

/// The shortest encoding; `words` must not be empty of bits.
std::string encodeContainer(const SliceWords& words);
/// Number of ids, from header and length alone; nothing if the bytes cannot be a container.
std::optional<std::uint32_t> containerCount(Bytes bytes) noexcept;
/// Whether the container has the id (below kSliceIds); nothing on damage.
std::optional<bool> containerHas(Bytes bytes, std::uint32_t id) noexcept;
/// Adds the container's ids to `words`. False on damage: an id twice, out of order or range, a wrong count;
/// then `words` may hold some of them.
bool addContainer(Bytes bytes, SliceWords& words) noexcept;

}  // namespace xinpu::engine
