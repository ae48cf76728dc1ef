// query/functions/temporal_text.cpp
// ISO 8601 in its basic and extended forms.

#include "query/functions/temporal_text.h"

#include "query/functions/civil.h"

namespace xinpu::query {

using engine::kNanosPerSecond;

namespace {

bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::size_t digitsAt(std::string_view text) noexcept {
    std::size_t count = 0;
    while (count < text.size() && isDigit(text[count])) {
        ++count;
    }
    return count;
}

/// The first `count` digits as a number, taken off the text.
std::int64_t takeDigits(std::string_view& text, std::size_t count) noexcept {
    std::int64_t number = 0;
    for (std::size_t i = 0; i < count; ++i) {
        number = number * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char c) noexcept {
    if (text.empty() || text.front() != c) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> civilDay(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
    const engine::CivilDate civil{year, static_cast<std::uint32_t>(month), static_cast<std::uint32_t>(day)};
    if (!engine::isCivil(civil)) {
        return std::nullopt;
    }
    return engine::dateFromCivil(civil).days;
}

std::optional<std::int64_t> ordinalDay(std::int64_t year, std::int64_t day) noexcept {
    if (day < 1 || day > (engine::isLeapYear(year) ? 366 : 365)) {
        return std::nullopt;
    }
    return engine::daysFromCivil(year, 1, 1) + day - 1;
}

/// Behind "W".
std::optional<std::int64_t> weekForm(std::int64_t year, std::string_view text) noexcept {
    if (digitsAt(text) < 2 && !(digitsAt(text) == 1 && (text.size() == 1 || text[1] == '-'))) {
        return std::nullopt;
    }
    const std::int64_t week = takeDigits(text, std::min<std::size_t>(digitsAt(text), 2));
    std::int64_t weekday = 1;
    if (!text.empty()) {
        take(text, '-');
        if (text.size() != 1 || !isDigit(text.front())) {
            return std::nullopt;
        }
        weekday = takeDigits(text, 1);
    }
    if (week < 1 || week > weeksInYear(year) || weekday < 1 || weekday > 7) {
        return std::nullopt;
    }
    return firstWeekOf(year) + (week - 1) * 7 + weekday - 1;
}

/// Behind "Q".
std::optional<std::int64_t> quarterForm(std::int64_t year, std::string_view text) noexcept {
    if (text.empty() || text.front() < '1' || text.front() > '4') {
        return std::nullopt;
    }
    const std::int64_t quarter = takeDigits(text, 1);
    const std::int64_t start = quarterStart(year, quarter);
    std::int64_t day = 1;
    if (!text.empty()) {
        take(text, '-');
        if (text.empty() || text.size() > 2 || digitsAt(text) != text.size()) {
            return std::nullopt;
        }
        day = takeDigits(text, text.size());
    }
    const std::int64_t next =
        quarter == 4 ? engine::daysFromCivil(year + 1, 1, 1) : quarterStart(year, quarter + 1);
    return day < 1 || start + day - 1 >= next ? std::nullopt : std::optional(start + day - 1);
}

/// Behind "YYYY-".
std::optional<std::int64_t> separatedForm(std::int64_t year, std::string_view text) noexcept {
    const std::size_t digits = digitsAt(text);
    if (digits == 3 && text.size() == 3) {
        return ordinalDay(year, takeDigits(text, 3));
    }
    if (digits < 1 || digits > 2) {
        return std::nullopt;
    }
    const std::int64_t month = takeDigits(text, digits);
    if (text.empty()) {
        return civilDay(year, month, 1);
    }
    if (!take(text, '-') || text.empty() || text.size() > 2 || digitsAt(text) != text.size()) {
        return std::nullopt;
    }
    return civilDay(year, month, takeDigits(text, text.size()));
}

/// Behind "YYYY", digits only.
std::optional<std::int64_t> basicForm(std::int64_t year, std::string_view text) noexcept {
    if (digitsAt(text) != text.size()) {
        return std::nullopt;
    }
    switch (text.size()) {
    case 2:
        return civilDay(year, takeDigits(text, 2), 1);
    case 3:
        return ordinalDay(year, takeDigits(text, 3));
    case 4: {
        const std::int64_t month = takeDigits(text, 2);
        return civilDay(year, month, takeDigits(text, 2));
    }
    default:
        return std::nullopt;
    }
}

/// Takes a fraction of a second off the text; nothing if there is a point without digits or with too many.
std::optional<std::int64_t> takeFraction(std::string_view& text) noexcept {
    if (text.empty() || (text.front() != '.' && text.front() != ',')) {
        return 0;
    }
    text.remove_prefix(1);
    const std::size_t digits = digitsAt(text);
    if (digits < 1 || digits > 9) {
        return std::nullopt;
    }
    std::int64_t nanos = takeDigits(text, digits);
    for (std::size_t i = digits; i < 9; ++i) {
        nanos *= 10;
    }
    return nanos;
}

/// Takes a time of day off the text.
std::optional<std::int64_t> takeTime(std::string_view& text) noexcept {
    std::int64_t parts[3] = {0, 0, 0};
    bool seconds_said = false;
    const std::size_t digits = digitsAt(text);
    if (digits == 2 || (digits == 1 && text.size() > 1 && text[1] == ':')) {
        parts[0] = takeDigits(text, digits);
        for (std::size_t part = 1; part < 3 && take(text, ':'); ++part) {
            if (digitsAt(text) != 2) {
                return std::nullopt;
            }
            parts[part] = takeDigits(text, 2);
            seconds_said = part == 2;
        }
    } else if (digits == 4 || digits == 6) {
        parts[0] = takeDigits(text, 2);
        parts[1] = takeDigits(text, 2);
        if (digits == 6) {
            parts[2] = takeDigits(text, 2);
            seconds_said = true;
        }
    } else {
        return std::nullopt;
    }
    const auto nanos = seconds_said ? takeFraction(text) : std::optional<std::int64_t>(0);
    if (!nanos || parts[0] > 23 || parts[1] > 59 || parts[2] > 59) {
        return std::nullopt;
    }
    return (parts[0] * 3600 + parts[1] * 60 + parts[2]) * kNanosPerSecond + *nanos;
}

bool takeZone(std::string_view& text, ZonedText& zoned) noexcept {
    const std::size_t bracket = text.find('[');
    const std::string_view offset = text.substr(0, bracket);
    if (!offset.empty()) {
        zoned.offset = parseOffset(offset);
        if (!zoned.offset) {
            return false;
        }
    }
    if (bracket != std::string_view::npos) {
        if (text.back() != ']' || text.size() < bracket + 3) {
            return false;
        }
        zoned.zone = text.substr(bracket + 1, text.size() - bracket - 2);
    }
    return true;
}

}  // namespace

std::optional<std::int64_t> parseDateText(std::string_view text) noexcept {
    const bool negative = !text.empty() && text.front() == '-';
    const bool has_sign = negative || (!text.empty() && text.front() == '+');
    if (has_sign) {
        text.remove_prefix(1);
    }
    const std::size_t digits = digitsAt(text);
    const std::size_t year_digits = has_sign ? digits : 4;
    if (digits < year_digits || year_digits < 1 || year_digits > 9) {
        return std::nullopt;
    }
    std::int64_t year = takeDigits(text, year_digits);
    year = negative ? -year : year;
    if (text.empty()) {
        return civilDay(year, 1, 1);
    }
    const bool separated = take(text, '-');
    if (take(text, 'W')) {
        return weekForm(year, text);
    }
    if (take(text, 'Q')) {
        return quarterForm(year, text);
    }
    return separated ? separatedForm(year, text) : basicForm(year, text);
}

std::optional<std::int64_t> parseTimeText(std::string_view text) noexcept {
    const auto nanos = takeTime(text);
    return nanos && text.empty() ? nanos : std::nullopt;
}

std::optional<ZonedText> parseZonedTimeText(std::string_view text) noexcept {
    ZonedText zoned;
    const auto nanos = takeTime(text);
    if (!nanos || !takeZone(text, zoned)) {
        return std::nullopt;
    }
    zoned.nanos = *nanos;
    return zoned;
}

std::optional<ZonedText> parseDateTimeText(std::string_view text) noexcept {
    const std::size_t joint = text.find_first_of("T[");
    const bool has_time = joint != std::string_view::npos && text[joint] == 'T';
    const auto days = parseDateText(text.substr(0, joint));
    if (!days) {
        return std::nullopt;
    }
    ZonedText zoned;
    if (has_time) {
        const auto rest = parseZonedTimeText(text.substr(joint + 1));
        if (!rest) {
            return std::nullopt;
        }
        zoned = *rest;
    } else if (joint != std::string_view::npos) {
        std::string_view zone = text.substr(joint);
        if (!takeZone(zone, zoned)) {
            return std::nullopt;
        }
    }
    zoned.days = *days;
    return zoned;
}

}  // namespace xinpu::query
