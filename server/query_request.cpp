// server/query_request.cpp
// One check a member; what is not known is refused by name rather than left out silently.
#include "server/query_request.h"

#include <fmt/format.h>

#include "server/error_status.h"
#include "server/json/json_input.h"
#include "server/negotiation.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::MapEntry;
using engine::Value;

constexpr std::int64_t kTimeSecondsMax = 86'400;
constexpr std::size_t kBookmarksMax = 1'000;

[[noreturn]] void refuse(std::string message) {
    throw Error(ErrorCode::Usage, std::move(message), details::kMalformed);
}

std::string_view textOf(const MapEntry& member) {
    if (member.value.kind() != Kind::String) {
        refuse(fmt::format("The member '{}' must be a string.", member.key));
    }
    return member.value.string();
}

query::AccessMode accessOf(const MapEntry& member) {
    const std::string_view mode = textOf(member);
    if (equalIgnoringCase(mode, "read")) {
        return query::AccessMode::Read;
    }
    if (equalIgnoringCase(mode, "write")) {
        return query::AccessMode::Write;
    }
    refuse(fmt::format("The member 'accessMode' must be 'Read' or 'Write', not '{:.40}'.", mode));
}

std::chrono::seconds timeOf(const MapEntry& member) {
    if (member.value.kind() != Kind::Integer || member.value.integer() < 1 ||
        member.value.integer() > kTimeSecondsMax) {
        refuse(fmt::format("The member 'maxExecutionTime' must be whole seconds from 1 to {}.",
                           kTimeSecondsMax));
    }
    return std::chrono::seconds(member.value.integer());
}

std::vector<std::string> bookmarksOf(const MapEntry& member) {
    const bool sound = member.value.kind() == Kind::List && member.value.list().size() <= kBookmarksMax;
    std::vector<std::string> bookmarks;
    for (const Value& bookmark : sound ? member.value.list() : std::span<const Value>()) {
        if (bookmark.kind() == Kind::String) {
            bookmarks.emplace_back(bookmark.string());
        }
    }
    if (!sound || bookmarks.size() != member.value.list().size()) {
        refuse(fmt::format("The member 'bookmarks' must be an array of at most {} strings.", kBookmarksMax));
    }
    return bookmarks;
}

query::Parameters parametersOf(const MapEntry& member, ValueForm form, const query::Registry& registry) {
    if (member.value.kind() != Kind::Map) {
        refuse("The member 'parameters' must be an object.");
    }
    query::Parameters parameters;
    parameters.reserve(member.value.map().size());
    for (const MapEntry& entry : member.value.map()) {
        parameters.push_back({entry.key, form == ValueForm::Typed
                                             ? fromTyped(entry.value, entry.key, registry)
                                             : entry.value});
    }
    return parameters;
}

void takeMember(QueryRequest& request, const MapEntry& member, ValueForm form,
                const query::Registry& registry) {
    if (member.key == "statement") {
        request.statement = textOf(member);
    } else if (member.key == "parameters") {
        request.parameters = parametersOf(member, form, registry);
    } else if (member.key == "includeCounters") {
        if (member.value.kind() != Kind::Boolean) {
            refuse("The member 'includeCounters' must be true or false.");
        }
        request.include_counters = member.value.boolean();
    } else if (member.key == "accessMode") {
        request.access = accessOf(member);
    } else if (member.key == "maxExecutionTime") {
        request.time_max = timeOf(member);
    } else if (member.key == "bookmarks") {
        request.bookmarks = bookmarksOf(member);
    } else {
        refuse(fmt::format("The body has an unknown member '{:.80}'. Known are: statement, parameters, "
                           "includeCounters, accessMode, maxExecutionTime, bookmarks.",
                           member.key));
    }
}

bool isNullMember(const MapEntry& member) noexcept {
    return member.value.isNull() &&
           (member.key == "statement" || member.key == "parameters" || member.key == "includeCounters" ||
            member.key == "accessMode" || member.key == "maxExecutionTime" || member.key == "bookmarks");
}

}  // namespace

QueryRequest readQueryRequest(std::string_view body, ValueForm parameters, const query::Registry& registry) {
    QueryRequest request;
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return request;
    }
    const Value json = parseJson(body);
    if (json.kind() != Kind::Map) {
        refuse("The body must be a JSON object.");
    }
    for (const MapEntry& member : json.map()) {
        if (!isNullMember(member)) {
            takeMember(request, member, parameters, registry);
        }
    }
    return request;
}

}  // namespace xinpu::server
