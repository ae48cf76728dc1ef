// server/access/principal.h
#pragma once
// Who sends a request, and as what.

#include <string>
#include <string_view>
#include <vector>

#include "server/access/operations.h"

namespace xinpu::server {

struct Principal {
    std::string id;  ///< of the key; "oidc:" and the subject of a token; "dev" without keys
    Role role = Role::Subject;
    std::vector<std::string> scopes;  ///< of a department: authority codes; of a subject: its USCC
};

/// What a client showed to be let in; views borrow.
struct Credentials {
    std::string_view secret;  ///< a key or an access token; empty: none that can be read
    bool shown = false;       ///< whether there was anything at all
    std::string_view act_as;  ///< X-Xinpu-Act-As: looked at under --dev only
    std::string_view peer;    ///< the client's address, without port
};

}  // namespace xinpu::server
