// cli/today.h
#pragma once
// Which day it is in a time zone, and days that people type.

#include <chrono>
#include <string>

#include "engine/value/temporal.h"

namespace xinpu::cli {

inline constexpr const char* kTimezoneUsual = "Asia/Shanghai";

/// The civil day at `now` in the zone called `timezone`. @throws Error(Usage) if there is no such zone
engine::Date dayIn(const std::string& timezone, std::chrono::system_clock::time_point now);

/// `text`, which must be exactly YYYY-MM-DD; empty: today in `timezone`. @throws Error(Usage) naming `option`
engine::Date dayOrToday(const std::string& option, const std::string& text, const std::string& timezone);

}  // namespace xinpu::cli
