// server/queries.cpp
// Statements and transactions as JSON. Whoever sees one sees its text too: it is theirs, or they
// administrate.
#include "server/queries.h"

#include <algorithm>

#include <fmt/format.h>

#include "server/access/key_record.h"
#include "server/json/json_writer.h"
#include "server/log.h"
#include "server/service.h"
#include "server/statement_answer.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

std::uint64_t millisecondsOf(std::chrono::steady_clock::duration span) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
}

std::string instantOf(std::chrono::system_clock::time_point at) {
    return instantText(std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
}

/// Whose queries a principal may look at or end; empty: everybody's.
std::string_view whose(const Principal& principal, Operation operation) {
    return reachOf(principal.role, operation) == Reach::Own ? std::string_view(principal.id)
                                                            : std::string_view();
}

void putStatement(JsonWriter& json, const RunningStatement& statement) {
    json.StartObject();
    putMember(json, "id", std::string_view(statement.id));
    putMember(json, "kind", "statement");
    putMember(json, "database", std::string_view(statement.database));
    putMember(json, "principal", std::string_view(statement.principal));
    putMember(json, "interface", nameOf(statement.way));
    if (!statement.transaction.empty()) {
        putMember(json, "transaction", std::string_view(statement.transaction));
    }
    putMember(json, "started", std::string_view(instantOf(statement.started)));
    putMember(json, "elapsedMs", millisecondsOf(statement.elapsed));
    putMember(json, "state", stateOf(statement));
    putMember(json, "rows", statement.rows);
    putMember(json, "memoryBytes", statement.memory_bytes);
    putMember(json, "digest", std::string_view(statement.digest));
    putMember(json, "statement", std::string_view(statement.statement));
    json.EndObject();
}

void putTransaction(JsonWriter& json, const OpenTransaction& transaction) {
    const auto now = std::chrono::system_clock::now();
    const auto wall = [](std::chrono::steady_clock::duration span) {
        return std::chrono::duration_cast<std::chrono::system_clock::duration>(span);
    };
    json.StartObject();
    putMember(json, "id", std::string_view(transaction.id));
    putMember(json, "kind", "transaction");
    putMember(json, "database", std::string_view(transaction.database));
    putMember(json, "principal", std::string_view(transaction.principal));
    putMember(json, "started", std::string_view(instantOf(now - wall(transaction.age))));
    putMember(json, "elapsedMs", millisecondsOf(transaction.age));
    putMember(json, "state", transaction.busy ? "running" : "idle");
    putMember(json, "holdsWriter", transaction.holds_writer);
    putMember(json, "expires", std::string_view(instantOf(now + wall(transaction.left))));
    json.EndObject();
}

template <typename Item>
std::vector<Item> ofPrincipal(std::vector<Item> items, const Principal& principal) {
    const std::string_view owner = whose(principal, Operation::SeeQueries);
    std::erase_if(items, [owner](const Item& item) { return !owner.empty() && item.principal != owner; });
    return items;
}

}  // namespace

std::vector<RunningStatement> seenStatements(Service& service, const Principal& principal) {
    return ofPrincipal(service.running().list(), principal);
}

std::vector<OpenTransaction> seenTransactions(Service& service, const Principal& principal) {
    return ofPrincipal(service.transactions().list(), principal);
}

std::string_view stateOf(const RunningStatement& statement) noexcept {
    return statement.cancelled ? "stopping" : statement.waiting ? "waiting" : "running";
}

std::optional<std::string> endQuery(Service& service, const Principal& principal, const std::string& id) {
    const std::string_view owner = whose(principal, Operation::EndQueries);
    std::optional<std::string> ended = service.transactions().terminate(id, owner);
    if (ended) {
        service.running().cancelIn(id);
    } else {
        ended = service.running().cancel(id, owner);
    }
    if (ended) {
        service.access().recordAct(principal, Operation::EndQueries, {}, id);
        logEvent(LogLevel::Info, "query ended", {{"query", id}, {"by", principal.id}});
    }
    return ended;
}

void listQueries(Service& service, Exchange& exchange, Work& work) {
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putKey(json, "queries");
    json.StartArray();
    for (const RunningStatement& statement : seenStatements(service, work.principal)) {
        putStatement(json, statement);
    }
    for (const OpenTransaction& transaction : seenTransactions(service, work.principal)) {
        putTransaction(json, transaction);
    }
    json.EndArray();
    json.EndObject();
    replyJson(exchange, 200);
}

void endQuery(Service& service, Exchange& exchange, Work& work) {
    if (!endQuery(service, work.principal, work.id)) {
        throw Error(ErrorCode::NotFound, fmt::format("No query '{:.40}' runs here.", work.id),
                    details::kPathNotFound);
    }
    exchange.reply.status = 204;
}

}  // namespace xinpu::server
