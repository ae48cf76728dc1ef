// cli/value_cell.cpp
// Writes values with RapidJSON; lists and maps nest at most engine::kNestingMax deep, so recursion is
// bounded.
#include "cli/value_cell.h"

#include <cmath>
#include <span>
#include <string>

#include <openssl/evp.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "engine/value/literal.h"

namespace xinpu::cli {
namespace {

using engine::Kind;
using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

std::string base64(std::span<const std::byte> bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int written =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(written));
    return text;
}

std::string pathText(const engine::Path& path) {
    std::string text = "n:" + std::to_string(path.start.value);
    for (const engine::PathStep& step : path.steps) {
        text += " r:" + std::to_string(step.relationship.value) + " n:" + std::to_string(step.node.value);
    }
    return text;
}

/// Text of every kind that JSON writes as a string.
std::string plainText(const engine::Value& value) {
    switch (value.kind()) {
    case Kind::String:
        return std::string(value.string());
    case Kind::Decimal:
        return value.decimal().toString();
    case Kind::Float:
        return engine::formatFloat(value.floating());
    case Kind::Bytes:
        return base64(value.bytes());
    case Kind::Date:
        return engine::toIso(value.date());
    case Kind::LocalTime:
        return engine::toIso(value.localTime());
    case Kind::Time:
        return engine::toIso(value.time());
    case Kind::LocalDateTime:
        return engine::toIso(value.localDateTime());
    case Kind::ZonedDateTime:
        return engine::toIso(value.zonedDateTime());
    case Kind::Duration:
        return engine::toIso(value.duration());
    case Kind::Node:
        return "n:" + std::to_string(value.node().value);
    case Kind::Relationship:
        return "r:" + std::to_string(value.relationship().value);
    case Kind::Path:
        return pathText(value.path());
    case Kind::Null:
    case Kind::Boolean:
    case Kind::Integer:
    case Kind::List:
    case Kind::Map:
        break;
    }
    return {};
}

void writeString(JsonWriter& json, const std::string& text) {
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write(JsonWriter& json, const engine::Value& value) {
    switch (value.kind()) {
    case Kind::Null:
        json.Null();
        return;
    case Kind::Boolean:
        json.Bool(value.boolean());
        return;
    case Kind::Integer:
        json.Int64(value.integer());
        return;
    case Kind::Float:
        if (std::isfinite(value.floating())) {
            json.Double(value.floating());
        } else {
            writeString(json, plainText(value));
        }
        return;
    case Kind::List:
        json.StartArray();
        for (const engine::Value& element : value.list()) {
            write(json, element);
        }
        json.EndArray();
        return;
    case Kind::Map:
        json.StartObject();
        for (const engine::MapEntry& entry : value.map()) {
            json.Key(entry.key.data(), static_cast<rapidjson::SizeType>(entry.key.size()));
            write(json, entry.value);
        }
        json.EndObject();
        return;
    default:
        writeString(json, plainText(value));
        return;
    }
}

}  // namespace

std::string jsonOf(const engine::Value& value) {
    rapidjson::StringBuffer buffer;
    JsonWriter json(buffer);
    write(json, value);
    return {buffer.GetString(), buffer.GetSize()};
}

Cell cellOf(const engine::Value& value) {
    switch (value.kind()) {
    case Kind::Null:
        return Cell::null();
    case Kind::Integer:
        return Cell::ofNumber(value.integer());
    case Kind::Decimal:
        return Cell::ofDecimal(value.decimal().toString());
    case Kind::Float:
        return std::isfinite(value.floating()) ? Cell{Cell::Kind::Number, jsonOf(value)}
                                               : Cell::ofText(plainText(value));
    case Kind::Boolean:
    case Kind::List:
    case Kind::Map:
        return Cell::ofJson(jsonOf(value));
    default:
        return Cell::ofText(plainText(value));
    }
}

}  // namespace xinpu::cli
