// server/bolt/answers.cpp
// Metadata key by key, as the Bolt documentation names them for each version.
#include "server/bolt/answers.h"

#include <algorithm>

#include "server/bolt/structure_tags.h"
#include "server/summary_json.h"

namespace xinpu::server::bolt {
namespace {

constexpr Version kStatuses{5, 6};
constexpr Version kGqlFailures{5, 7};

struct Status {
    std::string_view part;  ///< of the code
    std::string_view status;
    std::string_view description;
};

/// By the first line whose part stands in the code.
constexpr Status kFailureStatuses[] = {
    {".SyntaxError", "42001", "error: syntax error or access rule violation - invalid syntax"},
    {".SemanticError", "42001", "error: syntax error or access rule violation - invalid syntax"},
    {".Security.", "42NFF", "error: syntax error or access rule violation - permission/access denied"},
    {".TypeError", "22000", "error: data exception"},
    {".ArgumentError", "22000", "error: data exception"},
    {".ArithmeticError", "22000", "error: data exception"},
    {".ParameterMissing", "42N51", "error: syntax error or access rule violation - invalid parameter"},
    {".Transaction.", "25000", "error: invalid transaction state"},
    {"", "50N42", "error: general processing exception - unexpected error"},
};
constexpr Status kNotificationStatuses[] = {
    {"UnknownLabel", "01N50", "warn: label does not exist"},
    {"UnknownRelationshipType", "01N51", "warn: relationship type does not exist"},
    {"UnknownPropertyKey", "01N52", "warn: property key does not exist"},
    {"", "01N42", "warn: unknown warning"},
};

template <std::size_t kSize>
const Status& statusOf(const Status (&table)[kSize], std::string_view code) noexcept {
    return *std::find_if(std::begin(table), std::end(table),
                         [&](const Status& line) { return code.find(line.part) != std::string_view::npos; });
}

MapWriter positionOf(const Position& at) {
    MapWriter position;
    position.member("offset", std::uint64_t{at.offset});
    position.member("line", std::uint64_t{at.line});
    position.member("column", std::uint64_t{at.column});
    return position;
}

MapWriter diagnosticRecord(std::string_view classification, const char* severity,
                           const std::optional<Position>& at) {
    MapWriter record;
    record.member("OPERATION", "");
    record.member("OPERATION_CODE", "0");
    record.member("CURRENT_SCHEMA", "/");
    if (!classification.empty()) {
        record.member("_classification", classification);
    }
    if (severity != nullptr) {
        record.member("_severity", severity);
    }
    if (at) {
        record.member("_position", positionOf(*at));
    }
    return record;
}

std::string_view classificationOf(std::string_view code) noexcept {
    return code.starts_with("Neo.ClientError.")      ? "CLIENT_ERROR"
           : code.starts_with("Neo.TransientError.") ? "TRANSIENT_ERROR"
                                                     : "DATABASE_ERROR";
}

using Notification = query::Statement::Notification;

bool isWanted(const Notification& notification, const NotificationFilter& filter) {
    const std::string_view category = notificationCategory(notification.code);
    return !filter.off &&
           std::find(filter.disabled.begin(), filter.disabled.end(), category) == filter.disabled.end();
}

MapWriter notificationOf(const Notification& notification) {
    MapWriter map;
    map.member("code", std::string_view(notification.code));
    map.member("title", std::string_view(notification.title));
    map.member("description", std::string_view(notification.description));
    map.member("severity", "WARNING");
    map.member("category", notificationCategory(notification.code));
    if (notification.at) {
        map.member("position", positionOf(*notification.at));
    }
    return map;
}

MapWriter statusOf(const Notification& notification) {
    const Status& status = statusOf(kNotificationStatuses, notification.code);
    MapWriter map;
    map.member("gql_status", status.status);
    map.member("status_description", status.description);
    map.member("neo4j_code", std::string_view(notification.code));
    map.member("title", std::string_view(notification.title));
    map.member("description", std::string_view(notification.description));
    map.member("diagnostic_record",
               diagnosticRecord(notificationCategory(notification.code), "WARNING", notification.at));
    return map;
}

/// How the statement itself went, before what is said about it.
MapWriter outcome(bool has_fields, bool has_rows) {
    MapWriter map;
    map.member("gql_status", !has_fields ? "00001" : has_rows ? "00000" : "02000");
    map.member("status_description", !has_fields ? "note: successful completion - omitted result"
                                     : has_rows  ? "note: successful completion"
                                                 : "note: no data");
    map.member("diagnostic_record", diagnosticRecord({}, nullptr, std::nullopt));
    return map;
}

void addNotifications(MapWriter& metadata, Version version, const query::Summary& summary,
                      const NotificationFilter& filter, bool has_fields, bool has_rows) {
    std::vector<MapWriter> maps;
    if (version >= kStatuses) {
        maps.push_back(outcome(has_fields, has_rows));
    }
    for (const Notification& notification : summary.notifications) {
        if (isWanted(notification, filter)) {
            maps.push_back(version >= kStatuses ? statusOf(notification) : notificationOf(notification));
        }
    }
    if (maps.empty()) {
        return;
    }
    metadata.key(version >= kStatuses ? "statuses" : "notifications").list(maps.size());
    for (const MapWriter& map : maps) {
        map.appendTo(metadata.body());
    }
}

MapWriter countersOf(const query::Counters& counters) {
    MapWriter map;
    const auto add = [&map](std::string_view name, std::uint64_t number) {
        if (number > 0) {
            map.member(name, number);
        }
    };
    map.member("contains-updates", counters.containsUpdates());
    add("nodes-created", counters.nodes_created);
    add("nodes-deleted", counters.nodes_deleted);
    add("properties-set", counters.properties_set);
    add("relationships-created", counters.relationships_created);
    add("relationships-deleted", counters.relationships_deleted);
    add("labels-added", counters.labels_added);
    add("labels-removed", counters.labels_removed);
    add("indexes-added", counters.indexes_added);
    add("indexes-removed", counters.indexes_removed);
    add("constraints-added", counters.constraints_added);
    add("constraints-removed", counters.constraints_removed);
    if (counters.system_updates > 0) {
        map.member("contains-system-updates", true);
        map.member("system-updates", counters.system_updates);
    }
    return map;
}

/// Drivers take a whole number of nanoseconds.
std::uint64_t nanosOf(const query::PlanDescription& plan) noexcept {
    constexpr double kNanosInMillisecond = 1e6;
    return static_cast<std::uint64_t>(std::max(0.0, plan.time_ms) * kNanosInMillisecond);
}

MapWriter planOf(const query::PlanDescription& plan, std::uint64_t& id) {
    MapWriter arguments;
    arguments.key("EstimatedRows").number(plan.estimated_rows);
    arguments.member("Details", std::string_view(plan.details));
    if (id == 0) {
        arguments.member("planner", "COST");
        arguments.member("runtime", "BATCH");
        arguments.member("string-representation", std::string_view(query::planAsText(plan)));
    }
    arguments.member("Id", id++);
    MapWriter map;
    map.member("operatorType", std::string_view(plan.op + "@xinpu"));
    if (plan.profiled) {
        arguments.member("Rows", plan.rows);
        arguments.member("DbHits", plan.store_reads);
        arguments.member("Time", nanosOf(plan));
        map.member("dbHits", plan.store_reads);
        map.member("rows", plan.rows);
        map.member("time", nanosOf(plan));
    }
    map.member("args", arguments);
    PackWriter& identifiers = map.key("identifiers");
    identifiers.list(plan.identifiers.size());
    for (const std::string& name : plan.identifiers) {
        identifiers.text(name);
    }
    map.key("children").list(plan.children.size());
    for (const query::PlanDescription& child : plan.children) {
        planOf(child, id).appendTo(map.body());
    }
    return map;
}

}  // namespace

Failure Failure::of(const Error& error, std::string_view statement) {
    ErrorAnswer answer = errorAnswer(error, statement);
    return {std::move(answer.code), std::move(answer.message), statement.empty() ? std::nullopt : error.at()};
}

void putSuccess(std::string& out, const MapWriter& metadata) {
    putMessage(out, tags::kSuccess, 1, [&](PackWriter&) { metadata.appendTo(out); });
}

void putFailure(std::string& out, Version version, const Failure& failure) {
    MapWriter metadata;
    metadata.member("message", std::string_view(failure.message));
    if (version < kGqlFailures) {
        metadata.member("code", std::string_view(failure.code));
    } else {
        const Status& status = statusOf(kFailureStatuses, failure.code);
        metadata.member("neo4j_code", std::string_view(failure.code));
        metadata.member("gql_status", status.status);
        metadata.member("description", status.description);
        metadata.member("diagnostic_record",
                        diagnosticRecord(classificationOf(failure.code), nullptr, failure.at));
    }
    putMessage(out, tags::kFailure, 1, [&](PackWriter&) { metadata.appendTo(out); });
}

void putIgnored(std::string& out) {
    putMessage(out, tags::kIgnored, 0, [](PackWriter&) {});
}

void addSummary(MapWriter& metadata, Version version, const query::Summary& summary,
                const NotificationFilter& filter, bool has_fields, bool has_rows) {
    metadata.member("type", queryTypeLetters(summary.type));
    if (summary.counters.containsUpdates() || summary.counters.system_updates > 0) {
        metadata.member("stats", countersOf(summary.counters));
    }
    addNotifications(metadata, version, summary, filter, has_fields, has_rows);
    std::uint64_t id = 0;
    if (summary.plan) {
        metadata.member("plan", planOf(*summary.plan, id));
    }
    if (summary.profile) {
        metadata.member("profile", planOf(*summary.profile, id));
    }
}

}  // namespace xinpu::server::bolt
