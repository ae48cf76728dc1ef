// server/access/audit_entry.cpp
// Entries of the audit as JSON and back.
#include "server/access/audit_entry.h"

#include <algorithm>
#include <iterator>

#include "engine/value/value.h"
#include "server/json/json_input.h"
#include "server/json/json_writer.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::string_view kKindNames[] = {"denied", "administrative", "personalData"};

}  // namespace

std::string_view nameOf(AuditKind kind) noexcept {
    return kKindNames[static_cast<std::size_t>(kind)];
}

std::string payloadOf(const AuditEntry& entry) {
    JsonBuffer buffer;
    JsonWriter json(buffer);
    const auto text = [&json](std::string_view name, const std::string& value) {
        if (!value.empty()) {
            putMember(json, name, std::string_view(value));
        }
    };
    json.StartObject();
    putMember(json, "kind", nameOf(entry.kind));
    text("role", entry.role);
    text("action", entry.action);
    text("database", entry.database);
    text("subject", entry.subject);
    text("peer", entry.peer);
    text("reason", entry.reason);
    if (entry.masked) {
        putMember(json, "masked", true);
    }
    if (entry.count != 1) {
        putMember(json, "count", entry.count);
    }
    json.EndObject();
    return std::string(viewOf(buffer));
}

std::optional<AuditEntry> auditEntryOf(std::string_view payload) {
    try {
        const engine::Value object = parseJson(payload);
        if (object.kind() != engine::Kind::Map) {
            return std::nullopt;
        }
        const auto text = [&object](std::string_view name) {
            const engine::Value* member = object.find(name);
            return member != nullptr && member->kind() == engine::Kind::String ? std::string(member->string())
                                                                               : std::string();
        };
        const auto* kind = std::find(std::begin(kKindNames), std::end(kKindNames), text("kind"));
        if (kind == std::end(kKindNames)) {
            return std::nullopt;
        }
        AuditEntry entry{.kind = static_cast<AuditKind>(kind - std::begin(kKindNames)),
                         .role = text("role"),
                         .action = text("action"),
                         .database = text("database"),
                         .subject = text("subject"),
                         .peer = text("peer"),
                         .reason = text("reason")};
        entry.masked = object.find("masked") != nullptr;
        if (const engine::Value* count = object.find("count");
            count != nullptr && count->kind() == engine::Kind::Integer) {
            entry.count = static_cast<std::uint64_t>(count->integer());
        }
        return entry;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace xinpu::server
