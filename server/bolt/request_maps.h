// server/bolt/request_maps.h
#pragma once
// What requests carry in their maps: members by name, the extra of RUN and BEGIN, notification filters.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"
#include "query/session/session.h"
#include "server/bolt/answers.h"

namespace xinpu::server::bolt {

/// A list of texts in a request (bookmarks, categories) is kept for as long as what it is about.
inline constexpr std::size_t kListTextsMax = 1'000;
inline constexpr std::size_t kListTextBytesMax = 256;

/// The member of a map, or null if it is absent or null.
const engine::Value* memberOf(const engine::Value& map, std::string_view name);
/// The text, or an empty one for what is none.
std::string textOf(const engine::Value* value);

/// What RUN and BEGIN carry beside the statement.
struct RunExtra {
    std::string database;  ///< as written; empty: the usual one
    query::AccessMode access = query::AccessMode::Write;
    std::vector<std::string> bookmarks;
    std::optional<std::chrono::milliseconds> time_max;
    std::optional<NotificationFilter> filter;

    /// @throws Error(Usage, RequestMalformed) naming the member that is wrong; Error(Argument) to act as
    /// another
    static RunExtra of(const engine::Value& map);
};

/// The members of HELLO, RUN and BEGIN about notifications; nothing if there is none.
/// @throws Error(Usage, RequestMalformed)
std::optional<NotificationFilter> notificationFilterOf(const engine::Value& map);

}  // namespace xinpu::server::bolt
