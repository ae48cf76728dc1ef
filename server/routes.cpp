// server/routes.cpp
// The table of routes, and how a path finds its line.
#include "server/routes.h"

#include <algorithm>

#include <fmt/format.h>

#include "server/error_status.h"
#include "server/openapi.h"
#include "server/queries.h"
#include "server/rest/keys.h"
#include "server/rest/logs.h"
#include "server/schema_view.h"
#include "server/service.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::string_view kQuery = "/db/{database}/query/v2";
constexpr std::string_view kTransactions = "/db/{database}/query/v2/tx";
constexpr std::string_view kTransaction = "/db/{database}/query/v2/tx/{transaction}";
constexpr std::string_view kCommit = "/db/{database}/query/v2/tx/{transaction}/commit";

/// Turns a member function of the service into a handler.
template <auto kMember>
constexpr Handler kCalls = [](Service& service, Exchange& exchange, Work& work) {
    (service.*kMember)(exchange, work);
};

// One line each; lines of one path stand together.
// clang-format off
constexpr Route kRoutes[] = {
    {Method::Post, kQuery, Operation::ReadStatement, Body::Statement, Runs::Statement, kCalls<&Service::answerStatement>},
    {Method::Post, kTransactions, Operation::ReadStatement, Body::StatementOrNot, Runs::OnWorker, kCalls<&Service::beginTransaction>},
    {Method::Post, kTransaction, Operation::ReadStatement, Body::StatementOrNot, Runs::OnWorker, kCalls<&Service::continueTransaction>},
    {Method::Delete, kTransaction, Operation::ReadStatement, Body::None, Runs::OnWorker, kCalls<&Service::rollbackTransaction>},
    {Method::Post, kCommit, Operation::ReadStatement, Body::StatementOrNot, Runs::OnWorker, kCalls<&Service::commitTransaction>},
    {Method::Get, "/", Operation::Discover, Body::None, Runs::AtOnce, kCalls<&Service::replyDiscovery>},
    {Method::Get, "/health/live", Operation::Health, Body::None, Runs::AtOnce, kCalls<&Service::replyLive>},
    {Method::Get, "/metrics", Operation::ReadMetrics, Body::None, Runs::OnWorker, kCalls<&Service::replyMetrics>},
    {Method::Get, "/health/ready", Operation::Health, Body::None, Runs::AtOnce, kCalls<&Service::replyReady>},
    {Method::Get, "/openapi.json", Operation::Discover, Body::None, Runs::AtOnce, replyOpenapi},
    {Method::Get, "/db", Operation::ListDatabases, Body::None, Runs::OnWorker, kCalls<&Service::replyDatabaseList>},
    {Method::Get, "/db/{database}", Operation::DescribeDatabase, Body::None, Runs::OnWorker, kCalls<&Service::replyDatabase>},
    {Method::Put, "/db/{database}", Operation::CreateDatabase, Body::None, Runs::OnWorker, kCalls<&Service::createDatabase>},
    {Method::Delete, "/db/{database}", Operation::DropDatabase, Body::None, Runs::OnWorker, kCalls<&Service::dropDatabase>},
    {Method::Get, "/db/{database}/schema", Operation::ReadSchema, Body::None, Runs::OnWorker, replySchema},
    {Method::Get, "/queries", Operation::SeeQueries, Body::None, Runs::Promptly, listQueries},
    {Method::Delete, "/queries/{id}", Operation::EndQueries, Body::None, Runs::Promptly, endQuery},
    {Method::Get, "/api/v1/keys", Operation::ManageKeys, Body::None, Runs::OnWorker, listKeys},
    {Method::Post, "/api/v1/keys", Operation::ManageKeys, Body::Json, Runs::OnWorker, makeKey},
    {Method::Delete, "/api/v1/keys/{id}", Operation::ManageKeys, Body::None, Runs::OnWorker, revokeKey},
    {Method::Get, "/api/v1/journal", Operation::ReadJournal, Body::None, Runs::OnWorker, listJournal},
    {Method::Get, "/api/v1/access-log", Operation::ReadAccessLog, Body::None, Runs::OnWorker, listAccessLog},
};
// clang-format on

int hexDigit(char c) noexcept {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

enum class Plus : bool { IsItself, IsSpace };

/// A part of the target without percent signs; as it stands where it is not well formed.
std::string decoded(std::string_view part, Plus plus = Plus::IsItself) {
    std::string text;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] == '%' && i + 2 < part.size() && hexDigit(part[i + 1]) >= 0 &&
            hexDigit(part[i + 2]) >= 0) {
            text += static_cast<char>(hexDigit(part[i + 1]) * 16 + hexDigit(part[i + 2]));
            i += 2;
        } else {
            text += part[i] == '+' && plus == Plus::IsSpace ? ' ' : part[i];
        }
    }
    return text;
}

/// Takes the first part off a path that begins with a slash.
std::string_view takePart(std::string_view& path) noexcept {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view part = path.substr(1, end - 1);
    path.remove_prefix(end);
    return part;
}

bool isBraced(std::string_view part) noexcept {
    return part.starts_with('{');
}

bool matches(std::string_view pattern, std::string_view path) noexcept {
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = takePart(pattern);
        const std::string_view part = takePart(path);
        if (isBraced(wanted) ? part.empty() : part != wanted) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

void fill(Destination& destination, std::string_view path) {
    std::string_view pattern = destination.pattern;
    while (!pattern.empty()) {
        const std::string_view wanted = takePart(pattern);
        const std::string_view part = takePart(path);
        if (wanted == "{database}") {
            destination.database = decoded(part);
        } else if (wanted == "{transaction}") {
            destination.transaction = decoded(part);
        } else if (isBraced(wanted)) {
            destination.id = decoded(part);
        }
    }
}

}  // namespace

std::span<const Route> allRoutes() noexcept {
    return kRoutes;
}

std::string_view nameOf(Method method) noexcept {
    constexpr std::string_view kNames[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "other"};
    return kNames[static_cast<std::size_t>(method)];
}

Destination destinationOf(Method method, std::string_view target) {
    std::string_view path = target.substr(0, target.find_first_of("?#"));
    Destination destination;
    if (!path.starts_with('/')) {
        return destination;
    }
    if (path.size() > 1 && path.ends_with('/')) {
        path.remove_suffix(1);
    }
    const Method asked = method == Method::Head ? Method::Get : method;
    for (const Route& route : kRoutes) {
        const bool of_path = destination.pattern.empty() ? matches(route.pattern, path)
                                                         : route.pattern == destination.pattern;
        if (!of_path) {
            continue;
        }
        destination.pattern = route.pattern;
        if (route.method == asked) {
            destination.route = &route;
            break;
        }
    }
    fill(destination, path);
    return destination;
}

std::string methodsOf(std::string_view pattern) {
    constexpr std::pair<Method, std::string_view> kNames[] = {{Method::Get, "GET,HEAD,"},
                                                              {Method::Post, "POST,"},
                                                              {Method::Put, "PUT,"},
                                                              {Method::Delete, "DELETE,"}};
    std::string methods;
    for (const auto& [method, names] : kNames) {
        if (std::any_of(std::begin(kRoutes), std::end(kRoutes), [&, wanted = method](const Route& route) {
                return route.method == wanted && route.pattern == pattern;
            })) {
            methods += names;
        }
    }
    return methods + "OPTIONS";
}

std::map<std::string, std::string> queryOf(std::string_view target,
                                           std::initializer_list<std::string_view> known) {
    std::map<std::string, std::string> members;
    const std::size_t mark = target.find('?');
    std::string_view rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    rest = rest.substr(0, rest.find('#'));
    while (!rest.empty()) {
        const std::string_view member = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(member.size() + 1, rest.size()));
        const std::size_t equals = std::min(member.find('='), member.size());
        const std::string name = decoded(member.substr(0, equals), Plus::IsSpace);
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw Error(ErrorCode::Usage,
                        fmt::format("The query has an unknown member '{:.40}'; known are {}.", name,
                                    fmt::join(known, ", ")),
                        details::kMalformed);
        }
        const std::string_view value = member.substr(std::min(equals + 1, member.size()));
        if (!members.emplace(name, decoded(value, Plus::IsSpace)).second) {
            throw Error(ErrorCode::Usage, fmt::format("The query has '{}' twice.", name),
                        details::kMalformed);
        }
    }
    return members;
}

}  // namespace xinpu::server
