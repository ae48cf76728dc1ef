// server/access/key_rules.cpp
// Checks of new keys, shared by the command line and REST.
#include "server/access/key_rules.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "credit/identity/uscc.h"
#include "engine/value/temporal.h"
#include "loaders/utf8.h"

namespace xinpu::server {
namespace {

constexpr std::string_view kNamePrefix = "N:";  // of authorities that are known by their name only
constexpr std::size_t kScopeBytesMax = 400;
constexpr std::int64_t kChinaOffset = 8 * 3600;

bool isAuthorityCode(std::string_view scope) noexcept {
    return credit::usccValid(scope) || (scope.starts_with(kNamePrefix) && scope.size() > kNamePrefix.size());
}

std::optional<KeyFault> scopeFault(const NewKey& key) {
    const auto fault = [](KeyProblem problem, std::string message, std::string what = {}) {
        return KeyFault{"scopes", std::move(message), problem, std::move(what)};
    };
    switch (key.role) {
    case Role::Department:
        if (key.scopes.empty()) {
            return fault(KeyProblem::ScopeMissing, "A department needs the code of its authority as scope.");
        }
        for (const std::string& scope : key.scopes) {
            if (!isAuthorityCode(scope)) {
                return fault(KeyProblem::NotAnAuthority,
                             fmt::format("'{:.40}' is no authority code: a USCC whose check digit is right, "
                                         "or 'N:' and the name.",
                                         scope),
                             scope);
            }
        }
        return std::nullopt;
    case Role::Subject:
        if (key.scopes.size() != 1) {
            return fault(KeyProblem::ScopeMissing, "A subject needs its own USCC as its one scope.");
        }
        if (!credit::usccValid(key.scopes.front())) {
            return fault(KeyProblem::NotAUscc,
                         fmt::format("'{:.40}' is no USCC: 18 characters, the last one the check digit.",
                                     key.scopes.front()),
                         key.scopes.front());
        }
        return std::nullopt;
    default:
        return key.scopes.empty()
                   ? std::nullopt
                   : std::optional(fault(KeyProblem::ScopeNotWanted,
                                         fmt::format("The role {} has no scope; leave it out.",
                                                     nameOf(key.role))));
    }
}

bool isText(std::string_view text) noexcept {
    return loaders::invalidUtf8At(text) == std::string_view::npos;
}

}  // namespace

std::optional<KeyFault> faultOf(const NewKey& key, std::int64_t now) {
    if (key.name.empty() || key.name.size() > kKeyNameBytesMax || !isText(key.name)) {
        return KeyFault{"name",
                        fmt::format("A key needs a name of 1 to {} bytes, by which people know it.",
                                    kKeyNameBytesMax),
                        KeyProblem::Name};
    }
    if (key.scopes.size() > kKeyScopesMax ||
        std::any_of(key.scopes.begin(), key.scopes.end(), [](const std::string& scope) {
            return scope.size() > kScopeBytesMax || !isText(scope);
        })) {
        return KeyFault{"scopes",
                        fmt::format("A key has at most {} scopes of at most {} bytes each.", kKeyScopesMax,
                                    kScopeBytesMax),
                        KeyProblem::ScopesTooMany};
    }
    if (auto fault = scopeFault(key)) {
        return fault;
    }
    if (key.expires &&
        (*key.expires <= now || *key.expires - now > (kKeyDaysMax + 1) * engine::kSecondsPerDay)) {
        return KeyFault{"expires", fmt::format("A key ends after today and within {} days.", kKeyDaysMax),
                        KeyProblem::Expiry};
    }
    return std::nullopt;
}

std::optional<std::int64_t> expiryOf(std::string_view text, std::int64_t now) {
    if (const auto day = engine::parseIsoDate(text)) {
        return (day->days + 1) * engine::kSecondsPerDay - kChinaOffset;
    }
    std::int64_t days = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (status != std::errc() || end != text.data() + text.size() || days < 1 || days > kKeyDaysMax) {
        return std::nullopt;
    }
    return now + days * engine::kSecondsPerDay;
}

}  // namespace xinpu::server
