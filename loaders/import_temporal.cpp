// loaders/import_temporal.cpp
// A cursor over the text; each part takes what belongs to it.

#include "loaders/import_temporal.h"

#include <date/tz.h>

#include <limits>
#include <string>

namespace xinpu::loaders {
namespace {

using engine::kNanosPerSecond;
using engine::kSecondsPerDay;

__extension__ typedef __int128 Wide;

class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}
    bool atEnd() const noexcept { return text_.empty(); }
    bool take(char c) noexcept {
        if (text_.empty() || text_.front() != c) {
            return false;
        }
        text_.remove_prefix(1);
        return true;
    }
    char peek() const noexcept { return text_.empty() ? '\0' : text_.front(); }
    std::string_view rest() const noexcept { return text_; }

    /// A number of `least` to `most` digits, 18 at most.
    std::optional<std::int64_t> digits(std::size_t least, std::size_t most) noexcept {
        std::int64_t number = 0;
        std::size_t count = 0;
        while (count < most && peek() >= '0' && peek() <= '9') {
            number = number * 10 + (peek() - '0');
            text_.remove_prefix(1);
            ++count;
        }
        return count < least ? std::nullopt : std::optional(number);
    }
    /// The digits after a point as nanoseconds.
    std::optional<std::int32_t> fraction() noexcept {
        const std::size_t before = text_.size();
        const auto number = digits(1, 9);
        if (!number) {
            return std::nullopt;
        }
        std::int64_t nanos = *number;
        for (std::size_t count = before - text_.size(); count < 9; ++count) {
            nanos *= 10;
        }
        return static_cast<std::int32_t>(nanos);
    }

private:
    std::string_view text_;
};

std::optional<engine::Date> takeDate(Cursor& in) {
    const bool minus = in.take('-');
    const bool signed_year = minus || in.take('+');
    const auto year = in.digits(4, signed_year ? 9 : 4);
    if (!year || !in.take('-')) {
        return std::nullopt;
    }
    const auto month = in.digits(2, 2);
    if (!month || !in.take('-')) {
        return std::nullopt;
    }
    const auto day = in.digits(2, 2);
    if (!day) {
        return std::nullopt;
    }
    const engine::CivilDate civil{minus ? -*year : *year, static_cast<std::uint32_t>(*month),
                                  static_cast<std::uint32_t>(*day)};
    return engine::isCivil(civil) ? std::optional(engine::dateFromCivil(civil)) : std::nullopt;
}

std::optional<engine::LocalTime> takeTime(Cursor& in) {
    const auto hour = in.digits(2, 2);
    if (!hour || *hour > 23 || !in.take(':')) {
        return std::nullopt;
    }
    const auto minute = in.digits(2, 2);
    if (!minute || *minute > 59) {
        return std::nullopt;
    }
    std::int64_t nanos = (*hour * 60 + *minute) * 60 * kNanosPerSecond;
    if (in.take(':')) {
        const auto second = in.digits(2, 2);
        if (!second || *second > 59) {
            return std::nullopt;
        }
        nanos += *second * kNanosPerSecond;
        if (in.take('.')) {
            const auto fraction = in.fraction();
            if (!fraction) {
                return std::nullopt;
            }
            nanos += *fraction;
        }
    }
    return engine::LocalTime{nanos};
}

std::optional<std::int32_t> takeOffset(Cursor& in) {
    if (in.take('Z')) {
        return 0;
    }
    const bool minus = in.take('-');
    if (!minus && !in.take('+')) {
        return std::nullopt;
    }
    const auto hour = in.digits(2, 2);
    if (!hour) {
        return std::nullopt;
    }
    std::int64_t seconds = *hour * 3600;
    const bool colon = in.take(':');
    if (const auto minute = in.digits(2, 2)) {
        seconds += *minute * 60;
        if (colon && in.take(':')) {
            const auto second = in.digits(2, 2);
            if (!second) {
                return std::nullopt;
            }
            seconds += *second;
        }
    } else if (colon) {
        return std::nullopt;
    }
    if (seconds > engine::kOffsetSecondsMax) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(minus ? -seconds : seconds);
}

std::optional<std::int32_t> offsetOf(std::string_view zone) {
    if (zone.empty()) {
        return 0;
    }
    Cursor in(zone);
    const auto offset = takeOffset(in);
    return in.atEnd() ? offset : std::nullopt;
}

std::optional<engine::LocalDateTime> takeLocalDateTime(Cursor& in) {
    const auto day = takeDate(in);
    if (!day || !(in.take('T') || in.take(' '))) {
        return std::nullopt;
    }
    const auto time = takeTime(in);
    if (!time) {
        return std::nullopt;
    }
    return engine::LocalDateTime{day->days * kSecondsPerDay + time->nanosOfDay / kNanosPerSecond,
                                 static_cast<std::int32_t>(time->nanosOfDay % kNanosPerSecond)};
}

/// Nothing for a zone that is not known, and years beyond what the zone rules know.
std::optional<std::int32_t> offsetAt(std::int64_t local_seconds, const std::string& zone) {
    constexpr std::int64_t kRulesKnown = std::int64_t{20'000} * 366 * kSecondsPerDay;
    if (local_seconds < -kRulesKnown || local_seconds > kRulesKnown) {
        return std::nullopt;
    }
    try {
        const auto info =
            date::locate_zone(zone)->get_info(date::local_seconds(std::chrono::seconds(local_seconds)));
        return static_cast<std::int32_t>(info.first.offset.count());
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

struct DurationParts {
    Wide months = 0;
    Wide days = 0;
    Wide seconds = 0;
    Wide nanos = 0;
};

/// One number with its unit; `timed` after the T.
bool takeSpan(Cursor& in, bool timed, DurationParts& parts) {
    const bool minus = in.take('-');
    if (!minus) {
        in.take('+');
    }
    // Some 19 digits of seconds fit; more than 18 at once do not come out of digits().
    auto whole = in.digits(1, 18);
    if (!whole) {
        return false;
    }
    Wide number = *whole;
    if (const auto last = in.digits(1, 1)) {
        number = number * 10 + *last;
    }
    std::int64_t nanos = 0;
    const bool fraction = in.take('.');
    if (fraction) {
        const auto digits = in.fraction();
        if (!digits) {
            return false;
        }
        nanos = *digits;
    }
    const Wide sign = minus ? -1 : 1;
    number *= sign;
    if (!timed && !fraction && in.take('Y')) {
        parts.months += number * 12;
    } else if (!timed && !fraction && in.take('M')) {
        parts.months += number;
    } else if (!timed && !fraction && in.take('W')) {
        parts.days += number * 7;
    } else if (!timed && !fraction && in.take('D')) {
        parts.days += number;
    } else if (timed && !fraction && in.take('H')) {
        parts.seconds += number * 3600;
    } else if (timed && !fraction && in.take('M')) {
        parts.seconds += number * 60;
    } else if (timed && in.take('S')) {
        parts.seconds += number;
        parts.nanos += sign * nanos;
    } else {
        return false;
    }
    return true;
}

bool fits(Wide number) noexcept {
    return number >= std::numeric_limits<std::int64_t>::min() &&
           number <= std::numeric_limits<std::int64_t>::max();
}

}  // namespace

std::optional<engine::Date> parseDate9(std::string_view text) {
    Cursor in(text);
    const auto date = takeDate(in);
    return in.atEnd() ? date : std::nullopt;
}

std::optional<engine::LocalTime> parseLocalTime(std::string_view text) {
    Cursor in(text);
    const auto time = takeTime(in);
    return in.atEnd() ? time : std::nullopt;
}

std::optional<engine::Time> parseTime(std::string_view text, std::string_view zone) {
    Cursor in(text);
    const auto time = takeTime(in);
    if (!time) {
        return std::nullopt;
    }
    const auto offset = in.atEnd() ? offsetOf(zone) : takeOffset(in);
    return offset && in.atEnd() ? std::optional(engine::Time{time->nanosOfDay, *offset}) : std::nullopt;
}

std::optional<engine::LocalDateTime> parseLocalDateTime(std::string_view text) {
    Cursor in(text);
    const auto when = takeLocalDateTime(in);
    return in.atEnd() ? when : std::nullopt;
}

std::optional<engine::ZonedDateTime> parseDateTime(std::string_view text, std::string_view zone) {
    Cursor in(text);
    const auto local = takeLocalDateTime(in);
    if (!local) {
        return std::nullopt;
    }
    std::optional<std::int32_t> offset;
    std::string name;
    if (!in.atEnd() && in.peek() != '[') {
        offset = takeOffset(in);
        if (!offset) {
            return std::nullopt;
        }
    }
    if (in.take('[')) {
        if (in.rest().size() < 2 || !in.rest().ends_with(']')) {
            return std::nullopt;
        }
        name = in.rest().substr(0, in.rest().size() - 1);
    } else if (!in.atEnd()) {
        return std::nullopt;
    } else if (!offset) {
        offset = offsetOf(zone);
        if (!offset) {
            name = zone;
        }
    }
    if (!offset) {
        offset = offsetAt(local->seconds, name);
    }
    if (!offset) {
        return std::nullopt;
    }
    engine::ZonedDateTime when{local->seconds - *offset, local->nanos, *offset, std::move(name)};
    return engine::isValid(when) ? std::optional(std::move(when)) : std::nullopt;
}

std::optional<engine::Duration> parseDuration(std::string_view text) {
    Cursor in(text);
    DurationParts parts;
    if (!in.take('P') || in.atEnd()) {
        return std::nullopt;
    }
    while (!in.atEnd() && in.peek() != 'T') {
        if (!takeSpan(in, false, parts)) {
            return std::nullopt;
        }
    }
    if (in.take('T')) {
        do {
            if (!takeSpan(in, true, parts)) {
                return std::nullopt;
            }
        } while (!in.atEnd());
    }
    if (parts.nanos < 0) {
        const Wide borrowed = (-parts.nanos + kNanosPerSecond - 1) / kNanosPerSecond;
        parts.seconds -= borrowed;
        parts.nanos += borrowed * kNanosPerSecond;
    }
    parts.seconds += parts.nanos / kNanosPerSecond;
    if (!fits(parts.months) || !fits(parts.days) || !fits(parts.seconds)) {
        return std::nullopt;
    }
    const engine::Duration span{
        static_cast<std::int64_t>(parts.months), static_cast<std::int64_t>(parts.days),
        static_cast<std::int64_t>(parts.seconds), static_cast<std::int32_t>(parts.nanos % kNanosPerSecond)};
    return engine::isValid(span) ? std::optional(span) : std::nullopt;
}

}  // namespace xinpu::loaders
