// server/access/access.h
#pragma once
// The door of every way in: who is it, may they, and what is kept of it.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/access/audit.h"
#include "server/access/keys.h"
#include "server/access/operations.h"
#include "server/access/principal.h"
#include "server/access/throttle.h"
#include "server/oidc/provider.h"

namespace xinpu::server {

struct AccessOptions {
    std::filesystem::path data;
    bool dev = false;  ///< no key is asked
    std::optional<OidcOptions> oidc{};  ///< tokens of this provider are taken too
};

/// Threads: any. What is refused here stands in the audit.
class Access {
public:
    /// Makes the first key where there is none (not under dev).
    /// @throws Error(Io), Error(Corrupt); Error(Usage) as checkOidc()
    explicit Access(AccessOptions options);
    ~Access();

    /// @throws Error(Denied, Unauthorized); Error(Limit, AuthenticationRateLimit) too many failures;
    /// Error(Usage, RequestMalformed) a role that does not exist (dev); WaitsForKeys if that was asked for
    Principal authenticate(const Credentials& credentials);

    /// For conversations that last: whether what the principal showed is still good.
    /// @throws Error(Denied, Unauthorized) the key was revoked or has expired
    void demandCurrent(const Principal& principal);

    /// Whether the role may do this anywhere; to be asked before a database is looked up.
    /// @throws Error(Denied, Forbidden)
    void require(const Principal& principal, Operation operation);
    /// Whether it may in this database (canonical name). @throws Error(Denied, Forbidden)
    void require(const Principal& principal, Operation operation, std::string_view database);

    /// Keeps an administrative act that was done; durable when it returns. `subject`: the id of a key or query.
    /// @throws Error(Io)
    void recordAct(const Principal& principal, Operation operation, std::string_view database,
                   std::string_view subject);

    Keys& keys() noexcept { return keys_; }
    Audit& audit() noexcept { return audit_; }

private:
    Principal actor(const Credentials& credentials) const;
    Principal tokenHolder(const Credentials& credentials);
    [[noreturn]] void refuseUnknown(const Credentials& credentials, std::string why);
    [[noreturn]] void forbid(const Principal& principal, Operation operation, std::string_view database);

    AccessOptions options_;
    Keys keys_;
    Audit audit_;
    Throttle throttle_;
    std::unique_ptr<OidcProvider> provider_;
};

/// An entry of the audit about something that this principal did.
AuditEntry entryOf(AuditKind kind, const Principal& principal, Operation operation,
                   std::string_view database);

}  // namespace xinpu::server
