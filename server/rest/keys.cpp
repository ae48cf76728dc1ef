// server/rest/keys.cpp
// Keys as JSON.
#include "server/rest/keys.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "server/json/json_writer.h"
#include "server/log.h"
#include "server/rest/rest_answer.h"
#include "server/service.h"
#include "server/statement_answer.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::Value;

constexpr std::string_view kValidation = "VALIDATION";

/// A text of the body; nothing if it is not there. @throws KeyFault if it is no text
std::optional<std::string> textOf(const Value& body, std::string_view name) {
    const Value* member = body.find(name);
    if (member == nullptr) {
        return std::nullopt;
    }
    if (member->kind() != Kind::String) {
        throw KeyFault{name, fmt::format("'{}' must be a string.", name)};
    }
    return std::string(member->string());
}

std::vector<std::string> scopesOf(const Value& body) {
    std::vector<std::string> scopes;
    const Value* member = body.find("scopes");
    if (member == nullptr) {
        return scopes;
    }
    const KeyFault no_list{"scopes", "'scopes' must be an array of strings."};
    if (member->kind() != Kind::List) {
        throw no_list;
    }
    for (const Value& scope : member->list()) {
        if (scope.kind() != Kind::String) {
            throw no_list;
        }
        scopes.emplace_back(scope.string());
    }
    return scopes;
}

std::optional<std::int64_t> expiresOf(const Value& body, std::int64_t now) {
    const Value* member = body.find("expires");
    if (member == nullptr) {
        return std::nullopt;
    }
    const std::string text = member->kind() == Kind::Integer  ? std::to_string(member->integer())
                             : member->kind() == Kind::String ? std::string(member->string())
                                                              : std::string();
    const std::optional<std::int64_t> expires = expiryOf(text, now);
    if (!expires) {
        throw KeyFault{"expires",
                       fmt::format("'expires' must be a day YYYY-MM-DD or a number of days up to {}.",
                                   kKeyDaysMax)};
    }
    return expires;
}

/// @throws KeyFault
NewKey newKeyOf(const Value& body, std::int64_t now) {
    const std::optional<std::string> role_name = textOf(body, "role");
    const std::optional<Role> role = role_name ? roleOf(*role_name) : std::nullopt;
    if (!role) {
        throw KeyFault{"role", "'role' must be one of admin, analyst, loader, department, subject, "
                               "finance_office, auditor."};
    }
    NewKey key{.role = *role,
               .scopes = scopesOf(body),
               .name = textOf(body, "name").value_or(std::string()),
               .expires = expiresOf(body, now)};
    if (std::optional<KeyFault> fault = faultOf(key, now)) {
        throw std::move(*fault);
    }
    return key;
}

void putKeyRecord(JsonWriter& json, const KeyRecord& key, std::int64_t now) {
    putKeyHead(json, key);
    if (key.expires) {
        putMember(json, "expires", std::string_view(instantText(*key.expires)));
    }
    if (!key.revoked.empty()) {
        putMember(json, "revoked", std::string_view(key.revoked));
    }
    putMember(json, "state", key.stateAt(now));
}

}  // namespace

void makeKey(Service& service, Exchange& exchange, Work& work) {
    const std::int64_t now = nowSeconds();
    NewKey key;
    try {
        key = newKeyOf(objectOf(exchange.request, {"role", "scopes", "name", "expires"}), now);
    } catch (const KeyFault& fault) {
        replyRefusal(exchange, 422, kValidation, fault.message, fault.member);
        return;
    }
    const MadeKey made = service.access().keys().add(key);
    service.access().recordAct(work.principal, Operation::ManageKeys, {}, made.record.id);
    logEvent(LogLevel::Info, "key made", {{"key", made.record.id}, {"by", work.principal.id}});
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putMember(json, "key", std::string_view(made.text));
    putKeyRecord(json, made.record, now);
    json.EndObject();
    replyJson(exchange, 201);
}

void listKeys(Service& service, Exchange& exchange, Work&) {
    const auto query = queryOf(exchange.request.target, {"limit", "after"});
    const std::uint64_t limit = limitOf(query);
    const std::vector<KeyRecord> keys = service.access().keys().list();
    auto at = keys.begin();
    if (const auto after = query.find("after"); after != query.end()) {
        at = std::find_if(keys.begin(), keys.end(),
                          [&](const KeyRecord& key) { return key.id == after->second; });
        if (at == keys.end()) {
            replyRefusal(exchange, 422, kValidation, "'after' must be the id of a key.", "after");
            return;
        }
        ++at;
    }
    const std::int64_t now = nowSeconds();
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putKey(json, "keys");
    json.StartArray();
    for (std::uint64_t count = 0; at != keys.end() && count < limit; ++at, ++count) {
        json.StartObject();
        putKeyRecord(json, *at, now);
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    replyJson(exchange, 200);
}

void revokeKey(Service& service, Exchange& exchange, Work& work) {
    const KeyRecord key = service.access().keys().revoke(work.id);
    service.access().recordAct(work.principal, Operation::ManageKeys, {}, key.id);
    logEvent(LogLevel::Info, "key revoked", {{"key", key.id}, {"by", work.principal.id}});
    exchange.reply.status = 204;
}

}  // namespace xinpu::server
