// server/access/access.h
#pragma once
// The door of every way in: who is it, may they, and what is kept of it.

#include <filesystem>
#include <string_view>

#include "server/access/keys.h"
#include "server/access/operations.h"
#include "server/access/principal.h"

namespace xinpu::server {

struct AccessOptions {
    std::filesystem::path data;
    bool dev = false;  ///< no key is asked
};

/// Threads: any.
class Access {
public:
    /// Makes the first key where there is none (not under dev). @throws Error(Io), Error(Corrupt)
    explicit Access(AccessOptions options);
    ~Access();

    /// @throws Error(Denied, Unauthorized); Error(Usage, RequestMalformed) a role that does not exist (dev)
    Principal authenticate(const Credentials& credentials);

    /// Whether the role may do this anywhere; to be asked before a database is looked up.
    /// @throws Error(Denied, Forbidden)
    void require(const Principal& principal, Operation operation);
    /// Whether it may in this database (canonical name). @throws Error(Denied, Forbidden)
    void require(const Principal& principal, Operation operation, std::string_view database);

    Keys& keys() noexcept { return keys_; }

private:
    Principal actor(std::string_view act_as) const;
    [[noreturn]] void forbid(const Principal& principal, Operation operation, std::string_view database);

    AccessOptions options_;
    Keys keys_;
};

}  // namespace xinpu::server
