// server/service.cpp
// From the target, method and headers of a request to the work that it asks for; what is quick is answered
// here.
#include "server/service.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/statvfs.h>

#include "server/access/credentials.h"
#include "server/content_coding.h"
#include "server/log.h"
#include "server/rest/rest_answer.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::size_t kBodyBytesAtOnce = 64 * 1024;  // longer bodies are parsed by a worker

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

/// "[::1]:7474" as "[::1]".
std::string_view withoutPort(std::string_view host) noexcept {
    const std::size_t colon = host.rfind(':');
    const bool in_brackets = host.find(']', colon == std::string_view::npos ? 0 : colon) != std::string_view::npos;
    return colon == std::string_view::npos || in_brackets ? host : host.substr(0, colon);
}

/// A reply about the request as a whole, in the words of the side that it came to.
void replyRefused(Exchange& exchange, const Error& error, const AnswerForm& form) {
    ErrorAnswer answer = errorAnswer(error, {});
    if (isRest(exchange.request.target)) {
        answer = restAnswer(error, std::move(answer));
    }
    if (answer.status == 401) {
        exchange.reply.headers += "WWW-Authenticate: Basic realm=\"xinpu\", Bearer realm=\"xinpu\"\r\n";
    }
    if (error.detail() == details::kRateLimit) {
        exchange.reply.headers += fmt::format("Retry-After: {}\r\n", Throttle::kRefill.count());
    }
    replyError(exchange, answer, form);
}

/// The last resort: of an answer whose rows flow already, only its breaking off can tell.
void failed(Exchange& exchange, const Error& error, const AnswerForm& form) {
    if (exchange.phase() == Exchange::Phase::Working) {
        exchange.streamed = false;
        replyRefused(exchange, error, form);
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
      databases_(options_.data, std::move(registry), query::EngineOptions{}),
      access_({.data = options_.data, .dev = options_.dev, .oidc = options_.oidc}) {
    if (databases_.create(std::string(kUsualDatabase))) {
        logEvent(LogLevel::Info, "database made", {{"database", std::string(kUsualDatabase)}});
    }
    databases_.use(kUsualDatabase);
}

Service::~Service() {
    transactions_.rollbackAll();
}

/// True: the reply stands.
bool Service::check(Exchange& exchange, Work& work, Thread thread) {
    const Request& request = exchange.request;
    const std::optional<AnswerForm> form = answerForm(request.accept);
    work.form = form.value_or(AnswerForm{});
    if (request.without_host) {
        refuse(details::kMalformed, "The header Host is missing, which HTTP/1.1 demands.");
    }
    if (!request.twice.empty()) {
        refuse(details::kMalformed, fmt::format("The header {} stands twice.", request.twice));
    }
    Destination destination = destinationOf(request.method, request.target);
    const Route* route = destination.route;
    work.route = route;
    work.pattern = destination.pattern;
    if (request.method == Method::Options && !work.pattern.empty()) {
        exchange.reply.headers = fmt::format("Allow: {}\r\n", methodsOf(work.pattern));
        return true;
    }
    if (route != nullptr && isPublic(route->operation)) {
        work.checked = true;
        return false;
    }
    const std::string secret = secretOf(request.authorization).value_or(std::string());
    work.principal = access_.authenticate({.secret = secret,
                                           .shown = !request.authorization.empty(),
                                           .act_as = request.act_as,
                                           .peer = request.peer,
                                           .while_fetching = thread == Thread::Network ? WhileFetching::Tell
                                                                                       : WhileFetching::Wait});
    work.checked = true;
    if (work.pattern.empty()) {
        refuse(details::kPathNotFound, "Not Found");
    }
    if (route == nullptr) {
        exchange.reply.headers = fmt::format("Allow: {}\r\n", methodsOf(work.pattern));
        refuse(details::kMethodNotAllowed, "Method Not Allowed");
    }
    access_.require(work.principal, route->operation);
    const bool takes_statement = route->body == Body::Statement || route->body == Body::StatementOrNot;
    if (takes_statement && !form) {
        refuse(details::kNotAcceptable, "Not Acceptable");
    }
    if (route->body != Body::None) {
        checkBody(request, work);
    }
    if (!destination.database.empty()) {
        try {
            work.database = databaseNameOf(destination.database, route->operation == Operation::CreateDatabase);
        } catch (const Error&) {
            // Who may not go there is told so of every name. What was written is kept nowhere.
            access_.require(work.principal, route->operation, "-");
            throw;
        }
        access_.require(work.principal, route->operation, work.database);
    }
    work.transaction = std::move(destination.transaction);
    work.id = std::move(destination.id);
    return false;
}

void Service::checkBody(const Request& request, Work& work) const {
    const bool may_be_empty = work.route->body == Body::StatementOrNot;
    const std::optional<ValueForm> parameters = bodyForm(request.content_type);
    if (!parameters && !(may_be_empty && request.body.empty())) {
        refuse(details::kMediaType, "Unsupported Media Type");
    }
    if (!bodyCoding(request.content_encoding)) {
        refuse(details::kMediaType,
               "Unsupported Media Type: a body may be packed once, with gzip or zstd (Content-Encoding).");
    }
    work.parameters = parameters.value_or(ValueForm::Plain);
    work.coding = answerCoding(request.accept_encoding);
}

void Service::readBody(const Request& request, Work& work) const {
    const Coding coding = bodyCoding(request.content_encoding).value_or(Coding::Identity);
    if (coding != Coding::Identity) {
        const std::string body = unpacked(coding, request.body, kBodyBytesMax);
        work.query = readQueryRequest(body, work.parameters, databases_.registry());
    } else {
        work.query = readQueryRequest(request.body, work.parameters, databases_.registry());
    }
    work.body_read = true;
    if (work.route->body == Body::Statement && work.query.statement.empty()) {
        refuse(details::kMalformed, "statement cannot be null or empty");
    }
}

bool Service::tryNow(Exchange& exchange, Work& work) {
    try {
        if (check(exchange, work, Thread::Network)) {
            return true;
        }
        if (work.route->runs == Runs::AtOnce) {
            work.route->handler(*this, exchange, work);
            return true;
        }
        if (work.route->runs != Runs::Statement) {
            return false;
        }
        if (exchange.request.body.size() > kBodyBytesAtOnce || !exchange.request.content_encoding.empty()) {
            return false;
        }
        readBody(exchange.request, work);
        const std::size_t hash = std::hash<std::string_view>{}(work.query.statement);
        return work.query.bookmarks.empty() && quick_.has(hash) &&
               runStatement(exchange, work, Thread::Network);
    } catch (const WaitsForKeys&) {
        return false;
    } catch (const Error& error) {
        replyRefused(exchange, error, work.form);
    } catch (const std::exception& unexpected) {
        logEvent(LogLevel::Error, "unexpected", {{"what", unexpected.what()}});
        replyError(exchange,
                   errorAnswer(Error(ErrorCode::Internal, "Something went wrong inside the server."), {}),
                   work.form);
    }
    return true;
}

WorkerPool::Lane Service::laneOf(const Work& work) const {
    return (work.route != nullptr && work.route->runs == Runs::Promptly) ||
                   (!work.transaction.empty() && transactions_.holdsWriter(work.transaction))
               ? WorkerPool::Lane::HoldsWriter
               : WorkerPool::Lane::Usual;
}

void Service::answer(Exchange& exchange, Work& work) noexcept {
    exchange.spool.limitTo(options_.result_bytes_max);
    try {
        if (!work.checked && check(exchange, work, Thread::Worker)) {
            return;
        }
        const bool takes_statement =
            work.route->body == Body::Statement || work.route->body == Body::StatementOrNot;
        if (takes_statement && !work.body_read) {
            readBody(exchange.request, work);
        }
        work.route->handler(*this, exchange, work);
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

void Service::lookAtDisk() {
    struct statvfs disk {};
    if (::statvfs(options_.data.c_str(), &disk) != 0) {
        return;
    }
    const std::uint64_t room = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    const bool full = room < options_.disk_free_min;
    if (full != disk_full_.exchange(full)) {
        logEvent(full ? LogLevel::Error : LogLevel::Info, full ? "disk nearly full" : "disk has room again",
                 {{"folder", options_.data.string()}, {"bytes", std::to_string(room)}});
    }
}

void Service::replyMetrics(Exchange& exchange, Work&) {
    putRaw(exchange.buffer, metrics_.text());
    replyJson(exchange, 200, "text/plain; version=0.0.4; charset=utf-8");
}

void Service::replyLive(Exchange& exchange, Work&) {
    putRaw(exchange.buffer, "{\"status\":\"live\"}");
    replyJson(exchange, 200);
}

void Service::replyReady(Exchange& exchange, Work&) {
    const auto damaged = [] {
        const std::vector<ErrorCount> told = errorsTold();
        return std::any_of(told.begin(), told.end(),
                           [](const ErrorCount& error) { return error.code == kStorageDamage; });
    };
    const bool full = disk_full_.load(std::memory_order_relaxed);
    const std::string_view status = draining() ? "draining" : full ? "disk full" : damaged() ? "damaged" : "ready";
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putMember(json, "status", status);
    json.EndObject();
    replyJson(exchange, status == "ready" ? 200 : 503);
}

void Service::replyDiscovery(Exchange& exchange, Work&) {
    const std::string host = hostOf(exchange.request.host);
    const std::string base =
        (reachable_.secure ? "https://" : "http://") + host + "/db/{databaseName}/query/v2";
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putMember(json, "query", std::string_view(base));
    putMember(json, "transaction", std::string_view(base + "/tx"));
    if (reachable_.bolt_port != 0) {
        const std::string bolt = fmt::format("{}://{}:{}", reachable_.secure ? "+s" : "", withoutPort(host),
                                             reachable_.bolt_port);
        putMember(json, "bolt_direct", std::string_view("bolt" + bolt));
        putMember(json, "bolt_routing", std::string_view("neo4j" + bolt));
    }
    putMember(json, "xinpu_version", XINPU_VERSION);
    putMember(json, "neo4j_version", "5.26.0");  // what clients of this interface take us for
    putMember(json, "neo4j_edition", "community");
    json.EndObject();
    exchange.reply.headers = "Vary: Accept\r\n";
    replyJson(exchange, 200);
}

void Service::replyDatabaseList(Exchange& exchange, Work& work) {
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putKey(json, "databases");
    json.StartArray();
    for (const std::string& name : databases_.names()) {
        if (!may(work.principal.role, Operation::ListDatabases, name)) {
            continue;
        }
        json.StartObject();
        putMember(json, "name", std::string_view(name));
        putMember(json, "default", name == kUsualDatabase);
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    replyJson(exchange, 200);
}

void Service::dropDatabase(Exchange& exchange, Work& work) {
    if (transactions_.openOn(work.database) > 0) {
        throw Error(ErrorCode::Conflict, fmt::format("Database '{}' has an open transaction.", work.database),
                    details::kDatabaseInUse);
    }
    databases_.remove(work.database);
    access_.recordAct(work.principal, Operation::DropDatabase, work.database, {});
    logEvent(LogLevel::Info, "database removed", {{"database", work.database}, {"by", work.principal.id}});
    exchange.reply.status = 204;
}

void Service::createDatabase(Exchange& exchange, Work& work) {
    const bool made = databases_.create(work.database);
    if (made) {
        access_.recordAct(work.principal, Operation::CreateDatabase, work.database, {});
        logEvent(LogLevel::Info, "database made", {{"database", work.database}, {"by", work.principal.id}});
    }
    describeDatabase(exchange, work, made ? 201 : 200);
}

void Service::replyDatabase(Exchange& exchange, Work& work) {
    describeDatabase(exchange, work, 200);
}

void Service::describeDatabase(Exchange& exchange, const Work& work, int status) {
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
