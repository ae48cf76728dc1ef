// server/oidc/jwt.cpp
// Splits and decodes tokens.
#include "server/oidc/jwt.h"

#include <algorithm>
#include <array>

#include "server/json/json_input.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::Value;

constexpr int kNoDigit = -1;

int base64UrlDigit(char c) noexcept {
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '-'             ? 62
           : c == '_'             ? 63
                                  : kNoDigit;
}

std::optional<Value> objectOf(std::string_view part) {
    const std::optional<std::string> text = fromBase64Url(part);
    if (!text) {
        return std::nullopt;
    }
    try {
        Value object = parseJson(*text);
        return object.kind() == Kind::Map ? std::optional(std::move(object)) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::string textMember(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->kind() == Kind::String ? std::string(member->string())
                                                               : std::string();
}

}  // namespace

std::optional<SignatureKind> signatureKindOf(std::string_view alg) noexcept {
    return alg == "RS256"   ? std::optional(SignatureKind::Rs256)
           : alg == "ES256" ? std::optional(SignatureKind::Es256)
           : alg == "EdDSA" ? std::optional(SignatureKind::EdDsa)
                            : std::nullopt;
}

std::optional<std::string> fromBase64Url(std::string_view text) {
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const int digit = base64UrlDigit(c);
        if (digit == kNoDigit) {
            return std::nullopt;
        }
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xFF);
        }
    }
    // What is left over must be zero: one text for one sequence of bytes.
    return (bits & ((1U << count) - 1)) == 0 ? std::optional(std::move(bytes)) : std::nullopt;
}

std::optional<Jwt> jwtOf(std::string_view token) {
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (token.size() > kTokenBytesMax || second == std::string_view::npos ||
        token.find('.', second + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    const std::optional<Value> header = objectOf(token.substr(0, first));
    std::optional<Value> claims = objectOf(token.substr(first + 1, second - first - 1));
    std::optional<std::string> signature = fromBase64Url(token.substr(second + 1));
    if (!header || !claims || !signature || header->find("crit") != nullptr) {
        return std::nullopt;
    }
    return Jwt{.alg = textMember(*header, "alg"),
               .kid = textMember(*header, "kid"),
               .claims = std::move(*claims),
               .signed_text = token.substr(0, second),
               .signature = std::move(*signature)};
}

}  // namespace xinpu::server
