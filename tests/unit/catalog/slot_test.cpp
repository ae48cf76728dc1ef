// tests/unit/catalog/slot_test.cpp
// Values as slots: order, what does not fit, bounds.

#include "engine/catalog/slot.h"

#include <gtest/gtest.h>

#include <limits>

namespace xinpu::engine {
namespace {

constexpr SlotCodec kDate{SlotCodec::Kind::Date, 0}, kInteger{SlotCodec::Kind::Integer, 0},
    kCents{SlotCodec::Kind::Decimal, 2};
constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

Value decimal(std::int64_t coefficient, unsigned scale) {
    return Value::of(*Decimal::fromParts(coefficient, scale));
}

TEST(Slot, HoldsWhatFits) {
    const struct {
        Value value;
        SlotCodec codec;
        std::int32_t slot;
    } cases[] = {
        {Value::null(), kDate, kSlotAbsent},
        {Value::of(Date{20'000}), kDate, 20'000},
        {Value::of(Date{-1}), kDate, -1},
        {Value::of("2024-01-01"), kDate, kSlotSeeRecord},
        {Value::of(std::int64_t{-5}), kInteger, -5},
        {Value::of(std::int64_t{kMost}), kInteger, kMost},
        {Value::of(std::int64_t{kMost} + 1), kInteger, kSlotSeeRecord},
        {Value::of(std::int64_t{kSlotAbsent}), kInteger, kSlotSeeRecord},
        {Value::of(std::int64_t{kSlotSeeRecord}), kInteger, kSlotSeeRecord},
        {Value::of(std::int64_t{kSlotSeeRecord} + 1), kInteger, kSlotSeeRecord + 1},
        {Value::of(1.0), kInteger, kSlotSeeRecord},
        {decimal(1'250, 2), kCents, 1'250},
        {decimal(125, 1), kCents, 1'250},
        {decimal(12'501, 3), kCents, kSlotSeeRecord},
        {decimal(30'000'000'000, 2), kCents, kSlotSeeRecord},
        {Value::of(std::int64_t{12}), kCents, kSlotSeeRecord},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(slotOf(one.value, one.codec), one.slot);
        const auto back = valueOfSlot(one.slot, one.codec);
        EXPECT_EQ(back.has_value(), one.slot != kSlotSeeRecord);
        if (back && one.slot != kSlotAbsent) {
            EXPECT_EQ(slotOf(*back, one.codec), one.slot);
        }
    }
}

TEST(Slot, BoundsAreTheLeastSlotAtOrAboveThem) {
    const struct {
        Value bound;
        SlotCodec codec;
        std::optional<std::int32_t> slot;
    } cases[] = {
        {Value::of(Date{7}), kDate, 7},
        {Value::of(std::int64_t{7}), kDate, std::nullopt},
        {Value::of(std::int64_t{std::numeric_limits<std::int64_t>::min()}), kInteger, kSlotSeeRecord + 1},
        {Value::of(std::numeric_limits<std::int64_t>::max()), kInteger, kMost},
        {Value::of(std::int64_t{3}), kCents, 300},
        {decimal(12'501, 3), kCents, 1'251},
        {decimal(-12'501, 3), kCents, -1'250},
        {decimal(12'500, 3), kCents, 1'250},
        {Value::of(0.125), kCents, 13},
        {Value::of("x"), kCents, std::nullopt},
        {Value::of(std::int64_t{1} << 40), kCents, kMost},
        {Value::of(-(std::int64_t{1} << 40)), kCents, kSlotSeeRecord + 1},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(slotAtLeast(one.bound, one.codec), one.slot);
    }
}

}  // namespace
}  // namespace xinpu::engine
