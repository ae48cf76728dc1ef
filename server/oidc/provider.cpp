// server/oidc/provider.cpp
// Checks claims, keeps the keys fresh, and remembers tokens that were found good.
#include "server/oidc/provider.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "engine/journal/digest.h"
#include "server/access/key_rules.h"
#include "server/json/json_input.h"
#include "server/log.h"
#include "server/oidc/fetch.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::Value;

constexpr std::size_t kSubjectBytesMax = 200;

/// An instant of a claim (NumericDate of RFC 7519), in seconds.
std::optional<std::int64_t> instantMember(const Value& claims, std::string_view name) {
    const Value* member = claims.find(name);
    if (member == nullptr) {
        return std::nullopt;
    }
    constexpr double kMost = 1e15;
    if (member->kind() == Kind::Integer) {
        return member->integer();
    }
    if (member->kind() == Kind::Float && std::abs(member->floating()) < kMost) {
        return static_cast<std::int64_t>(member->floating());
    }
    return INT64_MIN;  // never a time at which it is good
}

std::vector<std::string> textsMember(const Value& claims, std::string_view name) {
    std::vector<std::string> texts;
    const Value* member = claims.find(name);
    if (member != nullptr && member->kind() == Kind::String) {
        texts.emplace_back(member->string());
    } else if (member != nullptr && member->kind() == Kind::List) {
        for (const Value& text : member->list()) {
            if (text.kind() == Kind::String) {
                texts.emplace_back(text.string());
            }
        }
    }
    return texts;
}

std::string textMember(const Value& claims, std::string_view name) {
    const Value* member = claims.find(name);
    return member != nullptr && member->kind() == Kind::String ? std::string(member->string())
                                                               : std::string();
}

}  // namespace

void checkOidc(const OidcOptions& options) {
    const auto demand = [](const std::string& text, const char* name) {
        if (text.empty()) {
            throw Error(ErrorCode::Usage, fmt::format("OpenID Connect needs {}.", name));
        }
    };
    demand(options.issuer, "the issuer (--oidc-issuer)");
    demand(options.audience, "the audience (--oidc-audience)");
    demand(options.role_claim, "the name of the claim with the role (--oidc-role-claim)");
    demandFetchable(options.jwks.empty() ? options.issuer : options.jwks);
}

OidcProvider::OidcProvider(OidcOptions options, Fetch fetch)
    : options_(std::move(options)), fetch_(std::move(fetch)) {
    checkOidc(options_);
    refresher_ = std::thread([this] { refreshAlways(); });
}

OidcProvider::~OidcProvider() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    fetched_.notify_all();
    refresher_.join();
}

bool OidcProvider::looksLikeToken(std::string_view secret) noexcept {
    return std::count(secret.begin(), secret.end(), '.') == 2;
}

std::size_t OidcProvider::HashOf::operator()(const TokenDigest& digest) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);  // a digest is as random as a hash can be
    return hash;
}

std::shared_ptr<const KeySet> OidcProvider::keys() const {
    const std::lock_guard lock(mutex_);
    return keys_;
}

OidcProvider::Checked OidcProvider::check(std::string_view token, std::int64_t now) {
    const TokenDigest digest = engine::sha256(token);
    {
        const std::lock_guard lock(mutex_);
        const auto known = good_.find(digest);
        if (known != good_.end()) {
            return now < *known->second.expires ? Checked{Verdict::Good, known->second, {}}
                                                : Checked{Verdict::Bad, {}, "The token has expired."};
        }
    }
    const std::shared_ptr<const KeySet> with = keys();
    Checked checked = verify(token, now, *with);
    if (checked.verdict == Verdict::Good) {
        keep(digest, checked.principal, with);
    }
    return checked;
}

OidcProvider::Checked OidcProvider::verify(std::string_view token, std::int64_t now,
                                           const KeySet& keys) const {
    const std::optional<Jwt> jwt = jwtOf(token);
    if (!jwt) {
        return {Verdict::Bad, {}, "The token is no signed JWT."};
    }
    if (!signatureKindOf(jwt->alg)) {
        return {Verdict::Bad, {}, "The token must be signed with RS256, ES256 or EdDSA."};
    }
    // Before the signature: what cannot be good must not make us fetch keys.
    Checked checked = principalOf(jwt->claims, now);
    if (checked.verdict != Verdict::Good) {
        return checked;
    }
    if (!keys.has(jwt->kid)) {
        return {Verdict::KeyUnknown, {}, "The provider has no such key."};
    }
    return keys.verifies(*jwt) ? checked : Checked{Verdict::Bad, {}, "The token's signature is wrong."};
}

OidcProvider::Checked OidcProvider::principalOf(const Value& claims, std::int64_t now) const {
    const auto bad = [](std::string why) { return Checked{Verdict::Bad, {}, std::move(why)}; };
    if (textMember(claims, "iss") != options_.issuer) {
        return bad("The token is of another issuer.");
    }
    const std::vector<std::string> audiences = textsMember(claims, "aud");
    if (std::find(audiences.begin(), audiences.end(), options_.audience) == audiences.end()) {
        return bad("The token is meant for another audience.");
    }
    const std::int64_t skew = kSkew.count();
    const auto expires = instantMember(claims, "exp");
    constexpr std::int64_t kMost = std::int64_t{1} << 50;  // so that sums do not overflow
    if (!expires || *expires < 0 || *expires > kMost || now >= *expires + skew) {
        return bad("The token has expired, or does not say when it does.");
    }
    for (const char* claim : {"nbf", "iat"}) {
        const auto from = instantMember(claims, claim);
        if (from && (*from == INT64_MIN || *from > now + skew)) {
            return bad("The token is not valid yet.");
        }
    }
    const std::string subject = textMember(claims, "sub");
    if (subject.empty() || subject.size() > kSubjectBytesMax) {
        return bad("The token names no subject.");
    }
    std::optional<Role> role;
    for (const std::string& name : textsMember(claims, options_.role_claim)) {
        const std::optional<Role> named = roleOf(name);
        if (named && role) {
            return bad(fmt::format("The claim '{}' of the token names more than one role.",
                                   options_.role_claim));
        }
        role = named ? named : role;
    }
    if (!role) {
        return bad(fmt::format("The claim '{}' of the token names no role.", options_.role_claim));
    }
    NewKey like{.role = *role, .scopes = textsMember(claims, options_.scopes_claim), .name = subject};
    if (const auto fault = faultOf(like, now)) {
        return bad(fmt::format("The claim '{}' of the token does not fit its role.", options_.scopes_claim));
    }
    return {Verdict::Good,
            {.id = "oidc:" + subject,
             .role = *role,
             .scopes = std::move(like.scopes),
             .expires = *expires + skew,
             .credential = Credential::Token},
            {}};
}

void OidcProvider::keep(const TokenDigest& digest, const Principal& principal,
                        const std::shared_ptr<const KeySet>& with) {
    const std::lock_guard lock(mutex_);
    if (with != keys_) {
        return;  // they changed meanwhile
    }
    if (good_.emplace(digest, principal).second) {
        good_by_age_.push_back(digest);
    }
    while (good_.size() > kTokensKept) {
        good_.erase(good_by_age_.front());
        good_by_age_.pop_front();
    }
}

void OidcProvider::askForKeys() {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    if (fetches_ == 0) {
        return;  // the first one is under way
    }
    if (!asked_ && (!asked_at_ || now - *asked_at_ >= kUnknownKeyEvery)) {
        asked_at_ = now;
        asked_ = true;
        wake_.notify_all();
    }
}

void OidcProvider::waitForKeys() {
    std::unique_lock lock(mutex_);
    if ((asked_ || fetching_) && waiting_ < kWaitingMax) {
        // One that began before it was asked for may bring the keys of before.
        const std::uint64_t enough = fetches_ + (asked_ && fetching_ ? 2 : 1);
        ++waiting_;
        fetched_.wait_for(lock, 2 * kFetchMax, [&] { return ending_ || fetches_ >= enough; });
        --waiting_;
    }
}

/// The thread that fetches.
void OidcProvider::refreshAlways() {
    constexpr std::chrono::seconds kRetryEvery{10};  // while there are no keys at all
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            asked_ = false;
            fetching_ = true;
        }
        try {
            refresh();
        } catch (const std::exception& failed) {
            logEvent(LogLevel::Warning, "keys of the provider not fetched", {{"what", failed.what()}});
        }
        std::unique_lock lock(mutex_);
        fetching_ = false;
        ++fetches_;
        fetched_.notify_all();
        const auto pause = keys_->size() > 0 ? Clock::duration(kRefreshEvery) : Clock::duration(kRetryEvery);
        wake_.wait_for(lock, pause, [this] { return ending_ || asked_; });
        if (ending_) {
            return;
        }
    }
}

void OidcProvider::refresh() {
    std::string address = options_.jwks;
    if (address.empty()) {
        const std::string base =
            options_.issuer.ends_with('/') ? options_.issuer.substr(0, options_.issuer.size() - 1)
                                           : options_.issuer;
        const Value document = parseJson(fetch_(base + "/.well-known/openid-configuration"));
        if (document.kind() != Kind::Map || textMember(document, "issuer") != options_.issuer) {
            throw Error(ErrorCode::Data, "The discovery document is of another issuer.");
        }
        address = textMember(document, "jwks_uri");
    }
    std::string text = fetch_(address);
    auto found = std::make_shared<const KeySet>(KeySet::of(text));
    const std::lock_guard lock(mutex_);
    if (text != keys_text_) {
        keys_ = std::move(found);
        keys_text_ = std::move(text);
        good_.clear();  // what a key signed that is gone is good no more
        good_by_age_.clear();
    }
}

}  // namespace xinpu::server
