// server/access/credentials.cpp
// Reads the header Authorization.
#include "server/access/credentials.h"

#include <openssl/evp.h>

#include "server/negotiation.h"

namespace xinpu::server {
namespace {

constexpr std::size_t kBasicBytesMax = 16 * 1024;  // as long as a header may be: the password may be a token

}  // namespace

std::optional<std::string> secretOf(std::string_view authorization) {
    const std::size_t space = authorization.find(' ');
    const std::string_view scheme = authorization.substr(0, space);
    const std::size_t first =
        space == std::string_view::npos ? space : authorization.find_first_not_of(' ', space);
    if (first == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view rest = authorization.substr(first);
    if (equalIgnoringCase(scheme, "bearer")) {
        return std::string(rest);
    }
    if (!equalIgnoringCase(scheme, "basic") || rest.size() > kBasicBytesMax || rest.size() % 4 != 0) {
        return std::nullopt;
    }
    std::string decoded(rest.size() / 4 * 3 + 1, '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                        reinterpret_cast<const unsigned char*>(rest.data()), static_cast<int>(rest.size()));
    if (size < 0) {
        return std::nullopt;
    }
    decoded.resize(static_cast<std::size_t>(size) - (rest.ends_with("==")  ? 2U
                                                     : rest.ends_with('=') ? 1U
                                                                           : 0U));
    const std::size_t colon = decoded.find(':');
    return colon == std::string::npos ? std::nullopt : std::optional(decoded.substr(colon + 1));
}

}  // namespace xinpu::server
