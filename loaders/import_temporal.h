// loaders/import_temporal.h
#pragma once
// Dates, times and durations of general graph CSV (ISO 8601, extended form).

#include <optional>
#include <string_view>

#include "engine/value/temporal.h"

namespace xinpu::loaders {

/// Nothing for any other text and for days, times and spans that do not exist. `zone`: an offset ("+08:00",
/// "Z") or, for parseDateTime, also a name ("Asia/Shanghai"), for texts that name none; empty is UTC.
std::optional<engine::Date> parseDate9(std::string_view text);  ///< years of up to nine digits, with a sign
std::optional<engine::LocalTime> parseLocalTime(std::string_view text);
std::optional<engine::Time> parseTime(std::string_view text, std::string_view zone);
std::optional<engine::LocalDateTime> parseLocalDateTime(std::string_view text);
/// "2026-11-24T12:31:14+08:00[Asia/Shanghai]": an offset that stands there is taken as it is, otherwise the
/// zone's offset at that time; where a clock was put back it is the earlier of the two.
std::optional<engine::ZonedDateTime> parseDateTime(std::string_view text, std::string_view zone);
std::optional<engine::Duration> parseDuration(std::string_view text);

}  // namespace xinpu::loaders
