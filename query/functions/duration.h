// query/functions/duration.h
#pragma once
// Arithmetic of durations, and of temporal values with durations.

#include <optional>
#include <string_view>

#include "engine/value/value.h"

namespace xinpu::query {

/// Date, Time, LocalTime, LocalDateTime, ZonedDateTime.
bool isTemporal(engine::Kind kind) noexcept;

/// @throws Error(Arithmetic, IntegerOverflow), as all of these where a part does not fit
engine::Duration addDurations(const engine::Duration& a, const engine::Duration& b);
engine::Duration negated(const engine::Duration& duration);
/// Parts of months turn into days and seconds of the average month (30.436875 days), parts of days into
/// seconds.
engine::Duration multipliedBy(const engine::Duration& duration, const engine::Value& number);
engine::Duration dividedBy(const engine::Duration& duration, const engine::Value& number);

/// months/q months, days/q days and nanos/q nanoseconds; q > 0, at most 10^18 in magnitude with its
/// fractions.
engine::Duration durationFromFractions(engine::Int128 months, engine::Int128 days, engine::Int128 nanos,
                                       engine::Int128 q);
/// Of whole parts, the nanoseconds carried over.
engine::Duration durationOf(std::int64_t months, std::int64_t days, engine::Int128 nanos);

/// Months first (the day clamped to its month's end), then days, then time. A date takes whole days of the
/// time, a time leaves months and days out.
/// @throws Error(Argument, NumberOutOfRange) if the year leaves its range
engine::Value addDuration(const engine::Value& temporal, const engine::Duration& duration);
engine::Value subtractDuration(const engine::Value& temporal, const engine::Duration& duration);

/// "P1Y2M3W4DT5H6M7.8S" with fractions and signs, "P2012-02-02T14:37:21.545"; nothing for other texts.
std::optional<engine::Duration> parseDuration(std::string_view text);

/// duration.between, .inMonths, .inDays, .inSeconds of any two temporal values. What one lacks (date, zone)
/// it has from the other; a missing time is midnight.
engine::Duration durationBetween(const engine::Value& from, const engine::Value& to);
engine::Duration monthsBetween(const engine::Value& from, const engine::Value& to);
engine::Duration daysBetween(const engine::Value& from, const engine::Value& to);
engine::Duration secondsBetween(const engine::Value& from, const engine::Value& to);

}  // namespace xinpu::query
