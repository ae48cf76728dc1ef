// server/access/key_rules.h
#pragma once
// What a new key may be: which scopes go with which role, how long its name and its life.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/operations.h"

namespace xinpu::server {

inline constexpr std::size_t kKeyNameBytesMax = 200;
inline constexpr std::size_t kKeyScopesMax = 100;
inline constexpr std::int64_t kKeyDaysMax = 3'650;

struct NewKey {
    Role role = Role::Subject;
    std::vector<std::string> scopes;
    std::string name;
    std::optional<std::int64_t> expires{};  ///< seconds since 1970
};

enum class KeyProblem : std::uint8_t {
    Name,            ///< missing, too long, or no text
    ScopesTooMany,   ///< or one of them too long
    ScopeMissing,    ///< a department without an authority code, a subject without its USCC or with more
    NotAnAuthority,  ///< `what`
    NotAUscc,        ///< `what`
    ScopeNotWanted,  ///< the role has none
    Expiry,
    Other,           ///< said by `message` alone
};

/// What is wrong with a member of a new key.
struct KeyFault {
    std::string_view member;  ///< "scopes", "name", "expires"
    std::string message;      ///< in English
    KeyProblem problem = KeyProblem::Other;
    std::string what{};
};

/// A department has one or more authority codes: a USCC with its check digit, or "N:" and a name. A subject
/// has its USCC. The other roles have none.
std::optional<KeyFault> faultOf(const NewKey& key, std::int64_t now);

/// A number of days from now (1 to kKeyDaysMax), or a day YYYY-MM-DD at whose end in China (UTC+8) the key
/// ends. Nothing for any other text.
std::optional<std::int64_t> expiryOf(std::string_view text, std::int64_t now);

}  // namespace xinpu::server
