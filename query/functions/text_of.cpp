// query/functions/text_of.cpp
// Scalars to text and back.

#include "query/functions/text_of.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "engine/value/literal.h"

namespace xinpu::query {

using engine::Kind;
using engine::Seconds;

namespace {

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kBlanks = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool sameWithoutCase(std::string_view text, std::string_view lower) noexcept {
    if (text.size() != lower.size()) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
        if (c != lower[i]) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string textOf(const engine::Value& value) {
    switch (value.kind()) {
    case Kind::Boolean:
        return value.boolean() ? "true" : "false";
    case Kind::Integer:
        return std::to_string(value.integer());
    case Kind::Float:
        return engine::formatFloat(value.floating());
    case Kind::Decimal:
        return value.decimal().toString();
    case Kind::String:
        return std::string(value.string());
    case Kind::Date:
        return engine::toIso(value.date());
    case Kind::LocalTime:
        return engine::toIso(value.localTime(), Seconds::WhenNotZero);
    case Kind::Time:
        return engine::toIso(value.time(), Seconds::WhenNotZero);
    case Kind::LocalDateTime:
        return engine::toIso(value.localDateTime(), Seconds::WhenNotZero);
    case Kind::ZonedDateTime:
        return engine::toIso(value.zonedDateTime(), Seconds::WhenNotZero);
    case Kind::Duration:
        return engine::toIso(value.duration());
    default:
        return {};
    }
}

std::optional<double> floatFromText(std::string_view text) {
    text = trimmed(text);
    std::string_view digits = text;
    if (!digits.empty() && (digits.front() == '+' || digits.front() == '-')) {
        digits.remove_prefix(1);
    }
    const bool negative = !text.empty() && text.front() == '-';
    if (digits == "NaN") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (digits == "Infinity") {
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        return negative ? -kInfinity : kInfinity;
    }
    // from_chars also reads "inf", "nan" and a second sign; a number starts with a digit or a point.
    if (digits.empty() || !((digits.front() >= '0' && digits.front() <= '9') || digits.front() == '.')) {
        return std::nullopt;
    }
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    if (error == std::errc::result_out_of_range) {
        // Too large, or too small to be told from zero: strtod says which.
        number = std::strtod(std::string(digits).c_str(), nullptr);
    } else if (error != std::errc()) {
        return std::nullopt;
    }
    return negative ? -number : number;
}

std::optional<std::int64_t> integerFromText(std::string_view text) {
    text = trimmed(text);
    std::string_view digits = text;
    if (!digits.empty() && digits.front() == '+') {
        digits.remove_prefix(1);
        if (!digits.empty() && digits.front() == '-') {
            return std::nullopt;
        }
    }
    std::int64_t whole = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
    if (!digits.empty() && error == std::errc() && end == digits.data() + digits.size()) {
        return whole;
    }
    const auto number = floatFromText(text);
    if (!number || std::isnan(*number) || !(*number >= -0x1p63 && *number < 0x1p63)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*number);
}

std::optional<bool> booleanFromText(std::string_view text) {
    text = trimmed(text);
    if (sameWithoutCase(text, "true")) {
        return true;
    }
    if (sameWithoutCase(text, "false")) {
        return false;
    }
    return std::nullopt;
}

}  // namespace xinpu::query
