// server/access/credentials.h
#pragma once
// What stands in the header Authorization.

#include <optional>
#include <string>
#include <string_view>

namespace xinpu::server {

/// The key or token in a header `Authorization`: what follows Bearer, or the password of Basic. Nothing: the
/// header is of another scheme, or not Base64.
std::optional<std::string> secretOf(std::string_view authorization);

}  // namespace xinpu::server
