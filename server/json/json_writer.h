// server/json/json_writer.h
#pragma once
// The writer of JSON that answers, logs and the command line share, and the small steps on it.

#include <cstdint>
#include <string>
#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace xinpu::server {

using JsonBuffer = rapidjson::StringBuffer;
using JsonWriter = rapidjson::Writer<JsonBuffer>;

inline void putText(JsonWriter& json, std::string_view text) {
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
inline void putKey(JsonWriter& json, std::string_view name) {
    json.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
}
/// `text` must be a number of JSON: it is written as it stands.
inline void putNumber(JsonWriter& json, std::string_view text) {
    json.RawValue(text.data(), text.size(), rapidjson::kNumberType);
}
inline void putMember(JsonWriter& json, std::string_view name, std::string_view text) {
    putKey(json, name);
    putText(json, text);
}
inline void putMember(JsonWriter& json, std::string_view name, const char* text) {
    putMember(json, name, std::string_view(text));
}
inline void putMember(JsonWriter& json, std::string_view name, std::uint64_t number) {
    putKey(json, name);
    json.Uint64(number);
}
inline void putMember(JsonWriter& json, std::string_view name, bool truth) {
    putKey(json, name);
    json.Bool(truth);
}
inline void putRaw(JsonBuffer& buffer, std::string_view text) {
    char* place = buffer.Push(text.size());
    text.copy(place, text.size());
}
inline std::string_view viewOf(const JsonBuffer& buffer) {
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace xinpu::server
