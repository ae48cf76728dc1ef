// server/rest/rest_answer.h
#pragma once
// What the endpoints under /api/v1 share: their bodies, their refusals, their paging.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "engine/value/value.h"
#include "server/error_status.h"
#include "server/exchange.h"

namespace xinpu::server {

inline constexpr std::uint64_t kPageUsual = 100;  ///< entries of a list, if the client says nothing
inline constexpr std::uint64_t kPageMax = 1'000;

/// Whether errors of this target are told in the words of REST.
bool isRest(std::string_view target) noexcept;

/// The same error in the words of REST: NOT_FOUND, FORBIDDEN, VALIDATION, STATE_CONFLICT, TOO_MANY.
ErrorAnswer restAnswer(const Error& error, ErrorAnswer answer);

/// The body as a JSON object whose members are all among `known`; without those that are null.
/// @throws Error(Usage, RequestMalformed) naming what is wrong
engine::Value objectOf(const Request& request, std::initializer_list<std::string_view> known);

/// A whole reply `{"errors":[{"code","message","field"}]}` about one member of a body or query.
void replyRefusal(Exchange& exchange, int status, std::string_view code, std::string_view message,
                  std::string_view field);

/// `limit` of a query: kPageUsual if it is not there. @throws Error(Validation) no number from 1 to kPageMax
std::uint64_t limitOf(const std::map<std::string, std::string>& query);

}  // namespace xinpu::server
