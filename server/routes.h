// server/routes.h
#pragma once
// The table of what can be asked over HTTP: methods, paths, who may, and what answers.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/access/operations.h"
#include "server/exchange.h"

namespace xinpu::server {

class Service;
struct Work;

/// Writes the reply. Throws what the boundary turns into an answer with errors.
using Handler = void (*)(Service&, Exchange&, Work&);

enum class Body : std::uint8_t {
    None,            ///< not looked at
    Statement,       ///< of the Query API
    StatementOrNot,  ///< the same, may be absent
    Json,            ///< in one of the forms of application/json; the handler reads it
};

enum class Runs : std::uint8_t {
    AtOnce,     ///< on the thread of the network: must not wait for anything
    OnWorker,
    Promptly,   ///< on a worker that statements cannot keep busy; must not wait for any of them
    Statement,  ///< on a worker, or at once if it was quick the last time
};

/// A line of the table. HEAD is answered as GET; OPTIONS, the header Allow, 404 and 405 follow from the lines.
struct Route {
    Method method = Method::Get;
    /// Parts in braces stand for one part of a path that is not empty: {database}, {transaction}, {id}.
    std::string_view pattern;
    Operation operation = Operation::Discover;
    Body body = Body::None;
    Runs runs = Runs::OnWorker;
    Handler handler = nullptr;
};

std::span<const Route> allRoutes() noexcept;
/// "GET"; "other" for those that no route has.
std::string_view nameOf(Method method) noexcept;

/// What a method and target lead to.
struct Destination {
    const Route* route = nullptr;  ///< null: no such path, or not with this method
    std::string_view pattern;      ///< empty: no such path
    std::string database;          ///< as written, without percent signs
    std::string transaction;
    std::string id;
};
Destination destinationOf(Method method, std::string_view target);

/// What the header Allow says of a path: "GET,HEAD,OPTIONS".
std::string methodsOf(std::string_view pattern);

/// The members after the question mark, by name, without percent signs.
/// @throws Error(Usage, RequestMalformed) a name that is not among `known`, or one that comes twice
std::map<std::string, std::string> queryOf(std::string_view target,
                                           std::initializer_list<std::string_view> known);

}  // namespace xinpu::server
