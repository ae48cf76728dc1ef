// server/query_request.h
#pragma once
// The body of a statement's request, checked member by member.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/session/session.h"
#include "server/json/value_json.h"

namespace xinpu::server {

struct QueryRequest {
    std::string statement;  ///< empty: none was given
    query::Parameters parameters;
    bool include_counters = false;
    query::AccessMode access = query::AccessMode::Write;
    std::optional<std::chrono::seconds> time_max;
    std::vector<std::string> bookmarks;
};

/// Reads a body. An empty one is as `{}`; members that are null are as if absent.
/// @throws Error(Usage, RequestMalformed) no JSON object, an unknown member (named), a member of a wrong type
QueryRequest readQueryRequest(std::string_view body, ValueForm parameters, const query::Registry& registry);

}  // namespace xinpu::server
