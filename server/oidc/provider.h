// server/oidc/provider.h
#pragma once
// Access tokens of one OpenID Connect provider: whose they are, checked with the provider's public keys.

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "server/access/principal.h"
#include "server/oidc/key_set.h"

namespace xinpu::server {

struct OidcOptions {
    std::string issuer;    ///< exactly as in the tokens: "https://login.example.cn/realm"
    std::string audience;  ///< what the tokens must be meant for
    std::string role_claim = "xinpu_role";
    std::string scopes_claim = "xinpu_scopes";
    std::string jwks;  ///< address of the keys; empty: the issuer's discovery document names it

    /// Nothing was asked for.
    bool isEmpty() const noexcept { return issuer.empty() && audience.empty() && jwks.empty(); }
};

/// @throws Error(Usage) a member is missing, an address is neither https nor on loopback
void checkOidc(const OidcOptions& options);

/// The keys are fetched in the background: at the start, every kRefreshEvery, and when a token names one that is
/// not known, at most every kUnknownKeyEvery. Meanwhile the ones that were fetched last serve.
///
/// Threads: any.
class OidcProvider {
public:
    static constexpr std::chrono::minutes kRefreshEvery{10};
    static constexpr std::chrono::seconds kUnknownKeyEvery{30};
    static constexpr std::chrono::seconds kSkew{60};           ///< between our clock and the provider's
    static constexpr std::size_t kTokensKept = 10'000;         ///< that were found good
    static constexpr std::size_t kWaitingMax = 4;              ///< requests that wait for a fetch at once

    using Fetch = std::function<std::string(const std::string& url)>;
    /// @throws Error(Usage) as checkOidc()
    OidcProvider(OidcOptions options, Fetch fetch);
    ~OidcProvider();
    OidcProvider(const OidcProvider&) = delete;
    OidcProvider& operator=(const OidcProvider&) = delete;

    enum class Verdict : std::uint8_t {
        Good,
        Bad,
        KeyUnknown,  ///< its key is being fetched, or was looked for just now
    };
    struct Checked {
        Verdict verdict = Verdict::Bad;
        Principal principal{};  ///< of a good one
        std::string why{};      ///< of a bad one, for its owner; nothing of what it holds
    };
    /// Whether a text can be a token at all, and no key.
    static bool looksLikeToken(std::string_view secret) noexcept;
    /// Does not wait.
    Checked check(std::string_view token, std::int64_t now);
    /// After KeyUnknown: has the keys fetched, unless that was done a moment ago. Does not wait.
    void askForKeys();
    /// Waits for the fetch that was asked for, if there is one.
    void waitForKeys();

private:
    using Clock = std::chrono::steady_clock;
    using TokenDigest = std::array<std::uint8_t, 32>;
    struct HashOf {
        std::size_t operator()(const TokenDigest& digest) const noexcept;
    };

    Checked verify(std::string_view token, std::int64_t now, const KeySet& keys) const;
    Checked principalOf(const engine::Value& claims, std::int64_t now) const;
    std::shared_ptr<const KeySet> keys() const;
    void keep(const TokenDigest& digest, const Principal& principal,
              const std::shared_ptr<const KeySet>& with);
    void refreshAlways();
    void refresh();

    OidcOptions options_;
    Fetch fetch_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;     ///< of the thread that fetches
    std::condition_variable fetched_;  ///< of those who wait for it
    std::shared_ptr<const KeySet> keys_ = std::make_shared<KeySet>();
    std::string keys_text_;
    std::unordered_map<TokenDigest, Principal, HashOf> good_;
    std::list<TokenDigest> good_by_age_;
    std::optional<Clock::time_point> asked_at_;  ///< the last fetch for an unknown key
    bool asked_ = false;     ///< a fetch is wanted that has not begun
    bool fetching_ = true;   ///< one is under way; the first one begins with the thread
    std::size_t waiting_ = 0;
    std::uint64_t fetches_ = 0;
    bool ending_ = false;
    std::thread refresher_;
};

}  // namespace xinpu::server
