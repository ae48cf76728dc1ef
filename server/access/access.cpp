// server/access/access.cpp
// Keys and roles in front of every operation.
#include "server/access/access.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "server/databases.h"
#include "server/error_status.h"
#include "server/log.h"
#include "server/oidc/fetch.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::string_view kAuthenticate = "authenticate";

/// The id of the key that was tried, if it can be one: what else clients send is kept nowhere.
std::string idTried(std::string_view secret) {
    constexpr std::size_t kDigits = 12;
    const std::string_view id = Keys::idOf(secret);
    const bool sound = id.size() == kDigits && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    return sound ? std::string(id) : std::string();
}

AuditEntry denialOf(std::string_view peer, std::string subject, const char* reason) {
    return {.kind = AuditKind::Denied,
            .action = std::string(kAuthenticate),
            .subject = std::move(subject),
            .peer = std::string(peer),
            .reason = reason};
}

}  // namespace

Access::Access(AccessOptions options)
    : options_(std::move(options)), keys_(options_.data), audit_(options_.data) {
    if (!options_.dev && makeFirstKey(keys_, options_.data)) {
        logEvent(LogLevel::Info, "first key made", {{"file", (options_.data / "admin.key").string()}});
    }
    if (options_.oidc && !options_.dev) {
        provider_ = std::make_unique<OidcProvider>(*options_.oidc, fetch);
    }
}

Access::~Access() = default;

/// Who a test asks to be: "role" or "role:scope".
Principal Access::actor(const Credentials& credentials) const {
    Principal principal{.id = "dev", .role = Role::Admin, .credential = Credential::None};
    principal.peer = credentials.peer;
    const std::string_view act_as = credentials.act_as;
    if (act_as.empty()) {
        return principal;
    }
    const std::string_view name = act_as.substr(0, act_as.find(':'));
    const std::optional<Role> role = roleOf(name);
    if (!role) {
        throw Error(ErrorCode::Usage, fmt::format("X-Xinpu-Act-As names no role: '{:.40}'.", name),
                    details::kMalformed);
    }
    principal.role = *role;
    const std::string_view scope = act_as.substr(std::min(name.size() + 1, act_as.size()));
    if (!scope.empty()) {
        principal.scopes.emplace_back(scope);
    }
    return principal;
}

Principal Access::authenticate(const Credentials& credentials) {
    if (options_.dev) {
        return actor(credentials);
    }
    if (!credentials.shown) {
        audit_.note(denialOf(credentials.peer, {}, details::kUnauthorized));
        throw Error(ErrorCode::Denied, "No authentication header supplied.", details::kUnauthorized);
    }
    if (provider_ != nullptr && OidcProvider::looksLikeToken(credentials.secret)) {
        return tokenHolder(credentials);
    }
    std::optional<Principal> principal = keys_.check(credentials.secret);
    if (!principal) {
        refuseUnknown(credentials, "Invalid credential.");
    }
    principal->peer = credentials.peer;
    return std::move(*principal);
}

Principal Access::tokenHolder(const Credentials& credentials) {
    using Verdict = OidcProvider::Verdict;
    OidcProvider::Checked checked = provider_->check(credentials.secret, nowSeconds());
    if (checked.verdict == Verdict::KeyUnknown) {
        provider_->askForKeys();
        if (credentials.while_fetching == WhileFetching::Tell) {
            throw WaitsForKeys{};
        }
        if (credentials.while_fetching == WhileFetching::Wait) {
            provider_->waitForKeys();
            checked = provider_->check(credentials.secret, nowSeconds());
        }
    }
    if (checked.verdict != Verdict::Good) {
        refuseUnknown(credentials, std::move(checked.why));
    }
    checked.principal.peer = credentials.peer;
    return std::move(checked.principal);
}

void Access::refuseUnknown(const Credentials& credentials, std::string why) {
    std::string id = idTried(credentials.secret);
    if (throttle_.failed(credentials.peer, id, Throttle::Clock::now())) {
        audit_.note(denialOf(credentials.peer, std::move(id), details::kRateLimit));
        throw Error(ErrorCode::Limit,
                    fmt::format("Too many attempts with an invalid credential: one more is looked at every {} s.",
                                Throttle::kRefill.count()),
                    details::kRateLimit);
    }
    audit_.note(denialOf(credentials.peer, std::move(id), details::kUnauthorized));
    throw Error(ErrorCode::Denied, std::move(why), details::kUnauthorized);
}

void Access::demandCurrent(const Principal& principal) {
    const bool good = principal.credential == Credential::None ||
                      (principal.credential == Credential::Key
                           ? keys_.isActive(principal.id)
                           : !principal.expires || nowSeconds() < *principal.expires);
    if (!good) {
        AuditEntry entry = denialOf(principal.peer, {}, details::kUnauthorized);
        entry.principal = principal.id;
        entry.role = nameOf(principal.role);
        audit_.note(std::move(entry));
        throw Error(ErrorCode::Denied, "The credential is no longer valid: it was revoked, or has expired.",
                    details::kUnauthorized);
    }
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
    AuditEntry entry = entryOf(AuditKind::Denied, principal, operation, database);
    entry.reason = details::kForbidden;
    audit_.note(std::move(entry));
    const bool elsewhere = !database.empty() && may(principal.role, operation);
    throw Error(ErrorCode::Denied,
                fmt::format("The role {} may not do this: {}{}.", nameOf(principal.role), nameOf(operation),
                            elsewhere ? fmt::format(" on a database other than {}", kUsualDatabase) : ""),
                details::kForbidden);
}

void Access::recordAct(const Principal& principal, Operation operation, std::string_view database,
                       std::string_view subject) {
    AuditEntry entry = entryOf(AuditKind::Administrative, principal, operation, database);
    entry.subject = subject;
    audit_.record(std::move(entry));
}

AuditEntry entryOf(AuditKind kind, const Principal& principal, Operation operation,
                   std::string_view database) {
    return {.kind = kind,
            .principal = principal.id,
            .role = std::string(nameOf(principal.role)),
            .action = std::string(nameOf(operation)),
            .database = std::string(database),
            .peer = principal.peer};
}

}  // namespace xinpu::server
