// query/functions/zones.h
#pragma once
// Time zones: fixed offsets, and named ones with the rules of the system's tz data.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/value/temporal.h"

namespace date {
class time_zone;
}

namespace xinpu::query {

/// Threads: a value type; any number of threads may read one.
class Zone {
public:
    /// UTC, written Z.
    Zone() noexcept = default;
    static Zone fixed(std::int32_t offset_seconds) noexcept;
    /// "Z", "+01:00", "-0530", "+2", "+02:05:59", or the name of a zone ("Europe/Stockholm"; blanks count as
    /// _).
    /// @throws Error(Argument, InvalidArgumentValue)
    static Zone parse(std::string_view text);
    /// The zone that a stored value is in.
    static Zone of(const engine::ZonedDateTime& when);

    /// Empty for a fixed offset.
    const std::string& name() const noexcept { return name_; }
    std::int32_t offsetAt(std::int64_t epoch_seconds) const;
    engine::ZonedDateTime atInstant(std::int64_t epoch_seconds, std::int32_t nanos) const;
    /// The instant of a wall clock's time. In the hour that comes twice the `preferred` offset counts, else
    /// the earlier one; a time in the hour that is left out moves on by the gap.
    engine::ZonedDateTime atLocal(engine::LocalDateTime local,
                                  std::optional<std::int32_t> preferred = {}) const;

private:
    std::string name_;
    std::int32_t offset_ = 0;
    const date::time_zone* zone_ = nullptr;
};

/// "Z", "+h", "+hh", "+hhmm", "+hh:mm", "+hhmmss", "+hh:mm:ss", within 18 hours; nothing for other texts.
std::optional<std::int32_t> parseOffset(std::string_view text) noexcept;

}  // namespace xinpu::query
