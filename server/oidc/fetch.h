// server/oidc/fetch.h
#pragma once
// One GET to a provider, over HTTPS; over plain HTTP on loopback only.

#include <chrono>
#include <string>
#include <string_view>

namespace xinpu::server {

inline constexpr std::chrono::seconds kFetchMax{5};
inline constexpr std::size_t kFetchBytesMax = std::size_t{1} << 20;

/// Whether the address is https://…, or http:// to loopback. @throws Error(Usage) it is not
void demandFetchable(std::string_view url);

/// The body of a 200. Certificates are checked against the system's authorities and the host's name;
/// redirections are not followed. Blocks for at most about kFetchMax.
/// @throws Error(Io) whatever went wrong, with the address; Error(Usage) as demandFetchable()
std::string fetch(const std::string& url);

}  // namespace xinpu::server
