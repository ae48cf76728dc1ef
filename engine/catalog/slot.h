// engine/catalog/slot.h
#pragma once
// Slots: property values as 32-bit numbers inside adjacency entries and column chunks.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "engine/value/value.h"

namespace xinpu::engine {

/// The property is absent. The least number, so "absent from is before every day" holds in a compare.
inline constexpr std::int32_t kSlotAbsent = std::numeric_limits<std::int32_t>::min();
/// The value does not fit into 32 bits or is of another type: read the record.
inline constexpr std::int32_t kSlotSeeRecord = kSlotAbsent + 1;

/// How a property becomes a slot. Equal slots mean equal values, and slot order is value order.
struct SlotCodec {
    enum class Kind : std::uint8_t { Date = 1, Integer = 2, Decimal = 3 };
    Kind kind = Kind::Integer;
    std::uint8_t scale = 0;  ///< Decimal: digits kept behind the point

    friend bool operator==(const SlotCodec&, const SlotCodec&) = default;
};

/// Never throws: what does not fit becomes kSlotSeeRecord, null becomes kSlotAbsent.
std::int32_t slotOf(const Value& value, SlotCodec codec) noexcept;
/// The value back; nothing for kSlotSeeRecord. Decimals come with the codec's scale.
std::optional<Value> valueOfSlot(std::int32_t slot, SlotCodec codec);
/// The least slot whose value is >= `bound`, so that "value >= bound" is "slot >= the answer".
/// Nothing if the bound is of a type that never compares with the codec's.
std::optional<std::int32_t> slotAtLeast(const Value& bound, SlotCodec codec);

}  // namespace xinpu::engine
