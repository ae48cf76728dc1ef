// cli/today.cpp
// Days by the system's time zone data (the date library reads it).
#include "cli/today.h"

#include <stdexcept>

#include <date/tz.h>
#include <fmt/format.h>

#include "xinpu/error.h"

namespace xinpu::cli {

engine::Date dayIn(const std::string& timezone, std::chrono::system_clock::time_point now) {
    const date::time_zone* zone = nullptr;
    try {
        zone = date::locate_zone(timezone);
    } catch (const std::runtime_error&) {
        throw Error(ErrorCode::Usage, fmt::format("There is no time zone '{}' on this system.", timezone));
    }
    const auto local = zone->to_local(std::chrono::floor<std::chrono::seconds>(now));
    return engine::Date{std::chrono::floor<std::chrono::days>(local).time_since_epoch().count()};
}

engine::Date dayOrToday(const std::string& option, const std::string& text, const std::string& timezone) {
    if (text.empty()) {
        return dayIn(timezone, std::chrono::system_clock::now());
    }
    const auto date = engine::parseIsoDate(text);
    if (!date) {
        throw Error(ErrorCode::Usage,
                    fmt::format("{}: '{}' is not a day in the form YYYY-MM-DD.", option, text));
    }
    return *date;
}

}  // namespace xinpu::cli
