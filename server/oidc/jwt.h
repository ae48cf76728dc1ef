// server/oidc/jwt.h
#pragma once
// A signed token (RFC 7519 in the compact form of RFC 7515), taken apart. Nothing here is trusted yet.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/value/value.h"

namespace xinpu::server {

/// What may sign a token. Never "none", never a shared secret (HS256 …).
enum class SignatureKind : std::uint8_t { Rs256, Es256, EdDsa };
std::optional<SignatureKind> signatureKindOf(std::string_view alg) noexcept;

struct Jwt {
    std::string alg;
    std::string kid;                ///< which key signed it; may be empty
    engine::Value claims;           ///< a map
    std::string_view signed_text;   ///< header and payload as they stand in the token, which is borrowed
    std::string signature;          ///< bytes
};

inline constexpr std::size_t kTokenBytesMax = 12 * 1024;

/// Nothing if the text is no such token, or its header asks for what is not known here ("crit").
std::optional<Jwt> jwtOf(std::string_view token);

/// base64url without padding (RFC 4648 §5). Nothing for any other text.
std::optional<std::string> fromBase64Url(std::string_view text);

}  // namespace xinpu::server
