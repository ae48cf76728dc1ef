// server/access/key_record.cpp
// Keys as lines of JSON and back.
#include "server/access/key_record.h"

#include <chrono>

#include "engine/value/temporal.h"
#include "server/json/json_input.h"
#include "server/json/json_writer.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::Value;

constexpr std::size_t kHashDigits = 64;

std::string textMember(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->kind() == Kind::String ? std::string(member->string())
                                                               : std::string();
}

std::optional<KeyRecord> recordOf(const Value& object) {
    KeyRecord key;
    key.id = textMember(object, "id");
    key.revoked = textMember(object, "revoked");
    if (key.id.empty() || !key.revoked.empty()) {
        return key.id.empty() ? std::nullopt : std::optional(std::move(key));
    }
    const std::optional<Role> role = roleOf(textMember(object, "role"));
    key.hash = textMember(object, "hash");
    if (!role || key.hash.size() != kHashDigits) {
        return std::nullopt;
    }
    key.role = *role;
    key.salt = textMember(object, "salt");
    key.name = textMember(object, "name");
    key.created = textMember(object, "created");
    if (const Value* expires = object.find("expires"); expires != nullptr) {
        if (expires->kind() != Kind::Integer) {
            return std::nullopt;  // never taken for a key without an end
        }
        key.expires = expires->integer();
    }
    if (const Value* scopes = object.find("scopes"); scopes != nullptr && scopes->kind() == Kind::List) {
        for (const Value& scope : scopes->list()) {
            if (scope.kind() == Kind::String) {
                key.scopes.emplace_back(scope.string());
            }
        }
    }
    return key;
}

}  // namespace

void putKeyHead(JsonWriter& json, const KeyRecord& key) {
    putMember(json, "id", std::string_view(key.id));
    putMember(json, "role", nameOf(key.role));
    putKey(json, "scopes");
    json.StartArray();
    for (const std::string& scope : key.scopes) {
        putText(json, scope);
    }
    json.EndArray();
    putMember(json, "name", std::string_view(key.name));
    putMember(json, "created", std::string_view(key.created));
}

std::string lineOf(const KeyRecord& key) {
    JsonBuffer buffer;
    JsonWriter json(buffer);
    json.StartObject();
    putKeyHead(json, key);
    if (key.expires) {
        putKey(json, "expires");
        json.Int64(*key.expires);
    }
    putMember(json, "salt", std::string_view(key.salt));
    putMember(json, "hash", std::string_view(key.hash));
    json.EndObject();
    return std::string(viewOf(buffer));
}

std::string revocationLine(std::string_view id, std::string_view revoked) {
    JsonBuffer buffer;
    JsonWriter json(buffer);
    json.StartObject();
    putMember(json, "id", id);
    putMember(json, "revoked", revoked);
    json.EndObject();
    return std::string(viewOf(buffer));
}

std::optional<KeyRecord> recordOf(std::string_view line) {
    try {
        const Value object = parseJson(line);
        return object.kind() == Kind::Map ? recordOf(object) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::string instantText(std::int64_t seconds) {
    engine::ZonedDateTime instant;
    instant.epochSeconds = seconds;
    return engine::toIso(instant);
}

std::int64_t nowSeconds() noexcept {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace xinpu::server
