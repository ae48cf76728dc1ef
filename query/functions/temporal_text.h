// query/functions/temporal_text.h
#pragma once
// Dates and times from ISO 8601 text, in the forms that openCypher's functions take.

#include <optional>
#include <string>
#include <string_view>

#include "engine/value/temporal.h"
#include "query/functions/zones.h"

namespace xinpu::query {

/// "2015-07-21", "20150721", "2015-07", "2015-W30-2", "2015W302", "2015-Q2-45", "2015-202", "2015",
/// "+12015-07-21"; days since 1970.
std::optional<std::int64_t> parseDateText(std::string_view text) noexcept;

/// A time of day: "21:40:32.142", "214032.142", "2140", "21".
std::optional<std::int64_t> parseTimeText(std::string_view text) noexcept;

/// A time with what follows it.
struct ZonedText {
    std::int64_t days = 0;  ///< of date-times
    std::int64_t nanos = 0;
    std::optional<std::int32_t> offset{};
    std::string_view zone{};  ///< inside the brackets
};
/// "21:40:32+01:00", "2140-02".
std::optional<ZonedText> parseZonedTimeText(std::string_view text) noexcept;
/// A date, or a date and a time joined by T, with offset and [zone].
std::optional<ZonedText> parseDateTimeText(std::string_view text) noexcept;

}  // namespace xinpu::query
