// engine/catalog/slot.cpp
// Turning values into slots and bounds into slot bounds.

#include "engine/catalog/slot.h"

#include <cmath>

namespace xinpu::engine {
namespace {

constexpr std::int64_t kLeast = std::int64_t{kSlotSeeRecord} + 1;
constexpr std::int64_t kGreatest = std::numeric_limits<std::int32_t>::max();

std::int32_t fitting(std::int64_t number) noexcept {
    return number >= kLeast && number <= kGreatest ? static_cast<std::int32_t>(number) : kSlotSeeRecord;
}

std::int32_t fitting(const std::optional<std::int32_t>& number) noexcept {
    return number && *number >= kLeast ? *number : kSlotSeeRecord;
}

}  // namespace

std::int32_t slotOf(const Value& value, SlotCodec codec) noexcept {
    if (value.isNull()) {
        return kSlotAbsent;
    }
    switch (codec.kind) {
    case SlotCodec::Kind::Date:
        return value.kind() == Kind::Date ? fitting(value.date().days) : kSlotSeeRecord;
    case SlotCodec::Kind::Integer:
        return value.kind() == Kind::Integer ? fitting(value.integer()) : kSlotSeeRecord;
    case SlotCodec::Kind::Decimal:
        if (value.kind() == Kind::Decimal) {
            return fitting(value.decimal().scaledToInt32(codec.scale));
        }
        // Integers and floats stay what they are: their slot could not give the type back.
        return kSlotSeeRecord;
    }
    return kSlotSeeRecord;
}

std::optional<Value> valueOfSlot(std::int32_t slot, SlotCodec codec) {
    if (slot == kSlotSeeRecord) {
        return std::nullopt;
    }
    if (slot == kSlotAbsent) {
        return Value::null();
    }
    switch (codec.kind) {
    case SlotCodec::Kind::Date:
        return Value::of(Date{slot});
    case SlotCodec::Kind::Integer:
        return Value::of(std::int64_t{slot});
    case SlotCodec::Kind::Decimal:
        return Value::of(*Decimal::fromParts(slot, codec.scale));
    }
    return std::nullopt;
}

std::optional<std::int32_t> slotAtLeast(const Value& bound, SlotCodec codec) {
    const auto clamp = [](std::int64_t number) {
        // A bound below every slot still must not match "absent" or "see the record".
        return static_cast<std::int32_t>(number < kLeast ? kLeast : number > kGreatest ? kGreatest : number);
    };
    switch (codec.kind) {
    case SlotCodec::Kind::Date:
        return bound.kind() == Kind::Date ? std::optional(clamp(bound.date().days)) : std::nullopt;
    case SlotCodec::Kind::Integer:
        return bound.kind() == Kind::Integer ? std::optional(clamp(bound.integer())) : std::nullopt;
    case SlotCodec::Kind::Decimal: {
        std::optional<Decimal> decimal;
        if (bound.kind() == Kind::Decimal) {
            decimal = bound.decimal();
        } else if (bound.kind() == Kind::Integer) {
            decimal = Decimal::fromInt64(bound.integer());
        } else if (bound.kind() == Kind::Float) {
            decimal = Decimal::fromDouble(bound.floating());
        }
        if (!decimal) {
            return std::nullopt;
        }
        // ceil(bound * 10^scale) by integer division, exact.
        Int128 number = decimal->coefficient();
        for (unsigned scale = decimal->scale(); scale < codec.scale; ++scale) {
            if (number > kGreatest || number < -kGreatest) {
                return clamp(number > 0 ? kGreatest : kLeast);
            }
            number *= 10;
        }
        bool rest = false;
        for (unsigned scale = codec.scale; scale < decimal->scale(); ++scale) {
            rest = rest || (number % 10 > 0);
            number /= 10;
        }
        number += rest ? 1 : 0;
        return clamp(number > kGreatest ? kGreatest
                     : number < kLeast  ? kLeast
                                        : static_cast<std::int64_t>(number));
    }
    }
    return std::nullopt;
}

}  // namespace xinpu::engine
