// server/access/access.cpp
// Keys and roles in front of every operation.
#include "server/access/access.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "server/databases.h"
#include "server/error_status.h"
#include "server/log.h"
#include "xinpu/error.h"

namespace xinpu::server {

Access::Access(AccessOptions options) : options_(std::move(options)), keys_(options_.data) {
    if (!options_.dev && makeFirstKey(keys_, options_.data)) {
        logEvent(LogLevel::Info, "first key made", {{"file", (options_.data / "admin.key").string()}});
    }
}

Access::~Access() = default;

/// Who a test asks to be: "role" or "role:scope".
Principal Access::actor(std::string_view act_as) const {
    if (act_as.empty()) {
        return {"dev", Role::Admin, {}};
    }
    const std::string_view name = act_as.substr(0, act_as.find(':'));
    const std::optional<Role> role = roleOf(name);
    if (!role) {
        throw Error(ErrorCode::Usage, fmt::format("X-Xinpu-Act-As names no role: '{:.40}'.", name),
                    details::kMalformed);
    }
    const std::string_view scope = act_as.substr(std::min(name.size() + 1, act_as.size()));
    Principal principal{"dev", *role, {}};
    if (!scope.empty()) {
        principal.scopes.emplace_back(scope);
    }
    return principal;
}

Principal Access::authenticate(const Credentials& credentials) {
    if (options_.dev) {
        return actor(credentials.act_as);
    }
    if (!credentials.shown) {
        throw Error(ErrorCode::Denied, "No authentication header supplied.", details::kUnauthorized);
    }
    std::optional<Principal> principal = keys_.check(credentials.secret);
    if (!principal) {
        throw Error(ErrorCode::Denied, "Invalid credential.", details::kUnauthorized);
    }
    return std::move(*principal);
}

void Access::require(const Principal& principal, Operation operation) {
    if (!isPublic(operation) && !may(principal.role, operation)) {
        forbid(principal, operation, {});
    }
}

void Access::require(const Principal& principal, Operation operation, std::string_view database) {
    if (!isPublic(operation) && !may(principal.role, operation, database)) {
        forbid(principal, operation, database);
    }
}

void Access::forbid(const Principal& principal, Operation operation, std::string_view database) {
    const bool elsewhere = !database.empty() && may(principal.role, operation);
    throw Error(ErrorCode::Denied,
                fmt::format("The role {} may not do this: {}{}.", nameOf(principal.role), nameOf(operation),
                            elsewhere ? fmt::format(" on a database other than {}", kUsualDatabase) : ""),
                details::kForbidden);
}

}  // namespace xinpu::server
