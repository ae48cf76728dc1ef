// server/access/key_record.h
#pragma once
// One access key as it is kept: who it belongs to, until when, and the salted hash of its secret.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/access/principal.h"
#include "server/json/json_writer.h"

namespace xinpu::server {

struct KeyRecord {
    std::string id;
    Role role = Role::Subject;
    std::vector<std::string> scopes;
    std::string name;
    std::string created;                    ///< an instant, "2026-11-24T04:00:00Z"
    std::optional<std::int64_t> expires{};  ///< seconds since 1970: from then on it is refused
    std::string revoked;                    ///< an instant; empty: it was not
    std::string salt;
    std::string hash;  ///< SHA-256 of salt and secret, hexadecimal

    bool activeAt(std::int64_t now) const noexcept { return revoked.empty() && (!expires || now < *expires); }
    /// "active", "expired" or "revoked".
    std::string_view stateAt(std::int64_t now) const noexcept {
        return !revoked.empty() ? "revoked" : activeAt(now) ? "active" : "expired";
    }
};

/// A line of the file of keys: a key, or the end of one (then only `id` and `revoked` are filled).
std::string lineOf(const KeyRecord& key);
std::string revocationLine(std::string_view id, std::string_view revoked);
/// Nothing if the line is neither.
std::optional<KeyRecord> recordOf(std::string_view line);

/// Puts id, role, scopes, name and created into an object: what a key's line and its listing share.
void putKeyHead(JsonWriter& json, const KeyRecord& key);

/// "2026-11-24T04:00:00Z".
std::string instantText(std::int64_t seconds);
/// Seconds since 1970 by the wall clock.
std::int64_t nowSeconds() noexcept;

}  // namespace xinpu::server
