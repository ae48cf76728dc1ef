// engine/index/bitmap_layout.h
#pragma once
// Table keys of bitmap containers: [family, 2 bytes][slice, 4 bytes][value]. The slice stands before the
// value, so that the newest slices of all values of a property lie together. For .cpp files of this room.

#include <limits>
#include <string>
#include <string_view>

#include "engine/index/bitmap_index.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine::bitmap {

inline constexpr std::size_t kKeyFixedBytes = 6;
static_assert(kKeyFixedBytes + kBitmapValueBytesMax <= kKeyBytesMax);
inline constexpr std::uint32_t kSliceLast = std::numeric_limits<std::uint32_t>::max() / kSliceIds;

inline std::string containerKey(BitmapFamily family, std::uint32_t slice, std::string_view value) {
    XINPU_ASSERT(value.size() <= kBitmapValueBytesMax);
    std::string key;
    key.reserve(kKeyFixedBytes + value.size());
    key.push_back(static_cast<char>(family >> 8));
    key.push_back(static_cast<char>(family & 255));
    for (int shift = 24; shift >= 0; shift -= 8) {
        key.push_back(static_cast<char>(slice >> shift & 255));
    }
    return key.append(value);
}

/// False for a key too short to be one, too.
inline bool ofFamily(BitmapFamily family, Bytes key) noexcept {
    return key.size() >= kKeyFixedBytes && keyU16(key, 0) == family;
}
inline std::uint32_t sliceOf(Bytes key) noexcept {
    return keyU32(key, 2);
}
inline std::string_view valueOf(Bytes key) noexcept {
    return asText(key.subspan(kKeyFixedBytes));
}

[[noreturn]] inline void failDamaged(BitmapFamily family) {
    throw Error(ErrorCode::Corrupt,
                "Bitmap family " + std::to_string(family) +
                    " is damaged: a container cannot be read. Run `xinpu check`, then restore from a backup.",
                "BITMAP");
}

}  // namespace xinpu::engine::bitmap
