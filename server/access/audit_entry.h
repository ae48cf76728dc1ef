// server/access/audit_entry.h
#pragma once
// One act that is kept: who did, or was not let do, what, where, from where. Never a text, parameter or value.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/journal/digest.h"

namespace xinpu::server {

enum class AuditKind : std::uint8_t {
    Denied,          ///< 401, 403 or 429
    Administrative,  ///< keys, databases, the schema, queries that were ended
    PersonalData,    ///< a statement touched properties of class personal
};
/// "denied", "administrative", "personalData".
std::string_view nameOf(AuditKind kind) noexcept;

struct AuditEntry {
    AuditKind kind = AuditKind::Denied;
    std::string principal{};  ///< empty: nobody was recognised
    std::string role{};
    std::string action{};    ///< an operation, or "authenticate"
    std::string database{};  ///< canonical, or empty
    std::string subject{};   ///< what it was done to: the id of a key or query
    std::string peer{};      ///< address
    std::string reason{};    ///< of a denial: "Unauthorized", "Forbidden", "AuthenticationRateLimit"
    bool masked = false;     ///< personal data came back masked
    std::uint64_t count = 1;     ///< how many acts like this one it stands for
    engine::Digest statement{};  ///< SHA-256 of its text; zeros if there is none
};

/// As it was stored.
struct StoredAuditEntry : AuditEntry {
    std::uint64_t number = 0;
    std::int64_t time_us = 0;  ///< since 1970, UTC
};

/// What the entry says beside principal, time and statement, as JSON; and back. Nothing on damage.
std::string payloadOf(const AuditEntry& entry);
std::optional<AuditEntry> auditEntryOf(std::string_view payload);

}  // namespace xinpu::server
