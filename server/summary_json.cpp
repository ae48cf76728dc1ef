// server/summary_json.cpp
// Member by member in the order in which clients know them.
#include "server/summary_json.h"

#include <string>
#include <string_view>

#include "engine/value/literal.h"
#include "server/statement_answer.h"

namespace xinpu::server {
namespace {

void putCounters(JsonWriter& json, const query::Counters& counters) {
    json.StartObject();
    putMember(json, "containsUpdates", counters.containsUpdates());
    putMember(json, "nodesCreated", counters.nodes_created);
    putMember(json, "nodesDeleted", counters.nodes_deleted);
    putMember(json, "propertiesSet", counters.properties_set);
    putMember(json, "relationshipsCreated", counters.relationships_created);
    putMember(json, "relationshipsDeleted", counters.relationships_deleted);
    putMember(json, "labelsAdded", counters.labels_added);
    putMember(json, "labelsRemoved", counters.labels_removed);
    putMember(json, "indexesAdded", counters.indexes_added);
    putMember(json, "indexesRemoved", counters.indexes_removed);
    putMember(json, "constraintsAdded", counters.constraints_added);
    putMember(json, "constraintsRemoved", counters.constraints_removed);
    putMember(json, "containsSystemUpdates", counters.system_updates > 0);
    putMember(json, "systemUpdates", counters.system_updates);
    json.EndObject();
}

void putNotification(JsonWriter& json, const query::Statement::Notification& notification) {
    json.StartObject();
    putMember(json, "code", notification.code);
    putMember(json, "title", notification.title);
    putMember(json, "description", notification.description);
    putMember(json, "severity", "WARNING");
    putMember(json, "category", notificationCategory(notification.code));
    if (notification.at) {
        putKey(json, "position");
        json.StartObject();
        putMember(json, "offset", std::uint64_t{notification.at->offset});
        putMember(json, "line", std::uint64_t{notification.at->line});
        putMember(json, "column", std::uint64_t{notification.at->column});
        json.EndObject();
    }
    json.EndObject();
}

/// Writes the arguments of plan operators, typed where the client asked for types.
class Arguments {
public:
    Arguments(JsonWriter& json, ValueForm form) : json_(json), typed_(form == ValueForm::Typed) {}

    void text(std::string_view name, std::string_view value) {
        open(name, "String");
        putText(json_, value);
        close();
    }
    void whole(std::string_view name, std::uint64_t value) {
        open(name, "Integer");
        if (typed_) {
            putText(json_, std::to_string(value));
        } else {
            json_.Uint64(value);
        }
        close();
    }
    void number(std::string_view name, double value) {
        open(name, "Float");
        const std::string digits = engine::formatFloat(value);
        if (typed_) {
            putText(json_, digits);
        } else {
            putNumber(json_, digits);
        }
        close();
    }

private:
    void open(std::string_view name, const char* type) {
        putKey(json_, name);
        if (typed_) {
            json_.StartObject();
            putMember(json_, "$type", type);
            putKey(json_, "_value");
        }
    }
    void close() {
        if (typed_) {
            json_.EndObject();
        }
    }
    JsonWriter& json_;
    bool typed_;
};

void putOperator(JsonWriter& json, const query::PlanDescription& plan, ValueForm form, std::uint64_t& id) {
    json.StartObject();
    putMember(json, "operatorType", plan.op + "@xinpu");
    putKey(json, "arguments");
    json.StartObject();
    Arguments arguments(json, form);
    arguments.number("EstimatedRows", plan.estimated_rows);
    arguments.text("Details", plan.details);
    if (id == 0) {
        arguments.text("planner", "COST");
        arguments.text("runtime", "BATCH");
        arguments.text("string-representation", query::planAsText(plan));
    }
    arguments.whole("Id", id++);
    if (plan.profiled) {
        arguments.whole("Rows", plan.rows);
        arguments.whole("DbHits", plan.store_reads);
        arguments.number("Time", plan.time_ms);
    }
    json.EndObject();
    if (plan.profiled) {
        putMember(json, "dbHits", plan.store_reads);
        putMember(json, "records", plan.rows);
        putKey(json, "time");
        putNumber(json, engine::formatFloat(plan.time_ms));
        putMember(json, "hasPageCacheStats", false);
    }
    putKey(json, "identifiers");
    json.StartArray();
    for (const std::string& name : plan.identifiers) {
        putText(json, name);
    }
    json.EndArray();
    putKey(json, "children");
    json.StartArray();
    for (const query::PlanDescription& child : plan.children) {
        putOperator(json, child, form, id);
    }
    json.EndArray();
    json.EndObject();
}

}  // namespace

std::string_view notificationCategory(std::string_view code) noexcept {
    if (code.find("Unknown") != std::string_view::npos) {
        return "UNRECOGNIZED";
    }
    if (code.find("Deprecat") != std::string_view::npos) {
        return "DEPRECATION";
    }
    if (code.find("Cartesian") != std::string_view::npos ||
        code.find("Unbounded") != std::string_view::npos) {
        return "PERFORMANCE";
    }
    return "GENERIC";
}

const char* queryTypeLetters(query::QueryType type) noexcept {
    switch (type) {
    case query::QueryType::Read:
        return "r";
    case query::QueryType::Write:
        return "w";
    case query::QueryType::ReadWrite:
        return "rw";
    case query::QueryType::Schema:
        return "s";
    }
    return "r";
}

void putPlan(JsonWriter& json, const query::PlanDescription& plan, ValueForm form) {
    std::uint64_t id = 0;
    putOperator(json, plan, form, id);
}

void putTail(JsonWriter& json, const query::Summary* summary, const AnswerTail& tail, ValueForm form,
             std::uint64_t available_ms, std::uint64_t consumed_ms) {
    if (summary != nullptr) {
        if (tail.counters) {
            putKey(json, "counters");
            putCounters(json, summary->counters);
        }
        if (summary->plan) {
            putKey(json, "queryPlan");
            putPlan(json, *summary->plan, form);
        }
        if (summary->profile) {
            putKey(json, "profiledQueryPlan");
            putPlan(json, *summary->profile, form);
        }
        if (!summary->notifications.empty()) {
            putKey(json, "notifications");
            json.StartArray();
            for (const query::Statement::Notification& notification : summary->notifications) {
                putNotification(json, notification);
            }
            json.EndArray();
        }
    }
    if (!tail.bookmark.empty()) {
        putKey(json, "bookmarks");
        json.StartArray();
        putText(json, tail.bookmark);
        json.EndArray();
    }
    if (summary != nullptr) {
        putMember(json, "queryType", queryTypeLetters(summary->type));
        putMember(json, "resultAvailableAfter", available_ms);
        putMember(json, "resultConsumedAfter", consumed_ms);
    }
    if (!tail.transaction.empty()) {
        putKey(json, "transaction");
        json.StartObject();
        putMember(json, "id", tail.transaction);
        putMember(json, "expires", tail.transaction_expires);
        json.EndObject();
    }
}

}  // namespace xinpu::server
