// server/access/principal.h
#pragma once
// Who sends a request, and as what.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/operations.h"

namespace xinpu::server {

/// How a principal was let in.
enum class Credential : std::uint8_t { Key, Token, None };

struct Principal {
    std::string id{};  ///< of the key; "oidc:" and the subject of a token; "dev" without keys
    Role role = Role::Subject;
    std::vector<std::string> scopes{};  ///< of a department: authority codes; of a subject: its USCC
    std::optional<std::int64_t> expires{};  ///< seconds since 1970: until then what it showed is good
    Credential credential = Credential::Key;
    std::string peer{};  ///< the client's address
};

/// What becomes of a token whose key has to be fetched first.
enum class WhileFetching : std::uint8_t {
    Refuse,  ///< this time
    Tell,    ///< by WaitsForKeys: the caller goes to a thread that may wait
    Wait,
};
struct WaitsForKeys {};

/// What a client showed to be let in; views borrow.
struct Credentials {
    std::string_view secret;  ///< a key or an access token; empty: none that can be read
    bool shown = false;       ///< whether there was anything at all
    std::string_view act_as;  ///< X-Xinpu-Act-As: looked at under --dev only
    std::string_view peer;    ///< the client's address, without port
    WhileFetching while_fetching = WhileFetching::Refuse;
};

}  // namespace xinpu::server
