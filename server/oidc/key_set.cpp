// server/oidc/key_set.cpp
// JWKs as keys of OpenSSL, which does the arithmetic.
#include "server/oidc/key_set.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>

#include "server/json/json_input.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::Value;

constexpr int kRsaBitsMin = 2'048;
constexpr std::size_t kP256Bytes = 32;
constexpr std::size_t kEd25519Bytes = 32;

template <auto kFree>
struct FreeBy {
    template <typename T>
    void operator()(T* thing) const noexcept {
        kFree(thing);
    }
};
using Number = std::unique_ptr<BIGNUM, FreeBy<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, FreeBy<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, FreeBy<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeBy<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>>;

std::string textMember(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->kind() == Kind::String ? std::string(member->string())
                                                               : std::string();
}

/// A member of bytes; empty if it is not there or no base64url.
std::string bytesMember(const Value& object, std::string_view name) {
    return fromBase64Url(textMember(object, name)).value_or(std::string());
}

const unsigned char* bytesOf(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number numberOf(std::string_view bytes) {
    return Number(BN_bin2bn(bytesOf(bytes), static_cast<int>(bytes.size()), nullptr));
}

EVP_PKEY* keyFrom(const char* type, OSSL_PARAM* parameters) {
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (context == nullptr || parameters == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        return nullptr;
    }
    return key;
}

EVP_PKEY* rsaKey(const Value& jwk) {
    const Number modulus = numberOf(bytesMember(jwk, "n"));
    const Number exponent = numberOf(bytesMember(jwk, "e"));
    if (modulus == nullptr || exponent == nullptr || BN_num_bits(modulus.get()) < kRsaBitsMin ||
        BN_num_bits(exponent.get()) < 2 || !BN_is_odd(exponent.get())) {
        return nullptr;
    }
    const Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    return keyFrom("RSA", parameters.get());
}

EVP_PKEY* p256Key(const Value& jwk) {
    const std::string x = bytesMember(jwk, "x");
    const std::string y = bytesMember(jwk, "y");
    if (textMember(jwk, "crv") != "P-256" || x.size() != kP256Bytes || y.size() != kP256Bytes) {
        return nullptr;
    }
    const std::string point = "\x04" + x + y;  // uncompressed; OpenSSL refuses one that is not on the curve
    const Builder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    return keyFrom("EC", parameters.get());
}

EVP_PKEY* ed25519Key(const Value& jwk) {
    const std::string x = bytesMember(jwk, "x");
    if (textMember(jwk, "crv") != "Ed25519" || x.size() != kEd25519Bytes) {
        return nullptr;
    }
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytesOf(x), x.size());
}

/// The two numbers of RFC 7518 §3.4 as OpenSSL's DER; empty if they are not 32 bytes each.
std::string derOf(std::string_view signature) {
    if (signature.size() != 2 * kP256Bytes) {
        return {};
    }
    Number r = numberOf(signature.substr(0, kP256Bytes));
    Number s = numberOf(signature.substr(kP256Bytes));
    const EcSignature numbers(ECDSA_SIG_new());
    if (r == nullptr || s == nullptr || numbers == nullptr ||
        ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) != 1) {
        return {};
    }
    r.release();  // they belong to `numbers` now
    s.release();
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(numbers.get(), &der);
    if (size <= 0) {
        return {};
    }
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

bool hasSigned(EVP_PKEY* key, SignatureKind kind, const Jwt& token) {
    const std::string signature =
        kind == SignatureKind::Es256 ? derOf(token.signature) : token.signature;
    const EVP_MD* digest = kind == SignatureKind::EdDsa ? nullptr : EVP_sha256();
    const DigestContext context(EVP_MD_CTX_new());
    return !signature.empty() && context != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytesOf(signature), signature.size(), bytesOf(token.signed_text),
                            token.signed_text.size()) == 1;
}

}  // namespace

/// Null: it cannot verify what is allowed. Sets what it verifies.
std::unique_ptr<EVP_PKEY, KeySet::Free> KeySet::keyOf(const Value& jwk, SignatureKind& kind) {
    if (jwk.kind() != Kind::Map) {
        return nullptr;
    }
    const std::string type = textMember(jwk, "kty");
    const std::string use = textMember(jwk, "use");
    const std::string alg = textMember(jwk, "alg");
    kind = type == "RSA" ? SignatureKind::Rs256 : type == "EC" ? SignatureKind::Es256 : SignatureKind::EdDsa;
    if ((!use.empty() && use != "sig") || (!alg.empty() && signatureKindOf(alg) != kind)) {
        return nullptr;
    }
    return std::unique_ptr<EVP_PKEY, Free>(type == "RSA"   ? rsaKey(jwk)
                                           : type == "EC"  ? p256Key(jwk)
                                           : type == "OKP" ? ed25519Key(jwk)
                                                           : nullptr);
}

KeySet KeySet::of(std::string_view json) {
    const Value set = parseJson(json);
    const Value* keys = set.kind() == Kind::Map ? set.find("keys") : nullptr;
    if (keys == nullptr || keys->kind() != Kind::List || keys->list().size() > kKeysMax) {
        throw Error(ErrorCode::Data, fmt::format("This is no JWK set of at most {} keys.", kKeysMax));
    }
    KeySet found;
    for (const Value& jwk : keys->list()) {
        Key key;
        key.key = keyOf(jwk, key.kind);
        if (key.key != nullptr) {
            key.kid = textMember(jwk, "kid");
            found.keys_.push_back(std::move(key));
        }
    }
    return found;
}

bool KeySet::has(std::string_view kid) const noexcept {
    return std::any_of(keys_.begin(), keys_.end(),
                       [kid](const Key& key) { return kid.empty() || key.kid == kid; });
}

bool KeySet::verifies(const Jwt& token) const {
    const std::optional<SignatureKind> kind = signatureKindOf(token.alg);
    return kind && std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) {
               return key.kind == *kind && (token.kid.empty() || key.kid == token.kid) &&
                      hasSigned(key.key.get(), key.kind, token);
           });
}

}  // namespace xinpu::server
