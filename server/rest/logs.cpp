// server/rest/logs.cpp
// Entries of the journal and of the audit as JSON: no text of a statement, no value.
#include "server/rest/logs.h"

#include <charconv>

#include <fmt/format.h>

#include "engine/journal/journal.h"
#include "engine/value/temporal.h"
#include "server/json/json_writer.h"
#include "server/rest/rest_answer.h"
#include "server/service.h"
#include "server/statement_answer.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

/// As many digits as the log of the server gives of a statement's digest (statementDigest).
constexpr std::size_t kDigestDigits = 16;

std::uint64_t afterOf(const std::map<std::string, std::string>& query) {
    const auto found = query.find("after");
    if (found == query.end()) {
        return 0;
    }
    const std::string& text = found->second;
    std::uint64_t after = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), after);
    constexpr std::uint64_t kEntryMax = (std::uint64_t{1} << 53) - 1;  // what JSON's numbers are good for
    if (status != std::errc() || end != text.data() + text.size() || after > kEntryMax) {
        throw Error(ErrorCode::Validation, "'after' must be the number of an entry.");
    }
    return after;
}

std::string timeText(std::int64_t time_us) {
    constexpr std::int64_t kMicros = 1'000'000;
    engine::ZonedDateTime when;
    when.epochSeconds = time_us / kMicros;
    when.nanos = static_cast<std::int32_t>(time_us % kMicros * 1'000);
    return engine::toIso(when);
}

void putDigest(JsonWriter& json, const engine::Digest& digest) {
    if (digest != engine::Digest{}) {
        putMember(json, "statement", std::string_view(engine::hexOf(digest)).substr(0, kDigestDigits));
    }
}

void putText(JsonWriter& json, std::string_view name, const std::string& text) {
    if (!text.empty()) {
        putMember(json, name, std::string_view(text));
    }
}

void putJournalEntry(JsonWriter& json, const engine::JournalEntry& entry) {
    json.StartObject();
    putMember(json, "entry", entry.number);
    putMember(json, "time", std::string_view(timeText(entry.time_us)));
    putMember(json, "kind", engine::entryKindName(entry.kind));
    putMember(json, "principal", std::string_view(entry.principal));
    putDigest(json, entry.statement);
    putKey(json, "counts");
    json.StartObject();
    putMember(json, "nodesCreated", entry.counts.nodes_created);
    putMember(json, "nodesDeleted", entry.counts.nodes_deleted);
    putMember(json, "relationshipsCreated", entry.counts.relationships_created);
    putMember(json, "relationshipsDeleted", entry.counts.relationships_deleted);
    putMember(json, "recordsChanged", entry.counts.records_changed);
    json.EndObject();
    putMember(json, "payloadBytes", entry.payload_bytes);
    json.EndObject();
}

void putAuditEntry(JsonWriter& json, const StoredAuditEntry& entry) {
    json.StartObject();
    putMember(json, "entry", entry.number);
    putMember(json, "time", std::string_view(timeText(entry.time_us)));
    putMember(json, "kind", nameOf(entry.kind));
    putText(json, "principal", entry.principal);
    putText(json, "role", entry.role);
    putText(json, "action", entry.action);
    putText(json, "database", entry.database);
    putText(json, "subject", entry.subject);
    putText(json, "peer", entry.peer);
    putText(json, "reason", entry.reason);
    if (entry.kind == AuditKind::PersonalData) {
        putMember(json, "masked", entry.masked);
    }
    putDigest(json, entry.statement);
    putMember(json, "count", entry.count);
    json.EndObject();
}

}  // namespace

void listJournal(Service& service, Exchange& exchange, Work& work) {
    const auto query = queryOf(exchange.request.target, {"limit", "after", "database"});
    const std::uint64_t limit = limitOf(query);
    const std::uint64_t after = afterOf(query);
    const auto named = query.find("database");
    if (named != query.end() && named->second.empty()) {
        throw Error(ErrorCode::Validation, "'database' must be a name; without it, it is credit.");
    }
    const std::string name = Databases::canonicalName(named != query.end() ? named->second : std::string());
    service.access().require(work.principal, Operation::ReadJournal, name);
    const auto database = service.databases().use(name);
    const auto snapshot = database->engine->database()->snapshot();
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putMember(json, "database", std::string_view(name));
    putKey(json, "entries");
    json.StartArray();
    std::uint64_t count = 0;
    engine::eachEntry(snapshot->txn(), after + 1, [&](const engine::JournalEntry& entry) {
        if (count == limit) {
            return false;
        }
        ++count;
        putJournalEntry(json, entry);
        return true;
    });
    json.EndArray();
    putMember(json, "last", snapshot->sequence());
    json.EndObject();
    replyJson(exchange, 200);
}

void listAccessLog(Service& service, Exchange& exchange, Work&) {
    const auto query = queryOf(exchange.request.target, {"limit", "after"});
    const std::uint64_t limit = limitOf(query);
    const std::uint64_t after = afterOf(query);
    Audit& audit = service.access().audit();
    audit.flush();  // what happened before this request is in the answer
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putKey(json, "entries");
    json.StartArray();
    for (const StoredAuditEntry& entry : audit.reader().read(after, limit)) {
        putAuditEntry(json, entry);
    }
    json.EndArray();
    putMember(json, "last", audit.reader().last());
    json.EndObject();
    replyJson(exchange, 200);
}

}  // namespace xinpu::server
