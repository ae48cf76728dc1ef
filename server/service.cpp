// server/service.cpp
// From the target, method and headers of a request to the work that it asks for; what is quick is answered
// here.
#include "server/service.h"

#include <algorithm>

#include <fmt/format.h>

#include "server/gzip.h"
#include "server/log.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::size_t kBodyBytesAtOnce = 64 * 1024;  // longer bodies are parsed by a worker
constexpr std::string_view kRoles[] = {"admin",   "analyst",        "loader", "department",
                                       "subject", "finance_office", "auditor"};

/// The methods of a place, as the header Allow lists them.
std::string_view methodsOf(Place place) noexcept {
    switch (place) {
    case Place::Discovery:
    case Place::Live:
    case Place::Ready:
    case Place::DatabaseList:
        return "GET,HEAD,OPTIONS";
    case Place::Database:
        return "GET,HEAD,PUT,DELETE,OPTIONS";
    case Place::TransactionRun:
        return "POST,DELETE,OPTIONS";
    case Place::Query:
    case Place::TransactionBegin:
    case Place::TransactionCommit:
        return "POST,OPTIONS";
    case Place::Unknown:
        break;
    }
    return {};
}

bool takes(Place place, Method method) noexcept {
    constexpr std::string_view kNames[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "-"};
    return methodsOf(place).find(kNames[static_cast<std::size_t>(method)]) != std::string_view::npos;
}

bool runsStatements(Place place) noexcept {
    return place == Place::Query || place == Place::TransactionBegin || place == Place::TransactionRun ||
           place == Place::TransactionCommit;
}

int hexDigit(char c) noexcept {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/// A part of the path without percent signs; as it stands if it is not well formed.
std::string decoded(std::string_view part) {
    std::string text;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] == '%' && i + 2 < part.size() && hexDigit(part[i + 1]) >= 0 &&
            hexDigit(part[i + 2]) >= 0) {
            text += static_cast<char>(hexDigit(part[i + 1]) * 16 + hexDigit(part[i + 2]));
            i += 2;
        } else {
            text += part[i];
        }
    }
    return text;
}

/// Sets place, database (as written) and transaction.
void route(std::string_view target, Work& work) {
    const std::string_view path = target.substr(0, target.find_first_of("?#"));
    if (path == "/") {
        work.place = Place::Discovery;
    } else if (path == "/health/live") {
        work.place = Place::Live;
    } else if (path == "/health/ready") {
        work.place = Place::Ready;
    } else if (path == "/db" || path == "/db/") {
        work.place = Place::DatabaseList;
    } else if (path.starts_with("/db/")) {
        const std::string_view rest = path.substr(4);
        const std::size_t slash = std::min(rest.find('/'), rest.size());
        work.database = decoded(rest.substr(0, slash));
        const std::string_view inside = rest.substr(slash);
        constexpr std::string_view kQuery = "/query/v2";
        constexpr std::string_view kTransaction = "/query/v2/tx";
        constexpr std::string_view kCommit = "/commit";
        if (inside.empty() || inside == "/") {
            work.place = Place::Database;
        } else if (inside == kQuery) {
            work.place = Place::Query;
        } else if (inside == kTransaction) {
            work.place = Place::TransactionBegin;
        } else if (inside.starts_with(kTransaction) && inside[kTransaction.size()] == '/') {
            std::string_view id = inside.substr(kTransaction.size() + 1);
            const bool commit = id.ends_with(kCommit);
            id.remove_suffix(commit ? kCommit.size() : 0);
            if (!id.empty() && id.find('/') == std::string_view::npos) {
                work.place = commit ? Place::TransactionCommit : Place::TransactionRun;
                work.transaction = decoded(id);
            }
        }
    }
}

[[noreturn]] void refuse(const char* detail, std::string message) {
    throw Error(ErrorCode::Usage, std::move(message), detail);
}

/// Names that no database can have are names of databases that do not exist, unless one is to be made.
std::string databaseNameOf(const std::string& written, bool made) {
    try {
        return Databases::canonicalName(written);
    } catch (const Error&) {
        if (made) {
            throw;
        }
    }
    throw Error(ErrorCode::NotFound, fmt::format("Graph not found: {:.80}", written),
                details::kDatabaseNotFound);
}

/// What may stand in a link: a client's Host header comes back in the discovery document.
std::string hostOf(std::string_view host) {
    const auto sound = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == ':' || c == '[' || c == ']';
    };
    return !host.empty() && std::all_of(host.begin(), host.end(), sound) ? std::string(host) : "localhost";
}

/// The last resort: of an answer whose rows flow already, only its breaking off can tell.
void failed(Exchange& exchange, const Error& error, const AnswerForm& form) {
    if (exchange.phase() == Exchange::Phase::Working) {
        exchange.streamed = false;
        replyError(exchange, errorAnswer(error, {}), form);
        return;
    }
    logEvent(LogLevel::Error, "answer broken off", {{"what", error.message()}});
    exchange.spool.finish(true);
}

}  // namespace

Service::Service(ServiceOptions options, std::shared_ptr<const query::Registry> registry)
    : options_(std::move(options)), lock_([this] {
          std::filesystem::create_directories(options_.data);
          const std::filesystem::path file = options_.data / "server.lock";
          auto lock = engine::FileLock::tryTake(file, engine::FileLock::Kind::Exclusive);
          if (!lock) {
              throw Error(
                  ErrorCode::Locked,
                  fmt::format("The data folder '{}' is served by process {} already: use HTTP, or stop it.",
                              options_.data.string(), engine::FileLock::holder(file)));
          }
          return lock;
      }()),
      databases_(options_.data, std::move(registry), query::EngineOptions{}), keys_(options_.data) {
    if (!options_.dev && makeFirstKey(keys_, options_.data)) {
        logEvent(LogLevel::Info, "first key made", {{"file", (options_.data / "admin.key").string()}});
    }
    if (databases_.create(std::string(kUsualDatabase))) {
        logEvent(LogLevel::Info, "database made", {{"database", std::string(kUsualDatabase)}});
    }
    databases_.use(kUsualDatabase);
}

Service::~Service() {
    transactions_.rollbackAll();
}

Principal Service::principalOf(const Request& request) {
    if (options_.dev) {
        const std::string_view role = request.act_as.substr(0, request.act_as.find(':'));
        if (role.empty()) {
            return {"dev", "admin", {}};
        }
        if (std::find(std::begin(kRoles), std::end(kRoles), role) == std::end(kRoles)) {
            refuse(details::kMalformed, fmt::format("X-Xinpu-Act-As names no role: '{:.40}'.", role));
        }
        const std::string_view scope =
            request.act_as.substr(std::min(role.size() + 1, request.act_as.size()));
        return {"dev", std::string(role), {std::string(scope)}};
    }
    if (request.authorization.empty()) {
        throw Error(ErrorCode::Denied, "No authentication header supplied.", details::kUnauthorized);
    }
    const std::optional<std::string> key = keyOf(request.authorization);
    std::optional<Principal> principal = key ? keys_.check(*key) : std::nullopt;
    if (!principal) {
        throw Error(ErrorCode::Denied, "Invalid credential.", details::kUnauthorized);
    }
    return std::move(*principal);
}

/// True: the reply stands.
bool Service::check(Exchange& exchange, Work& work) {
    const Request& request = exchange.request;
    const std::optional<AnswerForm> form = answerForm(request.accept);
    work.form = form.value_or(AnswerForm{});
    route(request.target, work);
    if (request.method == Method::Options && work.place != Place::Unknown) {
        exchange.reply.headers = fmt::format("Allow: {}\r\n", methodsOf(work.place));
        return true;
    }
    const bool is_public =
        work.place == Place::Discovery || work.place == Place::Live || work.place == Place::Ready;
    if (!is_public) {
        work.principal = principalOf(request);
    }
    if (work.place == Place::Unknown) {
        refuse(details::kPathNotFound, "Not Found");
    }
    if (!takes(work.place, request.method)) {
        exchange.reply.headers = fmt::format("Allow: {}\r\n", methodsOf(work.place));
        refuse(details::kMethodNotAllowed, "Method Not Allowed");
    }
    if (is_public) {
        return false;
    }
    if (work.principal.role != "admin") {
        throw Error(ErrorCode::Denied,
                    fmt::format("The role {} may not send statements.", work.principal.role),
                    details::kForbidden);
    }
    if (runsStatements(work.place) && !form) {
        refuse(details::kNotAcceptable, "Not Acceptable");
    }
    if (runsStatements(work.place) && request.method == Method::Post) {
        checkBody(request, work);
    }
    if (work.place != Place::DatabaseList) {
        work.database = databaseNameOf(work.database, request.method == Method::Put);
    }
    return false;
}

void Service::checkBody(const Request& request, Work& work) const {
    const bool may_be_empty = work.place != Place::Query;
    const std::optional<ValueForm> parameters = bodyForm(request.content_type);
    if (!parameters && !(may_be_empty && request.body.empty())) {
        refuse(details::kMediaType, "Unsupported Media Type");
    }
    if (!request.content_encoding.empty() && !equalIgnoringCase(request.content_encoding, "gzip") &&
        !equalIgnoringCase(request.content_encoding, "identity")) {
        refuse(details::kMediaType, "Unsupported Media Type: the body may be encoded with gzip only.");
    }
    work.parameters = parameters.value_or(ValueForm::Plain);
    work.gzip = acceptsGzip(request.accept_encoding);
}

void Service::readBody(const Request& request, Work& work) const {
    if (equalIgnoringCase(request.content_encoding, "gzip")) {
        const std::string body = gunzip(request.body, kBodyBytesMax);
        work.query = readQueryRequest(body, work.parameters, databases_.registry());
    } else {
        work.query = readQueryRequest(request.body, work.parameters, databases_.registry());
    }
    work.body_read = true;
    if (work.place == Place::Query && work.query.statement.empty()) {
        refuse(details::kMalformed, "statement cannot be null or empty");
    }
}

bool Service::tryNow(Exchange& exchange, Work& work) {
    try {
        if (check(exchange, work)) {
            return true;
        }
        switch (work.place) {
        case Place::Discovery:
            replyDiscovery(exchange);
            return true;
        case Place::Live:
            putRaw(exchange.buffer, "{\"status\":\"live\"}");
            replyJson(exchange, 200);
            return true;
        case Place::Ready:
            putRaw(exchange.buffer, draining() ? "{\"status\":\"draining\"}" : "{\"status\":\"ready\"}");
            replyJson(exchange, draining() ? 503 : 200);
            return true;
        case Place::Query:
            break;
        default:
            return false;
        }
        if (exchange.request.body.size() > kBodyBytesAtOnce || !exchange.request.content_encoding.empty()) {
            return false;
        }
        readBody(exchange.request, work);
        const std::size_t hash = std::hash<std::string_view>{}(work.query.statement);
        return work.query.bookmarks.empty() && quick_.has(hash) &&
               runStatement(exchange, work, Thread::Network);
    } catch (const Error& error) {
        ErrorAnswer answer = errorAnswer(error, {});
        if (answer.status == 401) {
            exchange.reply.headers += "WWW-Authenticate: Basic realm=\"xinpu\", Bearer realm=\"xinpu\"\r\n";
        }
        replyError(exchange, answer, work.form);
    } catch (const std::exception& unexpected) {
        logEvent(LogLevel::Error, "unexpected", {{"what", unexpected.what()}});
        replyError(exchange,
                   errorAnswer(Error(ErrorCode::Internal, "Something went wrong inside the server."), {}),
                   work.form);
    }
    return true;
}

WorkerPool::Lane Service::laneOf(const Work& work) const {
    const bool inside = work.place == Place::TransactionRun || work.place == Place::TransactionCommit;
    return inside && transactions_.holdsWriter(work.transaction) ? WorkerPool::Lane::HoldsWriter
                                                                 : WorkerPool::Lane::Usual;
}

void Service::answer(Exchange& exchange, Work& work) noexcept {
    try {
        if (runsStatements(work.place) && exchange.request.method == Method::Post && !work.body_read) {
            readBody(exchange.request, work);
        }
        switch (work.place) {
        case Place::DatabaseList:
            replyDatabaseList(exchange);
            break;
        case Place::Database:
            changeDatabase(exchange, work);
            break;
        case Place::Query:
            runStatement(exchange, work, Thread::Worker);
            break;
        case Place::TransactionBegin:
            beginTransaction(exchange, work);
            break;
        case Place::TransactionRun:
            if (exchange.request.method == Method::Delete) {
                rollbackTransaction(exchange, work);
            } else {
                continueTransaction(exchange, work, false);
            }
            break;
        case Place::TransactionCommit:
            continueTransaction(exchange, work, true);
            break;
        default:
            refuse(details::kPathNotFound, "Not Found");
        }
    } catch (const Error& error) {
        failed(exchange, error, work.form);
    } catch (const std::exception& unexpected) {
        logEvent(LogLevel::Error, "unexpected", {{"what", unexpected.what()}});
        failed(exchange, Error(ErrorCode::Internal, "Something went wrong inside the server."), work.form);
    }
}

void Service::expireTransactions() {
    const std::size_t count = transactions_.expire(Transactions::Clock::now());
    if (count > 0) {
        logEvent(LogLevel::Info, "transactions expired", {{"count", std::to_string(count)}});
    }
}

void Service::replyDiscovery(Exchange& exchange) const {
    const std::string base = "http://" + hostOf(exchange.request.host) + "/db/{databaseName}/query/v2";
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putMember(json, "query", std::string_view(base));
    putMember(json, "transaction", std::string_view(base + "/tx"));
    putMember(json, "xinpu_version", XINPU_VERSION);
    putMember(json, "neo4j_version", "5.26.0");  // what clients of this interface take us for
    putMember(json, "neo4j_edition", "community");
    json.EndObject();
    exchange.reply.headers = "Vary: Accept\r\n";
    replyJson(exchange, 200);
}

void Service::replyDatabaseList(Exchange& exchange) const {
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putKey(json, "databases");
    json.StartArray();
    for (const std::string& name : databases_.names()) {
        json.StartObject();
        putMember(json, "name", std::string_view(name));
        putMember(json, "default", name == kUsualDatabase);
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    replyJson(exchange, 200);
}

void Service::changeDatabase(Exchange& exchange, const Work& work) {
    int status = 200;
    if (exchange.request.method == Method::Delete) {
        if (transactions_.openOn(work.database) > 0) {
            throw Error(ErrorCode::Conflict,
                        fmt::format("Database '{}' has an open transaction.", work.database),
                        details::kDatabaseInUse);
        }
        databases_.remove(work.database);
        logEvent(LogLevel::Info, "database removed",
                 {{"database", work.database}, {"by", work.principal.id}});
        exchange.reply.status = 204;
        return;
    }
    if (exchange.request.method == Method::Put && databases_.create(work.database)) {
        logEvent(LogLevel::Info, "database made", {{"database", work.database}, {"by", work.principal.id}});
        status = 201;
    }
    const auto database = databases_.use(work.database);
    const auto snapshot = database->engine->database()->snapshot();
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putMember(json, "name", std::string_view(database->name));
    putMember(json, "uuid", std::string_view(database->uuid));
    putMember(json, "nodes", snapshot->counts().nodes);
    putMember(json, "relationships", snapshot->counts().relationships);
    putMember(json, "lastEntry", snapshot->sequence());
    json.EndObject();
    replyJson(exchange, status);
}

}  // namespace xinpu::server
