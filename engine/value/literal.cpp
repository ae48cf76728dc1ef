// engine/value/literal.cpp
// Values as text for messages, tests and plans.

#include "engine/value/literal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace xinpu::engine {
namespace {

void append(const Value& value, std::string& out);

bool isPlainName(std::string_view name) noexcept {
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    if (name.empty() || !isLetter(name.front())) {
        return false;
    }
    for (const char c : name) {
        if (!isLetter(c) && !(c >= '0' && c <= '9')) {
            return false;
        }
    }
    return true;
}

void appendName(std::string_view name, std::string& out) {
    if (isPlainName(name)) {
        out += name;
        return;
    }
    out += '`';
    for (const char c : name) {
        out += c;
        if (c == '`') {
            out += c;
        }
    }
    out += '`';
}

void appendBytes(std::span<const std::byte> bytes, std::string& out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += "0x";
    for (const std::byte byte : bytes) {
        const auto number = std::to_integer<unsigned>(byte);
        out += kDigits[number >> 4U];
        out += kDigits[number & 0xFU];
    }
}

void appendPath(const Path& path, std::string& out) {
    out += "<(" + std::to_string(path.start.value) + ')';
    for (const PathStep& step : path.steps) {
        const std::string relationship = "[:" + std::to_string(step.relationship.value) + ']';
        out += step.direction == Direction::In ? "<-" + relationship + '-' : '-' + relationship + "->";
        out += '(' + std::to_string(step.node.value) + ')';
    }
    out += '>';
}

void appendList(std::span<const Value> list, std::string& out) {
    out += '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
        out += i == 0 ? "" : ", ";
        append(list[i], out);
    }
    out += ']';
}

void appendMap(std::span<const MapEntry> map, std::string& out) {
    out += '{';
    for (std::size_t i = 0; i < map.size(); ++i) {
        out += i == 0 ? "" : ", ";
        appendName(map[i].key, out);
        out += ": ";
        append(map[i].value, out);
    }
    out += '}';
}

void append(const Value& value, std::string& out) {
    switch (value.kind()) {
    case Kind::Null:
        out += "null";
        return;
    case Kind::Boolean:
        out += value.boolean() ? "true" : "false";
        return;
    case Kind::Integer:
        out += std::to_string(value.integer());
        return;
    case Kind::Float:
        out += formatFloat(value.floating());
        return;
    case Kind::Decimal:
        out += "decimal('" + value.decimal().toString() + "')";
        return;
    case Kind::String:
        out += quoted(value.string());
        return;
    case Kind::Bytes:
        appendBytes(value.bytes(), out);
        return;
    case Kind::Date:
        out += '\'' + toIso(value.date()) + '\'';
        return;
    case Kind::LocalTime:
        out += '\'' + toIso(value.localTime(), Seconds::WhenNotZero) + '\'';
        return;
    case Kind::Time:
        out += '\'' + toIso(value.time(), Seconds::WhenNotZero) + '\'';
        return;
    case Kind::LocalDateTime:
        out += '\'' + toIso(value.localDateTime(), Seconds::WhenNotZero) + '\'';
        return;
    case Kind::ZonedDateTime:
        out += '\'' + toIso(value.zonedDateTime(), Seconds::WhenNotZero) + '\'';
        return;
    case Kind::Duration:
        out += '\'' + toIso(value.duration()) + '\'';
        return;
    case Kind::List:
        appendList(value.list(), out);
        return;
    case Kind::Map:
        appendMap(value.map(), out);
        return;
    case Kind::Node:
        out += '(' + std::to_string(value.node().value) + ')';
        return;
    case Kind::Relationship:
        out += "[:" + std::to_string(value.relationship().value) + ']';
        return;
    case Kind::Path:
        appendPath(value.path(), out);
        return;
    }
}

// Shortest digits d1 d2 … of a finite number, and the power of ten of d1.
struct Digits {
    std::string text;
    int exponent = 0;
};

Digits shortestDigits(double number) {
    std::array<char, 48> buffer{};
    char* const end = buffer.data() + buffer.size();
    auto written = std::to_chars(buffer.data(), end, number, std::chars_format::scientific);
    if (buffer[1] == 'e') {
        // Java prints two digits at least, and then the two that are nearest: 4.9E-324, not 5.0E-324.
        written = std::to_chars(buffer.data(), end, number, std::chars_format::scientific, 1);
    }
    const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
    const std::size_t mark = text.find('e');
    Digits out;
    out.text = text.substr(0, 1);
    out.text += text.substr(2, mark - 2);
    const char* exponent = text.data() + mark + (text[mark + 1] == '+' ? 2 : 1);
    std::from_chars(exponent, written.ptr, out.exponent);
    return out;
}

std::string orZero(std::string_view digits) {
    return digits.empty() ? "0" : std::string(digits);
}

}  // namespace

std::string formatFloat(double number) {
    if (std::isnan(number)) {
        return "NaN";
    }
    const std::string sign = std::signbit(number) ? "-" : "";
    if (std::isinf(number)) {
        return sign + "Infinity";
    }
    if (number == 0) {
        return sign + "0.0";
    }
    auto [digits, exponent] = shortestDigits(std::fabs(number));
    if (exponent < -3 || exponent >= 7) {
        return sign + digits.substr(0, 1) + '.' + orZero(std::string_view(digits).substr(1)) + 'E' +
               std::to_string(exponent);
    }
    if (exponent < 0) {
        digits.insert(0, static_cast<std::size_t>(-exponent), '0');
        exponent = 0;
    }
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() < whole) {
        digits.append(whole - digits.size(), '0');
    }
    const std::size_t last = digits.find_last_not_of('0');
    if (digits.size() > whole + 1) {
        digits.erase(std::max(whole + 1, last + 1));
    }
    return sign + digits.substr(0, whole) + '.' + orZero(std::string_view(digits).substr(whole));
}

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        switch (c) {
        case '\\':
            out += "\\\\";
            break;
        case '\'':
            out += "\\'";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        default:
            out += c;
        }
    }
    return out += '\'';
}

std::string toCypherText(const Value& value) {
    std::string out;
    append(value, out);
    return out;
}

}  // namespace xinpu::engine
