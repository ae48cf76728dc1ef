// loaders/import_value.cpp
// One reader a type.

#include "loaders/import_value.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <limits>
#include <vector>

#include "credit/identity/half_width.h"
#include "engine/value/literal.h"
#include "loaders/import_temporal.h"
#include "loaders/utf8.h"

namespace xinpu::loaders {
namespace {

using engine::Kind;
using engine::Value;

constexpr std::string_view kBytesWord = "bytes";
constexpr std::string_view kHexDigits = "0123456789abcdef";

template <typename Whole>
std::optional<Value> readWhole(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    Whole number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return Value::of(static_cast<std::int64_t>(number));
}

std::optional<Value> readReal(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return Value::of(number);
}

std::optional<Value> readBoolean(std::string_view text) {
    for (const auto& [word, truth] : {std::pair{"true", true}, {"false", false}}) {
        const std::string_view lower = word;
        if (text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                      [](char a, char b) { return (a | 0x20) == b; })) {
            return Value::of(truth);
        }
    }
    return std::nullopt;
}

template <typename Part>
std::optional<Value> valueOf(const std::optional<Part>& part) {
    return part ? std::optional(Value::of(*part)) : std::nullopt;
}

std::optional<Value> readBytes(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned number = 0;
        const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, number, 16);
        if (error != std::errc{} || end != text.data() + i + 2) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<std::byte>(number));
    }
    return Value::ofBytes(bytes);
}

std::optional<Value> readAny(std::string_view text);

std::optional<Value> readScalar(std::string_view text, PropertyType type, std::string_view zone) {
    if (type == PropertyType::String) {
        return Value::of(text);
    }
    if (type == PropertyType::Char) {
        return codePoints(text) == 1 ? std::optional(Value::of(text)) : std::nullopt;
    }
    if (type == PropertyType::Any) {
        return readAny(text);
    }
    text = credit::trim(text);
    switch (type) {
    case PropertyType::Boolean:
        return readBoolean(text);
    case PropertyType::Byte:
        return readWhole<std::int8_t>(text);
    case PropertyType::Short:
        return readWhole<std::int16_t>(text);
    case PropertyType::Int:
        return readWhole<std::int32_t>(text);
    case PropertyType::Long:
        return readWhole<std::int64_t>(text);
    case PropertyType::Float:
    case PropertyType::Double:
        return readReal(text);
    case PropertyType::Decimal:
        return valueOf(engine::Decimal::parse(text));
    case PropertyType::Date:
        return valueOf(parseDate9(text));
    case PropertyType::LocalTime:
        return valueOf(parseLocalTime(text));
    case PropertyType::Time:
        return valueOf(parseTime(text, zone));
    case PropertyType::LocalDateTime:
        return valueOf(parseLocalDateTime(text));
    case PropertyType::DateTime:
        return valueOf(parseDateTime(text, zone));
    case PropertyType::Duration:
        return valueOf(parseDuration(text));
    case PropertyType::String:
    case PropertyType::Char:
    case PropertyType::Any:
        break;
    }
    return std::nullopt;
}

std::optional<Value> readTagged(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view word = text.substr(0, colon);
    const std::string_view rest = text.substr(colon + 1);
    if (word == kBytesWord) {
        return readBytes(rest);
    }
    for (std::uint8_t i = 0; i < static_cast<std::uint8_t>(PropertyType::Any); ++i) {
        if (nameOf(static_cast<PropertyType>(i)) == word) {
            return readScalar(rest, static_cast<PropertyType>(i), {});
        }
    }
    return std::nullopt;
}

std::optional<Value> readAny(std::string_view text) {
    if (!text.starts_with('[')) {
        return readTagged(text);
    }
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (document.HasParseError() || !document.IsArray()) {
        return std::nullopt;
    }
    std::vector<Value> elements;
    for (const rapidjson::Value& each : document.GetArray()) {
        auto element =
            each.IsString() ? readTagged({each.GetString(), each.GetStringLength()}) : std::nullopt;
        if (!element) {
            return std::nullopt;
        }
        elements.push_back(std::move(*element));
    }
    return Value::of(std::move(elements));
}

std::string tagged(const Value& value) {
    const auto type = fieldTypeOf(value.kind());
    std::string text{type ? nameOf(*type) : kBytesWord};
    text += ':';
    appendField(value, text);
    return text;
}

}  // namespace

std::optional<Value> readField(std::string_view text, const HeaderColumn& column, char array_delimiter) {
    if (!column.array) {
        return readScalar(text, column.type, column.timezone);
    }
    std::vector<Value> elements;
    while (!text.empty() || !elements.empty()) {
        const std::size_t at = text.find(array_delimiter);
        auto element = readScalar(text.substr(0, at), column.type, column.timezone);
        if (!element) {
            return std::nullopt;
        }
        elements.push_back(std::move(*element));
        if (at == std::string_view::npos) {
            break;
        }
        text.remove_prefix(at + 1);
    }
    return Value::of(std::move(elements));
}

std::optional<PropertyType> fieldTypeOf(Kind kind) noexcept {
    switch (kind) {
    case Kind::Boolean:
        return PropertyType::Boolean;
    case Kind::Integer:
        return PropertyType::Long;
    case Kind::Float:
        return PropertyType::Double;
    case Kind::Decimal:
        return PropertyType::Decimal;
    case Kind::String:
        return PropertyType::String;
    case Kind::Date:
        return PropertyType::Date;
    case Kind::LocalTime:
        return PropertyType::LocalTime;
    case Kind::Time:
        return PropertyType::Time;
    case Kind::LocalDateTime:
        return PropertyType::LocalDateTime;
    case Kind::ZonedDateTime:
        return PropertyType::DateTime;
    case Kind::Duration:
        return PropertyType::Duration;
    case Kind::Null:
    case Kind::Bytes:
    case Kind::List:
    case Kind::Map:
    case Kind::Node:
    case Kind::Relationship:
    case Kind::Path:
        break;
    }
    return std::nullopt;
}

void appendField(const Value& value, std::string& out) {
    switch (value.kind()) {
    case Kind::Boolean:
        out += value.boolean() ? "true" : "false";
        break;
    case Kind::Integer:
        out += std::to_string(value.integer());
        break;
    case Kind::Float:
        out += engine::formatFloat(value.floating());
        break;
    case Kind::Decimal:
        out += value.decimal().toString();
        break;
    case Kind::String:
        out += value.string();
        break;
    case Kind::Bytes:
        for (const std::byte byte : value.bytes()) {
            out += kHexDigits[std::to_integer<unsigned>(byte) >> 4];
            out += kHexDigits[std::to_integer<unsigned>(byte) & 15U];
        }
        break;
    case Kind::Date:
        out += engine::toIso(value.date());
        break;
    case Kind::LocalTime:
        out += engine::toIso(value.localTime());
        break;
    case Kind::Time:
        out += engine::toIso(value.time());
        break;
    case Kind::LocalDateTime:
        out += engine::toIso(value.localDateTime());
        break;
    case Kind::ZonedDateTime:
        out += engine::toIso(value.zonedDateTime());
        break;
    case Kind::Duration:
        out += engine::toIso(value.duration());
        break;
    case Kind::Null:
    case Kind::List:
    case Kind::Map:
    case Kind::Node:
    case Kind::Relationship:
    case Kind::Path:
        break;  // no property holds one; lists are written by their elements
    }
}

std::string anyField(const Value& value) {
    if (value.kind() != Kind::List) {
        return tagged(value);
    }
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    writer.StartArray();
    for (const Value& element : value.list()) {
        const std::string text = tagged(element);
        writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    }
    writer.EndArray();
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace xinpu::loaders
