// server/oidc/key_set.h
#pragma once
// The public keys of a provider (a JWK set, RFC 7517), and checking a token's signature with them.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>

#include "server/oidc/jwt.h"

namespace xinpu::server {

/// Immutable. Threads: any.
class KeySet {
public:
    static constexpr std::size_t kKeysMax = 100;

    /// Keys that cannot verify what is allowed here are left out: of another kind or curve, RSA below 2,048
    /// bits, or meant for encryption. @throws Error(Data) no JWK set at all
    static KeySet of(std::string_view json);

    /// Whether a key of this id is there; of an empty id: whether there is any.
    bool has(std::string_view kid) const noexcept;
    /// Whether one of the keys that the token may mean has signed it, with the kind of signature that the key
    /// is for.
    bool verifies(const Jwt& token) const;
    std::size_t size() const noexcept { return keys_.size(); }

private:
    struct Free {
        void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    };
    struct Key {
        std::string kid;
        SignatureKind kind = SignatureKind::Rs256;
        std::unique_ptr<EVP_PKEY, Free> key;
    };
    static std::unique_ptr<EVP_PKEY, Free> keyOf(const engine::Value& jwk, SignatureKind& kind);
    std::vector<Key> keys_;
};

}  // namespace xinpu::server
